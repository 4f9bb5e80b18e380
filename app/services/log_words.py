"""The access log in plain words: what was done, by whom, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from app.i18n import N_, Translator
from app.store.tables import moment
from app.trust.purposes import load_purposes
from app.trust.vocabulary import Outcome, Tag

WHAT = {
    Tag.RECORD_SEND: N_("Envoi d’un fichier du dossier"),
    Tag.RECORD_ADD: N_("Ajout d’un fichier au dossier"),
    Tag.RECORD_REFUSE: N_("Fichier du dossier refusé"),
    Tag.ANSWERS_READ: N_("Lecture de vos réponses"),
    Tag.ANSWERS_CHANGE: N_("Changement de vos réponses"),
    Tag.DECISIONS_CHANGE: N_("Choix à propos d’un conseil de votre plan"),
    Tag.FACTS_READ: N_("Lecture de vos informations de santé"),
    Tag.PLAN_READ: N_("Lecture de votre plan"),
    Tag.EXPLANATION_READ: N_("Lecture d’une explication"),
    Tag.CONSENTS_READ: N_("Lecture de vos autorisations"),
    Tag.CONSENTS_CHANGE: N_("Changement de vos autorisations"),
    Tag.ACCESS_LOG_READ: N_("Lecture de cette page"),
    Tag.EXPORT_READ: N_("Copie de toutes vos données"),
    Tag.DONATION_READ: N_("Lecture de votre choix sur le don de données"),
    Tag.DONATION_INFORM: N_("Information sur le don de données, montrée"),
    Tag.DONATION_CHOOSE: N_("Choix sur le don de données"),
    Tag.DONATION_EXPORT: N_("Copie de certaines données pour un projet, sans votre nom"),
    Tag.DONATION_DELIVERED: N_("Remise d’une copie à un projet"),
    Tag.DONATION_RECORD: N_("Choix sur le don de données, noté par un agent"),
    Tag.OPTOUTS_IMPORT: N_("Réception d’une liste de refus"),
    Tag.OPTOUTS_HOLD: N_("Comparaison avec les listes de refus d’autres registres"),
    Tag.IDENTITY_SET: N_("Vérification de votre identité"),
    Tag.PRACTICES_READ: N_("Lecture des cabinets que vous avez nommés"),
    Tag.PRACTICES_CHANGE: N_("Changement des cabinets que vous avez nommés"),
    Tag.DELEGATIONS_READ: N_("Lecture de la page de vos aidants"),
    Tag.DELEGATION_CHANGE: N_("Changement de qui agit pour vous"),
    Tag.REMINDERS_READ: N_("Lecture de la page de vos rappels"),
    Tag.REMINDERS_CHANGE: N_("Changement de vos rappels"),
    Tag.REMINDER_LOOK: N_("Relecture automatique de votre plan, pour savoir s’il y a quelque chose à rappeler"),
    Tag.REMINDER_PLAN: N_("Préparation d’un rappel"),
    Tag.REMINDER_SEND: N_("Envoi d’un rappel, après une dernière vérification"),
    Tag.REMINDER_STOP: N_("Arrêt de vos rappels, depuis un message"),
    Tag.REMINDER_BOUNCE: N_("Adresse refusée : plus de rappel par ce moyen"),
    Tag.CALENDAR_READ: N_("Lecture de votre calendrier en ligne"),
    Tag.DEVICES_READ: N_("Lecture des appareils où vous recevez des messages"),
    Tag.DEVICES_CHANGE: N_("Changement des appareils où vous recevez des messages"),
    Tag.HELPER_OPEN: N_("Code d’aide utilisé"),
    Tag.PATIENTS_READ: N_("Lecture de sa liste de patients"),
    Tag.PATIENT_IDENTITY_READ: N_("Lecture de votre nom dans la liste d’un médecin"),
    Tag.PATIENT_FACTS_READ: N_("Lecture de vos informations par un médecin"),
    Tag.PATIENT_PLAN_READ: N_("Lecture de votre plan par un médecin"),
    Tag.PATIENT_ORDER_READ: N_("Lecture de votre plan pour ranger la liste d’un médecin"),
    Tag.PATIENT_SOURCE_READ: N_("Lecture d’un document de votre dossier par un médecin"),
    Tag.PATIENT_LAUNCH: N_("Ouverture de votre plan depuis le logiciel d’un médecin"),
    Tag.PATIENT_REVIEW: N_("Décision d’un médecin à propos de votre plan"),
    Tag.GUARANTEE_DRAW: N_("Lecture de votre plan pour tirer au sort ce qui est relu"),
    Tag.QUALITY_COUNT: N_("Lecture de votre plan pour compter ce que Jalon répond, sans votre nom"),
    Tag.GUARANTEE_KEEP: N_("Un conseil de votre plan, tiré au sort pour être relu sans votre nom"),
    Tag.GUARANTEE_READ: N_("Lecture d’un conseil de votre plan, sans votre nom, par le collège de garantie humaine"),
    Tag.GUARANTEE_JUDGE: N_("Avis du collège de garantie humaine sur un conseil de votre plan"),
    Tag.BOARD_READ: N_("Lecture de la page du collège de garantie humaine"),
    Tag.BOARD_DECIDE: N_("Suite donnée à un constat du collège de garantie humaine"),
    Tag.BOARD_SEAT: N_("Changement de qui siège au collège de garantie humaine"),
    Tag.ACCOUNT_ERASE: N_("Effacement de vos données"),
    Tag.ACCOUNT_NOTICE: N_("Compte inutilisé : vous êtes prévenu avant son effacement"),
    Tag.ACCOUNT_EXPIRE: N_("Effacement d’un compte inutilisé"),
    Tag.RETENTION_RUN: N_("Effacement de ce qui a fait son temps"),
    Tag.ACCOUNT_ERASED: N_("Preuve d’un effacement"),
    Tag.SESSION_OPEN: N_("Connexion"),
    Tag.SESSION_CLOSE: N_("Déconnexion"),
    Tag.EXERCISE_CHOOSE: N_("Choix du lieu d’exercice"),
    Tag.FACTS_RENEW: N_("Relecture automatique de votre dossier"),
    Tag.FACTS_SNAPSHOT: N_("Statistiques de prévention, sans votre nom"),
    Tag.QUESTIONS_CHANGE: N_("Changement de vos questions pour la consultation"),
    Tag.SIGNAL_SEND: N_("Signalement ou demande de votre part"),
    Tag.SIGNALS_READ: N_("Lecture de vos signalements et demandes"),
    Tag.SIGNAL_CLOSE: N_("Suite que vous donnez à une réponse"),
    Tag.PATIENT_SIGNAL: N_("Problème signalé par un médecin à propos de votre plan"),
    Tag.PATIENT_SIGNALS_READ: N_("Lecture de vos demandes de relecture par un médecin"),
    Tag.PATIENT_SIGNAL_ANSWER: N_("Réponse d’un médecin à votre demande"),
    Tag.REGISTER_READ: N_("Lecture du registre des signalements, sans nom"),
    Tag.SIGNAL_OPEN: N_("Lecture de votre signalement par l’équipe"),
    Tag.SIGNAL_STEP: N_("Suite donnée par l’équipe à votre signalement"),
    Tag.CAMPAIGNS_READ: N_("Lecture des campagnes"),
    Tag.CAMPAIGN_SAVE: N_("Campagne écrite ou changée"),
    Tag.CAMPAIGN_STEP: N_("Étape d’une campagne"),
    Tag.STOPS_READ: N_("Lecture du registre des arrêts"),
    Tag.STOP_SET: N_("Arrêt d’une recommandation, d’un calcul ou d’un message"),
    Tag.STOP_LIFT: N_("Étape de la levée d’un arrêt"),
    Tag.CARDS_GIVEN: N_("Recommandations envoyées au logiciel d’un professionnel"),
    Tag.CARDS_FEEDBACK: N_("Retour du logiciel d’un professionnel sur des recommandations"),
    Tag.SAMPLE_LOAD: N_("Chargement de la personne d’exemple"),
}

OUTCOMES = {
    Outcome.FORBIDDEN_PURPOSE: N_("refusé : usage interdit"),
    Outcome.UNKNOWN_PURPOSE: N_("refusé : usage inconnu"),
    Outcome.ROLE: N_("refusé : ce rôle n’y a pas droit"),
    Outcome.NOT_YOURS: N_("refusé : ce n’est pas son dossier"),
    Outcome.ACT: N_("refusé : cet usage ne le permet pas"),
    Outcome.NO_CONSENT: N_("refusé : vous ne l’autorisez pas"),
    Outcome.CATEGORY: N_("refusé : vous n’autorisez pas cette catégorie"),
    Outcome.CHANNEL: N_("refusé : vous n’autorisez pas ce moyen de vous écrire"),
    Outcome.OTHER_PERSON: N_("refusé : le fichier concerne une autre personne"),
    Outcome.IDENTITY_NOT_PROVEN: N_("refusé : rien ne prouve que le fichier est le vôtre"),
    Outcome.OPPOSED: N_("refusé : vous avez dit non"),
    Outcome.UNREADABLE: N_("refusé : fichier illisible"),
}
"""What went through needs no word."""

_PARIS = ZoneInfo("Europe/Paris")


def entry_words(entry: Mapping[str, Any], t: Translator) -> dict[str, str]:
    """One line of the log, as shown. A word that this version does not know is shown as it is kept."""
    purpose = load_purposes().get(entry["purpose"])
    return {
        "what": t(WHAT[Tag(entry["tag"])]) if entry["tag"] in set(Tag) else entry["tag"],
        "who": _who(entry, t),
        "when": moment_words(moment(entry["at"]), t),
        "purpose": t(purpose.label) if purpose else entry["purpose"],
        "outcome": t(OUTCOMES[Outcome(entry["outcome"])]) if entry["outcome"] in set(OUTCOMES) else "",
    }


def _who(entry: Mapping[str, Any], t: Translator) -> str:
    if entry["by"] == "professional":
        return t("Un médecin : {name}", name=entry["name"]) if entry["name"] else t("Un médecin")
    if entry["by"] == "agent":
        return t("Un agent du registre")
    if entry["by"] == "delegate":
        return t("{name}, pour vous", name=entry["name"]) if entry["name"] else t("Un parent, pour vous")
    if entry["by"] == "nobody":
        return t("Quelqu’un qui n’a pas été reconnu")
    if entry["by"] == "team":
        return t("L’équipe de santé publique")
    return t("Vous") if entry["by"] == "you" else t("Jalon, automatiquement")


def moment_words(at: datetime, t: Translator) -> str:
    """A moment, as the clocks of metropolitan France show it."""
    return format_datetime(at, "medium", tzinfo=_PARIS, locale=str(t.locale))

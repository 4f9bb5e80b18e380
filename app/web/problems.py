"""What went wrong, told on a page in the reader's language."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from app.errors import JalonError
from app.i18n import N_
from app.trust.door import Refused
from app.web import browser
from app.web.render import page

_PROBLEMS = {
    "form": (403, N_("Ce formulaire n’est plus valable"), N_("Revenez à la page précédente et recommencez.")),
    "not_found": (404, N_("Page introuvable"), N_("Il n’y a rien à cette adresse.")),
    "decision": (422, N_("Ce choix n’est pas compris"), N_("Choisissez un jour à venir, dans les deux ans.")),
    "calendar_day": (422, N_("Ce jour ne convient pas"), N_("Choisissez un jour à venir.")),
    "answers": (404, N_("Page introuvable"), N_("Jalon ne pose pas cette question.")),
    "unknown_guideline": (404, N_("Page introuvable"), N_("Jalon ne connaît pas cette recommandation.")),
    "unknown_issue": (404, N_("Page introuvable"), N_("Ce constat n’existe pas.")),
    "unknown_entry": (404, N_("Page introuvable"), N_("Cette information n’est plus dans ce qui est partagé.")),
    "page": (404, N_("Page introuvable"), N_("Cette page de la liste n’existe pas.")),
    "unknown_model": (404, N_("Page introuvable"), N_("Jalon ne connaît pas ce calcul.")),
    "consent_text": (
        409,
        N_("Le texte a changé"),
        N_("Relisez vos autorisations, puis choisissez à nouveau."),
    ),
    "precondition": (409, N_("Vos réponses ont changé ailleurs"), N_("Revenez à votre plan et recommencez.")),
    "identity_provider": (
        503,
        N_("La connexion ne répond pas"),
        N_("Le service qui vérifie votre identité ne répond pas. Réessayez dans quelques minutes."),
    ),
    "access_not_given": (
        400, N_("Rien n’est enregistré."),
        N_("L’accès à votre dossier n’a pas été donné. Vous pouvez recommencer, ou envoyer un fichier."),
    ),
    "sign_in_refused": (
        400,
        N_("Vous n’êtes pas connecté"),
        N_("La connexion n’est pas allée jusqu’au bout. Vous pouvez recommencer."),
    ),
    "not_asked": (
        400,
        N_("Vous n’êtes pas connecté"),
        N_("La connexion n’est pas allée jusqu’au bout. Vous pouvez recommencer."),
    ),
    "token": (
        400,
        N_("Vous n’êtes pas connecté"),
        N_("La réponse du service d’identité n’est pas valable. Vous pouvez recommencer."),
    ),
    "not_admitted": (
        403,
        N_("Vous n’êtes pas connecté"),
        N_("Cette identité ne permet pas d’entrer ici."),
    ),
    "donation_text": (
        409,
        N_("Le texte a changé"),
        N_("Relisez l’information sur le don de données, puis choisissez à nouveau."),
    ),
    "unknown_project": (404, N_("Page introuvable"), N_("Jalon ne connaît pas ce projet.")),
    "unknown_receipt": (404, N_("Page introuvable"), N_("Ce reçu n’existe pas.")),
    "unknown_provider": (404, N_("Page introuvable"), N_("Personne ne se connecte par cette adresse.")),
    "unknown_practice": (404, N_("Page introuvable"), N_("Vous n’avez pas nommé ce cabinet, ou plus maintenant.")),
    "practices": (409, N_("Vous avez déjà nommé cinq cabinets"), N_("Arrêtez-en un, puis recommencez.")),
    "unknown_ehr": (404, N_("Page introuvable"), N_("Ce logiciel n’est pas de ceux qui peuvent ouvrir Jalon.")),
    "unknown_exercise": (404, N_("Page introuvable"), N_("Cet exercice n’est pas le vôtre.")),
    "unknown_delegation": (404, N_("Page introuvable"), N_("Cette délégation n’est pas la vôtre, ou n’existe plus.")),
    "delegations": (409, N_("Il y en a déjà dix"), N_("Mettez fin à l’une d’elles, puis recommencez.")),
    "unknown_relative": (404, N_("Page introuvable"), N_("Vous n’avez rien dit de ce proche, ou l’avez retiré.")),
    "unknown_signal": (404, N_("Page introuvable"), N_("Ce signalement ou cette demande n’existe pas.")),
    "signal": (422, N_("Rien n’est gardé"), N_("Choisissez dans la liste, et écrivez 5 à 2 000 caractères.")),
    "no_practice": (
        409,
        N_("Vous n’avez pas nommé de cabinet"),
        N_("Nommez-le dans « Mon médecin », ou adressez votre demande à l’équipe."),
    ),
    "signals": (409, N_("Il y en a déjà trop"), N_("Attendez qu’on ait répondu à ceux qui sont ouverts.")),
    "signal_step": (409, N_("Cela a changé entre-temps"), N_("Relisez où en est la demande, puis recommencez.")),
    "unknown_campaign": (404, N_("Page introuvable"), N_("Cette campagne n’existe pas.")),
    "unknown_version": (404, N_("Page introuvable"), N_("Cette version n’existe pas.")),
    "unknown_stop": (404, N_("Page introuvable"), N_("Cet arrêt n’existe pas.")),
    "suspended": (409, N_("Cette recommandation est suspendue"), N_("Il n’y a rien à décider pour le moment.")),
    "unknown_answer": (404, N_("Page introuvable"), N_("Cette réponse n’existe plus.")),
}
_REFUSED = (
    403,
    N_("Cet accès n’est pas permis"),
    N_("La tentative est inscrite au journal. Si vous agissez pour quelqu’un, cela n’a pas été convenu avec elle."),
)
_OTHER = (400, N_("Cette demande n’est pas comprise"), N_("Revenez à la page précédente et recommencez."))


def problem_page(request: Request, error: JalonError) -> Response:
    """The page of a mistake, with its HTTP status; nothing of what was sent is repeated."""
    status, heading, message = _PROBLEMS.get(error.code, _REFUSED if isinstance(error, Refused) else _OTHER)
    frame = browser.frame(request, here="/")
    html = page("problem.html", frame, heading=frame.t(heading), message=frame.t(message))
    return HTMLResponse(html, status)

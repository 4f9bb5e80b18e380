"""Everything that is held about a person, for their right of access (GDPR, art. 15).

`HELD` names each table that has rows about somebody, and each column: with the words under which it is shown, or with
the reason why it is kept back. `ELSEWHERE` names the other tables, with where their content is given or why there is
none about anybody. A test fails for a table or a column that stands in neither (tests/store/test_held.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, func, select
from sqlmodel import SQLModel

from app.i18n import N_
from app.store.numbers import KnownNumber
from app.store.quality_tables import GuaranteeCase, GuaranteeReading
from app.store.reminders import CalendarFeed, ReminderMessage, ReminderSettings
from app.store.tables import (
    CampaignStep,
    CampaignVersion,
    ConsentChange,
    DataKey,
    Delegation,
    DonationChoice,
    DonationInformation,
    DonationMember,
    DonationNotice,
    HealthFacts,
    HealthIdentity,
    HealthQuestions,
    HealthSignal,
    HealthUpload,
    HelperCode,
    IdempotentWrite,
    Identity,
    Member,
    Person,
    PushSubscription,
    Relation,
    Session,
    StopEvent,
)
from app.trust.grant import Grant
from app.trust.health import Upload
from app.trust.keys import Sealer, sealer

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Sealed(NamedTuple):
    """Where a column is sealed (`{number}` stands for that column of the row), and whether it holds JSON or text."""

    place: str
    json: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """One table with rows about people. `of` is the column that names the person; `shown` gives each column its words
    (French); `kept_back` gives a reason to each that is not shown."""

    model: type[SQLModel]
    title: str
    shown: Mapping[str, str]
    of: str = "person_id"
    kept_back: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    sealed: Mapping[str, Sealed] = field(default_factory=lambda: _NOTHING)

    @property
    def table(self) -> Table:
        return SQLModel.metadata.tables[self.name]

    @property
    def name(self) -> str:
        return str(self.model.__tablename__)


_AT = N_("Date")

HELD: tuple[Held, ...] = (
    Held(
        Person, N_("Votre compte"),
        {
            "id": N_("Numéro du compte"), "language": N_("Langue"), "created_at": N_("Créé le"),
            "sample": N_("Personne d’exemple"), "label": N_("Description"),
        },
        of="id", kept_back={"log_key": "stands in the bundle of the log, as `key`"},
    ),
    Held(
        Identity, N_("Comment vous vous connectez"),
        {
            "subject_hash": N_("Empreinte de votre identifiant"), "profile": N_("Profil"), "detail": N_("Profession"),
            "at": _AT,
        },
    ),
    Held(
        HealthIdentity, N_("À qui est le dossier"), {"subject": N_("Identité")},
        sealed={"subject": Sealed("health_identity.subject")},
    ),
    Held(
        HealthUpload, N_("Vos fichiers"),
        {"number": N_("Numéro"), "name": N_("Nom"), "digest": N_("Empreinte"), "at": _AT},
        kept_back={"content": "each file stands in the copy as it was sent"},
        sealed={"name": Sealed("health_upload.name#{number}", json=False)},
    ),
    Held(
        HealthFacts, N_("Vos informations de santé et vos réponses"),
        {
            "sheet": N_("Informations"), "answers": N_("Réponses"), "decisions": N_("Décisions"),
            "reviews": N_("Décisions de vos médecins"),
            "vocabulary": N_("Version du vocabulaire"), "digest": N_("Empreinte"), "at": _AT,
        },
        sealed={
            "sheet": Sealed("health_facts.sheet"), "answers": Sealed("health_facts.answers"),
            "decisions": Sealed("health_facts.decisions"), "reviews": Sealed("health_facts.reviews"),
        },
    ),
    Held(
        HealthQuestions, N_("Vos questions pour la consultation"), {"content": N_("Questions"), "at": _AT},
        sealed={"content": Sealed("health_questions.content")},
    ),
    Held(
        HealthSignal, N_("Vos signalements, vos demandes et les réponses"),
        {
            "number": N_("Numéro"), "link": N_("Numéro du dossier"), "content": N_("Ce qui a été envoyé"),
            "answers": N_("Réponses"), "at": _AT,
        },
        kept_back={"signal_hash": "a keyed fingerprint of the file's number, which is given here"},
        sealed={
            "link": Sealed("health_signal.link#{number}", json=False),
            "content": Sealed("health_signal.content#{number}"), "answers": Sealed("health_signal.answers#{number}"),
        },
    ),
    Held(
        ConsentChange, N_("Vos autorisations"),
        {
            "purpose": N_("Usage"), "version": N_("Version"), "categories": N_("Catégories"),
            "text_digest": N_("Empreinte du texte montré"), "language": N_("Langue"), "by": N_("Par"), "at": _AT,
        },
    ),
    Held(
        Relation, N_("Les cabinets que vous avez nommés"),
        {
            "id": N_("Numéro du lien"), "number": N_("Cabinet"), "practice_hash": N_("Empreinte du cabinet"),
            "kind": N_("Nommé par"), "at": _AT, "ended_at": N_("Fin"),
        },
        sealed={"number": Sealed("account_relation.number#{id}")},
    ),
    Held(
        Delegation, N_("Qui agit pour vous"),
        {
            "id": N_("Numéro du lien"), "terms": N_("Ce qui est convenu"), "delegate_id": N_("Numéro de son compte"),
            "at": _AT, "accepted_at": N_("Accepté le"), "expires_at": N_("Expire le"), "ended_at": N_("Fin"),
        },
        kept_back={"code_hash": "a secret that lets somebody act for the person"},
        sealed={"terms": Sealed("account_delegation.terms#{id}")},
    ),
    Held(
        HelperCode, N_("Le code d’aide que vous avez fait, s’il n’a pas servi"),
        {
            "code_id": N_("Début du code"), "terms": N_("Ce qui est convenu"), "tries": N_("Essais"), "at": _AT,
            "expires_at": N_("Expire le"),
        },
        kept_back={"secret_digest": "a secret that lets somebody act for the person"},
        sealed={"terms": Sealed("account_helper_code.terms#{code_id}")},
    ),
    Held(
        PushSubscription, N_("Les appareils où vous recevez des messages"),
        {
            "id": N_("Numéro"), "subscription": N_("Adresse et clés de l’appareil"), "at": _AT,
            "expires_at": N_("Expire le"), "endpoint_hash": N_("Empreinte de l’adresse"),
        },
        sealed={"subscription": Sealed("account_push_subscription.subscription#{id}")},
    ),
    Held(
        ReminderSettings, N_("Comment vous voulez être rappelé"),
        {
            "settings": N_("Adresses et préférences"), "look_on": N_("Prochaine relecture de votre plan"),
            "looked": N_("Empreinte des informations relues"), "at": _AT,
        },
        sealed={"settings": Sealed("reminder_settings.settings")},
    ),
    Held(
        ReminderMessage, N_("Les rappels qui vous ont été écrits"),
        {
            "id": N_("Numéro"), "channel": N_("Par quel moyen"), "content": N_("À propos de quoi"),
            "occasion": N_("Empreinte de l’occasion"), "state": N_("Ce qu’il est devenu"), "reason": N_("Pourquoi"),
            "planned_at": N_("Prévu le"), "due_at": N_("Pas avant"), "attempts": N_("Essais"),
            "handed_at": N_("Remis le"), "settled_at": N_("Réglé le"), "reference": N_("Numéro chez le prestataire"),
        },
        kept_back={
            "link_hash": "a secret that opens the message's page",
            "claim": "which process was sending it, for two minutes",
            "lease_until": "until when that process held it",
        },
        sealed={"content": Sealed("reminder_message.content#{id}")},
    ),
    Held(
        CalendarFeed, N_("Votre calendrier en ligne"), {"at": _AT},
        kept_back={"token_hash": "a secret that opens the calendar"},
    ),
    Held(
        KnownNumber, N_("Vos numéros de santé, brouillés"), {"number_hash": N_("Empreinte du numéro")},
    ),
    Held(
        Member, N_("Les cabinets où vous exercez"), {"practice_hash": N_("Empreinte du cabinet"), "at": _AT},
    ),
    Held(
        Session, N_("Vos connexions"),
        {
            "role": N_("Rôle"), "opened_at": N_("Ouverte le"), "seen_at": N_("Utilisée le"),
            "expires_at": N_("Expire le"), "closed_at": N_("Fermée le"),
        },
        kept_back={
            "token_hash": "a secret that opens the session",
            "provider_hash": "a secret by which the identity provider ends the session",
        },
    ),
    Held(
        IdempotentWrite, N_("Vos derniers envois, pour ne pas les traiter deux fois"),
        {
            "key_hash": N_("Empreinte de l’envoi"), "request_digest": N_("Empreinte du contenu"),
            "status": N_("Résultat"), "answer": N_("Réponse donnée"), "at": _AT,
        },
        sealed={"answer": Sealed("account_idempotent_write.answer#{key_hash}")},
    ),
    Held(
        DonationInformation, N_("L’information sur le don de données qui vous a été montrée"),
        {"text_digest": N_("Empreinte du texte montré"), "at": _AT},
    ),
    Held(
        DonationChoice, N_("Vos choix sur le don de données"),
        {
            "version": N_("Version"), "channel": N_("Par quelle voie"), "wish": N_("Choix"),
            "purposes": N_("Usages refusés"), "projects": N_("Projets refusés"),
            "text_digest": N_("Empreinte du texte montré"), "by": N_("Par"),
            "evidence": N_("Empreinte du document gardé"), "at": _AT, "receipt": N_("Reçu signé"),
        },
    ),
    Held(
        DonationMember, N_("Les copies de données où vous êtes, ou étiez peut-être"), {"delivery": N_("Copie")},
    ),
    Held(
        DonationNotice, N_("Les retraits demandés pour vous"), {"delivery": N_("Copie"), "at": _AT},
    ),
    Held(
        CampaignVersion, N_("Les campagnes que vous avez écrites, pour une équipe"),
        {
            "campaign": N_("Campagne"), "version": N_("Version"), "text": N_("Texte"),
            "digest": N_("Empreinte du texte"), "at": _AT,
        },
    ),
    Held(
        CampaignStep, N_("Les étapes de campagnes que vous avez décidées, pour une équipe"),
        {
            "campaign": N_("Campagne"), "number": N_("Numéro"), "version": N_("Version"), "event": N_("Étape"),
            "words": N_("Raison"), "until": N_("Jusqu’au"), "at": _AT,
        },
    ),
    Held(
        StopEvent, N_("Les arrêts que vous avez décidés, pour une équipe"),
        {
            "number": N_("Numéro"), "stop": N_("Numéro de l’arrêt"), "event": N_("Étape"), "kind": N_("Sorte"),
            "target": N_("Ce qui est arrêté"), "version": N_("Version"), "words": N_("Raison"), "at": _AT,
        },
    ),
    Held(
        GuaranteeCase, N_("Les conseils de votre plan tirés au sort pour être relus"),
        {
            "id": N_("Numéro"), "month": N_("Mois"), "categories": N_("Catégories"), "shown": N_("Ce qui est montré"),
            "proposal": N_("Décision proposée"), "at": _AT,
        },
        sealed={"shown": Sealed("guarantee_case.shown#{id}"), "proposal": Sealed("guarantee_case.proposal#{id}")},
    ),
    Held(
        GuaranteeReading, N_("Ce que le collège de garantie humaine en a pensé"),
        {
            "id": N_("Numéro"), "case_id": N_("Conseil relu"), "reading": N_("Avis"), "at": _AT,
            "read_at": N_("Lu le"),
        },
        kept_back={"reader_id": "another person's account; who read stands in the access log, by name"},
        sealed={"reading": Sealed("guarantee_reading.reading#{id}")},
    ),
    Held(
        DataKey, N_("La clé qui protège vos données"), {"kek": N_("Protégée par"), "at": _AT},
        kept_back={"wrapped": "the key itself: it says nothing of you, and opens what is given here in clear"},
    ),
)  # fmt: skip

FACTS, FILES, CONSENTS = (str(model.__tablename__) for model in (HealthFacts, HealthUpload, ConsentChange))
"""Names under which `rows` gives them."""

ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "audit_entry": "the bundle of the log holds every entry about the person, with its proof",
        "account_erasure": "only of people who were erased: they have no account to ask from",
        "account_sign_in": "a sign-in that is not over is nobody's yet; it is gone after ten minutes",
        "directory_edition": "about nobody who uses Jalon: which public directory is loaded, and of which day",
        "directory_place": "public directories of places and professionals, as published; nobody's searches",
        "directory_commune": "communes and postcodes",
        "account_proof": "about nobody: hashes of proofs that were used, for six minutes",
        "donation_delivery": "about nobody: each copy that left; its people stand in donation_member",
        "donation_listed": "fingerprints of other registers' lists: what these say of one stands in donation_choice",
        "audit_head": "about nobody: the size of the log, and the key of entries about nobody",
        "audit_node": "about nobody: the log's tree",
        "audit_checkpoint": "about nobody: the log's signed states, which are public",
        "guarantee_seat": "keyed hashes of the numbers of those who sit on the board, as a public role",
        "guarantee_draw": "about nobody: the seed and the sizes of each month's sample",
        "guarantee_month": "about nobody: counts over those who consent",
        "guarantee_result": "about nobody: a closed case is not tied to its person any more",
        "guarantee_issue": "about guidelines",
        "guarantee_step": "about guidelines, with the names of the professionals who decided",
        "guarantee_signal": "about nobody: whom each concerns stands in health_signal",
        "guarantee_signal_step": "about nobody: what was done about a signal; the answers stand in health_signal",
        "audit_decision_card": "about nobody: which guideline a card was about, never which patient",
    }
)


def rows(grant: Grant) -> dict[str, list[dict[str, Any]]]:
    """The rows about the grant's subject, by table, opened: JSON-ready, as they are kept."""
    connection = grant.connection("read", "export")
    key = sealer(connection, grant.keys, grant.subject)
    return {held.name: list(_rows(connection, held, grant.subject, key)) for held in HELD}


def sizes(grant: Grant) -> dict[int, int]:
    """The bytes that each original file takes (sealed), by its number."""
    connection, table = grant.connection("read", "export"), HealthUpload.__table__  # type: ignore[attr-defined]
    query = select(table.c.number, func.length(table.c.content)).where(table.c.person_id == grant.subject)
    return {int(number): int(size) for number, size in connection.execute(query.order_by(table.c.number))}


def files(grant: Grant, numbers: Sequence[int]) -> list[Upload]:
    """Original files as they were sent, by their numbers."""
    connection, table = grant.connection("read", "export"), HealthUpload.__table__  # type: ignore[attr-defined]
    key = sealer(connection, grant.keys, grant.subject)
    if key is None or not numbers:
        return []
    query = select(table).where(table.c.person_id == grant.subject, table.c.number.in_(numbers))
    return [
        Upload.of(
            key.open(f"health_upload.name#{row.number}", bytes(row.name)).decode(),
            key.open(f"health_upload.content#{row.number}", bytes(row.content)),
        )
        for row in connection.execute(query.order_by(table.c.number))
    ]


def _rows(connection: Connection, held: Held, person: str, key: Sealer | None) -> list[dict[str, Any]]:
    table = held.table
    columns = [table.c[name] for name in dict.fromkeys((*held.shown, *(column.name for column in table.primary_key)))]
    query = select(*columns).where(table.c[held.of] == person).order_by(*table.primary_key)
    return [
        {name: _open(held, name, row, key) for name in held.shown} for row in connection.execute(query)
    ]


def _open(held: Held, name: str, row: Row[Any], key: Sealer | None) -> Any:
    value = row._mapping[name]
    sealed = held.sealed.get(name)
    if sealed is None or value is None:
        return value
    if key is None:
        return None  # the key was destroyed: nothing of it can be read any more
    opened = key.open(sealed.place.format(**row._mapping), bytes(value)).decode()
    return json.loads(opened) if sealed.json else opened

"""Every table, in families.

`account_*`, `consent_*` and `audit_*` hold who people are to the service, what they allowed and what was
done; `guarantee_*` what the human guarantee of recommendations decided; `studio_*` campaigns; `reminder_*`
reminders and how people want them. `health_*` hold health data, sealed with the keys of `key_*`. Only `app.trust`
touches any of them; see `app.trust.door`. `directory_*` (`app.store.directory_tables`) hold public directories of
places, and nobody who asks.

Times are UTC, to the microsecond, as ISO 8601 text (`2026-11-15T08:30:00.000000Z`): the same bytes on every
engine, which the audit log's commitments need. JSON is canonical text (sorted keys, no spaces).
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, Text
from sqlmodel import Field, SQLModel

from app.store import reminders as _reminders  # noqa: F401 - its tables
from app.store.audit_tables import AuditCheckpoint as AuditCheckpoint
from app.store.audit_tables import AuditEntry as AuditEntry
from app.store.audit_tables import AuditHead as AuditHead
from app.store.audit_tables import AuditNode as AuditNode
from app.store.campaign_tables import CampaignStep as CampaignStep
from app.store.campaign_tables import CampaignVersion as CampaignVersion
from app.store.card_tables import DecisionCard as DecisionCard
from app.store.devices import PushSubscription as PushSubscription
from app.store.directory_tables import DirectoryCommune as DirectoryCommune  # every table is known from here
from app.store.directory_tables import DirectoryEdition as DirectoryEdition
from app.store.directory_tables import DirectoryPlace as DirectoryPlace
from app.store.donation import DonationChoice as DonationChoice
from app.store.donation import DonationDelivery as DonationDelivery
from app.store.donation import DonationInformation as DonationInformation
from app.store.donation import DonationListed as DonationListed
from app.store.donation import DonationMember as DonationMember
from app.store.donation import DonationNotice as DonationNotice
from app.store.helpers import HelperCode as HelperCode
from app.store.numbers import KnownNumber as KnownNumber
from app.store.quality_tables import GuaranteeCase as GuaranteeCase


def stamp(moment: datetime) -> str:
    """A moment as stored: UTC ISO 8601 with microseconds; so text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The moment of a stored stamp."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _person(*, primary_key: bool = False) -> Column[str]:
    return Column(
        Text, ForeignKey("account_person.id"), primary_key=primary_key, nullable=False, index=not primary_key
    )


class Person(SQLModel, table=True):
    """Someone with an account. `id` is random; `sample` is the id of the synthetic person it stands for."""

    __tablename__ = "account_person"

    id: str = Field(primary_key=True, sa_type=Text)
    sample: str | None = Field(default=None, sa_type=Text, unique=True)
    label: str | None = Field(default=None, sa_type=Text)
    language: str = Field(default="fr", sa_type=Text)
    log_key: bytes = Field(sa_type=LargeBinary)
    """Key of this person's commitments in the audit log; destroying it makes them unlinkable."""
    created_at: str = Field(sa_type=Text)


class Session(SQLModel, table=True):
    """A sign-in. The token itself is never stored: `token_hash` is its SHA-256."""

    __tablename__ = "account_session"

    token_hash: str = Field(primary_key=True, sa_type=Text)
    person_id: str = Field(sa_column=_person())
    role: str = Field(sa_type=Text)
    opened_at: str = Field(sa_type=Text)
    seen_at: str = Field(sa_type=Text)
    expires_at: str = Field(sa_type=Text)
    closed_at: str | None = Field(default=None, sa_type=Text)
    provider_hash: str | None = Field(default=None, sa_type=Text, index=True)
    """Keyed hash of the identity provider's own session (`sid`), when it named one."""


class SignIn(SQLModel, table=True):
    """A sign-in under way at an identity provider: kept for ten minutes, read once."""

    __tablename__ = "account_sign_in"

    state_hash: str = Field(primary_key=True, sa_type=Text)
    browser_hash: str = Field(sa_type=Text)
    profile: str = Field(sa_type=Text)
    nonce: str = Field(sa_type=Text)
    verifier: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class Identity(SQLModel, table=True):
    """Whose account a subject of an identity provider opens. `subject_hash` is keyed; `detail` is what a professional
    is (JSON), empty for a citizen."""

    __tablename__ = "account_identity"

    subject_hash: str = Field(primary_key=True, sa_type=Text)
    person_id: str = Field(sa_column=_person())
    profile: str = Field(sa_type=Text)
    detail: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class Relation(SQLModel, table=True):
    """A practice that a person named. `practice_hash` is keyed; `number` is sealed with the person's key. Rows are
    ended, never deleted but with the person."""

    __tablename__ = "account_relation"

    id: str = Field(primary_key=True, sa_type=Text)
    person_id: str = Field(sa_column=_person())
    practice_hash: str = Field(sa_type=Text, index=True)
    kind: str = Field(sa_type=Text)
    number: bytes = Field(sa_type=LargeBinary)
    at: str = Field(sa_type=Text)
    ended_at: str | None = Field(default=None, sa_type=Text)


class Member(SQLModel, table=True):
    """Where a professional works, as the provider said when they last signed in."""

    __tablename__ = "account_member"

    person_id: str = Field(sa_column=_person(primary_key=True))
    practice_hash: str = Field(primary_key=True, sa_type=Text, index=True)
    at: str = Field(sa_type=Text)


class Delegation(SQLModel, table=True):
    """Somebody who may act for a person (`app.trust.delegations`). `terms` is sealed with the person's key;
    `code_hash` is that of an invitation not yet taken up."""

    __tablename__ = "account_delegation"

    id: str = Field(primary_key=True, sa_type=Text)
    person_id: str = Field(sa_column=_person())
    delegate_id: str | None = Field(
        default=None, sa_column=Column(Text, ForeignKey("account_person.id"), nullable=True, index=True)
    )
    code_hash: str | None = Field(default=None, sa_type=Text, unique=True)
    terms: bytes = Field(sa_type=LargeBinary)
    at: str = Field(sa_type=Text)
    accepted_at: str | None = Field(default=None, sa_type=Text)
    expires_at: str = Field(sa_type=Text)
    ended_at: str | None = Field(default=None, sa_type=Text)


class ProofSeen(SQLModel, table=True):
    """A proof of possession (DPoP) that was used: a hash, kept for as long as the proof could be used again."""

    __tablename__ = "account_proof"

    proof: str = Field(primary_key=True, sa_type=Text)
    at: str = Field(sa_type=Text, index=True)


class Erasure(SQLModel, table=True):
    """A person who was erased: `number` is the log's entry that proves it, `entries` the numbers of those that were
    emptied (`app.trust.erasure.ranges`). Append-only."""

    __tablename__ = "account_erasure"

    person_id: str = Field(sa_column=_person(primary_key=True))
    number: int = Field(unique=True)
    entries: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class IdempotentWrite(SQLModel, table=True):
    """The answer already given to a write (sealed), so that the same request sent twice is done once."""

    __tablename__ = "account_idempotent_write"

    person_id: str = Field(sa_column=_person(primary_key=True))
    key_hash: str = Field(primary_key=True, sa_type=Text)
    request_digest: str = Field(sa_type=Text)
    status: int
    answer: bytes = Field(sa_type=LargeBinary)
    at: str = Field(sa_type=Text)


class ConsentChange(SQLModel, table=True):
    """One decision of a person: the categories (or channels) allowed from then on for a purpose. Rows are only ever
    added, so the last `version` is what holds and the others are the history. `text_digest` is that of the words
    shown."""

    __tablename__ = "consent_change"

    person_id: str = Field(sa_column=_person(primary_key=True))
    purpose: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    categories: str = Field(sa_type=Text)
    text_digest: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    by: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class StopEvent(SQLModel, table=True):
    """One step in the life of a stop (`app.trust.stops`): stopped, lift_proposed, lift_refused, lifted. Append-only;
    nothing in it is about a person who is cared for. `person_id`: who did it (None: Jalon itself, on a threshold)."""

    __tablename__ = "guarantee_stop"

    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    stop: str = Field(sa_type=Text, index=True)
    event: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    target: str = Field(sa_type=Text)
    version: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)
    person_id: str | None = Field(
        default=None, sa_column=Column(Text, ForeignKey("account_person.id"), nullable=True, index=True)
    )
    at: str = Field(sa_type=Text)


class GuaranteeSignal(SQLModel, table=True):
    """A problem reported, a human review asked for, or a complaint: the anonymous part, which stays when the person is
    erased. Whom it concerns stands in `health_signal`, whose row alone leads here. `state` is the last step's."""

    __tablename__ = "guarantee_signal"

    id: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    reporter: str = Field(sa_type=Text)
    sent_to: str = Field(sa_type=Text)
    guideline: str = Field(sa_type=Text)
    version: str = Field(sa_type=Text)
    pack: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    problem: str = Field(sa_type=Text)
    impact: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text, index=True)
    due_at: str = Field(sa_type=Text)


class SignalStep(SQLModel, table=True):
    """One step of a signal: which, in which role, when, and what the team found (about the recommendation, never about
    the person). Append-only."""

    __tablename__ = "guarantee_signal_step"

    signal: str = Field(sa_column=Column(Text, ForeignKey("guarantee_signal.id"), primary_key=True, nullable=False))
    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    step: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    analysis: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class DataKey(SQLModel, table=True):
    """A person's data key, wrapped by the key-encryption key `kek` (`app.trust.keys`). Backed up apart."""

    __tablename__ = "key_data"

    person_id: str = Field(sa_column=_person(primary_key=True))
    kek: str = Field(sa_type=Text, index=True)
    wrapped: bytes = Field(sa_type=LargeBinary)
    at: str = Field(sa_type=Text)


class HealthIdentity(SQLModel, table=True):
    """Whose record it is: the traits and identifiers that a new upload is held against (sealed)."""

    __tablename__ = "health_identity"

    person_id: str = Field(sa_column=_person(primary_key=True))
    subject: bytes = Field(sa_type=LargeBinary)


class HealthUpload(SQLModel, table=True):
    """An original file, byte for byte (sealed, as its name): facts are extracted again from it when the vocabulary
    changes. `number` counts the person's files; `digest` is keyed."""

    __tablename__ = "health_upload"

    person_id: str = Field(sa_column=_person(primary_key=True))
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: bytes = Field(sa_type=LargeBinary)
    digest: str = Field(sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)
    at: str = Field(sa_type=Text)


class HealthFacts(SQLModel, table=True):
    """What was extracted of all uploads, what the person answered, and what they and their doctors decided about items
    of their plan (sealed). `digest` covers all of them and the vocabulary; it is keyed."""

    __tablename__ = "health_facts"

    person_id: str = Field(sa_column=_person(primary_key=True))
    sheet: bytes | None = Field(default=None, sa_type=LargeBinary)
    answers: bytes = Field(sa_type=LargeBinary)
    decisions: bytes | None = Field(default=None, sa_type=LargeBinary)
    reviews: bytes | None = Field(default=None, sa_type=LargeBinary)
    vocabulary: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)


class HealthQuestions(SQLModel, table=True):
    """What a person wants to ask at their next consultation, in their own words (sealed)."""

    __tablename__ = "health_questions"

    person_id: str = Field(sa_column=_person(primary_key=True))
    content: bytes = Field(sa_type=LargeBinary)
    at: str = Field(sa_type=Text)


class HealthSignal(SQLModel, table=True):
    """What a person, or their doctor, reported or asked: which signal (`link`), their words with the whole reasoning of
    that moment (`content`), and the answers (all sealed). `signal_hash` is keyed."""

    __tablename__ = "health_signal"

    person_id: str = Field(sa_column=_person(primary_key=True))
    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    signal_hash: str = Field(sa_type=Text, unique=True)
    link: bytes = Field(sa_type=LargeBinary)
    content: bytes = Field(sa_type=LargeBinary)
    answers: bytes = Field(sa_type=LargeBinary)
    at: str = Field(sa_type=Text)


HEALTH_TABLES = (HealthIdentity, HealthUpload, HealthFacts, HealthSignal, HealthQuestions)

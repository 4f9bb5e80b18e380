"""Erasing a person, at their request.

Their data key is destroyed (what is sealed with it in backups stays unreadable), with every row of health data,
their sessions, and the content and key of the log's entries about them. The tree stays whole: commitments remain,
which nobody can link to anyone any more. What stays: that an account with a random number existed, what it consented
to, and an entry of the log, about nobody, that commits to the numbers of the entries that were emptied.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlmodel import SQLModel

from app.store.numbers import KnownNumber
from app.store.quality_tables import GuaranteeCase, GuaranteeReading
from app.store.reminders import CalendarFeed, ReminderMessage, ReminderSettings
from app.store.tables import (
    AuditEntry,
    DataKey,
    Delegation,
    Erasure,
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
)
from app.trust import audit
from app.trust.grant import Grant
from app.trust.vocabulary import Outcome, Tag

_ENTRY = AuditEntry.__table__  # type: ignore[attr-defined]
_ERASURE = Erasure.__table__  # type: ignore[attr-defined]
_DELEGATION = Delegation.__table__  # type: ignore[attr-defined]
_PERSON = Person.__table__  # type: ignore[attr-defined]
_OWNED = [
    SQLModel.metadata.tables[str(table.__tablename__)]
    for table in (
        DataKey, HealthIdentity, HealthUpload, HealthFacts, HealthQuestions, HealthSignal, IdempotentWrite, Identity,
        Member, Relation, Session, Delegation, PushSubscription, HelperCode, GuaranteeReading, GuaranteeCase,
        KnownNumber, ReminderSettings, ReminderMessage, CalendarFeed,
    )
]
_EMPTIED = ("at", "outcome", "actor", "role", "purpose", "basis", "categories", "detail")
ERASED = "erased"
"""The tag of an emptied entry."""


@dataclass(frozen=True, slots=True)
class Erased:
    """The number of the log's entry that proves it, and how many entries about the person were emptied."""

    number: int
    entries: int
    at: str


def erase(grant: Grant, at: str) -> Erased:
    """Erase the grant's subject, in the grant's transaction."""
    connection = grant.connection("write", "account")
    person = grant.subject
    numbers = list(
        connection.execute(select(_ENTRY.c.seq).where(_ENTRY.c.subject == person).order_by(_ENTRY.c.seq)).scalars()
    )
    entries = ranges(numbers)
    proof = audit.Draft(
        at, Tag.ACCOUNT_ERASED, Outcome.DONE, "nobody", "system", "own_rights", "gdpr_17", None, detail=digest(entries)
    )
    number = audit.append(connection, [(proof, None)])
    connection.execute(insert(_ERASURE).values(person_id=person, number=number, entries=entries, at=at))
    connection.execute(
        update(_ENTRY).where(_ENTRY.c.subject == person)
        .values(subject=None, tag=ERASED, **dict.fromkeys(_EMPTIED, ""))
    )  # fmt: skip
    for owned in _OWNED:
        connection.execute(delete(owned).where(owned.c.person_id == person))
    connection.execute(delete(_DELEGATION).where(_DELEGATION.c.delegate_id == person))  # for whom they acted
    connection.execute(update(_PERSON).where(_PERSON.c.id == person).values(sample=None, label=None, log_key=b""))
    return Erased(number, len(numbers), at)


def ranges(numbers: Sequence[int]) -> str:
    """Canonical JSON of the numbers, as first and last of each run."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return json.dumps(found, separators=(",", ":"))


def digest(entries: str) -> str:
    """What the proof's entry commits to."""
    return "sha256:" + hashlib.sha256(entries.encode()).hexdigest()

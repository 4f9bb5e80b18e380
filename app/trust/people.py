"""Accounts: who people are to the service. No health data."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, insert, select

from app.errors import UsageError
from app.store.tables import HealthFacts, Identity, Person, stamp
from app.trust.ties import Tie

_PERSON = Person.__table__  # type: ignore[attr-defined]
_FACTS = HealthFacts.__table__  # type: ignore[attr-defined]
DIGEST_OF, DIGEST = _FACTS.c.person_id, _FACTS.c.digest
"""For queries that join the digest of what is kept of a person: all that is looked at here of health data."""
_IDENTITY = Identity.__table__  # type: ignore[attr-defined]
_SUBJECTS = (
    select(_PERSON.c.id, _PERSON.c.sample, _PERSON.c.log_key, _FACTS.c.digest)
    .outerjoin(_FACTS, _FACTS.c.person_id == _PERSON.c.id)
    .where(_PERSON.c.id.in_(bindparam("people", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A synthetic person one can sign in as, in demo mode."""

    id: str
    sample: str
    label: str
    language: str
    role: Literal["demo", "professional", "team"] = "demo"


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody whom a job is about."""

    person: str
    sample: bool
    log_key: bytes
    facts_digest: str | None


def add_sample(
    connection: Connection, sample: str, label: str, language: str, now: datetime
) -> tuple[str, bool]:
    """The account of a sample person (made if need be), and whether its record is loaded."""
    found = connection.execute(
        select(_PERSON.c.id, _FACTS.c.digest)
        .outerjoin(_FACTS, _FACTS.c.person_id == _PERSON.c.id)
        .where(_PERSON.c.sample == sample)
    ).one_or_none()
    if found is not None:
        return found.id, found.digest is not None
    person = secrets.token_hex(16)
    connection.execute(
        insert(_PERSON).values(
            id=person, sample=sample, label=label, language=language, log_key=secrets.token_bytes(32),
            created_at=stamp(now),
        )
    )  # fmt: skip
    return person, False


def samples(connection: Connection) -> list[SamplePerson]:
    """The sample people, by id."""
    rows = connection.execute(
        select(_PERSON, _IDENTITY.c.profile)
        .outerjoin(_IDENTITY, _IDENTITY.c.person_id == _PERSON.c.id)
        .where(_PERSON.c.sample.is_not(None), _PERSON.c.label.is_not(None))
        .order_by(_PERSON.c.sample)
    )
    return [
        SamplePerson(
            row.id, row.sample, row.label or row.sample, row.language, row.profile or "demo"
        )
        for row in rows
    ]


def add_professional(
    connection: Connection, sample: str, label: str, detail: str, now: datetime, profile: str = "professional"
) -> tuple[str, bool]:
    """The account of an invented professional (or of somebody of a team), and whether it is new."""
    person, _ = add_sample(connection, sample, label, "fr", now)
    known = f"sample:{sample}"
    if connection.execute(select(_IDENTITY.c.person_id).where(_IDENTITY.c.subject_hash == known)).scalar():
        return person, False
    connection.execute(
        insert(_IDENTITY).values(
            subject_hash=known, person_id=person, profile=profile, detail=detail, at=stamp(now)
        )
    )
    return person, True


def page(connection: Connection, after: str, limit: int) -> tuple[list[str], str | None]:
    """The next people by number, and where to go on (None: that was all)."""
    query = select(_PERSON.c.id).where(_PERSON.c.id > after).order_by(_PERSON.c.id).limit(limit)
    found = list(connection.execute(query).scalars())
    return found, found[-1] if len(found) == limit else None


def log_key(connection: Connection, person: str) -> bytes:
    """The key of the person's commitments. Raises UsageError when there is no such account."""
    key: bytes | None = connection.execute(
        select(_PERSON.c.log_key).where(_PERSON.c.id == person)
    ).scalar_one_or_none()
    if key is None:
        raise UsageError("no such person", code="unknown_person")
    return key


def subjects(connection: Connection, people: Iterable[str]) -> dict[str, Subject]:
    """What the door needs to know of people whom one of Jalon's own jobs is about."""
    wanted = sorted(set(people))
    if not wanted:
        return {}
    rows = connection.execute(_SUBJECTS, {"people": wanted})
    return {row.id: Subject(row.id, row.sample is not None, row.log_key, row.digest) for row in rows}


def at_desk(
    connection: Connection, asked: Iterable[tuple[str, str]], agents: Mapping[str, bool]
) -> dict[tuple[str, str], Tie]:
    """(agent, account number that they were given) → whose it is; `agents`: whether each is invented. Nothing for a
    number that nobody has, or has any more."""
    pairs = set(asked)
    found = subjects(connection, (account for _, account in pairs))
    return {
        (agent, account): Tie(account, desk=True)
        for agent, account in pairs
        if account in found and found[account].log_key and found[account].sample == agents[agent] and agent != account
    }

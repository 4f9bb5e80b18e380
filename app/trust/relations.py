"""Who treats whom: the practices that people named, and the professionals who work there.

A practice is known by its number (RPPS of a doctor, FINESS of a place), kept here as a keyed hash only: the database
tells nobody who somebody's doctor is. The person's own list shows the number again, sealed with their key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from sqlalchemy import Connection, and_, delete, insert, select, update

from app.errors import UsageError
from app.store.tables import Identity, Member, Person, Relation
from app.trust import audit, consents, keys, people
from app.trust.grant import Grant
from app.trust.purposes import Consent
from app.trust.ties import Tie

MOST = 5
"""Practices that one person may name at a time."""
REVIEW = "doctor_review"
Kind = Literal["named", "recorded"]
"""By the person themself; or by their record (the treating doctor that it declares), which they confirmed: a record may
be out of date, and by itself it opens nothing."""
_RELATION = Relation.__table__  # type: ignore[attr-defined]
_MEMBER = Member.__table__  # type: ignore[attr-defined]
_PERSON = Person.__table__  # type: ignore[attr-defined]
_IDENTITY = Identity.__table__  # type: ignore[attr-defined]
_OPEN = _RELATION.c.ended_at.is_(None)


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice that a person named: its number as they typed it."""

    id: str
    number: str
    kind: Kind
    at: str


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody who named the professional's practice. `id` is that of the relation, and means nothing elsewhere."""

    id: str
    kind: Kind
    since: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A patient with the digest of what is kept of them, and the categories that they share."""

    patient: Patient
    digest: str | None
    shares: frozenset[str]


def normal(number: str) -> str:
    """An RPPS number (11 digits) or a FINESS number (9 characters). Raises UsageError (`practice_number`)."""
    plain = re.sub(r"[\s.-]", "", number).upper()
    if not re.fullmatch(r"\d{11}|\d[\dAB]\d{7}", plain):
        raise UsageError("expected an RPPS number (11 digits) or a FINESS number (9)", code="practice_number")
    return plain


def name(grant: Grant, number: str, kind: Kind, at: str) -> Practice:
    """The grant's subject names a practice; naming it twice is naming it once. Raises UsageError (`practice_number`,
    `practices`)."""
    connection, plain = grant.connection("write", "practices", "sample"), normal(number)
    known = number_hash(connection, plain)
    mine = connection.execute(select(_RELATION).where(_RELATION.c.person_id == grant.subject, _OPEN)).all()
    for row in mine:
        if row.practice_hash == known:
            return Practice(row.id, plain, row.kind, row.at)
    if len(mine) >= MOST:
        raise UsageError(f"{MOST} practices at most: end one first", code="practices")
    made = secrets.token_hex(16)
    key = keys.sealer_or_new(connection, grant.keys, grant.subject, at)
    connection.execute(
        insert(_RELATION).values(
            id=made, person_id=grant.subject, practice_hash=known, kind=kind, at=at,
            number=key.seal(_place(made), json.dumps(plain).encode()),
        )
    )  # fmt: skip
    return Practice(made, plain, kind, at)


def named(grant: Grant) -> list[Practice]:
    """The practices that the grant's subject names now, oldest first."""
    return _named(grant, grant.connection("read", "practices"))


def named_within(grant: Grant) -> list[Practice]:
    """`named`, within a change."""
    return _named(grant, grant.connection("write", "practices"))


def end(grant: Grant, relation: str, at: str) -> bool:
    """End a relation of the grant's subject, from the next request on; False when there is none such."""
    mine = (_RELATION.c.id == relation, _RELATION.c.person_id == grant.subject, _OPEN)
    return bool(
        grant.connection("write", "practices").execute(update(_RELATION).where(*mine).values(ended_at=at)).rowcount
    )


def patients(grant: Grant, texts: Mapping[str, Consent]) -> list[Patient]:
    """Who named a practice of the grant's subject, a professional, and allows a review by it; latest first."""
    return [one.patient for one in waiting(grant, texts)]


def waiting(grant: Grant, texts: Mapping[str, Consent]) -> list[Waiting]:
    """`patients`, with what decides whether what is known of each still holds."""
    last = and_(_RELATION.c.person_id == consents.OF, consents.PURPOSE == REVIEW, consents.is_last())
    query = (
        select(_RELATION.c.id, _RELATION.c.kind, _RELATION.c.at, people.DIGEST, *consents.IN_FORCE)
        .join(_MEMBER, _MEMBER.c.practice_hash == _RELATION.c.practice_hash)
        .join(consents.OF.table, last)
        .outerjoin(people.DIGEST.table, _RELATION.c.person_id == people.DIGEST_OF)
        .where(_MEMBER.c.person_id == grant.subject, _RELATION.c.person_id != grant.subject, _OPEN)
        .order_by(_RELATION.c.at.desc(), _RELATION.c.id)
    )
    rows = {row.person_id: row for row in grant.connection("read", "patients").execute(query)}
    allowed = consents.allowed(rows.values(), texts)
    return [
        Waiting(Patient(row.id, row.kind, row.at), row.digest, shares)
        for person, row in rows.items()
        if (shares := allowed.get(person, {}).get(REVIEW))
    ]


def who_decides(grant: Grant) -> str:
    """The name of the professional who acts, as their provider gave it."""
    query = select(_IDENTITY.c.detail).where(
        _IDENTITY.c.profile == "professional", _IDENTITY.c.person_id == grant.actor
    )
    detail = grant.connection("write", "review", "signals", "guarantee", "board").execute(query).scalars().first()
    return str(json.loads(detail).get("name", "")) if detail else ""


def join(connection: Connection, professional: str, numbers: Collection[str], at: str) -> None:
    """Where a professional works, as their provider says today: replaces what was known of it."""
    connection.execute(delete(_MEMBER).where(_MEMBER.c.person_id == professional))
    for known in {number_hash(connection, normal(number)) for number in numbers}:
        connection.execute(insert(_MEMBER).values(person_id=professional, practice_hash=known, at=at))


def treated(connection: Connection, asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Tie]:
    """(professional, relation) → whom it is about, and whether the professional treats them now. Invented people and
    real ones never meet."""
    pairs = set(asked)
    if not pairs:
        return {}
    rows = connection.execute(
        select(_RELATION, _PERSON.c.sample)
        .join(_PERSON, _PERSON.c.id == _RELATION.c.person_id)
        .where(_RELATION.c.id.in_(sorted({relation for _, relation in pairs})))
    )
    works = connection.execute(
        select(_MEMBER.c.person_id, _MEMBER.c.practice_hash, _PERSON.c.sample)
        .join(_PERSON, _PERSON.c.id == _MEMBER.c.person_id)
        .where(_MEMBER.c.person_id.in_(sorted({actor for actor, _ in pairs})))
    )
    places = {(row.person_id, row.practice_hash, row.sample is None) for row in works}
    found = {}
    for row in rows:
        for actor in {actor for actor, relation in pairs if relation == row.id}:
            treats = row.ended_at is None and (actor, row.practice_hash, row.sample is None) in places
            found[actor, row.id] = Tie(row.person_id, treating=treats and actor != row.person_id)
    return found


def professionals(grant: Grant, actors: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What is known of the professionals among these actors (name, profession), to tell the person who looked."""
    query = select(_IDENTITY.c.person_id, _IDENTITY.c.detail).where(
        _IDENTITY.c.profile == "professional", _IDENTITY.c.person_id.in_(sorted(set(actors)))
    )
    rows = grant.connection("read", "access_log", "export").execute(query)
    return {row.person_id: json.loads(row.detail) for row in rows}


def _named(grant: Grant, connection: Connection) -> list[Practice]:
    query = select(_RELATION).where(_RELATION.c.person_id == grant.subject, _OPEN).order_by(_RELATION.c.at)
    rows, key = connection.execute(query).all(), keys.sealer(connection, grant.keys, grant.subject)
    if key is None:
        return []
    return [
        Practice(row.id, json.loads(key.open(_place(row.id), bytes(row.number))), cast(Kind, row.kind), row.at)
        for row in rows
    ]


def _place(relation: str) -> str:
    return f"account_relation.number#{relation}"


def number_hash(connection: Connection, number: str) -> str:
    """What is kept of a number: a keyed hash."""
    return hmac.new(audit.secret(connection), f"practice\0{number}".encode(), hashlib.sha256).hexdigest()

"""Sign-in sessions: an opaque random token, kept here only as its SHA-256, with an idle and an absolute
expiry."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, insert, select, update

from app.errors import JalonError
from app.store.tables import ConsentChange, HealthFacts, Person, Session, moment, stamp
from app.trust import consents
from app.trust.purposes import Consent
from app.trust.vocabulary import Role

_SESSION = Session.__table__  # type: ignore[attr-defined]
_PERSON = Person.__table__  # type: ignore[attr-defined]
_CHANGE = ConsentChange.__table__  # type: ignore[attr-defined]
_FACTS = HealthFacts.__table__  # type: ignore[attr-defined]

_FIND = (
    select(_SESSION, _PERSON.c.sample, _PERSON.c.log_key, _FACTS.c.digest, *consents.IN_FORCE[1:])
    .join(_PERSON, _PERSON.c.id == _SESSION.c.person_id)
    .outerjoin(_FACTS, _FACTS.c.person_id == _SESSION.c.person_id)
    .outerjoin(_CHANGE, and_(_CHANGE.c.person_id == _SESSION.c.person_id, consents.is_last()))
    .where(_SESSION.c.token_hash.in_(bindparam("hashes", expanding=True)))
)
_SEEN = update(_SESSION).where(_SESSION.c.token_hash == bindparam("hash")).values(seen_at=bindparam("seen"))

_SEEN_EVERY = timedelta(seconds=60)
"""How often the time of last use is written: a write for each request would cost more than it tells."""


class NotSignedIn(JalonError):
    """No session, or one that is over: sign in again."""

    code = "not_signed_in"


@dataclass(frozen=True, slots=True)
class Policy:
    """How long a session lasts without use, and at all; and whether demo sessions count."""

    idle: timedelta
    absolute: timedelta
    demo: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A session that holds, with what the door needs to know of its person (`consented`: what they allow now)."""

    token_hash: str
    person: str
    role: Role
    sample: bool
    log_key: bytes
    facts_digest: str | None
    consented: consents.Allowed
    seen_at: str


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def find(
    connection: Connection, hashes: Iterable[str], now: datetime, policy: Policy, texts: Mapping[str, Consent]
) -> dict[str, Known]:
    """The sessions that hold at `now`, by token hash; the time of last use is brought up to date."""
    wanted = sorted(set(hashes))
    if not wanted:
        return {}
    rows = connection.execute(_FIND, {"hashes": wanted}).all()
    allowed = consents.allowed(rows, texts)
    known = {
        row.token_hash: _known(row, allowed.get(row.person_id, {}))
        for row in rows
        if _holds(row, now, policy)
    }
    stale = [k for k in known.values() if now - moment(k.seen_at) > _SEEN_EVERY]
    if stale:
        connection.execute(_SEEN, [{"hash": k.token_hash, "seen": stamp(now)} for k in stale])
    return known


def open_session(
    connection: Connection, person: str, role: Role, now: datetime, policy: Policy, *, replaces: str | None,
    provider: str | None = None, ends: datetime | None = None,
) -> str:  # fmt: skip
    """A new session's token (`provider`: the hash of the identity provider's own session; `ends`: sooner than others);
    the browser's former session (a token hash) is closed: rotation at sign-in."""
    if replaces:
        close_session(connection, replaces, now)
    token = secrets.token_urlsafe(32)
    at = stamp(now)
    connection.execute(
        insert(_SESSION).values(
            token_hash=token_hash(token), person_id=person, role=role, opened_at=at, seen_at=at,
            expires_at=stamp(min(now + policy.absolute, ends or datetime.max.replace(tzinfo=UTC))), closed_at=None,
            provider_hash=provider,
        )
    )  # fmt: skip
    return token


def close_session(connection: Connection, hashed: str, now: datetime) -> None:
    connection.execute(
        update(_SESSION)
        .where(_SESSION.c.token_hash == hashed, _SESSION.c.closed_at.is_(None))
        .values(closed_at=stamp(now))
    )


def close_delegates(connection: Connection, person: str, now: datetime) -> None:
    """Close the sessions of a helper without an account of their own: they were opened for one delegation."""
    connection.execute(
        update(_SESSION)
        .where(_SESSION.c.person_id == person, _SESSION.c.role == "delegate", _SESSION.c.closed_at.is_(None))
        .values(closed_at=stamp(now))
    )


def _holds(row: Row[*tuple[Any, ...]], now: datetime, policy: Policy) -> bool:
    return (
        row.closed_at is None
        and now < moment(row.expires_at)
        and now < moment(row.seen_at) + policy.idle
        and (policy.demo or (row.role != "demo" and row.sample is None))
    )


def _known(row: Row[*tuple[Any, ...]], allowed: consents.Allowed) -> Known:
    return Known(
        row.token_hash,
        row.person_id,
        row.role,
        row.sample is not None,
        row.log_key,
        row.digest,
        allowed,
        row.seen_at,
    )

"""Signing in through a provider: what was asked of it, once, and whose account its answer opens.

An account is found by a keyed hash of (issuer, subject): the database tells nobody who somebody is to a provider.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from app.errors import JalonError
from app.store.tables import Identity, Person, Session, SignIn, moment, stamp
from app.trust import audit

LONGEST = timedelta(minutes=10)
"""Between leaving for the provider and coming back."""
_SIGN_IN = SignIn.__table__  # type: ignore[attr-defined]
_IDENTITY = Identity.__table__  # type: ignore[attr-defined]
_PERSON = Person.__table__  # type: ignore[attr-defined]
_SESSION = Session.__table__  # type: ignore[attr-defined]


class NotAsked(JalonError):
    """An answer to something that this browser did not ask, asked too long ago, or was answered already."""

    code = "not_asked"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the provider, to hold its answer against."""

    state: str
    nonce: str
    verifier: str


def begin(connection: Connection, profile: str, browser: str, now: datetime) -> Asked:
    """Remember a sign-in that this browser (a secret of its own) starts; forget those that were never finished."""
    connection.execute(delete(_SIGN_IN).where(_SIGN_IN.c.at < stamp(now - LONGEST)))
    asked = Asked(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    connection.execute(
        insert(_SIGN_IN).values(
            state_hash=_hash(asked.state), browser_hash=_hash(browser), profile=profile, nonce=asked.nonce,
            verifier=asked.verifier, at=stamp(now),
        )
    )  # fmt: skip
    return asked


def take(connection: Connection, profile: str, state: str, browser: str, now: datetime) -> Asked:
    """What was asked with this state, once. Raises NotAsked."""
    row = connection.execute(select(_SIGN_IN).where(_SIGN_IN.c.state_hash == _hash(state))).one_or_none()
    if row is not None:
        connection.execute(delete(_SIGN_IN).where(_SIGN_IN.c.state_hash == row.state_hash))
    if (
        row is None or row.profile != profile or moment(row.at) + LONGEST < now
        or not hmac.compare_digest(row.browser_hash, _hash(browser))
    ):  # fmt: skip
        raise NotAsked("this sign-in was not started here, or too long ago: start again")
    return Asked(state, row.nonce, row.verifier)


def account(
    connection: Connection, profile: str, issuer: str, subject: str, detail: str, language: str, now: datetime
) -> tuple[str, bool]:
    """The account of this subject of the provider, made if need be; and whether it is new. `detail` says what a
    professional is (never anything about a citizen)."""
    known, person = _subject_hash(connection, issuer, subject), person_of(connection, issuer, subject)
    if person is not None:
        connection.execute(update(_IDENTITY).where(_IDENTITY.c.subject_hash == known).values(detail=detail))
        return person, False
    made = secrets.token_hex(16)
    connection.execute(
        insert(_PERSON).values(id=made, language=language, log_key=secrets.token_bytes(32), created_at=stamp(now))
    )
    connection.execute(
        insert(_IDENTITY).values(subject_hash=known, person_id=made, profile=profile, detail=detail, at=stamp(now))
    )
    return made, True


def person_of(connection: Connection, issuer: str, subject: str) -> str | None:
    """Whose account a subject of the provider opens; None when there is none yet."""
    known = _subject_hash(connection, issuer, subject)
    found = connection.execute(select(_IDENTITY.c.person_id).where(_IDENTITY.c.subject_hash == known)).scalar()
    return None if found is None else str(found)


def close_sessions(connection: Connection, issuer: str, subject: str, now: datetime) -> int:
    """End every session of the person that the provider says has signed out; gives how many."""
    person = person_of(connection, issuer, subject)
    if person is None:
        return 0
    return connection.execute(
        update(_SESSION).where(_SESSION.c.person_id == person, _SESSION.c.closed_at.is_(None))
        .values(closed_at=stamp(now))
    ).rowcount  # fmt: skip


def detail_of(connection: Connection, person: str) -> str:
    """What a professional is, as kept when they signed in; empty for anybody else."""
    query = select(_IDENTITY.c.detail).where(_IDENTITY.c.person_id == person, _IDENTITY.c.profile == "professional")
    return str(connection.execute(query).scalar() or "")


def set_detail(connection: Connection, person: str, detail: str) -> None:
    mine = (_IDENTITY.c.person_id == person, _IDENTITY.c.profile == "professional")
    connection.execute(update(_IDENTITY).where(*mine).values(detail=detail))


def session_hash(connection: Connection, issuer: str, sid: str) -> str:
    """What is kept of the provider's own session."""
    return _subject_hash(connection, issuer, f"session\0{sid}")


def close_session_of(connection: Connection, issuer: str, sid: str, now: datetime) -> int:
    """End what was opened within one session of the provider; gives how many."""
    return connection.execute(
        update(_SESSION)
        .where(_SESSION.c.provider_hash == session_hash(connection, issuer, sid), _SESSION.c.closed_at.is_(None))
        .values(closed_at=stamp(now))
    ).rowcount


def _subject_hash(connection: Connection, issuer: str, subject: str) -> str:
    content = f"identity\0{issuer}\0{subject}".encode()
    return hmac.new(audit.secret(connection), content, hashlib.sha256).hexdigest()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()

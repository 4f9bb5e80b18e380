"""How a person wants to be reminded (sealed with their key), and the secret address of their calendar (kept as a
hash)."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from app.store.reminders import CalendarFeed, ReminderSettings
from app.trust import consents, keys
from app.trust.grant import Grant
from app.trust.people import DIGEST, DIGEST_OF
from app.trust.purposes import Consent

PURPOSE = "reminders"
_SETTINGS = ReminderSettings.__table__  # type: ignore[attr-defined]
_FEED = CalendarFeed.__table__  # type: ignore[attr-defined]
_PLACE = "reminder_settings.settings"


def read(grant: Grant) -> dict[str, Any]:
    """What the grant's subject wants; empty when they never said."""
    return _read(grant, grant.connection("read", "reminders", "facts"))


def read_to_send(grant: Grant) -> dict[str, Any]:
    """`read`, in the transaction that writes or sends a message."""
    return _read(grant, grant.connection("write", "messages", "reminders"))


def _read(grant: Grant, connection: Connection) -> dict[str, Any]:
    sealed = connection.execute(select(_SETTINGS.c.settings).where(_SETTINGS.c.person_id == grant.subject)).scalar()
    key = keys.sealer(connection, grant.keys, grant.subject) if sealed is not None else None
    return dict(json.loads(key.open(_PLACE, bytes(sealed)))) if key and sealed is not None else {}


def write(grant: Grant, settings: Mapping[str, Any], today: str, at: str) -> None:
    """Replace them; the person's plan is looked at anew."""
    connection = grant.connection("write", "reminders", "messages")
    key = keys.sealer_or_new(connection, grant.keys, grant.subject, at)
    sealed = key.seal(_PLACE, json.dumps(dict(settings), sort_keys=True).encode())
    _upsert(connection, grant.subject, {"settings": sealed, "look_on": today, "at": at})


def looked(connection: Connection, person: str, digest: str | None, look_on: str, at: str) -> None:
    """This person's plan was looked at, made of facts with this digest; it is again on a day, or when its facts change.
    No health data is reached."""
    _upsert(connection, person, {"looked": digest or "", "look_on": look_on, "at": at})


def _upsert(connection: Connection, person: str, values: dict[str, Any]) -> None:
    if not connection.execute(update(_SETTINGS).where(_SETTINGS.c.person_id == person).values(values)).rowcount:
        connection.execute(insert(_SETTINGS).values(person_id=person, **values))


def to_look_at(connection: Connection, texts: Mapping[str, Consent], today: str, after: str, most: int) -> list[str]:
    """Up to `most` people after this one whose plan is to be looked at: they allow a channel, and their day has come or
    their facts changed. No health data is reached."""
    allows = consents.allows(PURPOSE, texts)
    changed = _SETTINGS.c.looked != DIGEST
    query = (
        select(consents.OF)
        .outerjoin(_SETTINGS, _SETTINGS.c.person_id == consents.OF)
        .join(DIGEST.table, DIGEST_OF == consents.OF)
        .where(*allows, after < consents.OF)
        .where(or_(_SETTINGS.c.looked.is_(None), _SETTINGS.c.look_on <= today, changed))
        .order_by(consents.OF).limit(most)
    )  # fmt: skip
    return list(connection.execute(query).scalars())


def new_calendar(grant: Grant, at: str) -> str:
    """A new secret for the calendar's address; the former one opens nothing any more."""
    connection = grant.connection("write", "reminders")
    token = secrets.token_urlsafe(24)
    connection.execute(delete(_FEED).where(_FEED.c.person_id == grant.subject))
    connection.execute(insert(_FEED).values(person_id=grant.subject, token_hash=secret_hash(token), at=at))
    return token


def end_calendar(grant: Grant) -> bool:
    connection = grant.connection("write", "reminders")
    return bool(connection.execute(delete(_FEED).where(_FEED.c.person_id == grant.subject)).rowcount)


def allowed(grant: Grant, texts: Mapping[str, Consent]) -> frozenset[str]:
    """The channels that the grant's subject allows now, as consent names them."""
    found = consents.current(grant.connection("read", "reminders"), [grant.subject], texts)
    return found.get(grant.subject, {}).get(PURPOSE, frozenset())


def has_calendar(grant: Grant) -> str | None:
    """Since when, or None."""
    connection = grant.connection("read", "reminders")
    since: str | None = connection.execute(select(_FEED.c.at).where(_FEED.c.person_id == grant.subject)).scalar()
    return since


def whose_calendar(connection: Connection, token: str) -> str | None:
    """The account of a calendar's address: a number, and nothing of the person."""
    found: str | None = connection.execute(
        select(_FEED.c.person_id).where(_FEED.c.token_hash == secret_hash(token))
    ).scalar()
    return found


def secret_hash(token: str) -> str:
    return hashlib.sha256(f"reminder\0{token}".encode()).hexdigest()

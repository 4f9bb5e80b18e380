"""The devices on which a person asked to be told (Web Push, RFC 8030 and 8291).

Addresses and keys are sealed with the person's key, and opened for whoever sends them a message: with a grant to read
`devices`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from app.errors import UsageError
from app.store.tables import PushSubscription, stamp
from app.trust import keys
from app.trust.grant import Grant

MOST = 10
"""Devices of one person."""
_PUSH = PushSubscription.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a browser gives when its user agrees to be told (`PushSubscription.toJSON()`); `p256dh` and `auth` are
    base64url. `device` is a name for its owner to know it by."""

    endpoint: str
    p256dh: str
    auth: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """A subscription that holds; `at` and `expires_at` are stamps."""

    id: str
    subscription: Subscription
    at: str
    expires_at: str | None


def add(grant: Grant, wanted: Subscription, now: datetime, expires: datetime | None = None) -> Device:
    """Tell the grant's subject on this device from now on. An endpoint belongs to whoever subscribed last: the same
    browser, used by somebody else since, tells the former owner nothing any more. Raises UsageError
    (`push_subscriptions`) beyond `MOST` devices."""
    connection = grant.connection("write", "devices")
    hashed, at = endpoint_hash(wanted.endpoint), stamp(now)
    known = connection.execute(select(_PUSH).where(_PUSH.c.endpoint_hash == hashed)).one_or_none()
    key = keys.sealer_or_new(connection, grant.keys, grant.subject, at)
    until = stamp(expires) if expires else None
    if known is not None and known.person_id == grant.subject:
        sealed = key.seal(_place(known.id), _bytes(wanted))
        connection.execute(
            update(_PUSH).where(_PUSH.c.id == known.id).values(subscription=sealed, expires_at=until)
        )
        return Device(known.id, wanted, known.at, until)
    connection.execute(delete(_PUSH).where(_PUSH.c.endpoint_hash == hashed))
    theirs = _PUSH.c.person_id == grant.subject
    connection.execute(delete(_PUSH).where(theirs, _PUSH.c.expires_at <= at))
    if len(connection.execute(select(_PUSH.c.id).where(theirs)).all()) >= MOST:
        raise UsageError(f"{MOST} devices at most: end one first", code="push_subscriptions")
    made = secrets.token_hex(16)
    connection.execute(
        insert(_PUSH).values(
            id=made, person_id=grant.subject, endpoint_hash=hashed, subscription=key.seal(_place(made), _bytes(wanted)),
            at=at, expires_at=until,
        )
    )  # fmt: skip
    return Device(made, wanted, at, until)


def mine(grant: Grant, now: datetime) -> list[Device]:
    """The devices of the grant's subject that hold, oldest first."""
    return _mine(grant, grant.connection("read", "devices", "facts", "reminders"), now)


def to_send(grant: Grant, now: datetime) -> list[Device]:
    """`mine`, in the transaction that lets a message leave."""
    return _mine(grant, grant.connection("write", "messages"), now)


def _mine(grant: Grant, connection: Connection, now: datetime) -> list[Device]:
    holds = or_(_PUSH.c.expires_at.is_(None), _PUSH.c.expires_at > stamp(now))
    query = select(_PUSH).where(_PUSH.c.person_id == grant.subject, holds).order_by(_PUSH.c.at, _PUSH.c.id)
    rows = connection.execute(query).all()
    key = keys.sealer(connection, grant.keys, grant.subject) if rows else None
    if key is None:
        return []
    return [
        Device(row.id, Subscription(**json.loads(key.open(_place(row.id), bytes(row.subscription)))), row.at,
               row.expires_at)
        for row in rows
    ]  # fmt: skip


def end(grant: Grant, device: str) -> bool:
    """Tell the grant's subject nothing more on this device: they ended it, or its push service does not know it any
    more (404, 410). False when it is not theirs."""
    connection = grant.connection("write", "devices", "messages")
    gone = delete(_PUSH).where(_PUSH.c.id == device, _PUSH.c.person_id == grant.subject)
    return bool(connection.execute(gone).rowcount)


def endpoint_hash(endpoint: str) -> str:
    return hashlib.sha256(f"push endpoint\0{endpoint}".encode()).hexdigest()


def _place(device: str) -> str:
    return f"account_push_subscription.subscription#{device}"


def _bytes(wanted: Subscription) -> bytes:
    return json.dumps(asdict(wanted), sort_keys=True).encode()

"""Messages to people: planned once for each occasion and channel, let go in one transaction with the last look at
what the person allows. What they are about is sealed with the person's key. Each function asks for a Grant."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from app.campaigns.model import Channel
from app.store.reminders import ReminderMessage
from app.store.tables import stamp
from app.trust import keys
from app.trust.grant import Grant
from app.trust.queue import CONTACTED, LEASE, State
from app.trust.reminders import secret_hash

_MESSAGE = ReminderMessage.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Message:
    """`content` is what it is about. `link` is the secret of its address: the same each time it is asked for."""

    id: str
    channel: Channel
    occasion: str
    content: dict[str, Any]
    link: str
    state: State
    reason: str | None
    planned_at: str
    due_at: str
    attempts: int
    handed_at: str | None


def plan(grant: Grant, occasion: str, channel: str, content: Mapping[str, Any], due: datetime, now: datetime) -> bool:
    """Plan a message of this occasion by this channel. False when there is one already, whatever became of it."""
    connection = grant.connection("write", "messages")
    key = keys.sealer_or_new(connection, grant.keys, grant.subject, stamp(now))
    made, keyed = secrets.token_hex(16), key.digest(occasion.encode())
    row = {
        "id": made, "person_id": grant.subject, "channel": channel, "occasion": keyed,
        "content": key.seal(_place(made), json.dumps(dict(content), sort_keys=True).encode()),
        "link_hash": secret_hash(_link(key, made)), "state": "planned", "planned_at": stamp(now), "due_at": stamp(due),
        "attempts": 0,
    }  # fmt: skip
    same = (_MESSAGE.c.person_id == grant.subject, _MESSAGE.c.occasion == keyed, _MESSAGE.c.channel == channel)
    if connection.execute(select(_MESSAGE.c.id).where(*same)).first() is not None:
        return False
    connection.execute(insert(_MESSAGE).values(row))
    return True


def history(grant: Grant) -> list[Message]:
    """Every message of the grant's subject, oldest first, whatever became of it."""
    return _history(grant, grant.connection("read", "facts", "reminders"))


def history_to_send(grant: Grant) -> list[Message]:
    """`history`, in the transaction that writes or sends a message."""
    return _history(grant, grant.connection("write", "messages"))


def held(grant: Grant, message: str, claim: str) -> Message | None:
    """A message that this claim still holds."""
    connection = grant.connection("write", "messages")
    row = connection.execute(
        select(_MESSAGE).where(
            _MESSAGE.c.id == message, _MESSAGE.c.person_id == grant.subject, _MESSAGE.c.claim == claim,
            _MESSAGE.c.state == "claimed",
        )
    ).one_or_none()  # fmt: skip
    return _opened(row, _sealer(grant, connection)) if row is not None else None


def hand_over(grant: Grant, message: str, claim: str, content: Mapping[str, Any], now: datetime) -> bool:
    """From here on the message may have left: said before it is handed to its channel. False when the claim is lost."""
    connection = grant.connection("write", "messages")
    key = _sealer(grant, connection)
    done = connection.execute(
        update(_MESSAGE).where(_MESSAGE.c.id == message, _MESSAGE.c.claim == claim, _MESSAGE.c.state == "claimed")
        .values(
            state="handing_over", attempts=_MESSAGE.c.attempts + 1, handed_at=stamp(now),
            lease_until=stamp(now + LEASE),
            content=key.seal(_place(message), json.dumps(dict(content), sort_keys=True).encode()),
        )
    )  # fmt: skip
    return bool(done.rowcount)


def settle_held(
    grant: Grant, message: str, state: State, reason: str, now: datetime, due: datetime | None = None
) -> None:
    """It does not leave: for good, for a reason, or until `due`."""
    connection = grant.connection("write", "messages")
    values = {"state": state, "reason": reason, "claim": None, "lease_until": None}
    values |= {"due_at": stamp(due)} if due is not None else {"settled_at": stamp(now)}
    connection.execute(update(_MESSAGE).where(_MESSAGE.c.id == message).values(values))


def contacts(grant: Grant, other_than: str | None = None) -> list[str]:
    """When the grant's subject was contacted (one moment an occasion), by whichever channel; thanks do not count."""
    seen: dict[str, str] = {}
    for one in history_to_send(grant):
        if one.state in CONTACTED and one.occasion != other_than and not one.content.get("thanks"):
            seen.setdefault(one.occasion, one.handed_at or one.planned_at)
    return list(seen.values())


def find(grant: Grant, link: str) -> Message | None:
    """The message of a link, when it is one of the grant's subject."""
    connection = grant.connection("read", "reminders")
    row = connection.execute(
        select(_MESSAGE).where(_MESSAGE.c.link_hash == secret_hash(link), _MESSAGE.c.person_id == grant.subject)
    ).one_or_none()
    return _opened(row, _sealer(grant, connection)) if row is not None else None


def _history(grant: Grant, connection: Connection) -> list[Message]:
    rows = connection.execute(
        select(_MESSAGE).where(_MESSAGE.c.person_id == grant.subject).order_by(_MESSAGE.c.planned_at, _MESSAGE.c.id)
    ).all()
    if not rows:
        return []
    key = _sealer(grant, connection)
    return [_opened(row, key) for row in rows]


def _opened(row: Row[Any], key: keys.Sealer) -> Message:
    return Message(
        row.id, row.channel, row.occasion, json.loads(key.open(_place(row.id), bytes(row.content))), _link(key, row.id),
        row.state, row.reason, row.planned_at, row.due_at, row.attempts, row.handed_at,
    )  # fmt: skip


def _sealer(grant: Grant, connection: Connection) -> keys.Sealer:
    found = keys.sealer(connection, grant.keys, grant.subject)
    if found is None:
        raise keys.SealError("what was sealed does not open")
    return found


def _link(key: keys.Sealer, message: str) -> str:
    """Sixteen bytes that only this person's key gives: never kept, and the same when a message is handed over again."""
    seed = key.digest(b"reminder link", message.encode())
    return base64.urlsafe_b64encode(hmac.digest(seed.encode(), b"link", hashlib.sha256)[:16]).rstrip(b"=").decode()


def _place(message: str) -> str:
    return f"reminder_message.content#{message}"

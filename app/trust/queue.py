"""What waits in the outbox: claimed for a while by one process, taken back when it dies, settled once. No health data
is reached here, and nobody's name.

A message is `planned`, then `claimed`, then `handing_over` from just before its channel gets it, then settled: `sent`,
`bounced`, `given_up`, `not_sent`, or `unsure` when a process died while handing it over to a channel that cannot tell
whether it was (it is then not sent again: nobody is contacted twice).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, func, select, update

from app.campaigns.model import Channel
from app.store.reminders import ReminderMessage
from app.store.tables import stamp

State = Literal["planned", "claimed", "handing_over", "sent", "bounced", "given_up", "not_sent", "unsure"]
CONTACTED: Final = frozenset({"handing_over", "sent", "unsure"})
"""States in which the person was, or may have been, contacted."""
LEASE = timedelta(minutes=2)
"""How long a process may take over what it claimed; longer than a channel's own patience."""
TOGETHER = 20
_MESSAGE = ReminderMessage.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Held:
    """A message that was claimed, and whose it is."""

    id: str
    person: str
    channel: Channel


def recover(connection: Connection, repeatable: Collection[str], now: datetime) -> int:
    """Take back what dead processes held. What they were handing over is handed over again, under its own key, by
    channels that know it (`repeatable`); by others it is `unsure`. Gives how many are now unsure."""
    over = _MESSAGE.c.lease_until < stamp(now)
    back = {"state": "planned", "claim": None, "lease_until": None}
    connection.execute(update(_MESSAGE).where(_MESSAGE.c.state == "claimed", over).values(back))
    handing = (_MESSAGE.c.state == "handing_over", over)
    connection.execute(update(_MESSAGE).where(*handing, _MESSAGE.c.channel.in_(sorted(repeatable))).values(back))
    lost = update(_MESSAGE).where(*handing, _MESSAGE.c.channel.not_in(sorted(repeatable)))
    return int(
        connection.execute(
            lost.values(state="unsure", reason="stopped", claim=None, lease_until=None, settled_at=stamp(now))
        ).rowcount
    )


def claim(connection: Connection, channels: Collection[str], now: datetime) -> tuple[str, list[Held]]:
    """Up to `TOGETHER` messages whose moment has come, now this caller's alone."""
    token, at = secrets.token_hex(8), stamp(now)
    chosen = (
        select(_MESSAGE.c.id)
        .where(_MESSAGE.c.state == "planned", _MESSAGE.c.due_at <= at, _MESSAGE.c.channel.in_(sorted(channels)))
        .order_by(_MESSAGE.c.due_at, _MESSAGE.c.id).limit(TOGETHER).with_for_update(skip_locked=True)
    )  # fmt: skip
    found = list(connection.execute(chosen).scalars())
    if not found:
        return token, []
    connection.execute(
        update(_MESSAGE).where(_MESSAGE.c.id.in_(found), _MESSAGE.c.state == "planned")
        .values(state="claimed", claim=token, lease_until=stamp(now + LEASE))
    )  # fmt: skip
    rows = connection.execute(
        select(_MESSAGE.c.id, _MESSAGE.c.person_id, _MESSAGE.c.channel)
        .where(_MESSAGE.c.claim == token).order_by(_MESSAGE.c.due_at, _MESSAGE.c.id)
    )  # fmt: skip
    return token, [Held(row.id, row.person_id, row.channel) for row in rows]


def settle(
    connection: Connection, message: str, claim: str, state: State, reason: str | None, now: datetime,
    *, due: datetime | None = None, reference: str | None = None,
) -> bool:  # fmt: skip
    """What became of it; with `due`, it is tried again then. False when another process took it meanwhile."""
    values = {"state": state, "reason": reason, "claim": None, "lease_until": None, "reference": reference}
    values |= {"due_at": stamp(due)} if due is not None else {"settled_at": stamp(now)}
    where = (_MESSAGE.c.id == message, _MESSAGE.c.claim == claim)
    return bool(connection.execute(update(_MESSAGE).where(*where).values(values)).rowcount)


def attempts(connection: Connection, message: str) -> int:
    """How many times it was handed over."""
    return int(connection.execute(select(_MESSAGE.c.attempts).where(_MESSAGE.c.id == message)).scalar_one())


def given_back(connection: Connection, claim: str) -> int:
    """Claimed, and not looked at: whoever comes next may take it."""
    where = (_MESSAGE.c.claim == claim, _MESSAGE.c.state == "claimed")
    back = {"state": "planned", "claim": None, "lease_until": None}
    return int(connection.execute(update(_MESSAGE).where(*where).values(back)).rowcount)


def of_message(connection: Connection, message: str) -> tuple[str, Channel] | None:
    """(person, channel) of a message that was handed over, to record what its channel says of it afterwards."""
    row = connection.execute(
        select(_MESSAGE.c.person_id, _MESSAGE.c.channel)
        .where(_MESSAGE.c.id == message, _MESSAGE.c.handed_at.is_not(None))
    ).one_or_none()
    return (row.person_id, row.channel) if row else None


def of_link(connection: Connection, hashed: str) -> tuple[str, Channel] | None:
    """(person, channel) of a link, by its hash."""
    row = connection.execute(
        select(_MESSAGE.c.person_id, _MESSAGE.c.channel).where(_MESSAGE.c.link_hash == hashed)
    ).one_or_none()
    return (row.person_id, row.channel) if row else None


def bounced(connection: Connection, message: str, now: datetime, reason: str = "refused") -> None:
    connection.execute(
        update(_MESSAGE).where(_MESSAGE.c.id == message)
        .values(state="bounced", reason=reason, settled_at=stamp(now))
    )  # fmt: skip


def bounces(connection: Connection, channel: str, last: int, since: datetime) -> tuple[int, int]:
    """Of the last messages settled on this channel since then (`last` at most): how many, and how many bounced."""
    recent = (
        select(_MESSAGE.c.state)
        .where(_MESSAGE.c.channel == channel, _MESSAGE.c.settled_at >= stamp(since),
               _MESSAGE.c.state.in_(["sent", "bounced"]))
        .order_by(_MESSAGE.c.settled_at.desc()).limit(last)
    )  # fmt: skip
    states = list(connection.execute(recent).scalars())
    return len(states), states.count("bounced")


def counts(connection: Connection) -> dict[str, dict[str, int]]:
    """Channel → state → how many."""
    query = select(_MESSAGE.c.channel, _MESSAGE.c.state, func.count()).group_by(_MESSAGE.c.channel, _MESSAGE.c.state)
    found: dict[str, dict[str, int]] = {}
    for channel, state, number in connection.execute(query):
        found.setdefault(channel, {})[state] = int(number)
    return found

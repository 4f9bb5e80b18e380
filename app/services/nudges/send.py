"""Messages leave: each is claimed, looked at a last time, handed over, and what became of it is written down at
once."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from app.campaigns.model import Channel
from app.errors import UsageError
from app.nudges.model import load_nudges
from app.nudges.parcel import Outcome, Sender
from app.nudges.timing import next_try
from app.services.asks import ALL
from app.services.nudges.bounces import forget_devices, refuse_address
from app.services.nudges.people import CONSENTED
from app.services.nudges.ready import Kept, ready
from app.services.services import Services
from app.trust import queue, reminders
from app.trust.door import Job, Refused
from app.trust.keys import SealError
from app.trust.queue import Held
from app.trust.rules import Asked
from app.trust.vocabulary import Outcome as Logged
from app.trust.vocabulary import Tag

log = logging.getLogger(__name__)
_REFUSED = {Logged.CHANNEL: "withdrawn", Logged.NO_CONSENT: "withdrawn"}


@dataclass
class Sent:
    """What became of the messages of a run. `kept`: why they did not leave; `stopped`: channels that bounce too
    much."""

    became: dict[str, Counter[str]] = field(default_factory=dict)
    kept: Counter[str] = field(default_factory=Counter)
    unsure: int = 0
    stopped: dict[str, str] = field(default_factory=dict)

    def count(self, channel: str, state: str) -> None:
        self.became.setdefault(channel, Counter())[state] += 1

    @property
    def well(self) -> bool:
        """Nothing asks for somebody to look."""
        states = {state for found in self.became.values() for state in found}
        return not self.stopped and not self.unsure and not states & {"given_up", "unsure"}

    def to_json(self) -> dict[str, Any]:
        return {
            "became": {name: dict(found) for name, found in sorted(self.became.items())},
            "kept": dict(sorted(self.kept.items())), "unsure": self.unsure, "stopped": self.stopped,
        }  # fmt: skip


def asked(channel: Channel) -> Asked:
    named = frozenset({CONSENTED[channel]})
    return Asked(Tag.REMINDER_SEND, "write", "messages", reminders.PURPOSE, ALL, channels=named, detail=channel)


async def send(services: Services, senders: Mapping[Channel, Sender], most: int | None = None) -> Sent:
    """Let leave what is due (`most` messages at most). Safe to run twice at once, and after a process was killed."""
    done, left = Sent(), most
    repeatable = [channel for channel, sender in senders.items() if sender.repeatable]
    door = services.door
    done.unsure = await door.look_up(lambda c: queue.recover(c, repeatable, services.now()))
    while left is None or left > 0:
        open_ = await _open(services, senders, done)
        claim, held = await door.look_up(partial(_claim, channels=open_, services=services))
        if not held:
            return done
        for number, one in enumerate(held):
            if one.channel in done.stopped or (left is not None and number >= left):
                continue
            if await _one(services, senders[one.channel], claim, one, done) == "bounced":
                await _open(services, senders, done)
        await door.look_up(lambda c, claim=claim: queue.given_back(c, claim))  # type: ignore[misc]
        left = left - len(held) if left is not None else None
    return done


def _claim(connection: Any, channels: list[Channel], services: Services) -> tuple[str, list[Held]]:
    return queue.claim(connection, channels, services.now())


async def _open(services: Services, senders: Mapping[Channel, Sender], done: Sent) -> list[Channel]:
    """The channels that may go on; those that bounce too much are stopped, and it is said."""
    storms = await _storms(services, senders)
    for channel, told in storms.items():
        if channel not in done.stopped:
            log.error("reminders by %s are stopped: %s", channel, told)
        done.stopped[channel] = told
    return [channel for channel in senders if channel not in storms]


async def _storms(services: Services, senders: Mapping[Channel, Sender]) -> dict[str, str]:
    rule = load_nudges().rules.storm
    since, found = services.now() - timedelta(hours=rule.hours), dict[str, str]()
    for channel in senders:
        settled, bounced = await services.door.look_up(
            partial(queue.bounces, channel=channel, last=10 * rule.among, since=since)
        )
        if settled >= rule.among and bounced > rule.share * settled:
            found[channel] = f"{bounced} of the last {settled} addresses were refused"
    return found


async def _one(services: Services, sender: Sender, claim: str, one: Held, done: Sent) -> str | None:
    """What the channel said, when it got it."""
    try:
        found = await services.door.enter(
            Job(one.person), asked(sender.channel), partial(ready, services, claim, one.id)
        )
    except Refused as refused:
        reason = _REFUSED.get(refused.outcome, "refused")
        await _kept(services, one, claim, reason, done)
        return None
    except (UsageError, SealError):  # no plan can be made of these facts any more
        await _kept(services, one, claim, "unreadable", done)
        return None
    if found is None:
        return None
    if isinstance(found, Kept):
        done.kept[found.reason] += 1
        return None
    try:
        outcome = await asyncio.to_thread(sender.hand_over, found)
    except Exception as error:  # a fault of ours: nobody knows whether it left
        log.error("a message could not be handed over: %s", type(error).__name__)
        outcome = Outcome("unsure", "interrupted")
    await _became(services, sender, claim, one, outcome, done)
    return outcome.state


async def _became(services: Services, sender: Sender, claim: str, one: Held, outcome: Outcome, done: Sent) -> None:
    now, rules = services.now(), load_nudges().rules
    if outcome.gone:
        await forget_devices(services, one.person, outcome.gone)
    if outcome.state == "again" or (outcome.state == "unsure" and sender.repeatable):
        tries = await services.door.look_up(lambda c: queue.attempts(c, one.id))
        due = next_try(tries, now, rules)
        state: queue.State = "planned" if due else "given_up"
        await services.door.look_up(lambda c: queue.settle(c, one.id, claim, state, outcome.reason, now, due=due))
        done.count(one.channel, "again" if due else "given_up")
        return
    state = "given_up" if outcome.state == "refused" else outcome.state
    await services.door.look_up(
        lambda c: queue.settle(c, one.id, claim, state, outcome.reason, now, reference=outcome.reference)
    )
    if outcome.state == "bounced":
        await refuse_address(services, one.person, sender.channel)
    done.count(one.channel, state)


async def _kept(services: Services, one: Held, claim: str, reason: str, done: Sent) -> None:
    await services.door.look_up(lambda c: queue.settle(c, one.id, claim, "not_sent", reason, services.now()))
    done.kept[reason] += 1


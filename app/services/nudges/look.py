"""Who has something to be reminded of: each plan of people who want reminders is made again when its day comes or its
facts change, and one reminder is planned, or none."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from app.campaigns.model import Channel
from app.campaigns.versions import Version
from app.dates import add
from app.errors import UsageError
from app.nudges.campaign import campaign_for
from app.nudges.choose import Chosen, choose
from app.nudges.model import load_nudges, period
from app.nudges.preferences import channels_for
from app.nudges.timing import contacts_left, next_moment
from app.plans.model import Plan
from app.services.asks import ALL
from app.services.nudges.people import LOOK, Person, contacted, look_at, plan_of, said
from app.services.renewal import is_stale, renew
from app.services.services import Services
from app.store.tables import stamp
from app.trust import campaigns, outbox, reminders
from app.trust.door import Job, Refused
from app.trust.grant import Grant
from app.trust.keys import SealError
from app.trust.rules import Asked
from app.trust.vocabulary import Tag

_PLAN = Asked(Tag.REMINDER_PLAN, "write", "messages", reminders.PURPOSE, ALL)
_TOGETHER = 32
_PAGE = 1_000
FURTHEST = timedelta(days=30)
"""A plan is looked at again after this time, whatever its dates."""


@dataclass
class Looked:
    """What a look found. `planned`: kind → channel → messages; `passed`: why nobody else is reminded → people."""

    people: int = 0
    planned: dict[str, Counter[str]] = field(default_factory=dict)
    passed: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    """When the first of the planned messages may leave."""

    def to_json(self) -> dict[str, Any]:
        return {
            "people": self.people, "planned": {kind: dict(found) for kind, found in sorted(self.planned.items())},
            "passed": dict(sorted(self.passed.items())), "first": stamp(self.first) if self.first else None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Intended:
    """What is to be planned for a person."""

    chosen: Chosen
    channels: tuple[Channel, ...]
    due: datetime

    @property
    def occasion(self) -> str:
        """The same for the same thing at the same date due, planned so many times before (whatever became of it)."""
        first = self.chosen.items[0]
        return f"{self.chosen.campaign or self.chosen.kind.id}:{first.guideline}:{first.due_from or first.status}"


async def look(services: Services, able: Collection[Channel], *, dry_run: bool = False) -> Looked:
    """Look at all whose day it is; `able` are the channels that this deployment has. `dry_run` plans nothing."""
    found, today = Looked(), services.today()
    running = await services.door.look_up(lambda c: campaigns.running(c, today))
    for page in _pages(services):
        for start in range(0, len(page), _TOGETHER):
            some = page[start : start + _TOGETHER]
            for result in await asyncio.gather(
                *(_one(services, one, able, running, dry_run=dry_run) for one in some)
            ):
                _count(found, result)
    return found


def _pages(services: Services) -> Iterator[Sequence[str]]:
    after, texts, today = "", services.door.consents, services.today().isoformat()
    while page := services.door.account(partial(_to_look_at, texts=texts, today=today, after=after)):
        yield page
        after = page[-1]


def _to_look_at(connection: Any, texts: Any, today: str, after: str) -> list[str]:
    return reminders.to_look_at(connection, texts, today, after, _PAGE)


def _count(found: Looked, result: Intended | str) -> None:
    found.people += 1
    if isinstance(result, str):
        found.passed[result] += 1
        return
    for channel in result.channels:
        found.planned.setdefault(result.chosen.campaign or result.chosen.kind.id, Counter())[channel] += 1
    found.first = min(found.first or result.due, result.due)


async def _one(
    services: Services, number: str, able: Collection[Channel], running: Sequence[Version], *, dry_run: bool
) -> Intended | str:
    """What was planned for one person, or why nothing was."""
    try:
        person = await _seen(services, number)
        plan = await asyncio.to_thread(plan_of, services, person.seen, person.wants.lang)
    except Refused:
        return "refused"
    except (UsageError, SealError):
        return "unreadable"
    wanted = intended(services, person, plan, able, running)
    if dry_run:
        return wanted
    again = look_again(services, person, plan)
    if isinstance(wanted, Intended):
        try:
            kept = await services.door.enter(Job(number), _PLAN, partial(_plan, services, wanted, person))
        except Refused:
            return "refused"
        wanted = wanted if kept else "said"
    digest = person.seen.digest
    await services.door.look_up(lambda c: reminders.looked(c, number, digest, again.isoformat(), stamp(services.now())))
    return wanted


async def _seen(services: Services, number: str) -> Person:
    person = await services.door.enter(Job(number), LOOK, partial(look_at, services))
    stored = person.seen.stored
    if stored is not None and is_stale(services, stored) and await renew(services, stored):
        return await services.door.enter(Job(number), LOOK, partial(look_at, services))
    return person


def intended(
    services: Services, person: Person, plan: Plan, able: Collection[Channel], running: Sequence[Version] = ()
) -> Intended | str:
    """What to plan, or the reason for nothing: `paused`, `waits` (a message has not left yet), `nothing`, `enough`,
    `no_channel`."""
    nudges, today = load_nudges(), services.today()
    if person.wants.rests(today):
        return "paused"
    if person.waits:
        return "waits"
    told, stops = said(person.history), person.seen.stops
    chosen = choose(plan, nudges, told, stops)
    if chosen is None or not chosen.kind.thanks:  # a campaign goes before what Jalon would say by itself
        chosen = campaign_for(plan, nudges, running, told, stops) or chosen
    if chosen is None:
        return "nothing"
    if not chosen.kind.thanks and not contacts_left(contacted(person.history), today, nudges.rules.cap):
        return "enough"
    ways = channels_for(chosen.kind, person.allowed & frozenset(able), person.wants, person.devices)
    if not ways:
        return "no_channel"
    return Intended(chosen, tuple(ways), next_moment(services.now(), nudges.rules, person.wants.hours))


def look_again(services: Services, person: Person, plan: Plan) -> date:
    """The next day on which something may have become due, or a contact be free again."""
    today, cap = services.today(), load_nudges().rules.cap
    days = [item.due_from for item in plan.items if item.due_from is not None]
    days += [add(day, period(length)) for day in contacted(person.history) for length in (cap.within, cap.again_after)]
    days += [person.wants.paused_until] if person.wants.paused and person.wants.paused_until else []
    return min([day for day in days if day > today] + [today + FURTHEST])


def _plan(services: Services, wanted: Intended, person: Person, grant: Grant) -> bool:
    """Within the transaction: nothing was planned or said meanwhile."""
    history, now = outbox.history_to_send(grant), services.now()
    if [one.id for one in history] != [one.id for one in person.history]:
        return False
    kind, items = wanted.chosen.kind, [one.to_json() for one in wanted.chosen.items]
    about = items[0]["guideline"]
    times = len({one.occasion for one in history if any(item["guideline"] == about for item in one.content["items"])})
    content = {
        "kind": kind.id, "thanks": kind.thanks, "items": items, "lang": person.wants.lang,
        "pack": f"{services.pack.id} {services.pack.version}", "chosen_on": services.today().isoformat(),
        "techniques": list(kind.techniques), "channels": list(wanted.channels), "campaign": wanted.chosen.campaign,
    }  # fmt: skip
    occasion = f"{wanted.occasion}:{times}"
    made = [outbox.plan(grant, occasion, channel, content, wanted.due, now) for channel in wanted.channels]
    return any(made)

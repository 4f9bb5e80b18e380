"""What reminders know of one person, through the door: what they want, what they were told, and their plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.campaigns.model import Channel
from app.nudges.choose import Due, Said
from app.nudges.model import load_nudges
from app.nudges.preferences import Preferences, preferences_of
from app.plans.model import Plan
from app.services import plans
from app.services.asks import ALL
from app.services.services import Services
from app.services.sheets import Seen
from app.store.tables import moment
from app.trust import devices, health, outbox, reminders
from app.trust.grant import Grant
from app.trust.outbox import Message
from app.trust.queue import CONTACTED
from app.trust.rules import Asked
from app.trust.vocabulary import Tag

LOOK = Asked(Tag.REMINDER_LOOK, "read", "facts", reminders.PURPOSE, ALL)
CONSENTED: Mapping[Channel, str] = {"email": "email", "sms": "sms", "push": "push", "letter": "post"}
"""A channel of messages → as consent names it."""


@dataclass(frozen=True, slots=True)
class Person:
    """What the door let see of somebody who wants reminders."""

    number: str
    allowed: frozenset[Channel]
    wants: Preferences
    history: tuple[Message, ...]
    devices: int
    seen: Seen[Any]

    @property
    def waits(self) -> bool:
        """A message of theirs has not left yet."""
        return any(one.state in {"planned", "claimed", "handing_over"} for one in self.history)


def look_at(services: Services, grant: Grant) -> Person:
    stored = health.read_facts(grant, services.vocabulary)
    return Person(
        grant.subject, allowed_of(grant), preferences_of(reminders.read(grant)), tuple(outbox.history(grant)),
        len(devices.mine(grant, services.now())), Seen(grant.categories, grant.facts_digest, stored, stops=grant.stops),
    )  # fmt: skip


def allowed_of(grant: Grant) -> frozenset[Channel]:
    return frozenset(channel for channel, name in CONSENTED.items() if name in grant.channels)


def plan_of(services: Services, seen: Seen[Any], lang: str) -> Plan:
    """Raises UsageError for facts that no plan can be made of."""
    return plans.made_of(services, seen, services.today(), lang)


def said(history: Iterable[Message]) -> list[Said]:
    """What a person was told, once for each occasion."""
    found: dict[str, Said] = {}
    for one in history:
        if one.state in CONTACTED:
            items = tuple(Due.from_json(item) for item in one.content["items"])
            day = local_day(one.handed_at or one.planned_at)
            found.setdefault(
                one.occasion, Said(day, items, bool(one.content.get("thanks")), one.content.get("campaign"))
            )
    return list(found.values())


def contacted(history: Iterable[Message], other_than: str | None = None) -> list[date]:
    """The days on which a person was contacted; thanks do not count."""
    told = {
        one.occasion: local_day(one.handed_at or one.planned_at)
        for one in history
        if one.state in CONTACTED and one.occasion != other_than and not one.content.get("thanks")
    }
    return list(told.values())


def local_day(at: str) -> date:
    return moment(at).astimezone(load_nudges().rules.zone).date()

"""How the signed-in person is reminded: what they want, what was written to them and why, and their calendar's
address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.campaigns.model import Channel
from app.errors import UsageError
from app.i18n import Translator
from app.nudges.model import CHANNELS, load_nudges
from app.nudges.preferences import Preferences, preferences_of
from app.nudges.text import lang_of, technique_words
from app.services import asks
from app.services.nudges.people import CONSENTED
from app.services.nudges.ways import able
from app.services.services import Services
from app.store.tables import stamp
from app.trust import devices, outbox, reminders
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.outbox import Message
from app.trust.vocabulary import Tag

_READ = asks.right(Tag.REMINDERS_READ, "read", "reminders")
_CHANGE = asks.right(Tag.REMINDERS_CHANGE, "write", "reminders")
MOST_TOLD = 50
"""Messages that are told, the newest first; the copy of one's data holds them all."""


@dataclass(frozen=True, slots=True)
class Mine:
    """What the person wants, what they allow (as consent names it), and what was written to them, newest first."""

    wants: Preferences
    allowed: frozenset[str]
    messages: tuple[Message, ...]
    devices: int
    calendar: str | None


async def mine(services: Services, who: SignedIn) -> Mine:
    texts, now = services.door.consents, services.now()

    def work(grant: Grant) -> Mine:
        return Mine(
            preferences_of(reminders.read(grant)), reminders.allowed(grant, texts),
            tuple(reversed(outbox.history(grant)))[:MOST_TOLD], len(devices.mine(grant, now)),
            reminders.has_calendar(grant),
        )  # fmt: skip

    return await services.door.enter(who, _READ, work)


async def change(services: Services, who: SignedIn, wanted: Mapping[str, Any], lang: str) -> None:
    """Replace what the person wants; it holds from the next message on. Raises UsageError (`reminders`)."""
    new = preferences_of({**wanted, "lang": lang_of(lang), "bounced": []})
    if new.hours is not None and new.hours not in load_nudges().rules.allowed.choices:
        raise UsageError("no such hours", code="reminders", where="/hours")
    if new.paused_until is not None and (not new.paused or new.paused_until <= services.today()):
        raise UsageError("a pause ends on a day to come", code="reminders", where="/paused_until")
    at, today = stamp(services.now()), services.today().isoformat()

    def work(grant: Grant) -> None:
        kept = preferences_of(reminders.read_to_send(grant)).changed(new)
        reminders.write(grant, kept.model_dump(mode="json"), today, at)

    await services.door.enter(who, _CHANGE, work)


async def new_calendar(services: Services, who: SignedIn) -> str:
    """The address of the person's calendar, shown once; a former one opens nothing any more."""
    at = stamp(services.now())
    token = await services.door.enter(who, _CHANGE, lambda grant: reminders.new_calendar(grant, at))
    return f"{services.settings.base_url}/calendrier/{token}.ics"


async def end_calendar(services: Services, who: SignedIn) -> bool:
    return await services.door.enter(who, _CHANGE, reminders.end_calendar)


async def message(services: Services, who: SignedIn, link: str) -> Message | None:
    """The message of a link, when it was written to the person who is signed in."""
    return await services.door.enter(who, _READ, lambda grant: outbox.find(grant, link))


def told(found: Mine, services: Services, t: Translator) -> dict[str, Any]:
    """As JSON."""
    wants, has = found.wants, able(services)
    held = {"email": wants.email, "sms": wants.phone, "letter": wants.address, "push": found.devices or None}
    return {
        "channels": [
            {"id": CONSENTED[one], "allowed": CONSENTED[one] in found.allowed, "available": one in has,
             "address": held[one] is not None, "refused": one in wants.bounced}
            for one in CHANNELS
        ],
        "settings": wants.model_dump(mode="json", exclude={"bounced", "lang"}),
        "hours": {
            name: [hours.start, hours.end] for name, hours in load_nudges().rules.allowed.choices.items()
        },
        "rests": wants.rests(services.today()),
        "calendar_since": found.calendar,
        "messages": [explained(one, services, t) for one in found.messages],
    }  # fmt: skip


def explained(one: Message, services: Services, t: Translator) -> dict[str, Any]:
    """Why this message: to whom reads it about themself."""
    kind = load_nudges().kinds.get(one.content["kind"])
    return {
        "page": f"/m/{one.link}", "channel": CONSENTED[one.channel], "state": one.state, "reason": one.reason,
        "planned_at": one.planned_at, "due_at": one.due_at, "handed_at": one.handed_at,
        "kind": one.content["kind"], "campaign": one.content.get("campaign"), "variant": one.content.get("variant"),
        "techniques": technique_words(one.content["techniques"], t), "chosen_on": one.content["chosen_on"],
        "rules": one.content["pack"],
        "items": [_item(item, services, t) for item in one.content["items"]],
        "sources": [source.model_dump() for source in kind.sources] if kind else [],
    }  # fmt: skip


def _item(item: Mapping[str, Any], services: Services, t: Translator) -> dict[str, Any]:
    """With the guideline's title, unless the pack does not hold it any more."""
    title = services.pack.titles.get(item["guideline"])
    return {
        "guideline": item["guideline"], "title": t(title) if title else None, "status": item["status"],
        "due_from": item["due_from"], "rule_since": item["version"],
    }  # fmt: skip


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def channel_of(consented: str) -> Channel:
    """Raises KeyError."""
    return next(channel for channel, name in CONSENTED.items() if name == consented)

"""What the secret address of a message, or of a calendar, opens to whoever holds it: never what it is about, and only
what takes away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.campaigns.model import Channel
from app.errors import UsageError
from app.i18n import translator
from app.nudges.feed import feed
from app.nudges.preferences import preferences_of
from app.services.asks import ALL
from app.services.nudges.bounces import stop
from app.services.nudges.people import look_at, plan_of
from app.services.services import Services
from app.store.tables import stamp
from app.trust import queue, reminders
from app.trust.door import Job, Refused
from app.trust.grant import Grant
from app.trust.rules import Asked
from app.trust.vocabulary import Tag

_PAUSE = Asked(Tag.REMINDER_STOP, "write", "messages", reminders.PURPOSE)
_CALENDAR = Asked(Tag.CALENDAR_READ, "read", "facts", reminders.PURPOSE, ALL)
LONGEST = 64
"""Characters of a secret: a longer one is not looked up."""


async def channel_of(services: Services, link: str) -> Channel | None:
    """By which channel the message of a link was written; None when there is no such link."""
    found = await _whose(services, link)
    return found[1] if found else None


async def stop_channel(services: Services, link: str) -> Channel | None:
    """The person of a link is reminded by its channel no more; None when there is no such link. Twice is once."""
    found = await _whose(services, link)
    if found is None:
        return None
    await stop(services, *found)
    return found[1]


async def pause(services: Services, link: str, until: date | None) -> bool:
    """Nothing at all is sent to the person of a link, until a day if there is one. False when there is no such link.
    Raises UsageError (`calendar_day`) for a day that is not to come."""
    found = await _whose(services, link)
    if found is None:
        return False
    if until is not None and until <= services.today():
        raise UsageError("a pause ends on a day to come", code="calendar_day", where="/until")
    today, at = services.today().isoformat(), stamp(services.now())

    def work(grant: Grant) -> None:
        wants = preferences_of(reminders.read_to_send(grant))
        paused: Mapping[str, Any] = {"paused": True, "paused_until": until}
        reminders.write(grant, wants.model_copy(update=paused).model_dump(mode="json"), today, at)

    try:
        await services.door.enter(Job(found[0]), _PAUSE, work)
    except Refused:
        return True  # they allow nothing any more: nothing is sent
    return True


async def calendar(services: Services, secret: str) -> bytes | None:
    """The calendar of a secret address; None when it opens nothing, or its person allows no reminder any more."""
    if len(secret) > LONGEST:
        return None
    number = await services.door.look_up(lambda c: reminders.whose_calendar(c, secret))
    if number is None:
        return None
    try:
        person = await services.door.enter(Job(number), _CALENDAR, lambda grant: look_at(services, grant))
    except Refused:
        return None
    plan = plan_of(services, person.seen, person.wants.lang)
    return feed(plan, secret, services.now(), translator(person.wants.lang), named=person.wants.named)


async def _whose(services: Services, link: str) -> tuple[str, Channel] | None:
    if not 0 < len(link) <= LONGEST:
        return None
    return await services.door.look_up(lambda c: queue.of_link(c, reminders.secret_hash(link)))

"""What is due, as a calendar to subscribe to (iCalendar, RFC 5545 and 7986). It says nothing of health unless the
person asked for it, and holds no number of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from app.i18n import N_, Translator
from app.nudges.choose import Due
from app.plans.model import Item, Plan

_NOT_BEFORE = timedelta(days=7)
_SHOWN = frozenset({"due", "overdue", "due_soon", "up_to_date"})
DISCREET = N_("Un rendez-vous pour ma santé")
REFRESH = timedelta(days=1)


def feed(plan: Plan, secret: str, now: datetime, t: Translator, *, named: bool) -> bytes:
    """An event a day for each thing that is, or will be, due. The same thing keeps its number: a date that moves
    moves the event."""
    calendar = Calendar()
    calendar.add("prodid", "-//Jalon//Jalon//FR")
    calendar.add("version", "2.0")
    calendar.add("name", "Jalon")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for item in _shown(plan):
        calendar.add_component(_event(item, _day(item, plan.as_of), secret, now, t, named=named))
    return bytes(calendar.to_ical())


def _shown(plan: Plan) -> Iterable[Item]:
    return [
        item for item in plan.items
        if item.status.value in _SHOWN and not (item.set_aside or item.urgent or item.awaits_review)
        and (item.due_from is not None or item.status.value != "up_to_date")
    ]


def _day(item: Item, today: date) -> date:
    """When it is due; what is due already stands on the Monday after next week has begun, so that it stays for a
    week."""
    due = item.due_from
    if due is not None and due > today:
        return due
    later = today + _NOT_BEFORE
    return later - timedelta(days=later.weekday())


def _event(item: Item, day: date, secret: str, now: datetime, t: Translator, *, named: bool) -> Event:
    event = Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, f'{secret}:{Due.of(item).guideline}')}@jalon")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", item.title if named else t(DISCREET))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event

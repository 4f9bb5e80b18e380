"""One item of a plan as an event for a calendar (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from icalendar import Alarm, Calendar, Event

from app.i18n import Translator

DAY_BEFORE = timedelta(hours=-15)
"""An alarm at nine in the morning of the day before (the event begins at midnight)."""


def calendar_event(
    item: Mapping[str, Any], day: date, now: datetime, t: Translator, *, discreet: bool = False
) -> bytes:
    """An event that takes a whole day, with an alarm the day before.

    Calendars are often shared: the event is marked private, and when `discreet` neither title nor text says what it is
    about. The same item on the same day has the same number, so that a file opened twice is one event.
    """
    title = t("Un rendez-vous pour ma santé") if discreet else item["title"]
    words = [item["action"], item["where"], item["cost"]] if not discreet else []
    about = "discreet" if discreet else item["guideline"]
    event = Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, f'jalon:{about}:{day}')}@jalon")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", title)
    event.add("description", "\n".join(word for word in words if word))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", DAY_BEFORE)
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Jalon//Jalon//FR")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())

"""When a message may leave: hours and days of the deployment's time zone (clock changes included), and how many
contacts a person gets. Instants are UTC; hours are those that a clock on the wall shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.dates import add
from app.nudges.model import DAYS, Cap, Hours, Rules, period

_FURTHEST = 15
"""Days looked at: any list of days holds one of the next seven."""


def next_moment(after: datetime, rules: Rules, choice: str | None = None) -> datetime:
    """The first instant from `after` on at which a message may leave; `choice` is one of the hours that people may
    prefer (one that is not offered any more counts for nothing)."""
    hours = rules.allowed.choices.get(choice or "", rules.allowed.hours)
    zone, utc = rules.zone, after.astimezone(UTC)
    first = utc.astimezone(zone).date()
    for number in range(_FURTHEST):
        day = first + timedelta(days=number)
        if DAYS[day.weekday()] not in rules.allowed.days:
            continue
        start, end = _instants(day, hours, zone)
        if utc < start:
            return start
        if utc < end:
            return utc
    raise AssertionError("a list of days holds one of the next seven")


def may_leave(now: datetime, rules: Rules, choice: str | None = None) -> bool:
    return next_moment(now, rules, choice) == now.astimezone(UTC)


def _instants(day: date, hours: Hours, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The hours of a day as instants. An hour that the clock shows twice starts at the first and ends at the second;
    one that it skips is counted in the time before the change, and so falls as much later."""
    start, end = hours.times
    return _instant(day, start, zone, 0), _instant(day, end, zone, 1)


def _instant(day: date, at: time, zone: ZoneInfo, fold: int) -> datetime:
    return datetime.combine(day, at.replace(fold=fold), zone).astimezone(UTC)


def contacts_left(past: Iterable[date], today: date, cap: Cap) -> bool:
    """May somebody who was contacted on these days be contacted once more?"""
    days = list(past)
    lately = [day for day in days if day > add(today, period(cap.within), sign=-1)]
    year = [day for day in days if day > add(today, period("P1Y"), sign=-1)]
    return len(lately) < cap.most and len(year) < cap.most_a_year


def too_late(planned: datetime, now: datetime, rules: Rules) -> bool:
    """It waited so long that what it says may not be true any more."""
    return now.date() > add(planned.date(), period(rules.retry.late_after))


def next_try(attempts: int, now: datetime, rules: Rules) -> datetime | None:
    """When a channel that did not answer is tried again, after so many tries; None: it is given up."""
    waits = rules.retry.minutes
    return now + timedelta(minutes=waits[attempts - 1]) if attempts <= len(waits) else None

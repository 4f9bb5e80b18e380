"""Instants and intervals, as whole milliseconds UTC since 0001-01-01.

A text known to the day, month or year is not one instant but all those that it may be: each bound of an interval is a
pair (earliest, latest). `BEFORE_ALL` and `AFTER_ALL` are the ends of what began indefinitely long ago or never ends.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from app.dates import Period, add

DAY = 86_400_000
BEFORE_ALL = -(1 << 60)
AFTER_ALL = 1 << 60
Bound = tuple[int, int]
"""The earliest and the latest instant that it may be."""

_TIME = re.compile(r"[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?\Z", re.IGNORECASE)


class Interval(NamedTuple):
    """Start and end, each from its earliest to its latest instant."""

    start_from: int
    start_to: int
    end_from: int
    end_to: int


def start_of(interval: Interval) -> Bound:
    return interval[:2]


def end_of(interval: Interval) -> Bound:
    return interval[2:]


def latest_of(interval: Interval) -> Bound:
    """The end where there is one (known, and not endless), else the start."""
    return interval[:2] if interval[3] == AFTER_ALL else interval[2:]


def earliest_of(interval: Interval) -> Bound:
    """The start where there is one, else the end."""
    return interval[2:] if interval[0] == BEFORE_ALL else interval[:2]


SIDES = {"starts": start_of, "ends": end_of, "latest": latest_of, "earliest": earliest_of}
"""The instants of an event by which content compares it."""


@lru_cache(maxsize=1 << 16)
def day_start(text: str) -> int | None:
    """Midnight of `AAAA-MM-JJ`; None for a day that does not exist."""
    try:
        return (date.fromisoformat(text).toordinal() - 1) * DAY if len(text) == 10 and text[4] == "-" else None
    except ValueError:
        return None


def first_instant(day: date) -> int:
    return (day.toordinal() - 1) * DAY


def last_instant(day: date) -> int:
    return day.toordinal() * DAY - 1


def day_of(instant: int) -> date:
    """The UTC day of an instant that is neither end of time."""
    return date.fromordinal(instant // DAY + 1)


def read_instant(text: object) -> Bound | None:
    """A FHIR date, dateTime or instant; None when it is not one. A time without zone is taken as UTC."""
    if not isinstance(text, str):
        return None
    length = len(text)
    if length <= 10:
        return _partial(text)
    start = day_start(text[:10])
    if start is None:
        return None
    try:
        if length == 24 and text[23] == "Z" and text[10] == "T":  # the usual form, without a regular expression
            hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
            if hour < 24 and minute < 60 and second < 60 and text[13] == text[16] == ":" and text[19] == ".":
                instant = start + hour * 3_600_000 + minute * 60_000 + second * 1000 + int(text[20:23])
                return instant, instant
    except ValueError:
        return None
    return _timed(start, text[10:])


def _partial(text: str) -> Bound | None:
    if len(text) == 10:
        start = day_start(text)
        return None if start is None else (start, start + DAY - 1)
    if len(text) not in (4, 7) or not text.replace("-", "", 1).isdigit():
        return None
    try:
        year = int(text[:4])
        first, last = (int(text[5:]), int(text[5:])) if len(text) == 7 else (1, 12)
        return first_instant(date(year, first, 1)), last_instant(date(year, last, monthrange(year, last)[1]))
    except ValueError:
        return None


def _timed(start: int, rest: str) -> Bound | None:
    match = _TIME.match(rest)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if hour > 23 or minute > 59 or second > 60:
        return None
    instant = start + hour * 3_600_000 + minute * 60_000 + second * 1000 + int(((match[4] or "") + "000")[:3])
    zone = match[5]
    if zone and zone not in "Zz":
        away = int(zone[1:3]) * 3_600_000 + int(zone[-2:]) * 60_000
        instant += -away if zone[0] == "+" else away
    return instant, instant


def shift(instant: int, period: Period, sign: int) -> int:
    """An instant moved by a calendar period; its time of day is kept, and an end of time stays one."""
    if instant in (BEFORE_ALL, AFTER_ALL):
        return instant
    day, time = divmod(instant, DAY)
    try:
        return first_instant(add(date.fromordinal(day + 1), period, sign=sign)) + time
    except (ValueError, OverflowError):  # beyond the years 1 to 9999
        return AFTER_ALL if sign > 0 else BEFORE_ALL


def floor_day(instant: int) -> int:
    return instant if instant in (BEFORE_ALL, AFTER_ALL) else instant - instant % DAY


def ceil_day(instant: int) -> int:
    return instant if instant in (BEFORE_ALL, AFTER_ALL) else instant - instant % DAY + DAY - 1

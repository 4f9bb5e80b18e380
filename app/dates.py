"""Dates as records give them, and exact calendar arithmetic.

A date known to the year or month stays so: it is an interval of days, and comparisons on it may be unknown.
A month or year is added on the calendar; when the day does not exist there, it is the last day of the month
(the convention of art. 641 of the French code of civil procedure). So who is born on 29 February has a birthday
on 28 February in other years, for ages and for due dates alike.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

Precision = Literal["day", "month", "year"]

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")
_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?\Z")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A day known to the day, month or year: the days `earliest` to `latest`, inclusive."""

    earliest: date
    latest: date

    @classmethod
    def of(cls, day: date) -> PartialDate:
        return cls(day, day)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read `2014`, `2014-05` or `2014-05-06`. Raises ValueError for anything else."""
        match = _PARTIAL.match(text)
        if match is None:
            raise ValueError(f"not a date: {text[:20]!r} (expected AAAA, AAAA-MM or AAAA-MM-JJ)")
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        if month is None:
            return cls(date(year, 1, 1), date(year, 12, 31))
        if day is None:
            return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        return cls(date(year, month, day), date(year, month, day))

    @property
    def precision(self) -> Precision:
        if self.earliest == self.latest:
            return "day"
        return "month" if self.earliest.month == self.latest.month else "year"

    @property
    def exact(self) -> date | None:
        """The day, when it is known to the day."""
        return self.earliest if self.earliest == self.latest else None

    def __str__(self) -> str:
        return self.earliest.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar length (ISO 8601, `P2Y`, `P18M`, `P90D`)."""

    months: int = 0
    days: int = 0

    @classmethod
    @lru_cache(maxsize=256)
    def parse(cls, text: str) -> Period:
        match = _PERIOD.match(text)
        if match is None or text == "P":
            raise ValueError(f"not a period: {text!r} (write P2Y, P18M, P6W or P90D)")
        years, months, weeks, days = (int(part or 0) for part in match.groups())
        return cls(years * 12 + months, weeks * 7 + days)

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        parts = [f"{n}{unit}" for n, unit in ((years, "Y"), (months, "M"), (self.days, "D")) if n]
        return "P" + ("".join(parts) or "0D")


def add(day: date, period: Period, *, sign: int = 1) -> date:
    """`day` plus (or minus, with sign=-1) a calendar period; a day that does not exist becomes the month's last."""
    total = day.year * 12 + day.month - 1 + sign * period.months
    year, month0 = divmod(total, 12)
    month, number = month0 + 1, day.day
    shifted = date(year, month, number if number <= 28 else min(number, monthrange(year, month)[1]))
    return shifted + timedelta(days=sign * period.days) if period.days else shifted


def add_years(day: date, years: int) -> date:
    """The birthday `years` later."""
    return add(day, Period(months=12 * years))


def age_on(birth: date, day: date) -> int:
    """Completed years on `day`; negative before birth."""
    years = day.year - birth.year
    return years if add_years(birth, years) <= day else years - 1

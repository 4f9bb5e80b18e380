"""Calendar comparisons as comparisons with one day.

`add(day, period)` and the age on a day never go back when the day goes on, so "the day plus two years is after today"
is "the day is this one or later", for a day found once: columns are compared with constants, no date is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from app.dates import Period, add, add_years

_FIRST, _LAST = date(1800, 1, 1).toordinal(), date(2300, 12, 31).toordinal()


def first_day(holds: Callable[[date], bool]) -> date:
    """The first day on which `holds` (false, then true for good) is true."""
    low, high = _FIRST, _LAST
    while low < high:
        middle = (low + high) // 2
        if holds(date.fromordinal(middle)):
            high = middle
        else:
            low = middle + 1
    return date.fromordinal(low)


def first_ending_after(period: Period, day: date) -> date:
    """The first day whose sum with the period is after `day`."""
    return first_day(lambda start: add(start, period) > day)


def first_too_young(age: int, day: date) -> date:
    """The first birth date of those who are younger than `age` on `day`."""
    return first_day(lambda birth: add_years(birth, age) > day)

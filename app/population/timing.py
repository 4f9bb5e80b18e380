"""What a schedule answers in columns: a status, as the code of `CODES`, and the first day due.

Statuses come from comparisons of the days of acts with constants; the day due is only computed where it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis

from app.dates import Period, add
from app.guidelines.schedule.model import Never, Schedule
from app.guidelines.status import Status
from app.population.cells import Cells, plus
from app.population.codes import CODES
from app.population.thresholds import first_day, first_ending_after
from app.population.truth import Truth, all_of, any_of, choose, is_column, is_true, not_

DUE, OVERDUE, SOON, UP_TO_DATE, ASK, INFORMATION = (
    CODES[s]
    for s in (Status.DUE, Status.OVERDUE, Status.DUE_SOON, Status.UP_TO_DATE, Status.ASK, Status.INFORMATION)
)
NOTHING = Period()
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Timing:
    """`status` is a number or a column of numbers; `due` makes the column of days (None: never one)."""

    status: Any
    due: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Part:
    """A day that counts where `holds` (never unknown), and what is added to it."""

    day: Any
    period: Period = NOTHING
    holds: Truth = True


@dataclass(frozen=True)
class DueDay:
    """The latest of several days, each with its period."""

    parts: Sequence[Part]

    def after(self, day: date) -> Truth:
        """Is it after this day? True or false."""
        return any_of([all_of([part.holds, is_true(_after(part, day))]) for part in self.parts])

    def column(self) -> Any:
        days = [choose([(part.holds, plus(part.day, part.period))], _no_day()) for part in self.parts]
        return days[0] if len(days) == 1 else ibis.greatest(*days)  # which leaves NULL out on every engine


def _after(part: Part, day: date) -> Truth:
    if not is_column(part.day) and isinstance(part.day, date):
        return add(part.day, part.period) > day
    return part.day >= first_ending_after(part.period, day)


def _no_day() -> Any:
    return ibis.null("date")


def status_on(due: DueDay, schedule: Schedule, as_of: date) -> Any:
    """`due_soon` within `soon` before the day, `overdue` once due for more than `overdue_after`."""
    late = first_day(lambda day: add(day, Period.parse(schedule.overdue_after)) >= as_of)
    return choose(
        [
            (due.after(add(as_of, Period.parse(schedule.soon))), UP_TO_DATE),
            (due.after(as_of), SOON),
            (not_(due.after(late - _DAY)), OVERDUE),
        ],
        DUE,
    )


def to_do(due: DueDay, as_of: date) -> Truth:
    """Due or overdue."""
    return not_(due.after(as_of))


def due_between(first: DueDay, last: DueDay, schedule: Schedule, as_of: date, unknown: Truth, exact: bool) -> Timing:
    """Due on a day from `first` to `last`: what holds at both ends is said, the rest is asked."""
    early = status_on(first, schedule, as_of)
    if exact:
        return Timing(choose([(all_of([to_do(first, as_of), unknown]), ASK)], early), first.column)
    late = status_on(last, schedule, as_of)
    early_to_do, late_to_do = to_do(first, as_of), to_do(last, as_of)
    differ = any_of([all_of([early_to_do, not_(late_to_do)]), all_of([not_(early_to_do), late_to_do])])
    status = choose([(differ, ASK), (all_of([early_to_do, unknown]), ASK), (early_to_do, late)], early)
    return Timing(status, first.column)


def never_done(never: Never, schedule: Schedule, cells: Cells) -> Timing:
    """Nothing was ever done: due from a birthday, from a day of the person's own, or now."""
    if never.now:
        return Timing(DUE)
    if never.date_of is not None:
        cell = cells[never.date_of]
        part = Part(cell.earliest, holds=all_of([cell.known_with_value])) if cell.there else None
    else:
        assert never.age is not None
        birth = cells.birth
        part = Part(birth.latest, Period(months=12 * never.age), birth.has_value) if birth.there else None
    if part is None:
        return Timing(DUE)
    due = DueDay([part])
    return Timing(choose([(not_(part.holds), DUE)], status_on(due, schedule, cells.as_of)), due.column)


def no_trace(unknown: Truth, silent: Truth, schedule: Schedule) -> Truth:
    """Must something be asked before anything is offered?"""
    return any_of([unknown, silent]) if schedule.no_trace == "ask" else unknown


def choose_timing(cases: Sequence[tuple[Truth, Timing]], otherwise: Timing) -> Timing:
    """The first case that is true, status and day."""
    status = choose([(condition, found.status) for condition, found in cases], otherwise.status)
    if all(found.due is None for _, found in (*cases, (True, otherwise))):
        return Timing(status)

    def due() -> Any:
        days = [(condition, found.due() if found.due else _no_day()) for condition, found in cases]
        return choose(days, otherwise.due() if otherwise.due else _no_day())

    return Timing(status, due)

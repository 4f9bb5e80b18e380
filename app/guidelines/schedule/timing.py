"""What a schedule answers: a status with its dates, and what is said when a day is only known to the month or year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.dates import Period, add, add_years
from app.guidelines.schedule.model import Never, Schedule
from app.guidelines.status import Status

if TYPE_CHECKING:
    from app.facts.reduce import ReducedValue
    from app.guidelines.reader import Reader

TO_DO = frozenset({Status.DUE, Status.OVERDUE})


@dataclass(slots=True)
class Timing:
    """A status with its dates: `due_from` the first day due, `last_done` the act that set it, `earliest` the first
    day on which the action would count, when that is sooner."""

    status: Status
    due_from: date | None = None
    last_done: date | None = None
    reading: ReducedValue | None = None
    asks: tuple[str, ...] = ()
    earliest: date | None = None


def left_open(readings: Iterable[ReducedValue], reader: Reader) -> list[str]:
    """The names of which something is said not to be known: an act of unknown day, or what it was."""
    return [
        reading.name for reading in readings
        if reading.state not in ("known", "absent") or reader.facts.is_open(reader.base(reading.name))
    ]


def status_on(as_of: date, due_from: date, schedule: Schedule) -> Status:
    """`due_soon` within `soon` before the day, `overdue` once due for more than `overdue_after`."""
    if as_of < due_from:
        return Status.DUE_SOON if due_from <= add(as_of, Period.parse(schedule.soon)) else Status.UP_TO_DATE
    return Status.OVERDUE if add(due_from, Period.parse(schedule.overdue_after)) < as_of else Status.DUE


def due_between(
    first: date, last: date, reading: ReducedValue, schedule: Schedule, reader: Reader, *,
    unknown: tuple[str, ...] = (), ask: str | None = None,
) -> Timing:
    """Due on a day from `first` to `last`: what holds at both ends is said, the rest is asked.

    `unknown` names acts that may have been done since; `ask` the fact that would tell the day (by default the act's).
    """
    early, late = status_on(reader.as_of, first, schedule), status_on(reader.as_of, last, schedule)
    if (early in TO_DO) != (late in TO_DO):
        asks = (ask or reader.base(reading.name),)
        return Timing(Status.ASK, first, reading.latest, reading, asks=asks)
    if early in TO_DO and unknown:
        return Timing(Status.ASK, first, reading.latest, reading, asks=tuple(map(reader.base, unknown)))
    return Timing(late if early in TO_DO else early, first, reading.latest, reading)


def never_done(never: Never, schedule: Schedule, reader: Reader) -> Timing:
    """Nothing was ever done: due from a birthday, from a day of the person's own, or now."""
    if never.now:
        return Timing(Status.DUE)
    if never.date_of is not None:
        reading = reader.get(never.date_of)
        start = reading.earliest if reading.state == "known" else None
    else:
        assert never.age is not None
        start = add_years(reader.birth.latest, never.age) if reader.birth else None
    return Timing(Status.DUE) if start is None else Timing(status_on(reader.as_of, start, schedule), start)


def no_trace(unknown: list[str], silent: list[str], schedule: Schedule, reader: Reader) -> Timing | None:
    """The question to ask before anything is offered; None when silence means that nothing was done."""
    if unknown or (silent and schedule.no_trace == "ask"):
        return Timing(Status.ASK, asks=tuple(dict.fromkeys(reader.base(name) for name in unknown or silent[:1])))
    return None

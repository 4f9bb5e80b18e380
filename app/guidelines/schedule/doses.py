"""A series of doses: how many count, and when the next one is due. A series is continued, never begun again.

A dose known to the month or year may or may not respect the least interval. The series is therefore read twice, once
counting only the doses that surely count and once all that may; what both say is answered, the rest is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from app.dates import PartialDate, Period, add, add_years
from app.guidelines.compare import between
from app.guidelines.recommendation import Truth
from app.guidelines.schedule.model import Doses, Schedule, Series
from app.guidelines.schedule.timing import TO_DO, Timing, left_open, never_done, no_trace, status_on
from app.guidelines.status import Status

if TYPE_CHECKING:
    from app.facts.reduce import ReducedValue
    from app.guidelines.reader import Reader


@dataclass(slots=True)
class _Given:
    """What the record says of the doses."""

    days: list[PartialDate]
    readings: list[ReducedValue]
    undated: bool
    """Some dose was given on a day that nobody knows."""

    def reading_of(self, day: PartialDate) -> ReducedValue:
        return next(r for r in self.readings if isinstance(r.value, tuple) and day in r.value)

    def rank(self, day: PartialDate) -> int:
        """The number that the record gives to the dose of that day; 0 when it gives none."""
        facts = (fact for reading in self.readings for fact in reading.facts if fact.date == day)
        return max((int(fact.details.get("dose_number") or 0) for fact in facts), default=0)


def in_series(schedule: Schedule, reader: Reader) -> Timing:
    doses = schedule.doses
    assert doses is not None
    readings = [reader.get(name) for name in doses.event]
    unknown = left_open(readings, reader)
    given = _given(readings)
    if not given.days:
        silent = [reading.name for reading in readings if reading.state == "absent"]
        if given.undated:
            unknown += [reading.name for reading in readings if reading.facts]
        return no_trace(unknown, silent, schedule, reader) or never_done(doses.start, schedule, reader)
    if reader.birth is None and (doses.not_before or len(doses.series) > 1):
        return Timing(Status.ASK, asks=("birth_date",))
    answers = [_read(doses, schedule, reader, given, surely=surely) for surely in (True, False)]
    sure, possible = answers
    if (sure.status in TO_DO) != (possible.status in TO_DO):
        asks = tuple(dict.fromkeys(reader.base(name) for name in doses.event if reader.get(name).facts))
        return Timing(Status.ASK, sure.due_from, sure.last_done, sure.reading, asks=asks)
    if sure.status in TO_DO and (unknown or given.undated):  # a dose of unknown day may have been the one
        asked = unknown or [reading.name for reading in readings if reading.facts]
        return Timing(Status.ASK, sure.due_from, sure.last_done, sure.reading, asks=tuple(map(reader.base, asked)))
    return replace(sure, status=possible.status) if sure.status in TO_DO else sure


def dose_verdicts(doses: Doses, reader: Reader) -> dict[PartialDate, tuple[Truth, Literal["too_young", "too_early"]]]:
    """For each day of a dose: does it count, and why it may not."""
    given = _given([reader.get(name) for name in doses.event])
    sure, possible = (_days_that_count(doses, reader, given, surely=surely) for surely in (True, False))
    old_enough = {day for day in given.days if _old_enough(doses, reader, day, surely=False)}
    return {
        day: (between(day in sure, day not in possible), "too_early" if day in old_enough else "too_young")
        for day in given.days
    }


def _days_that_count(doses: Doses, reader: Reader, given: _Given, *, surely: bool) -> list[PartialDate]:
    days = [day for day in given.days if _old_enough(doses, reader, day, surely=surely)]
    return _counted(doses, reader, given, days, surely=surely)[1] if days else []


def _given(readings: list[ReducedValue]) -> _Given:
    days: set[PartialDate] = set()
    undated = False
    for reading in readings:
        if isinstance(reading.value, tuple):
            days.update(reading.value)
            undated = undated or any(fact.date is None for fact in reading.facts)
    return _Given(sorted(days), readings, undated)


def _read(doses: Doses, schedule: Schedule, reader: Reader, given: _Given, *, surely: bool) -> Timing:
    """The answer when only doses that surely count do (or all that may)."""
    days = [day for day in given.days if _old_enough(doses, reader, day, surely=surely)]
    if not days:
        return never_done(doses.start, schedule, reader)
    series, counted, number = _counted(doses, reader, given, days, surely=surely)
    last = counted[-1]
    reading, done = given.reading_of(last), last.earliest if surely else last.latest
    if number >= series.count:
        if doses.then is None:
            return Timing(Status.UP_TO_DATE, None, last.latest, reading)
        due = earliest = add(done, Period.parse(doses.then))
    else:
        earliest = add(done, Period.parse(series.intervals[number - 1]))
        due = add(done, Period.parse((series.recommended or series.intervals)[number - 1]))
    return Timing(status_on(reader.as_of, due, schedule), due, last.latest, reading, earliest=earliest)


def _counted(
    doses: Doses, reader: Reader, given: _Given, days: list[PartialDate], *, surely: bool
) -> tuple[Series, list[PartialDate], int]:
    """The series that applies, the doses that count, and the number of the last (a rank written beside it tells of
    doses given before, that nobody recorded)."""
    last, counted, aside = days[0], [days[0]], len([day for day in given.days if day < days[0]])
    index, number = _series_for(doses, reader, last, given.rank(last), surely=surely), max(1, given.rank(last) - aside)
    for day in days[1:]:
        series = doses.series[index]
        if number >= series.count or _far_enough(last, day, series.intervals[number - 1], surely=surely):
            last, number = day, max(number + 1, given.rank(day) - aside)
            counted.append(day)
            continue
        following = doses.series[index + 1].intervals[number - 1 :] if series.if_sooner == "next_series" else []
        if following and _far_enough(last, day, following[0], surely=surely):
            last, index, number = day, index + 1, max(number + 1, given.rank(day) - aside)
            counted.append(day)
        else:
            aside += 1
    return doses.series[index], counted, number


def _far_enough(before: PartialDate, day: PartialDate, gap: str, *, surely: bool) -> bool:
    period = Period.parse(gap)
    return day.earliest >= add(before.latest, period) if surely else day.latest >= add(before.earliest, period)


def _old_enough(doses: Doses, reader: Reader, day: PartialDate, *, surely: bool) -> bool:
    if doses.not_before is None:
        return True
    assert reader.birth is not None
    age = Period.parse(doses.not_before)
    if surely:
        return day.earliest >= add(reader.birth.latest, age)
    return day.latest >= add(reader.birth.earliest, age)


def _series_for(doses: Doses, reader: Reader, first: PartialDate, rank: int, *, surely: bool) -> int:
    """The series of those who had their first dose at this age; of two possible ones, the longer for sure. When the
    first recorded dose is the second or third, the first was given at some earlier age."""
    for index, series in enumerate(doses.series):
        limit = series.first_dose_before_age
        if limit is None or reader.birth is None:
            return index
        if surely and first.latest < add_years(reader.birth.earliest, limit):
            return index
        if not surely and (rank > 1 or first.earliest < add_years(reader.birth.latest, limit)):
            return index
    raise AssertionError("the last series is for everybody")

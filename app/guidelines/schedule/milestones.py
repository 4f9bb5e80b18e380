"""Appointments at fixed ages: the next one that the last act does not make useless."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from app.dates import Period, add, add_years
from app.guidelines.schedule.model import Milestones, Schedule
from app.guidelines.schedule.timing import Timing, due_between, left_open, never_done, no_trace, status_on
from app.guidelines.status import Status

if TYPE_CHECKING:
    from app.guidelines.reader import Reader


def at_ages(schedule: Schedule, reader: Reader) -> Timing:
    """Due at the first appointment after the last act; with nothing done, at the last appointment gone by."""
    milestones = schedule.milestones
    assert milestones is not None
    if reader.birth is None:
        return Timing(Status.ASK, asks=("birth_date",))
    readings = [reader.get(name) for name in milestones.event]
    done = [reading for reading in readings if reading.earliest is not None and reading.state == "known"]
    unknown = left_open(readings, reader)
    if not done:
        silent = [reading.name for reading in readings if reading.state == "absent"]
        asked = no_trace(unknown, silent, schedule, reader)
        return asked or _nothing_done(milestones, schedule, reader, reader.birth.latest)
    reading = max(done, key=lambda act: (act.latest or date.min, act.earliest or date.min))
    earliest = max(act.earliest for act in done if act.earliest is not None)
    assert reading.latest is not None
    births, acts = {reader.birth.earliest, reader.birth.latest}, {earliest, reading.latest}
    possible = {next_appointment(milestones, birth, act) or date.max for birth in births for act in acts}
    first, last = min(possible), max(possible)  # an earlier birth may skip an appointment that a later one keeps
    if first == date.max:
        return Timing(Status.UP_TO_DATE, None, reading.latest, reading)
    ask = "birth_date" if earliest == reading.latest else None
    return due_between(first, last, reading, schedule, reader, unknown=tuple(unknown), ask=ask)


def next_appointment(milestones: Milestones, birth: date, last_act: date) -> date | None:
    """The first birthday appointment that is neither before the act nor too soon after it; None when none is left."""
    soonest = add(last_act, Period.parse(milestones.skip_if_within)) if milestones.skip_if_within else last_act
    for day in _appointments(milestones, birth):
        if day > last_act and day >= soonest:
            return min(day, add(last_act, Period.parse(milestones.max_gap))) if milestones.max_gap else day
    return None


def _nothing_done(milestones: Milestones, schedule: Schedule, reader: Reader, birth: date) -> Timing:
    if schedule.never is not None:
        return never_done(schedule.never, schedule, reader)
    due = None
    for day in _appointments(milestones, birth):
        if due is not None and day > reader.as_of:
            break
        due = day
    assert due is not None
    return Timing(status_on(reader.as_of, due, schedule), due)


def _appointments(milestones: Milestones, birth: date) -> Iterator[date]:
    yield from (add_years(birth, age) for age in milestones.ages)
    if milestones.then_every is not None:
        yield from (add_years(birth, age) for age in range(milestones.ages[-1] + milestones.then_every, 200,
                                                           milestones.then_every))

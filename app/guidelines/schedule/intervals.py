"""Due so long after an act: the latest of the days set by past acts; if none is known, the first act's day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from app.dates import Period, add, add_years
from app.guidelines.compare import between
from app.guidelines.recommendation import Truth
from app.guidelines.schedule.model import After, Schedule
from app.guidelines.schedule.timing import Timing, due_between, left_open, never_done, no_trace
from app.guidelines.status import Status

if TYPE_CHECKING:
    from app.facts.reduce import ReducedValue
    from app.guidelines.reader import Reader


class _Act(NamedTuple):
    """An act that counts: the days between which its validity ends, and the reduced fact."""

    first: date
    last: date
    reading: ReducedValue


def after_acts(schedule: Schedule, reader: Reader) -> Timing:
    acts: list[_Act] = []
    unknown: list[str] = []
    silent: list[str] = []
    for rule in schedule.due:
        reading = reader.get(rule.after)
        if reading.state == "known" and left_open([reading], reader):
            unknown.append(rule.after)
        if reading.state == "absent":
            silent.append(rule.after)
        elif reading.state != "known":
            unknown.append(rule.after)
        elif reading.earliest is not None and reading.latest is not None:
            counts = _counts(rule, reading.earliest, reading.latest, reader)
            if counts is None:
                unknown.append(rule.after)
            if not counts:
                continue
            if rule.plus == "once":
                return Timing(Status.UP_TO_DATE, None, reading.latest, reading)
            period = Period.parse(rule.plus)
            acts.append(_Act(add(reading.earliest, period), add(reading.latest, period), reading))
    if acts:
        return _latest(schedule, acts, reader, unknown)
    assert schedule.never is not None
    return no_trace(unknown, silent, schedule, reader) or never_done(schedule.never, schedule, reader)


def _counts(rule: After, earliest: date, latest: date, reader: Reader) -> Truth:
    """Was the person old enough on the day of the act for it to count?"""
    if rule.from_age is None:
        return True
    if reader.birth is None:
        return None
    first, last = add_years(reader.birth.earliest, rule.from_age), add_years(reader.birth.latest, rule.from_age)
    return between(earliest >= last, latest < first)


def _latest(schedule: Schedule, acts: list[_Act], reader: Reader, unknown: list[str]) -> Timing:
    """The latest of the due dates, and never before the age from which a first act is due.

    An act known to the month or year gives an interval: what holds at both ends is said, the rest is asked.
    """
    reading = max(acts, key=lambda act: (act.last, act.first)).reading
    first, last = max(act.first for act in acts), max(act.last for act in acts)
    if schedule.never is not None and schedule.never.age is not None and reader.birth is not None:
        of_age = add_years(reader.birth.latest, schedule.never.age)
        first, last = max(first, of_age), max(last, of_age)
    return due_between(first, last, reading, schedule, reader, unknown=tuple(unknown))

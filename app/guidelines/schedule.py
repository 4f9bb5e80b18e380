"""When is it due? A schedule, the acts already done, and a day → status and due date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from app.dates import Period, add, add_years
from app.guidelines.compare import between
from app.guidelines.logic import Reader
from app.guidelines.model import After, Schedule, Season, Status
from app.guidelines.recommendation import Truth

if TYPE_CHECKING:
    from app.facts.reduce import ReducedValue


class _Act(NamedTuple):
    """An act that counts: the days between which its validity ends, and the reduced fact."""

    first: date
    last: date
    reading: ReducedValue


@dataclass(slots=True)
class Timing:
    """A status with its date: `due_from` the first day due, `last_done` the act that set it."""

    status: Status
    due_from: date | None = None
    last_done: date | None = None
    reading: ReducedValue | None = None
    asks: tuple[str, ...] = ()


def timing(schedule: Schedule, reader: Reader) -> Timing:
    """The latest of the due dates set by past acts; else the day from which a first act is due."""
    if schedule.season is not None:
        assert schedule.season_event is not None
        return _seasonal(schedule, schedule.season, reader.get(schedule.season_event), reader)
    acts: list[_Act] = []
    unknown: list[str] = []
    silent: list[str] = []
    for rule in schedule.due:
        reading = reader.get(rule.after)
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
        return _after(schedule, acts, reader, unknown)
    if unknown or (silent and schedule.no_trace == "ask"):
        return Timing(Status.ASK, asks=tuple(dict.fromkeys(reader.base(name) for name in unknown or silent[:1])))
    return _never(schedule, reader)


def status_on(as_of: date, due_from: date, schedule: Schedule) -> Status:
    """`due_soon` within `soon` before the day, `overdue` once due for more than `overdue_after`."""
    if as_of < due_from:
        return Status.DUE_SOON if due_from <= add(as_of, Period.parse(schedule.soon)) else Status.UP_TO_DATE
    return Status.OVERDUE if add(due_from, Period.parse(schedule.overdue_after)) < as_of else Status.DUE


def _counts(rule: After, earliest: date, latest: date, reader: Reader) -> Truth:
    """Was the person old enough on the day of the act for it to count?"""
    if rule.from_age is None:
        return True
    if reader.birth is None:
        return None
    first, last = add_years(reader.birth.earliest, rule.from_age), add_years(reader.birth.latest, rule.from_age)
    return between(earliest >= last, latest < first)


def _after(schedule: Schedule, acts: list[_Act], reader: Reader, unknown: list[str]) -> Timing:
    """The latest of the due dates, and never before the age from which a first act is due.

    An act known to the month or year gives an interval: what holds at both ends is said, the rest is asked.
    """
    reading = max(acts, key=lambda act: (act.last, act.first)).reading
    first, last = max(act.first for act in acts), max(act.last for act in acts)
    if schedule.never is not None and schedule.never.age is not None and reader.birth is not None:
        of_age = add_years(reader.birth.latest, schedule.never.age)
        first, last = max(first, of_age), max(last, of_age)
    early, late = status_on(reader.as_of, first, schedule), status_on(reader.as_of, last, schedule)
    due = {Status.DUE, Status.OVERDUE}
    if (early in due) != (late in due):
        return Timing(Status.ASK, first, reading.latest, reading, asks=(reader.base(reading.name),))
    if early in due and unknown:  # another act, of unknown date, may have been done since
        return Timing(Status.ASK, first, reading.latest, reading, asks=tuple(map(reader.base, unknown)))
    return Timing(late if early in due else early, first, reading.latest, reading)


def _never(schedule: Schedule, reader: Reader) -> Timing:
    never = schedule.never
    assert never is not None
    if never.now:
        return Timing(Status.DUE)
    if never.date_of is not None:
        reading = reader.get(never.date_of)
        start = reading.earliest if reading.state == "known" else None
    else:
        assert never.age is not None
        start = add_years(reader.birth.latest, never.age) if reader.birth else None
    return Timing(Status.DUE) if start is None else Timing(status_on(reader.as_of, start, schedule), start)


def _seasonal(schedule: Schedule, season: Season, reading: ReducedValue, reader: Reader) -> Timing:
    """A season runs from `counts_from` to the eve of the next; outside the campaign, the next one is told."""
    today = reader.as_of
    year = today.year if today >= _day(season.counts_from, today.year) else today.year - 1
    opens, closes = _day(season.opens, year), _day(season.closes, year + 1)
    following = _day(season.opens, year + 1)
    if reading.state == "known" and reading.earliest is not None and reading.latest is not None:
        counts_from = _day(season.counts_from, year)
        if reading.earliest >= counts_from:
            return Timing(Status.UP_TO_DATE, following, reading.latest, reading)
        if reading.latest >= counts_from:
            return Timing(Status.ASK, opens, reading.latest, reading, asks=(reader.base(reading.name),))
    elif reading.state not in ("known", "absent") or (reading.state == "absent" and schedule.no_trace == "ask"):
        return Timing(Status.ASK, opens, asks=(reader.base(reading.name),))
    if opens <= today <= closes:
        return Timing(Status.DUE, opens, reading.latest, reading)
    start = opens if today < opens else following
    return Timing(status_on(today, start, schedule), start, reading.latest, reading)


def _day(month_day: str, year: int) -> date:
    return date.fromisoformat(f"{year}-{month_day}")

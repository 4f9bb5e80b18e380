"""Intervals, seasons, appointments at fixed ages, waits and deferrals, in columns (`doses` has the series)."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import ibis

from app.dates import Period
from app.guidelines.schedule.model import After, Milestones, Schedule, Until
from app.guidelines.schedule.season import days_of
from app.population.cells import Cell, Cells, plus
from app.population.stages import Stages, Wanted
from app.population.timing import (
    ASK,
    DUE,
    INFORMATION,
    NOTHING,
    OVERDUE,
    SOON,
    UP_TO_DATE,
    DueDay,
    Part,
    Timing,
    choose_timing,
    due_between,
    never_done,
    no_trace,
    status_on,
)
from app.population.truth import Truth, all_of, any_of, between, choose, is_column, is_true, is_unknown, not_

_OLDEST = 130
"""Appointments are looked at up to this age."""


def timing(schedule: Schedule, cells: Cells) -> Timing:
    """Of an interval or a season."""
    return _in_season(schedule, cells) if schedule.season is not None else _after_acts(schedule, cells)


def _after_acts(schedule: Schedule, cells: Cells) -> Timing:
    unknown: list[Truth] = []
    silent: list[Truth] = []
    once: list[Truth] = []
    first: list[Part] = []
    last: list[Part] = []
    exact = True
    for rule in schedule.due:
        cell = cells[rule.after]
        silent.append(cell.absent)
        counts = _counts(rule, cell, cells)
        unknown.append(any_of([
            all_of([cell.left_open, not_(cell.absent)]), all_of([cell.known_with_value, is_unknown(counts)]),
        ]))  # fmt: skip
        valid = all_of([cell.known_with_value, is_true(counts)])
        if not cell.there or valid is False:
            continue
        if rule.plus == "once":
            once.append(valid)
            continue
        period = Period.parse(rule.plus)
        exact = exact and cell.exact
        first.append(Part(cell.earliest, period, valid))
        last.append(Part(cell.latest, period, valid))
    assert schedule.never is not None
    some = any_of([part.holds for part in first])
    nothing = choose_timing(
        [(no_trace(any_of(unknown), any_of(silent), schedule), Timing(ASK))],
        never_done(schedule.never, schedule, cells),
    )
    cases: list[tuple[Truth, Timing]] = [(any_of(once), Timing(UP_TO_DATE))]
    if first:
        if schedule.never.age is not None and cells.birth.there:
            of_age = Part(cells.birth.latest, Period(months=12 * schedule.never.age), cells.birth.has_value)
            first, last = [*first, of_age], [*last, of_age]
        done = due_between(DueDay(first), DueDay(last), schedule, cells.as_of, any_of(unknown), exact)
        cases.append((some, done))
    return choose_timing(cases, nothing)


def _counts(rule: After, cell: Cell, cells: Cells) -> Truth:
    """Was the person old enough on the day of the act?"""
    if rule.from_age is None:
        return True
    birth, age = cells.birth, Period(months=12 * rule.from_age)
    if not birth.there or not cell.there:
        return None
    surely, never = cell.earliest >= plus(birth.latest, age), cell.latest < plus(birth.earliest, age)
    return surely if cell.exact and birth.exact else between(is_true(surely), is_true(never))


def _in_season(schedule: Schedule, cells: Cells) -> Timing:
    assert schedule.season is not None
    assert schedule.season_event is not None
    today, cell = cells.as_of, cells[schedule.season_event]
    counts_from, opens, closes, following = days_of(schedule.season, today)
    cases: list[tuple[Truth, Timing]] = []
    if cell.there:
        known = cell.known_with_value
        next_one = status_on(DueDay([Part(following)]), schedule, today)
        cases.append((all_of([known, is_true(cell.earliest >= counts_from)]), _on(next_one, following)))
        if not cell.exact:
            cases.append((all_of([known, is_true(cell.latest >= counts_from)]), _on(ASK, opens)))
    unknown = all_of([not_(cell.absent), not_(cell.known)])
    cases.append((no_trace(unknown, cell.absent, schedule), _on(ASK, opens)))
    if opens <= today <= closes:
        return choose_timing(cases, _on(DUE, opens))
    start = DueDay([Part(opens if today < opens else following)])
    return choose_timing(cases, _on(status_on(start, schedule, today), start.parts[0].day))


def _on(status: Any, day: Any) -> Timing:
    return Timing(status, lambda: ibis.literal(day))


def at_ages(
    schedule: Schedule, milestones: Milestones, stages: Stages, place: str
) -> Generator[Wanted, Mapping[str, Any], Timing]:
    """Appointments at fixed ages, found in stages: the last act, the appointments it may leave, the answer."""
    if not stages.cells.birth.there:
        return Timing(ASK)
    there = [name for name in milestones.event if stages.cells[name].there]
    possible: Mapping[str, Any] = {}
    exact = stages.cells.birth.exact and all(stages.cells[name].exact for name in there)
    if there:
        ends = ("earliest",) if all(stages.cells[name].exact for name in there) else ("earliest", "latest")
        acts = yield {f"{place}.act.{end}": _last_act(stages.cells, there, end) for end in ends}
        births = ("earliest",) if stages.cells.birth.exact else ("earliest", "latest")
        possible = yield {
            f"{place}.next.{birth}.{end}": _appointment(
                milestones, getattr(stages.cells.birth, birth), stages[acts[f"{place}.act.{end}"]]
            ).fill_null(date.max)
            for birth in births for end in ends
        }  # fmt: skip
    ungone = yield {f"{place}.nothing": _last_gone(milestones, stages.cells)}
    cells, events = stages.cells, [stages.cells[name] for name in milestones.event]
    unknown = any_of([cell.left_open for cell in events])
    ask = no_trace(unknown, any_of([cell.absent for cell in events]), schedule)
    if schedule.never is not None:
        nothing = never_done(schedule.never, schedule, cells)
    else:
        due = DueDay([Part(stages[ungone[f"{place}.nothing"]])])
        nothing = Timing(status_on(due, schedule, cells.as_of), due.column)
    cases: list[tuple[Truth, Timing]] = [(not_(cells.birth.has_value), Timing(ASK))]
    if possible:
        days = [stages[one] for one in possible.values()]
        first, last = (days[0], days[0]) if len(days) == 1 else (ibis.least(*days), ibis.greatest(*days))
        done = any_of([cell.known_with_value for cell in events])
        between_ = due_between(DueDay([Part(first)]), DueDay([Part(last)]), schedule, cells.as_of, unknown, exact)
        cases += [(all_of([done, first == date.max]), Timing(UP_TO_DATE)), (done, between_)]
    return choose_timing(cases, choose_timing([(ask, Timing(ASK))], nothing))


def _last_act(cells: Cells, events: Sequence[str], end: str) -> Any:
    parts = [Part(getattr(cells[name], end), holds=cells[name].known_with_value) for name in events]
    return DueDay(parts).column()


def _last_gone(milestones: Milestones, cells: Cells) -> Any:
    """The last appointment gone by, or the first of all."""
    birth = cells.birth.latest
    days = [plus(birth, Period(months=12 * age)) for age in _ages(milestones)]
    return choose([(is_true(day <= cells.as_of), day) for day in reversed(days[1:])], days[0])


def _appointment(milestones: Milestones, birth: Any, act: Any) -> Any:
    """The first birthday appointment that is neither before the act nor too soon after it."""
    soonest = plus(act, Period.parse(milestones.skip_if_within)) if milestones.skip_if_within else act
    cases = []
    for age in _ages(milestones):
        day = plus(birth, Period(months=12 * age))
        cases.append((((day > act) & (day >= soonest)).fill_null(False), day))
    found = ibis.cases(*cases, else_=ibis.null("date"))
    if milestones.max_gap is None:
        return found
    furthest = plus(act, Period.parse(milestones.max_gap))
    return ibis.cases((found > furthest, furthest), else_=found)


def _ages(milestones: Milestones) -> Iterator[int]:
    yield from milestones.ages
    if milestones.then_every is not None:
        yield from range(milestones.ages[-1] + milestones.then_every, _OLDEST, milestones.then_every)


def waited(found: Timing, rule: Until, schedule: Schedule, cells: Cells) -> Timing:
    """The same answer, not before the end of a wait; see `app.guidelines.schedule.wait`. One rule at a time."""
    cell, today = cells[rule.after], cells.as_of
    to_do = _status_in(found.status, (DUE, OVERDUE))
    due = found.due() if found.due is not None else ibis.null("date")
    concerned = all_of([not_(_status_in(found.status, (ASK,))), any_of([to_do, is_true(due.notnull())])])
    cases: list[tuple[Truth, Timing]] = [
        (not_(concerned), found),
        (all_of([to_do, not_(cell.known), not_(cell.absent)]), Timing(ASK, found.due)),
        (not_(cell.known_with_value), found),
    ]
    if not cell.there:
        return choose_timing(cases[:2], found)
    period = Period.parse(rule.plus)
    early = _not_before(found, due, plus(cell.earliest, period), schedule, today)
    if cell.exact:
        return choose_timing(cases, early)
    late = _not_before(found, due, plus(cell.latest, period), schedule, today)
    first, last = _status_in(early.status, (DUE, OVERDUE)), _status_in(late.status, (DUE, OVERDUE))
    differ = any_of([all_of([first, not_(last)]), all_of([not_(first), last])])
    return choose_timing([*cases, (differ, Timing(ASK, early.due))], early)


def _not_before(found: Timing, due: Any, start: Any, schedule: Schedule, today: date) -> Timing:
    opened = due.fill_null(today)
    later = is_true(start > opened)
    if schedule.season is not None:
        # the campaign that opened then closes on a fixed day of the year, and the next one opens on another
        closes = _on_or_after(schedule.season.closes, opened)
        start = (start <= closes).ifelse(start, _next_year(schedule.season.opens, opened))
    day = DueDay([Part(start)])
    moved = Timing(status_on(day, schedule, today), day.column)
    return choose_timing([(later, moved)], Timing(found.status, found.due))


def _on_or_after(month_day: str, day: Any) -> Any:
    this_year = _in_year(month_day, day.year())
    return (this_year >= day).ifelse(this_year, _in_year(month_day, day.year() + 1))


def _next_year(month_day: str, day: Any) -> Any:
    return _in_year(month_day, day.year() + 1)


def _in_year(month_day: str, year: Any) -> Any:
    return ibis.date(year, int(month_day[:2]), int(month_day[3:]))


def _status_in(status: Any, codes: Sequence[int]) -> Truth:
    return status.isin(list(codes)) if is_column(status) else status in codes


def deferred(found: Timing, until: str | Until | None, cells: Cells) -> tuple[Truth, Timing]:
    """Where a deferral changes the answer, and what it then is; see `app.guidelines.schedule.defer`."""
    concerned = _status_in(found.status, (DUE, OVERDUE, SOON))
    cell = cells[until if isinstance(until, str) else until.after] if until is not None else None
    ends = cell.known_with_value if cell is not None else False
    if cell is None or not cell.there:
        return concerned, Timing(INFORMATION)
    period = NOTHING if isinstance(until, str) or until is None else Period.parse(until.plus)
    parts = [Part(cell.latest, period, ends)]
    if found.due is not None:
        own = found.due()
        parts.append(Part(own, holds=own.notnull()))
    start = DueDay(parts)
    changes = all_of([concerned, any_of([not_(ends), start.after(cells.as_of)])])
    return changes, choose_timing([(not_(ends), Timing(INFORMATION))], Timing(SOON, start.column))


"""A series of doses in columns: the doses of a list are read one after the other, a stage each.

As for one person (`app.guidelines.schedule.doses`), the series is read twice when a day is known to the month or year:
counting only the doses that surely count, and all that may.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, NamedTuple

import ibis

from app.dates import Period
from app.guidelines.schedule.model import Doses, Schedule
from app.population.cells import Cell, Cells, plus
from app.population.stages import Stages, Wanted, together
from app.population.timing import (
    ASK,
    DUE,
    OVERDUE,
    UP_TO_DATE,
    DueDay,
    Part,
    Timing,
    choose_timing,
    never_done,
    no_trace,
    status_on,
)
from app.population.truth import Truth, all_of, any_of, choose, is_column, is_true, not_

MOST = 6
"""Doses of one series that are looked at; the row of a person with more is refused when it is made."""
_STATE = ("index", "number", "aside", "earliest", "latest")
"""What is known after each dose: the series, the number of the last dose that counts, how many do not, and its day."""


class _Day(NamedTuple):
    """One dose of the list."""

    there: Any
    earliest: Any
    latest: Any
    rank: Any


_PARTS = _Day._fields


def in_series(
    schedule: Schedule, doses: Doses, stages: Stages, place: str, days: bool
) -> Generator[Wanted, Mapping[str, Any], Mapping[str, Any]]:
    """Keeps `<place>.status0` and `<place>.due0`."""
    there = [name for name in doses.event if stages.cells[name].there]
    if not there:
        return (yield _wanted(place, _nothing(schedule, doses, stages.cells), days))
    kept = yield {f"{place}.days": _days([stages.cells[name] for name in there])}
    found = yield _each(stages[kept[f"{place}.days"]], place)
    listed = [{part: found[f"{place}.{turn}.{part}"] for part in _PARTS} for turn in range(MOST)]
    sides = ("sure", "may")
    found = yield from together(
        {side: _counted(doses, stages, listed, f"{place}.{side}", side == "sure") for side in sides}
    )
    answers = [_next(doses, schedule, stages, found[side], side == "sure") for side in sides]
    cells = stages.cells
    sure, possible = answers
    open_ = any_of([any_of([cells[name].left_open, cells[name].undated]) for name in doses.event])
    sure_to_do, possible_to_do = _to_do(sure.status), _to_do(possible.status)
    differ = any_of([all_of([sure_to_do, not_(possible_to_do)]), all_of([not_(sure_to_do), possible_to_do])])
    needs_birth = bool(doses.not_before) or len(doses.series) > 1
    cases: list[tuple[Truth, Timing]] = [
        (not_(stages[listed[0]["there"]]), _nothing(schedule, doses, cells)),
        (not_(cells.birth.has_value) if needs_birth else False, Timing(ASK)),
        (differ, Timing(ASK, sure.due)),
        (all_of([sure_to_do, open_]), Timing(ASK, sure.due)),
        (sure_to_do, Timing(possible.status, sure.due)),
    ]
    return (yield _wanted(place, choose_timing(cases, sure), days))


def _wanted(place: str, found: Timing, days: bool) -> Wanted:
    wanted = {f"{place}.status0": found.status}
    if days and found.due is not None:
        wanted[f"{place}.due0"] = found.due()
    return wanted


def _nothing(schedule: Schedule, doses: Doses, cells: Cells) -> Timing:
    events = [cells[name] for name in doses.event]
    unknown = any_of([any_of([cell.left_open, cell.undated]) for cell in events])
    ask = no_trace(unknown, any_of([cell.absent for cell in events]), schedule)
    return choose_timing([(ask, Timing(ASK))], never_done(doses.start, schedule, cells))


def _to_do(status: Any) -> Truth:
    return status.isin([DUE, OVERDUE]) if is_column(status) else status in (DUE, OVERDUE)


def _days(events: Sequence[Cell]) -> Any:
    """The days of all events together, in order."""
    lists = [cell.value.fill_null(ibis.literal([], cell.value.type())) for cell in events]
    together_ = lists[0]
    for one in lists[1:]:
        together_ = together_.concat(one)
    return together_.sort() if len(lists) > 1 else together_


def _each(days: Any, place: str) -> Wanted:
    """The doses of a list, each by itself; of one that stands twice, the last (it has the highest rank)."""
    wanted: dict[str, Any] = {}
    size = days.length()
    for turn in range(MOST):
        day, following = days[turn], days[turn + 1]
        twice = is_true((size > turn + 1) & (day.earliest == following.earliest) & (day.latest == following.latest))
        wanted[f"{place}.{turn}.there"] = is_true(size > turn) & ~twice
        for part in ("earliest", "latest", "rank"):
            wanted[f"{place}.{turn}.{part}"] = (size > turn).ifelse(day[part], None)
    return wanted


def _counted(
    doses: Doses, stages: Stages, listed: Sequence[Mapping[str, Any]], place: str, surely: bool
) -> Generator[Wanted, Mapping[str, Any], Mapping[str, Any]]:
    """The state after the last dose; see `_counted` of the one-person evaluator."""
    never = ibis.null("date")
    state: Mapping[str, Any] = {"index": 0, "number": 0, "aside": 0, "earliest": never, "latest": never}
    for turn in range(MOST):
        day = _Day(**{part: stages[column] for part, column in listed[turn].items()})
        before = {name: stages[value] for name, value in state.items()}
        after = _one_more(doses, stages.cells, before, day, surely)
        found = yield {f"{place}.{turn}.{name}": after[name] for name in _STATE}
        state = {name: found[f"{place}.{turn}.{name}"] for name in _STATE}
    return state


def _one_more(
    doses: Doses, cells: Cells, before: Mapping[str, Any], day: _Day, surely: bool
) -> dict[str, Any]:
    """The state after one more dose, where there is one."""
    there = day.there
    old = all_of([there, _old_enough(doses, cells, day, surely)])
    first = all_of([old, before["number"] == 0])
    rank = day.rank.fill_null(0) - before["aside"]
    counts, sooner = _far(doses, before, day, surely)
    later = all_of([old, not_(first)])
    counting, moving = all_of([later, counts]), all_of([later, not_(counts), sooner])
    left = any_of([all_of([there, not_(old), before["number"] == 0]), all_of([later, not_(counts), not_(sooner)])])
    one_more = ibis.greatest(before["number"] + 1, rank)
    return {
        "index": choose(
            [(first, _series_for(doses, cells, day, surely)), (moving, before["index"] + 1)], before["index"]
        ),
        "number": choose(
            [(first, ibis.greatest(1, rank)), (any_of([counting, moving]), one_more)], before["number"]
        ).cast("int32"),
        "aside": choose([(left, before["aside"] + 1)], before["aside"]),
        "earliest": choose([(any_of([first, counting, moving]), day.earliest)], before["earliest"]),
        "latest": choose([(any_of([first, counting, moving]), day.latest)], before["latest"]),
    }


def _far(doses: Doses, before: Mapping[str, Any], day: _Day, surely: bool) -> tuple[Truth, Truth]:
    """Is the dose far enough from the last one; or else far enough for the next series?"""
    reached: dict[str, Any] = {}

    def far(gap: str) -> Any:
        if gap not in reached:
            period = Period.parse(gap)
            reached[gap] = is_true(
                day.earliest >= plus(before["latest"], period) if surely
                else day.latest >= plus(before["earliest"], period)
            )  # fmt: skip
        return reached[gap]

    counts: list[Truth] = []
    sooner: list[Truth] = []
    for index, series in enumerate(doses.series):
        here = _is(before["index"], index)
        counts.append(all_of([here, before["number"] >= series.count]))
        for number in range(1, series.count):
            at = all_of([here, before["number"] == number])
            counts.append(all_of([at, far(series.intervals[number - 1])]))
            following = doses.series[index + 1].intervals[number - 1 :] if series.if_sooner == "next_series" else []
            if following:
                sooner.append(all_of([at, far(following[0])]))
    return any_of(counts), any_of(sooner)


def _is(value: Any, number: int) -> Truth:
    return value == number


def _old_enough(doses: Doses, cells: Cells, day: _Day, surely: bool) -> Truth:
    if doses.not_before is None:
        return True
    age, birth = Period.parse(doses.not_before), cells.birth
    if not birth.there:
        return False
    return is_true(
        day.earliest >= plus(birth.latest, age) if surely else day.latest >= plus(birth.earliest, age)
    )  # fmt: skip


def _series_for(doses: Doses, cells: Cells, first: _Day, surely: bool) -> Any:
    """The place of the series for this age at the first dose."""
    cases: list[tuple[Truth, Any]] = []
    for index, series in enumerate(doses.series):
        limit, birth = series.first_dose_before_age, cells.birth
        if limit is None or not birth.there:
            return choose(cases, index)
        age = Period(months=12 * limit)
        younger = is_true(
            first.latest < plus(birth.earliest, age) if surely else first.earliest < plus(birth.latest, age)
        )  # fmt: skip
        ranked = False if surely else is_true(first.rank > 1)
        cases.append((any_of([younger, ranked, not_(birth.has_value)]), index))
    raise AssertionError("the last series is for everybody")


def _next(doses: Doses, schedule: Schedule, stages: Stages, state: Mapping[str, Any], surely: bool) -> Timing:
    """What comes after the last dose that counts."""
    here = {name: stages[value] for name, value in state.items()}
    last = here["earliest"] if surely else here["latest"]
    cases: list[tuple[Truth, Timing]] = [(here["number"] == 0, never_done(doses.start, schedule, stages.cells))]
    for index, series in enumerate(doses.series):
        gaps = series.recommended or series.intervals
        for number in range(1, series.count):
            at = all_of([_is(here["index"], index), here["number"] == number])
            cases.append((at, _due(last, gaps[number - 1], schedule, stages.cells)))
    if doses.then is None:
        return choose_timing(cases, Timing(UP_TO_DATE))
    return choose_timing(cases, _due(last, doses.then, schedule, stages.cells))


def _due(last: Any, gap: str, schedule: Schedule, cells: Cells) -> Timing:
    due = DueDay([Part(last, Period.parse(gap))])
    return Timing(status_on(due, schedule, cells.as_of), due.column)

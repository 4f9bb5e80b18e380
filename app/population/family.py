"""Relatives who count, in columns: the lists of the conditions asked for, counted by filters."""

from __future__ import annotations

from calendar import isleap
from typing import Any

import ibis

from app.guidelines import criteria as c
from app.guidelines.compare import missing_truth
from app.population.cells import Cells
from app.population.columns import State
from app.population.truth import Truth, all_of, any_of, between, choose, is_column, not_, unknown_column
from app.records.relatives import BOTH_BRANCHES


def family(criterion: c.Family, cells: Cells) -> Truth:
    wanted, enough = criterion.family, criterion.at_least
    readings = [cells[f"family_{condition}"] for condition in wanted.condition]
    lists = [cell.value for cell in readings if cell.there]
    silent = any_of([_silent(cell) for cell in readings])
    unknown = _first_silent_unknown(readings)
    sure, possible = _numbers(lists, wanted, cells)
    missing = missing_truth(criterion.if_missing)
    decided = between(sure >= enough, possible < enough)
    return choose(
        [
            (any_of([not_(silent), sure >= enough]), _column(decided)),
            (any_of([possible > 0, unknown]), unknown_column()),
        ],
        _column(missing),
    )


def _silent(cell: Any) -> Truth:
    """Nothing tells of this condition: not known, and no relative listed."""
    listed = (cell.value.length() > 0).fill_null(False) if cell.there else False
    return all_of([not_(cell.known), not_(listed)])


def _first_silent_unknown(readings: list[Any]) -> Truth:
    """Is the first silent condition one that is said to be unknown?"""
    cases: list[tuple[Truth, Any]] = [(_silent(cell), cell.is_(State.UNKNOWN)) for cell in readings]
    return choose(cases, False)


def _column(truth: Truth) -> Any:
    if truth is None:
        return unknown_column()
    return truth if is_column(truth) else ibis.literal(truth)


def _numbers(lists: list[Any], wanted: c.Relatives, cells: Cells) -> tuple[Any, Any]:
    """How many relatives surely count, and how many may."""
    if not wanted.same_side:
        return _count(lists, wanted, cells, None)
    pairs = [_count(lists, wanted, cells, branch) for branch in ("maternal", "paternal")]
    if not lists:
        return 0, 0
    return ibis.greatest(*(sure for sure, _ in pairs)), ibis.greatest(*(possible for _, possible in pairs))


def _count(lists: list[Any], wanted: c.Relatives, cells: Cells, branch: str | None) -> tuple[Any, Any]:
    sure: Any = 0
    possible: Any = 0
    for relatives in lists:
        surely = relatives.filter(lambda r: _known(_counts(r, wanted, cells, branch)))
        may = relatives.filter(lambda r: _not_excluded(_counts(r, wanted, cells, branch)))
        sure = sure + surely.length().fill_null(0)
        possible = possible + may.length().fill_null(0)
    return sure, possible


def _known(truth: Truth) -> Any:
    return truth.fill_null(False) if is_column(truth) else ibis.literal(truth is True)


def _not_excluded(truth: Truth) -> Any:
    return truth.fill_null(True) if is_column(truth) else ibis.literal(truth is not False)


def _counts(relative: Any, wanted: c.Relatives, cells: Cells, branch: str | None) -> Truth:
    truths: list[Truth] = []
    if wanted.degree is not None:
        truths.append(relative.degree == wanted.degree)
    if wanted.at_most_degree is not None:
        truths.append(relative.degree <= wanted.at_most_degree)
    if wanted.relation is not None:
        truths.append(relative.relation.isin(wanted.relation))
    if wanted.sex is not None:
        truths.append(relative.sex == wanted.sex)
    truths += [_of_branch(relative, side) for side in (wanted.side, branch) if side is not None]
    low, high = relative.onset_low.fill_null(0.0), relative.onset_high.fill_null(999.0)
    if wanted.before_age is not None:
        truths.append(between(high < wanted.before_age, low >= wanted.before_age))
    if wanted.from_age is not None:
        truths.append(between(low >= wanted.from_age, high < wanted.from_age))
    if wanted.years_before is not None:
        truths.append(_years_before(low, high, wanted.years_before, cells))
    return all_of(truths)


def _of_branch(relative: Any, branch: str) -> Any:
    both = relative.relation.isin(sorted(BOTH_BRANCHES)).fill_null(False)
    return both | (relative.side == branch)


def _years_before(low: Any, high: Any, years: int, cells: Cells) -> Truth:
    """Has the person reached the relative's age at diagnosis, less these years? Ages are counted by birth dates."""
    birth = cells.birth
    youngest, oldest = (_age(birth.latest, cells), _age(birth.earliest, cells)) if birth.there else (-1, 999)
    return between(youngest >= high - years, oldest < low - years)


def _age(birth: Any, cells: Cells) -> Any:
    """Completed years on the day, of a birth date; who is born on 29 February has a birthday on the 28th."""
    day = cells.as_of
    today = day.month * 100 + day.day
    if (day.month, day.day) == (2, 28) and not isleap(day.year):
        today = 229
    had_birthday = birth.month() * 100 + birth.day() <= today
    return day.year - birth.year() - had_birthday.ifelse(0, 1)

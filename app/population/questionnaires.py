"""Scores of questionnaires in columns: answers that are points, or the score that a record holds.

As in `app.guidelines.estimates`: a part of the answers gives the two ends of what the score may be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from app.population.cells import Cell, Cells
from app.population.truth import all_of, any_of, choose, is_column, is_true, not_
from risk_models.columns import columns

Ends = tuple[Any, Any, Any, Any] | None


def exact_number(cell: Cell) -> Any:
    """A value, not a bound (`> 90`) and not a stale one; None: for nobody in this table."""
    if not cell.there:
        return None
    exact = True if cell.exact else (cell.low == cell.high).fill_null(False)
    return choose([(all_of([cell.known_with_value, exact]), cell.value)], ibis.null("float64"))


def questionnaire(
    model: str, items: tuple[str, ...], worst: int, score: str, value: str = "score", category: str = "category"
) -> Callable[[Cells], Ends]:
    """`value` and `category`: what the model calls its score and class."""

    def ends(cells: Cells) -> Ends:
        recorded = exact_number(cells[score])
        answers = [_answer(cells[item]) for item in items]
        if model == "audit-c" and answers[0] is not None:  # who never drinks has no more to say
            never = is_true(answers[0] == 0)
            rest = [choose([(never, ibis.literal(0, "int64"))], _or_null(answer)) for answer in answers[1:]]
            rest = [choose([(answer.notnull(), answer)], found) if answer is not None else found
                    for answer, found in zip(answers[1:], rest, strict=True)]  # fmt: skip
            answers = [answers[0], *rest]
        if recorded is None and all(answer is None for answer in answers):
            return None
        unanswered = any_of([True if answer is None else answer.isnull() for answer in answers])
        said = any_of([False if answer is None else answer.notnull() for answer in answers])
        by_record = False if recorded is None else all_of([unanswered, recorded.notnull()])
        found = []
        for points in (0, worst):
            given = [points if answer is None else answer.fill_null(points) for answer in answers]
            if model == "audit-c":
                given[0] = _drinks(answers[0], given)
            if recorded is not None:
                given = [
                    choose([(by_record, _share(recorded, worst, place))], _column(one))
                    for place, one in enumerate(given)
                ]
            inputs: dict[str, Any] = {"items": given}
            if model == "audit-c":
                sex = cells["sex_at_birth"]
                man = is_true(sex.value == "male") if sex.there else False
                inputs["sex"] = choose([(man, ibis.literal("male"))], ibis.literal("female"))
            found.append(columns(model, inputs))
        silent = not_(any_of([said, by_record]))
        low, high = ([choose([(silent, ibis.null(one[part].type()))], one[part]) for part in (value, category)]
                     for one in found)  # fmt: skip
        return low[0], high[0], low[1], high[1]

    return ends


def first_two(items: tuple[str, str], worst: int, score: str) -> Callable[[Cells], Ends]:
    """The sum of two answers, or the one recorded; it has no class."""

    def ends(cells: Cells) -> Ends:
        recorded = exact_number(cells[score])
        answers = [_answer(cells[item]) for item in items]
        if recorded is None and all(answer is None for answer in answers):
            return None
        unanswered = any_of([True if answer is None else answer.isnull() for answer in answers])
        said = any_of([False if answer is None else answer.notnull() for answer in answers])
        by_record = False if recorded is None else all_of([unanswered, recorded.notnull()])
        bounds = []
        for points in (0, worst):
            given = [points if answer is None else answer.fill_null(points) for answer in answers]
            total = _column(given[0] + given[1]).cast("float64")
            cases = [(by_record, recorded), (not_(said), ibis.null("float64"))]
            bounds.append(choose(cases, total))
        return bounds[0], bounds[1], ibis.null("string"), ibis.null("string")

    return ends


def _answer(cell: Cell) -> Any:
    """The points of an answer, NULL where it is not known; None: for nobody in this table."""
    if not cell.there:
        return None
    return choose([(cell.known_with_value, cell.value.cast("int64"))], ibis.null("int64"))


def _or_null(answer: Any) -> Any:
    return ibis.null("int64") if answer is None else answer


def _column(value: Any) -> Any:
    return value if is_column(value) else ibis.literal(value, "int64")


def _drinks(first: Any, given: list[Any]) -> Any:
    """Who says how much drinks sometimes."""
    some = any_of([one > 0 for one in given[1:]])
    silent = True if first is None else first.isnull()
    least = ibis.greatest(_column(given[0]), 1)
    return choose([(all_of([silent, some]), least)], _column(given[0]))


def _share(recorded: Any, worst: int, place: int) -> Any:
    """Any answers with this sum have the same class: the first ones take all that they may."""
    return ibis.greatest(0, ibis.least(worst, recorded.floor().cast("int64") - worst * place))

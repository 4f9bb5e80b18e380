"""Relatives who count: of this degree, branch, sex and age at diagnosis; unknown when the family is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.guidelines import criteria as c
from app.guidelines.compare import all_of, between, missing_truth, reached
from app.guidelines.reader import Assumed, Decider, Reader
from app.guidelines.recommendation import Step, Truth, step_of
from app.records.relatives import BOTH_BRANCHES

_BRANCHES = ("maternal", "paternal")


def family_decider(criterion: c.Family) -> Decider:
    """Relatives listed with a condition are taken as the whole list; a condition nobody spoke of is missing."""
    wanted, enough = criterion.family, criterion.at_least
    names = [f"family_{condition}" for condition in wanted.condition]
    if_missing = missing_truth(criterion.if_missing)

    def decide(reader: Reader, assumed: Assumed) -> Step:
        readings = [reader.get(name) for name in names]
        relatives = [fact.details for reading in readings for fact in reading.facts]
        counts = [relative_counts(wanted, details, reader) for details in relatives]
        sure, possible = _numbers(relatives, counts, same_side=wanted.same_side)
        silent = next((r for r in readings if r.state != "known" and not r.facts), None)
        shown = next((r for r in readings if r.facts), silent or readings[0])
        others = tuple(reading for reading in readings if reading is not shown)
        if silent is None or sure >= enough:
            return step_of(criterion, reached(sure, possible, enough), shown, (), others)
        if possible > 0 or silent.state == "unknown":
            return step_of(criterion, None, shown, (), others)
        return step_of(criterion, if_missing, shown, (), others)

    return decide


def relative_counts(wanted: c.Relatives, details: Mapping[str, Any], reader: Reader) -> Truth:
    """Does this relative count? Unknown degree, branch, sex or age at diagnosis leaves it open."""
    truths: list[Truth] = []
    degree, relation, sex = details.get("degree"), details.get("relation"), details.get("sex")
    if wanted.degree is not None:
        truths.append(None if degree is None else degree == wanted.degree)
    if wanted.at_most_degree is not None:
        truths.append(None if degree is None else degree <= wanted.at_most_degree)
    if wanted.relation is not None:
        truths.append(None if relation is None else relation in wanted.relation)
    if wanted.sex is not None:
        truths.append(None if sex is None else sex == wanted.sex)
    if wanted.side is not None:
        truths.append(_of_branch(details, wanted.side))
    low, high = details.get("onset_low"), details.get("onset_high")
    low, high = (0 if low is None else low), (999 if high is None else high)
    if wanted.before_age is not None:
        truths.append(between(high < wanted.before_age, low >= wanted.before_age))
    if wanted.from_age is not None:
        truths.append(between(low >= wanted.from_age, high < wanted.from_age))
    if wanted.years_before is not None:
        youngest, oldest = reader.age or (-1, 999)
        truths.append(between(youngest >= high - wanted.years_before, oldest < low - wanted.years_before))
    return all_of(truths)


def _of_branch(details: Mapping[str, Any], branch: str) -> Truth:
    if details.get("relation") in BOTH_BRANCHES:
        return True
    side = details.get("side")
    return None if side is None else bool(side == branch)


def _numbers(relatives: list[Mapping[str, Any]], counts: list[Truth], *, same_side: bool) -> tuple[int, int]:
    """How many surely count, and how many may: of one branch at a time when they must share it."""
    if not same_side:
        return sum(x is True for x in counts), sum(x is not False for x in counts)
    numbers: list[tuple[int, int]] = []
    for branch in _BRANCHES:
        of_it = [all_of([counts[n], _of_branch(details, branch)]) for n, details in enumerate(relatives)]
        numbers.append((sum(x is True for x in of_it), sum(x is not False for x in of_it)))
    return max(sure for sure, _ in numbers), max(possible for _, possible in numbers)

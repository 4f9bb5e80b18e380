"""What criteria read of risk estimates, in columns: the inputs that `app.guidelines.estimates` gives a model.

A model that refuses gives no estimate, on columns as for one person; a score that an unanswered question leaves open
gives the two ends of what it may be.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Iterable
from typing import Any

import ibis

from app.errors import ContentError
from app.guidelines import criteria as c
from app.guidelines.compare import missing_truth
from app.population.cells import Cell, Cells
from app.population.names import AUDIT_C, GAD, PHQ
from app.population.questionnaires import exact_number, first_two, questionnaire
from app.population.stages import Stages
from app.population.truth import (
    Truth,
    all_of,
    any_of,
    between,
    choose,
    is_column,
    is_true,
    not_,
    unknown_column,
)
from app.records.relatives import BOTH_BRANCHES
from risk_models.columns import columns
from risk_models.models.eisinger import SIDES, category_of, points_at

Ends = tuple[Any, Any, Any, Any] | None
"""Lowest and highest value, their categories; NULL where there is no estimate. None: for nobody in this table."""


class Estimates:
    """The estimates that a pack reads: each is computed once, in a stage before the guidelines. Raises
    ContentError for a model that columns cannot say."""

    def __init__(self, stages: Stages, models: Iterable[str]) -> None:
        self._stages = stages
        self._kept: dict[str, Ends] = {}
        wanted: dict[str, Any] = {}
        for model in sorted(set(models)):
            if model not in MODELS:
                raise ContentError(f"the model {model} has no form over columns",
                                   remedy="jalon guidelines lint tells the file and line that name it")  # fmt: skip
            ends = MODELS[model](stages.cells)
            names = [f"risk:{model}.{part}" for part in ("low", "high", "lowest", "highest")]
            self._kept[model] = None
            if ends is not None:
                low, high, *categories = ends
                columns_ = [low, ibis.null("float64") if low is high else high, *categories]
                wanted |= dict(zip(names, columns_, strict=True))
                self._kept[model] = (names[0], names[0 if low is high else 1], names[2], names[3])
        if wanted:
            stages.keep(wanted)

    def truth(self, criterion: c.Risk) -> Truth:
        kept, if_missing = self._kept[criterion.risk], missing_truth(criterion.if_missing)
        if kept is None:
            return if_missing
        low, high, lowest, highest = (self._stages.table[name] for name in kept)
        if criterion.at_least is not None:
            truth = between(is_true(low >= criterion.at_least), is_true(high < criterion.at_least))
        else:
            first, second = lowest.isin(criterion.category or []), highest.isin(criterion.category or [])
            truth = between(is_true(first & second), is_true(~first & ~second))
        missing = unknown_column() if if_missing is None else if_missing
        return choose([(low.isnull() | high.isnull(), missing)], truth if is_column(truth) else ibis.literal(truth))


def age(cells: Cells) -> Any:
    """Completed years of those whose birthday is known, NULL for the others."""
    birth, day = cells.birth, cells.as_of
    if not birth.there:
        return ibis.null("int64")
    limit = day.month * 100 + (29 if (day.month, day.day) == (2, 28) and not isleap(day.year) else day.day)

    def years(born: Any) -> Any:
        return day.year - born.year() - (born.month() * 100 + born.day() <= limit).ifelse(0, 1)

    if birth.exact:
        return years(birth.earliest)
    oldest, youngest = years(birth.earliest), years(birth.latest)
    return (oldest == youngest).ifelse(oldest, ibis.null("int64"))


def _word(cell: Cell) -> Any:
    """A word or a flag that is known or presumed."""
    if not cell.there:
        return None
    return choose([(cell.said, cell.value)], ibis.null(cell.value.type()))


def _is(cell: Cell, *values: Any) -> Truth:
    """Does the value, whatever its state, say so? True or false."""
    return is_true(cell.value.isin(list(values))) if cell.there else False


def _one(given: dict[str, Any], model: str, needed: set[str]) -> Ends:
    """Of a model without bounds; nobody has an estimate when a needed input is nowhere in the table."""
    if any(given[name] is None for name in needed):
        return None
    results = columns(model, {name: value for name, value in given.items() if value is not None})
    value = results.get("value", results.get("score"))
    category = results["category"]
    return value, value, category, category


def _score2(model: str, youngest: int, oldest: int) -> Callable[[Cells], Ends]:
    def ends(cells: Cells) -> Ends:
        years = age(cells)
        tobacco = _word(cells["tobacco_status"])
        diabetes = cells["diabetes"]
        given = {
            "region": "low",
            "age": ((years >= youngest) & (years <= oldest)).ifelse(years, ibis.null("int64")),
            "sex": _word(cells["sex_at_birth"]), "smoker": None if tobacco is None else tobacco == "current",
            "sbp": exact_number(cells["systolic_bp"]), "total_cholesterol": exact_number(cells["total_cholesterol"]),
            "hdl_cholesterol": exact_number(cells["hdl_cholesterol"]),
            "diabetes": _condition(all_of([diabetes.said, _is(diabetes, "type1", "type2")])),
            "established_cvd": _condition(_is(cells["cardiovascular_disease"], True)),
            "severe_chronic_kidney_disease": _condition(_is(cells["chronic_kidney_disease"], True)),
            "familial_hypercholesterolaemia": _condition(_is(cells["familial_hypercholesterolaemia"], True)),
            "pregnant": _condition(_is(cells["pregnant"], True)),
        }  # fmt: skip
        return _one(given, model, {"sex", "smoker", "sbp", "total_cholesterol", "hdl_cholesterol"})

    return ends


def _condition(truth: Truth) -> Any:
    """A condition of use; one that nobody in the table has is left out."""
    return truth if is_column(truth) else None if truth is False else ibis.literal(True)


def _findrisc(cells: Cells) -> Ends:
    sex, diabetes = _word(cells["sex_at_birth"]), cells["diabetes"]
    given = {
        "age": age(cells), "sex": sex, "bmi": exact_number(cells["bmi"]), "waist": exact_number(cells["waist"]),
        "daily_activity_30min": _word(cells["daily_activity_30min"]),
        "vegetables_every_day": _word(cells["vegetables_every_day"]),
        "ever_bp_medication": _word(cells["antihypertensive_treatment"]),
        "ever_high_glucose": _ever_high_glucose(cells, sex), "family_diabetes": _closest(cells["family_diabetes"]),
        "known_diabetes": _condition(_is(diabetes, "type1", "type2")),
        "pregnant": _condition(_is(cells["pregnant"], True)),
    }  # fmt: skip
    optional = {"known_diabetes", "pregnant"}
    return _one(given, "findrisc", set(given) - optional)


def _ever_high_glucose(cells: Cells, sex: Any) -> Any:
    prediabetes, gestational = cells["prediabetes"], cells["gestational_diabetes_history"]
    man = is_true(sex == "male") if sex is not None else False
    causes = [_is(prediabetes, True), all_of([not_(man), _is(gestational, True)])]
    denied = all_of([prediabetes.said, any_of([man, gestational.said])])
    found = choose([(any_of(causes), True), (denied, False)], unknown_column())
    return found if is_column(found) else ibis.literal(found)


def _closest(cell: Cell) -> Any:
    """The closest relative with the disease; first cousins count with the second degree."""
    if not cell.there:
        return None
    degrees = cell.value.map(lambda relative: relative.degree)
    first = degrees.contains(1).fill_null(False)
    some = (cell.value.length() > 0).fill_null(False)
    unclear = (cell.value.filter(lambda relative: relative.degree.isnull()).length() > 0).fill_null(False)
    return choose(
        [
            (first, ibis.literal("first_degree")),
            (any_of([not_(cell.known), unclear]), ibis.null("string")),
            (some, ibis.literal("second_degree")),
        ],
        ibis.literal("none"),
    )


_CANCERS = (("family_breast_cancer", "breast"), ("family_ovarian_cancer", "ovary"))


def _eisinger(cells: Cells) -> Ends:
    """The points of each branch, fewest and most; see `risk_models.models.eisinger`."""
    lists = [(cells[name], cancer) for name, cancer in _CANCERS]
    there = [(cell.value, cancer) for cell, cancer in lists if cell.there]
    if not there:
        return None
    listed = any_of([is_true(relatives.length() > 0) for relatives, _ in there])
    silent = any_of([
        all_of([not_(cell.known), not_(is_true(cell.value.length() > 0) if cell.there else False)]) for cell, _ in lists
    ])  # fmt: skip
    refused = all_of([silent, not_(listed)])
    ranges = [_branch(there, side) for side in SIDES]
    alone = [_alone(relatives, cancer) for relatives, cancer in there]
    low = ibis.greatest(*alone, *(fewest for fewest, _ in ranges))
    high = ibis.greatest(*(most for _, most in ranges))
    low, high = (choose([(refused, ibis.null("int64"))], end.cast("int64")) for end in (low, high))
    return low, high, category_of(low), category_of(high)


def _branch(lists: list[tuple[Any, str]], side: str) -> tuple[Any, Any]:
    fewest: Any = 0
    most: Any = 0
    for relatives, cancer in lists:
        fewest = fewest + _sum(relatives, cancer, side, 0)
        most = most + _sum(relatives, cancer, side, 1)
    return fewest, most


def _sum(relatives: Any, cancer: str, side: str, end: int) -> Any:
    return relatives.map(lambda relative: _points(relative, cancer, side)[end]).sums().fill_null(0)


def _alone(relatives: Any, cancer: str) -> Any:
    """The most that one relative of an unknown branch surely adds to whichever branch it is."""
    points = relatives.map(lambda relative: _unplaced(relative).ifelse(_fewest_and_most(relative, cancer)[0], 0))
    return points.maxs().fill_null(0)


def _points(relative: Any, cancer: str, side: str) -> tuple[Any, Any]:
    """What a relative adds to a branch: for sure, and at most."""
    on = _both(relative) | (relative.side == side).fill_null(False)
    fewest, most = _fewest_and_most(relative, cancer)
    return on.ifelse(fewest, 0), (on | _unplaced(relative)).ifelse(most, 0)


def _both(relative: Any) -> Any:
    return relative.side.isnull() & relative.relation.isin(sorted(BOTH_BRANCHES)).fill_null(False)


def _unplaced(relative: Any) -> Any:
    return relative.side.isnull() & ~_both(relative)


def _fewest_and_most(relative: Any, cancer: str) -> tuple[Any, Any]:
    """Of one cancer; a breast cancer of a relative whose sex nobody gave counts as a woman's, who has fewer."""
    sex = "female" if cancer == "ovary" else relative.sex.fill_null("female")
    known = relative.onset_low.notnull() & relative.onset_high.notnull()
    youngest, oldest = known.ifelse(relative.onset_low, 0.0), known.ifelse(relative.onset_high, 200.0)
    return points_at(cancer, sex, oldest), points_at(cancer, sex, youngest)


MODELS: dict[str, Callable[[Cells], Ends]] = {
    "score2": _score2("score2", 40, 69), "score2-op": _score2("score2-op", 70, 89), "findrisc": _findrisc,
    "eisinger": _eisinger, "audit-c": questionnaire("audit-c", AUDIT_C, 4, "audit_c"),
    "phq": questionnaire("phq", PHQ, 3, "phq9", "phq9", "severity"), "phq-2": first_two((PHQ[0], PHQ[1]), 3, "phq2"),
    "gad-7": questionnaire("gad-7", GAD, 3, "gad7", category="severity"),
}
"""The same models as `app.guidelines.estimates.MODELS`."""

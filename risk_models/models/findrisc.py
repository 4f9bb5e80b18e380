"""FINDRISC: points for the 10-year risk of type 2 diabetes, from eight questions and no blood test.

Source: Lindström J, Tuomilehto J, Diabetes Care 2003;26:725-731, doi 10.2337/diacare.26.3.725; the form
in use (eight questions, 26 points) is that of the Finnish Diabetes Association.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from risk_models.base import (
    Caveat,
    Contribution,
    Explanation,
    NaturalFrequency,
    Reference,
    RiskEstimate,
    RiskModel,
    WhatIf,
)
from risk_models.inputs import Adult, Bmi, Excludes, Inputs, Says, Sex, Waist
from risk_models.numeric import first_below, pick, rounded, where

SOURCE = "Lindström J, Tuomilehto J, Diabetes Care 2003;26:725-731, doi 10.2337/diacare.26.3.725"

_FAMILY = {"none": 0, "second_degree": 3, "first_degree": 5}
_AGE = ((45, 0), (55, 2), (65, 3), (float("inf"), 4))
"""Below this age (years): points."""

_BMI = (25, 30)
"""kg/m²: one point from the first, three above the second (30 itself is not yet above)."""

_WAIST = {"male": (94, 102), "female": (80, 88)}
"""cm: three points from the first, four above the second."""

_CLASSES = (
    (7, ("low", 100)),
    (12, ("slightly_elevated", 25)),
    (15, ("moderate", 6)),
    (21, ("high", 3)),
    (27, ("very_high", 2)),
)
"""Below this score: the class, and one person in how many has diabetes within ten years."""
_UNITS = {"age": "a", "bmi": "kg/m2", "waist": "cm"}


class FindriscInputs(Inputs):
    age: Adult
    sex: Sex
    bmi: Bmi
    waist: Waist
    daily_activity_30min: Annotated[
        bool, Says("at least 30 minutes of physical activity a day, work included")
    ]
    vegetables_every_day: Annotated[bool, Says("vegetables, fruit or berries every day")]
    ever_bp_medication: Annotated[bool, Says("ever took blood pressure medicine regularly")]
    ever_high_glucose: Annotated[bool, Says("ever told of high blood glucose, pregnancy included")]
    family_diabetes: Annotated[
        Literal["none", "second_degree", "first_degree"],
        Says("closest relative with diabetes; second degree: grandparent, aunt, uncle, first cousin"),
    ]
    known_diabetes: Annotated[bool, Excludes("diabetes is already known: no screening")] = False
    pregnant: Annotated[bool, Excludes("not valid in pregnancy, which has its own test")] = False


def points(inputs: FindriscInputs) -> dict[str, int]:
    """Points of each question. As on the form, BMI 30 and a waist of 102 or 88 cm are not yet above."""
    return {
        "age": first_below(inputs.age, _AGE),
        "bmi": _banded(inputs.bmi, _BMI, (0, 1, 3)),
        "waist": _banded(inputs.waist, pick(inputs.sex, _WAIST), (0, 3, 4)),
        "daily_activity_30min": where(inputs.daily_activity_30min, 0, 2),
        "vegetables_every_day": where(inputs.vegetables_every_day, 0, 1),
        "ever_bp_medication": where(inputs.ever_bp_medication, 2, 0),
        "ever_high_glucose": where(inputs.ever_high_glucose, 5, 0),
        "family_diabetes": pick(inputs.family_diabetes, _FAMILY),
    }


def _banded(value: float, limits: tuple[float, float], points: tuple[int, int, int]) -> int:
    """Points below the first limit, from it up to the second included, and above."""
    value, (first, second), (below, between, above) = rounded(value), limits, points
    return where(value < first, below, where(value <= second, between, above))


def class_of(score: int) -> tuple[str, int]:
    """The class of a score, and one in how many."""
    return first_below(score, _CLASSES)


def _columns(inputs: FindriscInputs) -> dict[str, Any]:
    score = sum(points(inputs).values())
    category, one_in = class_of(score)
    return {"score": score, "category": category, "one_in": one_in}


def _reference(inputs: FindriscInputs) -> Reference:
    waist = 93 if inputs.sex == "male" else 79
    answers = {
        "age": 44, "bmi": 24, "waist": waist, "daily_activity_30min": True, "vegetables_every_day": True,
        "ever_bp_medication": False, "ever_high_glucose": False, "family_diabetes": "none",
    }  # fmt: skip
    return Reference("same sex, under 45, no point in any question", answers, 0, "points", 0)


def _what_ifs(inputs: FindriscInputs, score: int) -> tuple[WhatIf, ...]:
    """Only changes that move the score: a loss of weight may do good without it, and a 0 would deny that."""
    targets: list[tuple[str, str, bool | float]] = [
        ("be_active_every_day", "daily_activity_30min", True),
        ("eat_vegetables_every_day", "vegetables_every_day", True),
    ]
    if inputs.bmi >= 25:
        targets.append(("lose_5_percent_of_weight", "bmi", round(0.95 * inputs.bmi, 2)))
    found = []
    for change, name, target in targets:
        after = sum(points(inputs.model_copy(update={name: target})).values())
        if after != score:
            found.append(
                WhatIf(
                    change,
                    name,
                    getattr(inputs, name),
                    target,
                    after,
                    after - score,
                    category_after=class_of(after)[0],
                    unit=_UNITS.get(name),
                )
            )
    return tuple(found)


def _explanation(inputs: FindriscInputs, given: Mapping[str, int]) -> Explanation:
    reference = _reference(inputs)
    contributions = tuple(
        Contribution(name, getattr(inputs, name), reference.inputs[name], delta, unit=_UNITS.get(name))
        for name, delta in given.items()
    )
    return Explanation(reference, contributions, _what_ifs(inputs, sum(given.values())))


def _warnings(age: int) -> tuple[Caveat, ...]:
    if age < 25:
        return (Caveat("age_not_validated", "The score has not been validated below 25 years."),)
    if age > 74:
        return (Caveat("age_not_validated", "The score has not been validated above 74 years."),)
    return ()


def _formula(inputs: FindriscInputs) -> RiskEstimate:
    given = points(inputs)
    score = sum(given.values())
    category, one_in = class_of(score)
    return RiskEstimate(
        result={"score": score, "category": category, "one_in": one_in},
        value=score,
        unit="{score}",
        horizon_years=10,
        category=category,
        frequency=NaturalFrequency.of_percent(100 / one_in),
        explain=lambda: _explanation(inputs, given),
        warnings=_warnings(inputs.age),
    )


findrisc = RiskModel("findrisc", "2003.1", SOURCE, FindriscInputs, _formula, _columns)

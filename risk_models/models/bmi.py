"""Body mass index (kg/m²) and its classes, for adults who are not pregnant.

Source: WHO, Technical Report Series 894 (2000); the same classes in HAS, surpoids et obésité de l'adulte
(2022).
"""

from __future__ import annotations

from typing import Annotated, Any

from risk_models.base import Caveat, Explanation, RiskEstimate, RiskModel, WhatIf
from risk_models.inputs import Adult, Bounds, Excludes, Inputs, Says
from risk_models.numeric import first_below, rounded

SOURCE = "WHO, Obesity: preventing and managing the global epidemic, Technical Report Series 894, 2000"

_CLASSES = (
    (16, "severe_thinness"),
    (17, "moderate_thinness"),
    (18.5, "mild_thinness"),
    (25, "normal"),
    (30, "overweight"),
    (35, "obesity_1"),
    (40, "obesity_2"),
    (float("inf"), "obesity_3"),
)
"""Below this index (kg/m²): the class. An index on a limit is in the next class."""


def index(weight: float, height: float) -> float:
    """kg/m², to nine decimals: 129.6 kg at 1.80 m is exactly 40 on paper and just below it in binary
    fractions."""
    return rounded(weight / height**2)


def class_of(bmi: float) -> str:
    """The WHO class of an index (kg/m²)."""
    return first_below(rounded(bmi), _CLASSES)


class BmiInputs(Inputs):
    weight: Annotated[float, Bounds(20, 400, "kg"), Says("body weight")]
    height: Annotated[float, Bounds(1.2, 2.5, "m", hint="give it in metres"), Says("body height")]
    age: Adult
    pregnant: Annotated[bool, Excludes("the classes are not those of pregnancy")] = False


def _what_ifs(inputs: BmiInputs, bmi: float) -> tuple[WhatIf, ...]:
    """Five per cent of the weight: what is commonly reached and kept, and already does good."""
    if bmi < 25:
        return ()
    target = round(0.95 * inputs.weight, 1)
    after = index(target, inputs.height)
    change = WhatIf(
        "lose_5_percent_of_weight", "weight", inputs.weight, target, after, after - bmi,
        category_after=class_of(after), unit="kg",
    )  # fmt: skip
    return (change,)


def _columns(inputs: BmiInputs) -> dict[str, Any]:
    bmi = index(inputs.weight, inputs.height)
    return {"bmi": bmi, "class": class_of(bmi)}


def _formula(inputs: BmiInputs) -> RiskEstimate:
    bmi = index(inputs.weight, inputs.height)
    warnings = []
    if inputs.age >= 70 and bmi < 22:
        told = "From 70 years an index below 22 may mean undernutrition (HAS): to see with a doctor."
        warnings.append(Caveat("perhaps_undernourished", told))
    return RiskEstimate(
        result={"bmi": bmi, "class": class_of(bmi)},
        value=bmi,
        unit="kg/m2",
        category=class_of(bmi),
        explain=lambda: Explanation(what_ifs=_what_ifs(inputs, bmi)),
        warnings=tuple(warnings),
    )


bmi = RiskModel("bmi", "2000.1", SOURCE, BmiInputs, _formula, _columns)

"""The three risk classes of the ESC for apparently healthy people: which class is this 10-year risk, at
this age?

Source: 2021 ESC guidelines on cardiovascular disease prevention, doi 10.1093/eurheartj/ehab484.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from risk_models.base import Caveat, RiskEstimate, RiskModel
from risk_models.inputs import Bounds, Inputs, Says
from risk_models.numeric import first_below, rounded, where

SOURCE = "2021 ESC guidelines on cardiovascular disease prevention, doi 10.1093/eurheartj/ehab484"

Category = Literal["low_to_moderate", "high", "very_high"]

_LIMITS = ((50, (2.5, 7.5)), (70, (5.0, 10.0)), (90, (7.5, 15.0)))
"""Below this age (years): lower limit of `high` and of `very_high` (%). A value on a limit is in the class
above."""


def limits(age: int) -> tuple[float, float]:
    """The lower limits (%) of `high` and `very_high` at an age from 40 to 89."""
    return first_below(age, _LIMITS)


def category_of(age: int, percent: float) -> Category:
    """The class of an unrounded risk (%). Nine decimals are kept, against the noise of binary fractions
    only."""
    high, very_high = limits(age)
    risk = rounded(percent)
    return where(risk >= very_high, "very_high", where(risk >= high, "high", "low_to_moderate"))


def near_limit(age: int, percent: float, margin: float) -> tuple[Caveat, ...]:
    """A warning when the class would change within `margin` percentage points (published tables are
    rounded)."""
    if all(abs(percent - limit) >= margin for limit in limits(age)):
        return ()
    return (
        Caveat(
            "near_limit", "The estimate lies so near a limit between two classes that it is only “about”."
        ),
    )


class Score2CategoryInputs(Inputs):
    age: Annotated[int, Bounds(40, 89, "a", "out_of_range"), Says("completed years")]
    risk_percent: Annotated[float, Bounds(0, 100, "%"), Says("unrounded SCORE2 or SCORE2-OP risk")]


def _columns(inputs: Score2CategoryInputs) -> dict[str, Any]:
    return {"category": category_of(inputs.age, inputs.risk_percent)}


def _formula(inputs: Score2CategoryInputs) -> RiskEstimate:
    category = category_of(inputs.age, inputs.risk_percent)
    return RiskEstimate(
        result=category, value=inputs.risk_percent, unit="%", horizon_years=10, category=category
    )


score2_category = RiskModel("score2-category", "2021.1", SOURCE, Score2CategoryInputs, _formula, _columns)

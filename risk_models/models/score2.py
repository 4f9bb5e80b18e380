"""SCORE2: 10-year risk (%) of a first fatal or non-fatal heart attack or stroke, from 40 to 69 years.

Source: SCORE2 working group, Eur Heart J 2021;42:2439-2454, doi 10.1093/eurheartj/ehab309 (supplement).
"""

from __future__ import annotations

from typing import Annotated, Any

from risk_models.base import RiskEstimate, RiskModel
from risk_models.inputs import Bounds, Says
from risk_models.models.score2_form import REGIONS, Equation, Factors, Score2FormInputs, columns, estimate

SOURCE = "SCORE2 working group, Eur Heart J 2021;42:2439-2454, doi 10.1093/eurheartj/ehab309"

_CENTRE = Factors(smoker=0, sbp=120, total_cholesterol=6, hdl_cholesterol=1.3)
_STEP = Factors(smoker=1, sbp=20, total_cholesterol=1, hdl_cholesterol=0.5)
_MARGIN = 0.05
"""Percentage points. The table has four decimals: it is exact to 0.0014 point, display rounds to 0.1."""

MEN = Equation(
    age_centre=60,
    age_step=5,
    age=0.3742,
    centre=_CENTRE,
    step=_STEP,
    main=Factors(smoker=0.6012, sbp=0.2777, total_cholesterol=0.1458, hdl_cholesterol=-0.2698),
    by_age=Factors(smoker=-0.0755, sbp=-0.0255, total_cholesterol=-0.0281, hdl_cholesterol=0.0426),
    survival=0.9605,
    mean=0,
    scales=dict(
        zip(
            REGIONS,
            ((-0.5699, 0.7476), (-0.1565, 0.8009), (0.3207, 0.9360), (0.5836, 0.8294)),
            strict=True,
        )
    ),
)

WOMEN = Equation(
    age_centre=60,
    age_step=5,
    age=0.4648,
    centre=_CENTRE,
    step=_STEP,
    main=Factors(smoker=0.7744, sbp=0.3131, total_cholesterol=0.1002, hdl_cholesterol=-0.2606),
    by_age=Factors(smoker=-0.1088, sbp=-0.0277, total_cholesterol=-0.0226, hdl_cholesterol=0.0613),
    survival=0.9776,
    mean=0,
    scales=dict(
        zip(
            REGIONS,
            ((-0.7380, 0.7019), (-0.3143, 0.7701), (0.5710, 0.9369), (0.9412, 0.8329)),
            strict=True,
        )
    ),
)


class Score2Inputs(Score2FormInputs):
    age: Annotated[int, Bounds(40, 69, "a", "out_of_range", use_above="score2-op"), Says("completed years")]


def _columns(inputs: Score2Inputs) -> dict[str, Any]:
    return columns(MEN, WOMEN, inputs, inputs.age)


def _formula(inputs: Score2Inputs) -> RiskEstimate:
    return estimate(MEN if inputs.sex == "male" else WOMEN, inputs.age, inputs, margin=_MARGIN)


score2 = RiskModel("score2", "2021.1", SOURCE, Score2Inputs, _formula, _columns)

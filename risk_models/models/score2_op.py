"""SCORE2-OP: 10-year risk (%) of a first fatal or non-fatal heart attack or stroke, from 70 to 89 years.

Source: SCORE2-OP working group, Eur Heart J 2021;42:2455-2467, doi 10.1093/eurheartj/ehab312
(supplement). The coefficients are those of the published table, rounded as printed; the authors' own
program has more digits and may differ by up to 0.3 percentage point.
"""

from __future__ import annotations

from typing import Annotated, Any

from risk_models.base import RiskEstimate, RiskModel
from risk_models.inputs import Bounds, Says
from risk_models.models.score2_form import REGIONS, Equation, Factors, Score2FormInputs, columns, estimate

SOURCE = "SCORE2-OP working group, Eur Heart J 2021;42:2455-2467, doi 10.1093/eurheartj/ehab312"

_CENTRE = Factors(smoker=0, sbp=150, total_cholesterol=6, hdl_cholesterol=1.4)
_STEP = Factors(smoker=1, sbp=1, total_cholesterol=1, hdl_cholesterol=1)
_MARGIN = 0.3

MEN = Equation(
    age_centre=73,
    age_step=1,
    age=0.0634,
    centre=_CENTRE,
    step=_STEP,
    main=Factors(smoker=0.3524, sbp=0.0094, total_cholesterol=0.0850, hdl_cholesterol=-0.3564),
    by_age=Factors(smoker=-0.0247, sbp=-0.0005, total_cholesterol=0.0073, hdl_cholesterol=0.0091),
    survival=0.7576,
    mean=0.0929,
    scales=dict(zip(REGIONS, ((-0.34, 1.19), (0.01, 1.25), (0.08, 1.15), (0.05, 0.70)), strict=True)),
)

WOMEN = Equation(
    age_centre=73,
    age_step=1,
    age=0.0789,
    centre=_CENTRE,
    step=_STEP,
    main=Factors(smoker=0.4921, sbp=0.0102, total_cholesterol=0.0605, hdl_cholesterol=-0.3040),
    by_age=Factors(smoker=-0.0255, sbp=-0.0004, total_cholesterol=-0.0009, hdl_cholesterol=0.0154),
    survival=0.8082,
    mean=0.2288,
    scales=dict(zip(REGIONS, ((-0.52, 1.01), (-0.10, 1.10), (0.38, 1.09), (0.38, 0.69)), strict=True)),
)


class Score2OpInputs(Score2FormInputs):
    age: Annotated[int, Bounds(70, 89, "a", "out_of_range", use_below="score2"), Says("completed years")]


def _columns(inputs: Score2OpInputs) -> dict[str, Any]:
    return columns(MEN, WOMEN, inputs, inputs.age)


def _formula(inputs: Score2OpInputs) -> RiskEstimate:
    return estimate(MEN if inputs.sex == "male" else WOMEN, inputs.age, inputs, margin=_MARGIN)


score2_op = RiskModel("score2-op", "2021.1", SOURCE, Score2OpInputs, _formula, _columns)

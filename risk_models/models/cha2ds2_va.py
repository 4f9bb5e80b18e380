"""CHA2DS2-VA: in atrial fibrillation, is an anticoagulant worth it? For the doctor only.

Source: 2024 ESC guidelines on atrial fibrillation, doi 10.1093/eurheartj/ehae176 (the score without the point of sex).
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import model_validator

from risk_models.base import Explanation, RiskEstimate, RiskModel
from risk_models.inputs import Adult, Excludes, Inputs, Says, refuse
from risk_models.numeric import first_below, where
from risk_models.points import points

SOURCE = "2024 ESC guidelines for the management of atrial fibrillation, doi 10.1093/eurheartj/ehae176"

_AGE = ((65, 0), (75, 1), (float("inf"), 2))
_ADVICE = ((1, "none"), (2, "consider"), (9, "recommended"))
"""Below this age, below this score."""
_CONDITIONS = {"heart_failure": 1, "hypertension": 1, "diabetes": 1, "stroke_tia": 2, "vascular_disease": 1}


class Cha2ds2VaInputs(Inputs):
    age: Adult
    atrial_fibrillation: Annotated[bool, Says("known atrial fibrillation; without it there is no score")]
    heart_failure: Annotated[bool, Says("heart failure")]
    hypertension: Annotated[bool, Says("high blood pressure, treated or not")]
    diabetes: Annotated[bool, Says("diabetes")]
    stroke_tia: Annotated[bool, Says("stroke, transient ischaemic attack or thromboembolism")]
    vascular_disease: Annotated[bool, Says("coronary, peripheral or aortic disease")]
    mechanical_valve_or_mitral_stenosis: Annotated[
        bool, Excludes("a mechanical valve or mitral stenosis decides without a score")
    ] = False

    def holds(self) -> bool:
        return self.atrial_fibrillation

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if not self.atrial_fibrillation:
            raise refuse("excluded", "made for known atrial fibrillation only", input="atrial_fibrillation")
        return self


def _points(inputs: Cha2ds2VaInputs) -> dict[str, int]:
    conditions = {name: where(getattr(inputs, name), worth, 0) for name, worth in _CONDITIONS.items()}
    return {"age": first_below(inputs.age, _AGE), **conditions}


def _columns(inputs: Cha2ds2VaInputs) -> dict[str, Any]:
    score = sum(_points(inputs).values())
    return {"score": score, "advice": first_below(score, _ADVICE)}


def _explanation(inputs: Cha2ds2VaInputs) -> Explanation:
    given = _points(inputs)
    return points(
        {name: getattr(inputs, name) for name in given}, given, {"age": 64, **dict.fromkeys(_CONDITIONS, False)},
        "under 65, with atrial fibrillation alone", {"age": "a"},
    )  # fmt: skip


def _formula(inputs: Cha2ds2VaInputs) -> RiskEstimate:
    result = _columns(inputs)
    return RiskEstimate(
        result=result,
        value=result["score"],
        unit="{score}",
        category=result["advice"],
        explain=lambda: _explanation(inputs),
    )


cha2ds2_va = RiskModel("cha2ds2-va", "2024.1", SOURCE, Cha2ds2VaInputs, _formula, _columns)

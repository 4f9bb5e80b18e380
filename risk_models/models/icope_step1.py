"""ICOPE step 1: six domains of ability to look at from 60 years; a domain that fails is looked at closer (step 2).

Source: WHO, Integrated care for older people (ICOPE), handbook, 2019; in France ICOPE Monitor (CHU de Toulouse).
"""

from __future__ import annotations

from typing import Annotated, Any

from risk_models.base import RiskEstimate, RiskModel
from risk_models.inputs import Bounds, Inputs, Says
from risk_models.numeric import known, negate, or_else, where

SOURCE = "WHO, Integrated care for older people (ICOPE): guidance for person-centred assessment, 2019"

_SECONDS, _WORDS, _KILOGRAMS = 14, 3, 3
"""More seconds, fewer words, more kilograms lost: the domain fails."""


class IcopeStep1Inputs(Inputs):
    age: Annotated[int, Bounds(60, 120, "a", "out_of_range"), Says("completed years")]
    chair_rise_seconds: Annotated[
        Annotated[float, Bounds(1, 600, "s")] | None,
        Says("to rise five times from a chair without the arms; null: not able"),
    ]
    words_recalled: Annotated[int, Bounds(0, 3, "words", "invalid"), Says("of three, after a while")]
    oriented: Annotated[bool, Says("knows the day and the place")]
    weight_loss_kg_3m: Annotated[float, Bounds(0, 100, "kg"), Says("lost in three months without wishing to")]
    appetite_loss: Annotated[bool, Says("eats with less appetite")]
    vision_problem: Annotated[bool, Says("trouble seeing far or near, or no check for a year")]
    hearing_problem: Annotated[bool, Says("does not hear whispering, or says so")]
    low_mood: Annotated[bool, Says("felt low these two weeks")]
    anhedonia: Annotated[bool, Says("had little pleasure in things these two weeks")]


def _failed(inputs: IcopeStep1Inputs) -> dict[str, bool]:
    """Each domain, in the order of its name."""
    seconds = inputs.chair_rise_seconds
    return {
        "cognition": (inputs.words_recalled < _WORDS) | negate(inputs.oriented),
        "hearing": inputs.hearing_problem,
        "mobility": negate(known(seconds)) | (or_else(seconds, 0.0) > _SECONDS),
        "mood": inputs.low_mood | inputs.anhedonia,
        "nutrition": (inputs.weight_loss_kg_3m > _KILOGRAMS) | inputs.appetite_loss,
        "vision": inputs.vision_problem,
    }


def _columns(inputs: IcopeStep1Inputs) -> dict[str, Any]:
    count = sum(where(failed, 1, 0) for failed in _failed(inputs).values())
    return {"value": count, "category": where(count > 0, "step_2", "nothing_found")}


def _formula(inputs: IcopeStep1Inputs) -> RiskEstimate:
    found = _columns(inputs)
    failed = [name for name, fails in _failed(inputs).items() if fails]
    return RiskEstimate(
        result=failed, value=found["value"], unit="{domains}", category=found["category"], reasons=tuple(failed)
    )


icope_step1 = RiskModel("icope-step1", "2019.1", SOURCE, IcopeStep1Inputs, _formula, _columns)

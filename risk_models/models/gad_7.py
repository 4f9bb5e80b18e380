"""GAD-7: anxiety over the last two weeks.

Source: Spitzer RL et al., Arch Intern Med 2006;166:1092-1097, doi 10.1001/archinte.166.10.1092.
"""

from __future__ import annotations

from typing import Annotated, Any

from risk_models.base import RiskEstimate, RiskModel
from risk_models.inputs import Excludes, Inputs
from risk_models.numeric import first_below
from risk_models.points import Seven, items

SOURCE = "Spitzer RL et al., Arch Intern Med 2006;166:1092-1097, doi 10.1001/archinte.166.10.1092"

_SEVERITY = ((5, "minimal"), (10, "mild"), (15, "moderate"), (22, "severe"))
"""Below this score: the class."""


class Gad7Inputs(Inputs):
    items: Seven
    under_18: Annotated[bool, Excludes("the classes are those of adults")] = False


def _columns(inputs: Gad7Inputs) -> dict[str, Any]:
    score = sum(inputs.items[place] for place in range(7))
    return {"score": score, "severity": first_below(score, _SEVERITY)}


def _formula(inputs: Gad7Inputs) -> RiskEstimate:
    result = _columns(inputs)
    return RiskEstimate(
        result=result,
        value=result["score"],
        unit="{score}",
        category=result["severity"],
        explain=lambda: items(inputs.items, "not at all, to every question"),
    )


gad_7 = RiskModel("gad-7", "2006.1", SOURCE, Gad7Inputs, _formula, _columns)

"""PHQ-2 and PHQ-9: low mood over the last two weeks, and whether thoughts of death call for help at once.

Sources: Kroenke K et al., J Gen Intern Med 2001;16:606-613, doi 10.1046/j.1525-1497.2001.016009606.x (PHQ-9);
Med Care 2003;41:1284-1292 (PHQ-2: the first two questions).
"""

from __future__ import annotations

from typing import Annotated, Any

from risk_models.base import Caveat, RiskEstimate, RiskModel
from risk_models.inputs import Excludes, Inputs
from risk_models.numeric import first_below
from risk_models.points import Nine, items

SOURCE = "Kroenke K et al., J Gen Intern Med 2001;16:606-613, doi 10.1046/j.1525-1497.2001.016009606.x"

_SEVERITY = (
    (5, "none_minimal"),
    (10, "mild"),
    (15, "moderate"),
    (20, "moderately_severe"),
    (28, "severe"),
)
"""Below this score: the class."""
_PHQ2_POSITIVE = 3


class PhqInputs(Inputs):
    items: Nine
    under_18: Annotated[bool, Excludes("made for adults; adolescents have a form of their own")] = False


def _columns(inputs: PhqInputs) -> dict[str, Any]:
    first, second, ninth = inputs.items[0], inputs.items[1], inputs.items[8]
    score = sum(inputs.items[place] for place in range(9))
    return {
        "phq2": first + second,
        "phq2_positive": first + second >= _PHQ2_POSITIVE,
        "phq9": score,
        "severity": first_below(score, _SEVERITY),
        "item9_flag": ninth > 0,
    }


def _formula(inputs: PhqInputs) -> RiskEstimate:
    result = _columns(inputs)
    warnings: tuple[Caveat, ...] = ()
    if result["item9_flag"]:
        told = "Thoughts of death or self-harm: show help at once, whatever the score; never leave them inside it."
        warnings = (Caveat("help_now", told),)
    return RiskEstimate(
        result=result,
        value=result["phq9"],
        unit="{score}",
        category=result["severity"],
        explain=lambda: items(inputs.items, "not at all, to every question"),
        reasons=("item9_flag",) if result["item9_flag"] else (),
        warnings=warnings,
    )


phq = RiskModel("phq", "2001.1", SOURCE, PhqInputs, _formula, _columns)

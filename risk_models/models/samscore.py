"""SAMScore: adults whose skin is worth examining for melanoma, from seven questions; French, in general practice.

Source: Quéreux G et al., Eur J Cancer Prev 2011;20:217-224 (development), 2012;21:588-595 (in practice).
"""

from __future__ import annotations

from typing import Annotated, Any

from risk_models.base import Caveat, Explanation, RiskEstimate, RiskModel
from risk_models.inputs import Adult, Inputs, Says
from risk_models.numeric import where
from risk_models.points import points

SOURCE = "Quéreux G et al., Eur J Cancer Prev 2011;20:217-224"

FACTORS = (
    "light_phototype", "freckles", "more_than_20_naevi_on_arms", "severe_childhood_sunburn",
    "lived_in_sunny_country", "personal_melanoma", "first_degree_melanoma",
)  # fmt: skip
_ENOUGH, _OLDER = 3, 60
"""Factors that make the risk high whatever they are; years from which freckles count alone, and naevi no more."""


class SamscoreInputs(Inputs):
    age: Adult
    light_phototype: Annotated[bool, Says("skin that burns easily and hardly tans (phototype I or II)")]
    freckles: Annotated[bool, Says("freckles, in childhood or now")]
    more_than_20_naevi_on_arms: Annotated[bool, Says("more than 20 moles on both arms together")]
    severe_childhood_sunburn: Annotated[bool, Says("severe sunburn in childhood or adolescence")]
    lived_in_sunny_country: Annotated[bool, Says("lived in a country with strong sun")]
    personal_melanoma: Annotated[bool, Says("had a melanoma")]
    first_degree_melanoma: Annotated[bool, Says("a parent, sibling or child had a melanoma")]


def _criteria(inputs: SamscoreInputs) -> dict[str, bool]:
    """Each is enough for a high risk."""
    return {
        "three_factors": _count(inputs) >= _ENOUGH,
        "many_naevi_before_60": (inputs.age < _OLDER) & inputs.more_than_20_naevi_on_arms,
        "freckles_from_60": (inputs.age >= _OLDER) & inputs.freckles,
    }


def _count(inputs: SamscoreInputs) -> int:
    return sum(where(getattr(inputs, name), 1, 0) for name in FACTORS)


def _columns(inputs: SamscoreInputs) -> dict[str, Any]:
    three, naevi, freckles = _criteria(inputs).values()
    return {"value": _count(inputs), "category": where(three | naevi | freckles, "high", "not_high")}


def _explanation(inputs: SamscoreInputs) -> Explanation:
    answers = {name: getattr(inputs, name) for name in FACTORS}
    given = {name: int(answer) for name, answer in answers.items()}
    return points(answers, given, dict.fromkeys(FACTORS, False), "same age, none of the seven factors")


def _formula(inputs: SamscoreInputs) -> RiskEstimate:
    found = _columns(inputs)
    warnings: tuple[Caveat, ...] = ()
    if inputs.personal_melanoma:
        told = "Someone who had a melanoma is followed up by a dermatologist, whatever the score."
        warnings = (Caveat("follow_up_not_screening", told),)
    return RiskEstimate(
        result=found["category"],
        value=found["value"],
        unit="{factors}",
        category=found["category"],
        explain=lambda: _explanation(inputs),
        reasons=tuple(name for name, met in _criteria(inputs).items() if met),
        warnings=warnings,
    )


samscore = RiskModel("samscore", "2011.1", SOURCE, SamscoreInputs, _formula, _columns)

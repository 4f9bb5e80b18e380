"""Level of risk of colorectal cancer from personal and family history, as the HAS sets it.

Source: HAS, Cancer colorectal : modalités de dépistage et de prévention chez les sujets à risque élevé et
très élevé, fiche mémo, May 2017.
"""

from __future__ import annotations

from typing import Annotated

from risk_models.base import RiskEstimate, RiskModel
from risk_models.errors import NotApplicable, Refusal
from risk_models.inputs import Inputs, Says
from risk_models.onset import Onset, bounds

SOURCE = "HAS, Cancer colorectal, sujets à risque élevé et très élevé, fiche mémo, May 2017"

YOUNG = 65
"""Years: one first-degree relative diagnosed strictly before this age raises the level."""

_OWN = ("personal_crc_or_advanced_adenoma", "extensive_long_standing_ibd", "acromegaly")


class ColorectalFamilyInputs(Inputs):
    first_degree_ages: Annotated[
        list[Onset],
        Says("age at diagnosis of each parent, sibling or child with colorectal cancer; null: unknown"),
    ]
    second_degree_ages: Annotated[
        list[Onset] | None,
        Says("the same for the second degree, half-siblings included; does not change the level"),
    ] = None
    personal_crc_or_advanced_adenoma: Annotated[
        bool, Says("own colorectal cancer, or adenoma of 10 mm or more, villous or high-grade")
    ] = False
    extensive_long_standing_ibd: Annotated[
        bool, Says("extensive inflammatory bowel disease of long course, or with sclerosing cholangitis")
    ] = False
    acromegaly: Annotated[bool, Says("acromegaly")] = False
    lynch_or_polyposis: Annotated[
        bool,
        Says("Lynch syndrome, familial adenomatous or MUTYH polyposis, or a variant of them in the family"),
    ] = False


def _reasons(inputs: ColorectalFamilyInputs) -> list[str]:
    """The criteria of the high level that are met, in the words of the inputs."""
    reasons = [name for name in _OWN if getattr(inputs, name)]
    ages = [bounds(onset) for onset in inputs.first_degree_ages]
    if any(oldest < YOUNG for _, oldest in ages):
        reasons.append("first_degree_before_65")
    if len(ages) >= 2:
        reasons.append("two_first_degree")
    if not reasons and any(youngest < YOUNG for youngest, _ in ages):
        told = "the age at diagnosis of the only case is not known well enough (before 65 or not): ask"
        raise NotApplicable([Refusal("missing", told, "first_degree_ages[0]")])
    return reasons


def _formula(inputs: ColorectalFamilyInputs) -> RiskEstimate:
    """Raises NotApplicable when the level hangs on an unknown age."""
    if inputs.lynch_or_polyposis:
        level, reasons = "very_high", ["lynch_or_polyposis"]
    else:
        reasons = _reasons(inputs)
        level = "high" if reasons else "average"
    return RiskEstimate(result=level, category=level, reasons=tuple(reasons))


colorectal_family_level = RiskModel(
    "colorectal-family-level", "2017.1", SOURCE, ColorectalFamilyInputs, _formula
)

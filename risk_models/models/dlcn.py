"""Dutch Lipid Clinic Network score: how likely is familial hypercholesterolaemia?

Sources: WHO, Familial hypercholesterolaemia, report of a second consultation, 1999; Nordestgaard BG et al.,
Eur Heart J 2013;34:3478-3490, doi 10.1093/eurheartj/eht273.
"""

from __future__ import annotations

from functools import reduce
from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from risk_models.base import Explanation, RiskEstimate, RiskModel
from risk_models.inputs import Bounds, Excludes, Inputs, Says
from risk_models.numeric import first_below, greatest, rounded, where, within
from risk_models.points import points
from risk_models.units import LDL, stated_units

SOURCE = "WHO, Familial hypercholesterolaemia, 1999; Nordestgaard BG et al., doi 10.1093/eurheartj/eht273"

_BANDS = {
    "mmol/L": ((4.0, 0), (5.0, 1), (6.5, 3), (8.5, 5), (float("inf"), 8)),
    "mg/dL": ((155.0, 0), (190.0, 1), (250.0, 3), (330.0, 5), (float("inf"), 8)),
    "g/L": ((1.55, 0), (1.90, 1), (2.50, 3), (3.30, 5), (float("inf"), 8)),
}
"""Below this LDL cholesterol: points. The table prints both units; each is read in its own."""
_CLASSES = ((3, "unlikely"), (6, "possible"), (9, "probable"), (float("inf"), "definite"))
_LDL = (0.3, 30.0)
"""mmol/L, ends included: plausible in a living person."""


class DlcnInputs(Inputs):
    ldl_untreated: Annotated[
        float, Bounds(0, 3000, "in ldl_unit"), Says("LDL cholesterol without treatment, from 0.3 to 30 mmol/L")
    ]
    ldl_unit: Literal["mmol/L", "mg/dL", "g/L"]
    fdr_premature_cvd: Annotated[
        bool, Says("a parent, sibling or child had vascular disease early: a man before 55, a woman before 60")
    ]
    fdr_high_ldl: Annotated[bool, Says("a parent, sibling or child has an LDL above the 95th centile")]
    fdr_xanthoma_or_arcus: Annotated[
        bool, Says("a parent, sibling or child has tendon xanthomas or a corneal arcus")
    ]
    child_high_ldl: Annotated[bool, Says("a child under 18 has an LDL above the 95th centile")]
    premature_coronary: Annotated[bool, Says("own coronary disease: a man before 55, a woman before 60")]
    premature_cerebral_peripheral: Annotated[
        bool, Says("own cerebral or peripheral vascular disease at such an age")
    ]
    tendon_xanthoma: Annotated[bool, Says("tendon xanthomas on examination")]
    arcus_before_45: Annotated[bool, Says("corneal arcus before 45 years")]
    mutation: Annotated[bool, Says("a pathogenic variant of LDLR, APOB or PCSK9 was found")]
    on_treatment: Annotated[
        bool, Excludes("needs the LDL from before lipid-lowering treatment: a treated value would hide it")
    ] = False

    _read = model_validator(mode="before")(stated_units(ldl_untreated=LDL))

    def holds(self) -> bool:
        return within(LDL.convert(self.ldl_untreated, self.ldl_unit), *_LDL)

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        LDL.check("ldl_untreated", self.ldl_untreated, self.ldl_unit, *_LDL)
        return self


def _groups(inputs: DlcnInputs) -> dict[str, dict[str, float]]:
    """Points of each item by group; only the highest of a group counts."""
    ldl = rounded(inputs.ldl_untreated)
    by_unit = {unit: first_below(ldl, rows) for unit, rows in _BANDS.items()}
    unit = inputs.ldl_unit
    return {
        "family": {
            "fdr_premature_cvd": where(inputs.fdr_premature_cvd, 1, 0),
            "fdr_high_ldl": where(inputs.fdr_high_ldl, 1, 0),
            "fdr_xanthoma_or_arcus": where(inputs.fdr_xanthoma_or_arcus, 2, 0),
            "child_high_ldl": where(inputs.child_high_ldl, 2, 0),
        },
        "personal": {
            "premature_coronary": where(inputs.premature_coronary, 2, 0),
            "premature_cerebral_peripheral": where(inputs.premature_cerebral_peripheral, 1, 0),
        },
        "examination": {
            "tendon_xanthoma": where(inputs.tendon_xanthoma, 6, 0),
            "arcus_before_45": where(inputs.arcus_before_45, 4, 0),
        },
        "ldl": {
            "ldl_untreated": where(
                unit == "mmol/L", by_unit["mmol/L"], where(unit == "mg/dL", by_unit["mg/dL"], by_unit["g/L"])
            )
        },
        "dna": {"mutation": where(inputs.mutation, 8, 0)},
    }


def _columns(inputs: DlcnInputs) -> dict[str, Any]:
    score: float = sum(reduce(greatest, group.values()) for group in _groups(inputs).values())
    return {"score": score, "category": first_below(score, _CLASSES)}


def _explanation(inputs: DlcnInputs) -> Explanation:
    """The points that count: those of the first highest item of each group."""
    given: dict[str, float] = {}
    for group in _groups(inputs).values():
        best = max(group, key=lambda name: group[name])
        given |= {name: group[name] if name == best else 0 for name in group}
    values = {name: getattr(inputs, name) for name in given}
    compared = dict.fromkeys(given, False) | {"ldl_untreated": None}
    return points(values, given, compared, "no item, LDL below 4.0 mmol/L", {"ldl_untreated": inputs.ldl_unit})


def _formula(inputs: DlcnInputs) -> RiskEstimate:
    result = _columns(inputs)
    return RiskEstimate(
        result=result,
        value=result["score"],
        unit="{score}",
        category=result["category"],
        explain=lambda: _explanation(inputs),
    )


dlcn = RiskModel("dlcn", "1999.1", SOURCE, DlcnInputs, _formula, _columns)

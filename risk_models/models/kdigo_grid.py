"""The KDIGO grid: filtration (G), albuminuria (A) and the level of risk that they give together.

Source: KDIGO clinical practice guideline on chronic kidney disease, Kidney Int 2024;105(4S):S117-S314
(the grid is that of 2012).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from risk_models.base import Caveat, RiskEstimate, RiskModel
from risk_models.inputs import Bounds, Inputs, Says, refuse
from risk_models.numeric import first_below, pick, rounded, where
from risk_models.units import ACR, stated_units

SOURCE = "KDIGO, Kidney Int 2024;105(4S):S117-S314"

_G = ((15, "G5"), (30, "G4"), (45, "G3b"), (60, "G3a"), (90, "G2"), (float("inf"), "G1"))
"""Below this rate (mL/min/1.73 m²): the category."""

_A = {"mg/g": (30.0, 300.0), "mg/mmol": (3.0, 30.0)}
"""A2 begins at the first limit; A3 is above the second. KDIGO prints both units, 1 mg/mmol being about 8.84
mg/g."""

_RISK = {
    "G1": ("low", "moderate", "high"),
    "G2": ("low", "moderate", "high"),
    "G3a": ("moderate", "high", "very_high"),
    "G3b": ("high", "very_high", "very_high"),
    "G4": ("very_high", "very_high", "very_high"),
    "G5": ("very_high", "very_high", "very_high"),
}
"""By column A1, A2, A3."""

_HIGHEST = {"mg/g": 30000.0, "mg/mmol": 30000 / 8.84}


def g_category(rate: float) -> str:
    """The category of an unrounded filtration rate: 59.6 is G3a, though a report prints 60."""
    return first_below(rounded(rate), _G)


def a_category(ratio: float, unit: str) -> str:
    """The category of an albumin/creatinine ratio; exactly 300 mg/g or 30 mg/mmol is still A2."""
    second, third = pick(unit, _A)
    ratio = rounded(ratio)
    return where(ratio > third, "A3", where(ratio >= second, "A2", "A1"))


def risk_of(g: str, a: str) -> str:
    """The level of risk of a cell of the grid."""
    first, second, third = pick(g, _RISK)
    return pick(a, {"A1": first, "A2": second, "A3": third})


class KdigoInputs(Inputs):
    egfr: Annotated[float, Bounds(1, 200, "mL/min/{1.73_m2}"), Says("estimated filtration rate")]
    acr: Annotated[
        float,
        Bounds(0, 30000, "in acr_unit"),
        Says("urine albumin/creatinine ratio, above 0, up to 30000 mg/g"),
    ]
    acr_unit: Literal["mg/g", "mg/mmol"]

    _read = model_validator(mode="before")(stated_units(acr=ACR))

    def holds(self) -> bool:
        return (self.acr > 0) & (self.acr <= pick(self.acr_unit, _HIGHEST))

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        if not self.holds():
            valid = "above 0, up to 30000 mg/g"
            raise refuse("implausible", f"must be {valid}", input="acr", valid=valid)
        return self


def _columns(inputs: KdigoInputs) -> dict[str, Any]:
    g, a = g_category(inputs.egfr), a_category(inputs.acr, inputs.acr_unit)
    return {"g": g, "a": a, "risk": risk_of(g, a)}


def _formula(inputs: KdigoInputs) -> RiskEstimate:
    g, a, risk = _columns(inputs).values()
    caveats: tuple[Caveat, ...] = ()
    if risk != "low":
        told = "Chronic kidney disease needs more than three months: one result is to be confirmed."
        caveats = (Caveat("to_be_confirmed", told),)
    return RiskEstimate(
        result={"g": g, "a": a, "risk": risk}, category=risk, reasons=(g, a), warnings=caveats
    )


kdigo_grid = RiskModel("kdigo-grid", "2024.1", SOURCE, KdigoInputs, _formula, _columns)

"""Total and HDL cholesterol in the units of laboratory reports, turned into mmol/L."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import model_validator

from risk_models.inputs import Bounds, Inputs, Says, refuse
from risk_models.numeric import within
from risk_models.units import CHOLESTEROL, stated_units

_TOTAL, _HDL = (1.5, 20.0), (0.2, 5.0)
"""mmol/L, ends included: plausible in a living adult."""

_ANY = Bounds(0, 1000, "in cholesterol_unit")
PERHAPS_G_L = 3.0
"""mmol/L: a total below this is rare, and is what a value in g/L looks like."""


class CholesterolInputs(Inputs):
    """Raises a refusal when a value is that of another unit, or when HDL is not below total."""

    total_cholesterol: Annotated[float, _ANY, Says("total cholesterol, from 1.5 to 20 mmol/L")]
    hdl_cholesterol: Annotated[float, _ANY, Says("HDL cholesterol, from 0.2 to 5 mmol/L, below total")]
    cholesterol_unit: Literal["mmol/L", "mg/dL", "g/L"] = "mmol/L"

    _read = model_validator(mode="before")(
        stated_units(total_cholesterol=CHOLESTEROL, hdl_cholesterol=CHOLESTEROL)
    )

    @property
    def total_mmol(self) -> float:
        return CHOLESTEROL.convert(self.total_cholesterol, self.cholesterol_unit)

    @property
    def hdl_mmol(self) -> float:
        return CHOLESTEROL.convert(self.hdl_cholesterol, self.cholesterol_unit)

    def holds(self) -> bool:
        total, hdl = self.total_mmol, self.hdl_mmol
        return within(total, *_TOTAL) & within(hdl, *_HDL) & (hdl < total)

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        unit = self.cholesterol_unit
        total = CHOLESTEROL.check("total_cholesterol", self.total_cholesterol, unit, *_TOTAL)
        hdl = CHOLESTEROL.check("hdl_cholesterol", self.hdl_cholesterol, unit, *_HDL)
        if hdl >= total:
            told = "must be below total_cholesterol, which includes it"
            raise refuse("implausible", told, input="hdl_cholesterol")
        return self

"""Total and HDL cholesterol in the units of laboratory reports, turned into mmol/L."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import model_validator

from risk_models.inputs import Bounds, Inputs, Says, refuse

MG_PER_DL = 38.67
"""mg/dL of cholesterol in 1 mmol/L (molar mass 386.7 g/mol). 1 g/L, as in French reports, is 100 mg/dL."""

_PER_MMOL_L = {"mmol/L": 1.0, "mg/dL": MG_PER_DL, "g/L": MG_PER_DL / 100}
_TOTAL = (1.5, 20.0)
_HDL = (0.2, 5.0)
_ANY = Bounds(0, 1000, "in cholesterol_unit")
PERHAPS_G_L = 3.0
"""mmol/L: a total below this is rare, and is what a value in g/L looks like."""


class CholesterolInputs(Inputs):
    """Raises a refusal when a value is that of another unit, or when HDL is not below total."""

    total_cholesterol: Annotated[float, _ANY, Says("total cholesterol, from 1.5 to 20 mmol/L")]
    hdl_cholesterol: Annotated[float, _ANY, Says("HDL cholesterol, from 0.2 to 5 mmol/L, below total")]
    cholesterol_unit: Literal["mmol/L", "mg/dL", "g/L"] = "mmol/L"

    @property
    def total_mmol(self) -> float:
        return self.total_cholesterol / _PER_MMOL_L[self.cholesterol_unit]

    @property
    def hdl_mmol(self) -> float:
        return self.hdl_cholesterol / _PER_MMOL_L[self.cholesterol_unit]

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        for name, value, (low, high) in (
            ("total_cholesterol", self.total_mmol, _TOTAL),
            ("hdl_cholesterol", self.hdl_mmol, _HDL),
        ):
            if not low <= value <= high:
                valid = f"{low:g} to {high:g} mmol/L"
                if meant := self._other_unit(value, low, high):
                    told = f"looks like {meant} given as {self.cholesterol_unit}: state cholesterol_unit"
                    raise refuse("unit", told, input=name, valid=valid)
                raise refuse("implausible", f"must be from {valid}", input=name, valid=valid)
        if self.hdl_mmol >= self.total_mmol:
            told = "must be below total_cholesterol, which includes it"
            raise refuse("implausible", told, input="hdl_cholesterol")
        return self

    def _other_unit(self, mmol: float, low: float, high: float) -> str | None:
        given = mmol * _PER_MMOL_L[self.cholesterol_unit]
        fits = (unit for unit, factor in _PER_MMOL_L.items() if low <= given / factor <= high)
        return next(fits, None)

"""Laboratory values in the units of reports: turned into one unit, and refused when they are plainly of
another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from risk_models.inputs import refuse
from risk_models.numeric import pick


@dataclass(frozen=True)
class Units:
    """The units accepted for one quantity; each factor is how much of it makes one of the canonical unit.

    `field` is the input that states the unit.
    """

    canonical: str
    factors: Mapping[str, float]
    field: str

    def convert(self, value: float, unit: str) -> float:
        """The value in the canonical unit."""
        return value / pick(unit, self.factors)

    def check(self, name: str, value: float, unit: str, low: float, high: float) -> float:
        """The value in the canonical unit. Raises a refusal that names `name` outside `low` to `high`,
        inclusive.

        A value that would fit in another unit is said to look like it, and is not converted by guess.
        """
        converted = self.convert(value, unit)
        if low <= converted <= high:
            return converted
        valid = f"{low:g} to {high:g} {self.canonical}"
        meant = next((u for u in self.factors if low <= self.convert(value, u) <= high), None)
        if meant is None:
            raise refuse("implausible", f"must be from {valid}", input=name, valid=valid)
        told = f"looks like {meant} given as {unit}: state {self.field}"
        raise refuse("unit", told, input=name, valid=valid)


CHOLESTEROL = Units("mmol/L", {"mmol/L": 1.0, "mg/dL": 38.67, "g/L": 0.3867}, "cholesterol_unit")
"""Molar mass 386.7 g/mol; French reports give g/L and mmol/L."""

CREATININE = Units("umol/L", {"umol/L": 1.0, "mg/dL": 1 / 88.42, "mg/L": 10 / 88.42}, "creatinine_unit")
"""1 mg/dL is 88.42 µmol/L; French reports give µmol/L and mg/L."""

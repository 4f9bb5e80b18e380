"""Laboratory values in the units of reports: turned into one unit, and refused when they are plainly of
another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from risk_models.inputs import refuse
from risk_models.numeric import pick
from risk_models.quantities import split


@dataclass(frozen=True)
class Units:
    """The units accepted for one quantity; each factor is how much of it makes one of the canonical unit.

    `field` is the input that states the unit. `zeros` says, where they differ, what each unit reads at the
    canonical zero.
    """

    canonical: str
    factors: Mapping[str, float]
    field: str
    zeros: Mapping[str, float] | None = None

    def convert(self, value: float, unit: str) -> float:
        """The value in the canonical unit."""
        if self.zeros:
            value = value - pick(unit, self.zeros)
        return value / pick(unit, self.factors)

    def give(self, value: float, unit: str) -> float:
        """A value in the canonical unit, in this one."""
        return value * self.factors[unit] + (self.zeros[unit] if self.zeros else 0.0)

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


def stated_units(**measured: Units) -> Callable[[Any, Any], Any]:
    """A validator (mode "before") for inputs whose unit is another input: a value may carry its own unit instead.

    The first such value states the unit when nothing else does; the others are turned into the unit stated.
    """

    def read(cls: Any, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        found: dict[str, Any] = {}
        for name, units in measured.items():
            carried = split(data.get(name))
            if carried is None:
                continue
            value, unit = carried
            if unit not in units.factors:
                known = ", ".join(units.factors)
                raise refuse("unit", f"this unit is not one of those accepted: {known}", input=name, valid=known)
            wanted: Any = found.setdefault(units.field, data.get(units.field) or unit)
            same = unit == wanted or wanted not in units.factors
            found[name] = value if same else round(units.give(units.convert(value, unit), wanted), 9)
        return {**data, **found} if found else data

    return read


CHOLESTEROL = Units("mmol/L", {"mmol/L": 1.0, "mg/dL": 38.67, "g/L": 0.3867}, "cholesterol_unit")
"""Molar mass 386.7 g/mol; French reports give g/L and mmol/L."""

LDL = Units("mmol/L", CHOLESTEROL.factors, "ldl_unit")

CREATININE = Units("umol/L", {"umol/L": 1.0, "mg/dL": 1 / 88.42, "mg/L": 10 / 88.42}, "creatinine_unit")
"""1 mg/dL is 88.42 µmol/L; French reports give µmol/L and mg/L."""

ACR = Units("mg/g", {"mg/g": 1.0, "mg/mmol": 1 / 8.84}, "acr_unit")
"""Urine albumin/creatinine ratio: 1 mg/mmol is 8.84 mg/g."""

HBA1C = Units("mmol/mol", {"mmol/mol": 1.0, "%": 0.09148}, "hba1c_unit", {"mmol/mol": 0.0, "%": 2.152})
"""NGSP % = 0.09148 × IFCC + 2.152."""

PLATELETS = Units("10*9/L", {"10*9/L": 1.0, "/mm3": 1000.0}, "platelets_unit")
"""French reports give G/L (10⁹/L) or /mm³."""

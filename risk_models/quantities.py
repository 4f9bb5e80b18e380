"""Numbers that carry their unit: `{"value": 1.42, "unit": "m"}` or `"142 cm"`, turned into the unit of an input.

Only units that mean the same quantity are converted; any other is refused with the list of those accepted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from risk_models.errors import Kind


def refuse(kind: Kind, message: str, **context: Any) -> PydanticCustomError:
    """The error that a validator raises; `context` may hold `input`, `valid`, `use_instead`."""
    return PydanticCustomError(kind, "{message}", {"message": message, **context})


_FACTORS: dict[str, dict[str, float]] = {
    "a": {"years": 1, "ans": 1},
    "mm[Hg]": {"mmHg": 1, "kPa": 7.50062, "cmHg": 10},
    "kg": {"g": 0.001},
    "m": {"cm": 0.01, "mm": 0.001},
    "cm": {"m": 100, "mm": 0.1},
    "kg/m2": {"kg/m²": 1},
    "mL/min/{1.73_m2}": {"mL/min/1.73m2": 1, "mL/min/1.73 m2": 1, "mL/min/1.73 m²": 1},
    "U/L": {"UI/L": 1, "IU/L": 1, "[IU]/L": 1},
    "10*9/L": {"10^9/L": 1, "G/L": 1, "Giga/L": 1, "/mm3": 0.001, "/uL": 0.001},
    "{cigarettes}/d": {"/d": 1},
    "min": {"s": 1 / 60, "h": 60},
    "s": {"min": 60},
    "%": {},
}
"""For each unit of an input: the others that are accepted, and how many of the former one of them makes."""

_TEXT = re.compile(r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s+(\S.*?)\s*\Z")


def split(given: Any) -> tuple[Any, str] | None:
    """The value and the unit of a number that carries one; None for a plain value. Raises a refusal."""
    if isinstance(given, Mapping):
        value, unit = given.get("value"), given.get("unit")
        if given.keys() != {"value", "unit"} or isinstance(value, bool) or not isinstance(value, int | float):
            raise refuse("invalid", "a value with its unit must have a number as value, and a unit")
        if not isinstance(unit, str):
            raise refuse("unit", "the unit of the value is not known: ask for it, do not guess")
        return value, unit
    if isinstance(given, str) and (found := _TEXT.match(given)):
        return float(found[1]), found[2]
    return None


def in_unit(given: Any, unit: str) -> Any:
    """The number in this unit; a plain value as it is. Raises a refusal when the unit is that of something else."""
    carried = split(given)
    if carried is None:
        return given
    value, stated = carried
    others = _FACTORS.get(unit, {})
    if stated == unit:
        return value
    if stated not in others:
        known = ", ".join([unit, *others])
        raise refuse("unit", f"this unit cannot be turned into {unit}; accepted: {known}", valid=known)
    return round(value * others[stated], 9)

"""The age at which a relative fell ill: known, known within bounds, or not known."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from risk_models.inputs import Bounds, refuse

_AGE = Bounds(0, 120, "a")
Age = Annotated[int, _AGE]


def _ordered(ages: tuple[int, int]) -> tuple[int, int]:
    if ages[0] > ages[1]:
        raise refuse("invalid", "the first of two ages must not be above the second")
    return ages


Onset = Age | Annotated[tuple[Age, Age], AfterValidator(_ordered)] | None
"""Completed years at diagnosis; `[40, 49]` for "in her forties"; null when it is not known."""


def bounds(onset: Onset) -> tuple[int, int]:
    """The youngest and the oldest age that it may be."""
    if onset is None:
        return int(_AGE.low), int(_AGE.high)
    return (onset, onset) if isinstance(onset, int) else onset

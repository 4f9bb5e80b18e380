"""Risks that are a curve over one sum: the curve, its slope, and the explanation of an estimate on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from risk_models.attribution import percentage_points
from risk_models.base import Contribution, Explanation, Reference, WhatIf
from risk_models.numeric import exp, expm1


@dataclass(frozen=True)
class Curve:
    """`percent` of a value of the sum, `slope` its derivative; `scale` says in words what the sum is."""

    scale: str
    percent: Callable[[float], float]
    slope: Callable[[float], float]

    def explain(
        self,
        person: str,
        compared: Mapping[str, Any],
        values: Mapping[str, Any],
        deltas: Mapping[str, float],
        start: float,
        units: Mapping[str, str],
        what_ifs: tuple[WhatIf, ...] = (),
    ) -> Explanation:
        """Contributions of the inputs named in `deltas`, against the reference person whose sum is `start`."""
        shared = percentage_points(deltas, start=start, percent=self.percent, slope=self.slope)
        return Explanation(
            Reference(person, dict(compared), self.percent(start), self.scale, start),
            tuple(
                Contribution(name, values[name], compared.get(name), delta, shared[name], units.get(name))
                for name, delta in deltas.items()
            ),
            what_ifs,
        )

    def what_if(
        self,
        change: str,
        name: str,
        values: tuple[Any, Any],
        here: float,
        delta: float,
        category_of: Callable[[float], str],
        unit: str | None = None,
    ) -> WhatIf:
        """The same person with the input at `values[1]` instead of `values[0]`, `delta` further on the sum."""
        after = self.percent(here + delta)
        return WhatIf(
            change, name, *values, after, delta, after - self.percent(here), category_of(after), unit
        )


def _hazard(sum_: float) -> float:
    return -100 * expm1(-exp(sum_))


def _hazard_slope(sum_: float) -> float:
    return 100 * exp(sum_ - exp(sum_))


def _logistic(sum_: float) -> float:
    return 100 / (1 + exp(-sum_))


def _logistic_slope(sum_: float) -> float:
    share = _logistic(sum_) / 100
    return 100 * share * (1 - share)


HAZARD = Curve("ln(-ln(1 - risk)), log of the cumulative hazard", _hazard, _hazard_slope)
"""Written so that small risks keep their digits."""
LOGISTIC = Curve("log of the odds", _logistic, _logistic_slope)

"""How much of a risk is due to each input, so that the parts add up to the whole.

Most published models are a curve over one sum: risk = link(sum of terms). On the scale of the sum the
parts add up by themselves. In percentage points they do not, because the curve bends: the difference
between person and reference is then shared in proportion to the parts (the Aumann-Shapley value of a
single-index model). It is exact, treats every input alike, and does not depend on any order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

_FLAT = 1e-6
"""Below this total the secant is lost in rounding; the tangent differs from it by less than 1e-9 point."""


def percentage_points(
    deltas: Mapping[str, float],
    *,
    start: float,
    percent: Callable[[float], float],
    slope: Callable[[float], float],
) -> dict[str, float]:
    """Share `percent(start + sum of deltas) − percent(start)` among the deltas, by name.

    `slope` is the derivative of `percent`.
    """
    total = sum(deltas.values())
    if abs(total) < _FLAT:
        return {name: delta * slope(start) for name, delta in deltas.items()}
    secant = (percent(start + total) - percent(start)) / total
    return {name: delta * secant for name, delta in deltas.items()}

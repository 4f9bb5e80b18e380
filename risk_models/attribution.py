"""How much of a risk is due to each input, so that the parts add up to the whole.

Most published models are a curve over one sum: risk = link(sum of terms). On the scale of the sum the
parts add up by themselves. In percentage points they do not, because the curve bends: the difference
between person and reference is then shared in proportion to the parts (the Aumann-Shapley value of a
single-index model). It is exact, treats every input alike, and does not depend on any order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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


_NODES = 32
_STEP = 1e-4


def along(
    value: Callable[[Sequence[float]], float], ends: Sequence[float], shares: Mapping[str, Sequence[float]]
) -> dict[str, float]:
    """Share `value(ends) − value(0…)` among inputs, where a value depends on several sums at once.

    `shares` is what each input adds to each sum; together they are `ends`. Every input gets the slope of the value
    along the straight way, times its part of the sums (Aumann-Shapley, by Simpson's rule); what the rule leaves over
    is spread in proportion.
    """
    parts = dict.fromkeys(shares, 0.0)
    for node in range(_NODES + 1):
        weight = (1 if node in (0, _NODES) else 4 if node % 2 else 2) / (3 * _NODES)
        here = [end * node / _NODES for end in ends]
        slopes = []
        for place in range(len(ends)):
            above, below = list(here), list(here)
            above[place] += _STEP
            below[place] -= _STEP
            slopes.append((value(above) - value(below)) / (2 * _STEP))
        for name, share in shares.items():
            parts[name] += weight * sum(slope * part for slope, part in zip(slopes, share, strict=True))
    left = value(ends) - value([0.0] * len(ends)) - sum(parts.values())
    size = sum(map(abs, parts.values())) or 1.0
    return {name: part + left * abs(part) / size for name, part in parts.items()}

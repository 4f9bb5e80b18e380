"""How far the two readers agree beyond chance: Cohen's kappa, by guideline and in all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.trust.guarantee.register import Result

SMALLEST = 11
"""Under so many readings, no figure is shown to anyone but the board."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """`agree`: how many of `read` had two equal verdicts; `kappa` None where both readers always said one same thing:
    chance alone would have them agree, and kappa has no meaning."""

    read: int
    agree: int
    right: int
    """How many answers were found right in the end."""
    kappa: float | None


def agreement(results: Sequence[Result]) -> Agreement:
    return Agreement(
        len(results),
        sum(one.first == one.second for one in results),
        sum(one.final == "right" for one in results),
        kappa([one.first for one in results], [one.second for one in results]),
    )


def kappa(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Cohen's kappa; None for no reading, or one single verdict."""
    if len({*first, *second}) < 2:
        return None
    from sklearn.metrics import cohen_kappa_score

    found = float(cohen_kappa_score(list(first), list(second)))
    return None if math.isnan(found) else found


def by_guideline(results: Sequence[Result]) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for one in results:
        found.setdefault(one.guideline, []).append(one)
    return dict(sorted(found.items()))

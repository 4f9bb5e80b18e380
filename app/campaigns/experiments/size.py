"""How many people an experiment needs to find the difference that is worth finding."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from app.campaigns.experiments.model import Experiment, SteppedWedge
from app.errors import UsageError

MOST = 70_000_000


def size_of(experiment: Experiment) -> dict[str, Any]:
    """People (parallel) or people in each area and period (stepped wedge) for the registered power.

    Parallel: two proportions after the arcsine transformation (Cohen 1988), with the alpha shared among the
    comparisons (Bonferroni). Stepped wedge: `stepped_variance`; the number of areas is that of `areas`.
    """
    comparisons = len(experiment.arms) - 1
    alpha = experiment.test.alpha / comparisons
    base, aim = experiment.expected.control, experiment.expected.control + experiment.expected.difference
    found: dict[str, Any] = {"alpha": alpha, "power": experiment.test.power, "comparisons": comparisons}
    if isinstance(experiment.design, SteppedWedge):
        return found
    effect = proportion_effectsize(aim, base)
    first = experiment.arms[0].share
    ratio = min(one.share for one in experiment.arms[1:]) / first  # the smallest arm decides
    control = NormalIndPower().solve_power(effect, alpha=alpha, power=experiment.test.power, ratio=ratio)
    a_share = math.ceil(control) / first
    arms = {one.id: math.ceil(a_share * one.share) for one in experiment.arms}
    return found | {"arms": arms, "people": sum(arms.values())}


def smallest_difference(experiment: Experiment, people: int) -> float:
    """The least difference that `people` in all would find with the registered power: what a small place can learn."""
    shares = [one.share for one in experiment.arms]
    alpha = experiment.test.alpha / (len(shares) - 1)
    control, ratio = people * shares[0] / sum(shares), min(shares[1:]) / shares[0]
    if control < 2:
        raise UsageError("fewer than two people in an arm: nothing can be found", code="experiment_size")
    effect = NormalIndPower().solve_power(None, nobs1=control, alpha=alpha, power=experiment.test.power, ratio=ratio)
    base = 2 * math.asin(math.sqrt(experiment.expected.control))
    return math.sin(min(base + effect, math.pi) / 2) ** 2 - experiment.expected.control


def exposure(areas: int, steps: int) -> NDArray[Any]:
    """Areas × periods: 1 from the period in which an area has gone over. Steps are as even as can be."""
    when = np.array([1 + area * steps // areas for area in range(areas)])
    here: NDArray[Any] = (np.arange(steps + 1)[None, :] >= when[:, None]).astype(float)
    return here


def stepped_variance(exposed: NDArray[Any], people: int, rate: float, icc: float) -> float:
    """Variance of the difference in a stepped wedge, `people` in each area and period (Hussey and Hughes, Contemporary
    Clinical Trials 2007;28:182-191, fixed effects of periods and a random effect of areas)."""
    areas, periods = exposed.shape
    total = rate * (1 - rate)
    between, within = icc * total, (1 - icc) * total / people
    u, w, v = exposed.sum(), (exposed.sum(axis=0) ** 2).sum(), (exposed.sum(axis=1) ** 2).sum()
    below = (areas * u - w) * within + (u**2 + areas * periods * u - periods * w - areas * v) * between
    return float(areas * within * (within + periods * between) / below)


def stepped_size(experiment: Experiment, areas: int) -> int:
    """People in each area and period. Raises UsageError when no number is enough, or areas are too few."""
    design = experiment.design
    assert isinstance(design, SteppedWedge)
    if areas < design.steps:
        raise UsageError(f"{design.steps} steps need at least as many areas, not {areas}", code="experiment_size")
    exposed = exposure(areas, design.steps)
    wanted = norm.ppf(1 - experiment.test.alpha / 2) + norm.ppf(experiment.test.power)
    aim = (experiment.expected.difference / wanted) ** 2
    rate = experiment.expected.control + experiment.expected.difference / 2
    low, high = 1, 2
    while stepped_variance(exposed, high, rate, design.icc) > aim:
        high *= 2
        if high > MOST:
            raise UsageError("no number of people is enough with so few areas: take more, or a larger difference",
                             code="experiment_size")  # fmt: skip
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if stepped_variance(exposed, middle, rate, design.icc) <= aim else (middle + 1, high)
    return low

"""What an experiment found, as it was registered: each arm beside the first, and nothing that was not foreseen.

Everyone counts in the arm that was drawn for them (intention to treat). Differences of proportions with Newcombe's
interval and the score test; several arms share alpha by Holm; subgroups by a test of interaction (likelihood ratio in a
logistic model). Groups and events of fewer than 11 people are not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import statsmodels.api as sm
from scipy.stats import chi2, chisquare
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    test_proportions_2indep,
)

from app.campaigns.experiments.allocate import ARM
from app.campaigns.experiments.model import Experiment
from app.campaigns.experiments.outcomes import OUTCOME
from app.errors import UsageError
from app.population.strata import SMALL

_UNEVEN = 0.001
"""Arms whose sizes chance would so seldom give: the draw was not followed (sample ratio mismatch)."""

Counts = dict[str, tuple[int, int]]
"""By arm: people whose outcome is known, and of those who did."""


def analyse(experiment: Experiment, people: pa.Table, look: float | None = None) -> dict[str, Any]:
    """`look`: one of the registered looks before the end; None: the end. Raises UsageError when an arm is too small to
    be told, or too little is known for that look."""
    known = people.filter(pc.is_valid(people.column(OUTCOME)))
    counts = counts_of(experiment, known)
    if any(n < SMALL for n, _ in counts.values()):
        raise UsageError(f"an arm has fewer than {SMALL} people whose outcome is known", code="experiment_outcomes")
    share = known.num_rows / people.num_rows
    if look is not None and share < look:
        raise UsageError(f"this look is for {look:.0%} of the outcomes; {share:.0%} are known", code="experiment")
    comparisons = _comparisons(experiment, counts)
    return {
        "experiment": experiment.id, "look": look, "people": people.num_rows, "known": known.num_rows,
        "arms": [_arm(one.id, one.title, *counts[one.id]) for one in experiment.arms],
        "uneven": _uneven(experiment, people), "comparisons": comparisons,
        "subgroups": [_subgroup(experiment, known, name) for name in experiment.subgroups] if look is None else [],
        "decision": _decision(experiment, comparisons, look),
    }  # fmt: skip


def counts_of(experiment: Experiment, known: pa.Table) -> Counts:
    done = known.column(OUTCOME)
    arms = known.column(ARM)
    of = {one.id: pc.equal(arms, one.id) for one in experiment.arms}
    return {
        name: (int(pc.sum(here).as_py() or 0), int(pc.sum(pc.and_(here, done)).as_py() or 0))
        for name, here in of.items()
    }


def _arm(name: str, title: str, people: int, did: int) -> dict[str, Any]:
    low, high = proportion_confint(did, people, method="wilson")
    return {"id": name, "title": title, "people": people, "rate": did / people, "interval": [float(low), float(high)]} \
        if _told(people, did) else {"id": name, "title": title, "people": people, "rate": None, "interval": None}


def _told(people: int, did: int) -> bool:
    """Whether no fewer than 11 did, nor did not (nobody at all tells of nobody)."""
    return people >= SMALL and all(n == 0 or n >= SMALL for n in (did, people - did))


def _uneven(experiment: Experiment, people: pa.Table) -> bool:
    """Of all who were drawn, whether outcomes are known or not."""
    drawn = [int(pc.sum(pc.equal(people.column(ARM), one.id)).as_py() or 0) for one in experiment.arms]
    shares = np.array([one.share for one in experiment.arms], dtype=float)
    return bool(chisquare(drawn, shares / shares.sum() * sum(drawn)).pvalue < _UNEVEN)


def _comparisons(experiment: Experiment, counts: Counts) -> list[dict[str, Any]]:
    first = experiment.arms[0].id
    found = [{"arm": one.id, "with": first} | _difference(counts[one.id], counts[first], experiment.test.alpha)
             for one in experiment.arms[1:]]  # fmt: skip
    values = [one["p"] for one in found]
    if len(values) > 1:  # one comparison needs no correction, and this collects garbage each time
        values = multipletests(values, experiment.test.alpha, method="holm")[1].tolist()
    return [one | {"p_adjusted": p, "differs": p < experiment.test.alpha} for one, p in zip(found, values, strict=True)]


def _difference(one: tuple[int, int], other: tuple[int, int], alpha: float) -> dict[str, Any]:
    """In proportions: 0.01 is one point."""
    (n1, did1), (n2, did2) = one, other
    low, high = confint_proportions_2indep(did1, n1, did2, n2, method="newcomb", compare="diff", alpha=alpha)
    if did1 + did2 in (0, n1 + n2):  # nobody did, or all did: nothing differs
        return {"difference": 0.0, "interval": [float(low), float(high)], "z": 0.0, "p": 1.0}
    test = test_proportions_2indep(did1, n1, did2, n2, method="score", compare="diff")
    return {"difference": did1 / n1 - did2 / n2, "interval": [float(low), float(high)], "z": float(test.statistic),
            "p": float(test.pvalue)}  # fmt: skip


def _subgroup(experiment: Experiment, known: pa.Table, name: str) -> dict[str, Any]:
    """Each level beside the whole, and whether the difference depends on the group."""
    levels = sorted(set(known.column(name).to_pylist()))
    by_level = {level: counts_of(experiment, known.filter(pc.equal(known.column(name), level))) for level in levels}
    first = experiment.arms[0].id
    rows = []
    for level, counts in by_level.items():
        for arm in experiment.arms[1:]:
            told = _told(*counts[arm.id]) and _told(*counts[first])
            found = _difference(counts[arm.id], counts[first], experiment.test.alpha) if told else {}
            rows.append({
                "level": level, "arm": arm.id, "people": sum(n for n, _ in counts.values()) if told else None,
                "difference": found.get("difference"), "interval": found.get("interval"),
            })  # fmt: skip
    return {"by": name, "p_interaction": _interaction(experiment, list(by_level.values())), "rows": rows}


def _interaction(experiment: Experiment, levels: Sequence[Counts]) -> float | None:
    """None where it cannot be said: one group only, or a group in which nobody is."""
    arms = [one.id for one in experiment.arms]
    cells = [(level, arm, *counts[arm]) for level, counts in enumerate(levels) for arm in arms]
    if len(levels) < 2 or any(n == 0 for *_, n, _ in cells):
        return None
    did = np.array([[d, n - d] for *_, n, d in cells], dtype=float)
    level = np.array([[one[0] == k for k in range(1, len(levels))] for one in cells], dtype=float)
    arm = np.array([[one[1] == k for k in arms[1:]] for one in cells], dtype=float)
    plain = np.hstack([np.ones((len(cells), 1)), level, arm])
    # A model in which each group has its own difference fits exactly: the deviance of this one is the likelihood ratio.
    deviance = sm.GLM(did, plain, family=sm.families.Binomial()).fit().deviance
    return float(chi2.sf(deviance, len(cells) - plain.shape[1]))


def _decision(experiment: Experiment, comparisons: Sequence[dict[str, Any]], look: float | None) -> str:
    """At a look: stop_harm, stop_benefit or go_on. At the end: differs, or not_shown (which is not "equal")."""
    if look is None:
        return "differs" if any(one["differs"] for one in comparisons) else "not_shown"
    if any(one["z"] <= -experiment.stop.harm_z for one in comparisons):
        return "stop_harm"
    return "stop_benefit" if any(one["z"] >= experiment.stop.benefit_z for one in comparisons) else "go_on"

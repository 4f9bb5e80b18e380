"""What tests lead to: positives, cases, people left without follow-up, work against capacity, cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.campaigns.effects import Outcome
from app.campaigns.model import Campaign

Spread = list[float]
"""2.5 %, 50 % and 97.5 % of the draws."""


def spread(values: NDArray[Any]) -> Spread:
    return [round(float(one), 4) for one in np.quantile(values, (0.025, 0.5, 0.975))]


def consequences(
    campaign: Campaign, outcome: Outcome | None, tests: NDArray[Any], extra: NDArray[Any],
    by_area: Mapping[str, NDArray[Any]], contacts: float, random: np.random.Generator,
) -> dict[str, Any]:  # fmt: skip
    """`tests`, `extra`, `by_area`: by draw. Without a published outcome, nothing is said of cases."""
    done = np.maximum(np.rint(tests), 0).astype(np.int64)
    cost = contacts + tests * campaign.costs.test
    cases = None
    follow = np.ones(len(tests))
    if outcome is not None:
        follow = outcome.follow_up.low + (outcome.follow_up.high - outcome.follow_up.low) * random.random(len(tests))
        positives = random.binomial(done, outcome.positive)
        seen = random.binomial(positives, follow)
        cancers = random.binomial(seen, outcome.cancer)
        advanced = random.binomial(seen - cancers, outcome.advanced / (1 - outcome.cancer))
        cases = {
            "positives": spread(positives), "followed": spread(seen), "never_followed": spread(positives - seen),
            "cancers": spread(cancers), "advanced": spread(advanced),
            "true_positives": spread(cancers + advanced), "false_positives": spread(seen - cancers - advanced),
        }  # fmt: skip
        cost = cost + seen * campaign.costs.follow_up
    more = np.median(extra)
    return {
        "cases": cases, "work": _work(campaign, outcome, follow, tests, by_area), "cost": spread(cost),
        "over_budget": round(float((cost > campaign.budget).mean()), 3),
        "cost_of_one_more_test": round(contacts / float(more), 2) if more >= 1 else None,
    }  # fmt: skip


def _work(
    campaign: Campaign, outcome: Outcome | None, follow: NDArray[Any], tests: NDArray[Any],
    by_area: Mapping[str, NDArray[Any]],
) -> list[dict[str, Any]]:  # fmt: skip
    """What is asked of each capacity in a week. An act that is not the follow-up's is the test itself."""
    rows: list[dict[str, Any]] = []
    for capacity in campaign.capacity:
        wanted = tests if capacity.area == "all" else by_area.get(capacity.area)
        if wanted is None:  # nobody there, or so few that they could be recognised
            rows.append({"area": capacity.area, "act": capacity.act, "capacity": capacity.per_week, "asked": None,
                         "too_much": None})  # fmt: skip
            continue
        if outcome is not None and capacity.act == outcome.act:
            wanted = wanted * outcome.positive * follow
        weekly = wanted / campaign.weeks
        rows.append({
            "area": capacity.area, "act": capacity.act, "capacity": capacity.per_week, "asked": spread(weekly),
            "too_much": round(float((weekly > capacity.per_week).mean()), 3),
        })  # fmt: skip
    return rows

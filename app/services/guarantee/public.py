"""What anyone may know of the human guarantee: how much was read, how far the readers agree, what was found."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from app.i18n import translator
from app.population.strata import SMALL, suppressed
from app.services.guarantee.agreement import agreement, by_guideline
from app.services.guarantee.board import agreement_json, issue_json, titled
from app.services.services import Services
from app.trust.guarantee import register
from app.trust.guarantee.register import Result


async def published(services: Services, *, lang: str) -> dict[str, Any]:
    """Figures of fewer than 11 readings are not told, nor what would let them be found. Raises UsageError
    (`language`)."""
    t = translator(lang)
    results, issues, draws = await services.door.look_up(
        lambda c: (register.results(c), register.issues(c), register.draws(c))
    )
    told = await asyncio.to_thread(_told, results)
    return {
        "smallest": SMALL,
        "all": agreement_json(agreement(results), t) if len(results) >= SMALL else None,
        "guidelines": [
            {"guideline": name, **titled(name, services, t), **(agreement_json(agreement(some), t) if some else
             {"read": None, "agree": None, "right": None, "kappa": None, "kappa_words": None})}
            for name, some in told.items()
        ],
        "issues": [
            {name: one[name] for name in ("guideline", "title", "version", "kind", "kind_label", "state", "state_label",
                                          "since", "over")}
            for one in (issue_json(each, services, t) for each in issues)
        ],
        "draws": [_draw(one) for one in draws],
    }  # fmt: skip


def _told(results: list[Result]) -> dict[str, list[Result] | None]:
    """Guideline → its results, or None where they are too few to be told."""
    grouped = by_guideline(results)
    shown = suppressed({"read": {name: len(some) for name, some in grouped.items()}})["read"]
    return {name: grouped[name] if shown[name] is not None else None for name in grouped}


def _draw(one: dict[str, Any]) -> dict[str, Any]:
    """The seed, and the digest of what was drawn from: neither tells who."""
    strata = json.loads(one["strata"])
    return {"month": one["month"], "on": one["at"][:10], "seed": one["seed"], "frame": one["frame"],
            "pack": one["pack"], "strata": len(strata), "drawn": sum(each["drawn"] for each in strata)}  # fmt: skip

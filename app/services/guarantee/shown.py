"""What the readers of a case see: the answer and the facts behind it. No name, number or document; no decision."""

from __future__ import annotations

from typing import Any

from app.dates import age_on
from app.guidelines.model import Status
from app.plans.model import Item, Plan
from app.services.guarantee.sampling import Stratum
from app.services.review_view import item_view


def shown(item: Item, plan: Plan, stratum: Stratum) -> dict[str, Any]:
    """JSON-ready. In French, the language of the board."""
    subject, say = plan.sheet.subject, plan.say
    birth = subject.birth_date if subject else None
    view = item_view(item, plan)
    asked = item.recommendation.asks if item.status is Status.ASK else ()
    return {
        "as_of": plan.as_of.isoformat(),
        "guideline": stratum.guideline, "version": stratum.version, "stratum": stratum.track,
        "patient": {
            "age": age_on(birth.earliest, plan.as_of) if birth else None,
            "sex": subject.administrative_sex if subject else None,
        },
        **{name: view[name] for name in ("title", "status", "when", "why", "action", "due_from", "urgent", "assumes")},
        "facts": [{name: fact[name] for name in ("text", "date", "author")} for fact in view["facts"]],
        "unknown": [say.t(definition.label) for name in asked if (definition := plan.pack.vocabulary.facts.get(name))],
        "sources": view["sources"],
    }  # fmt: skip

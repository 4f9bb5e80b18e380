"""The version of a plan that a doctor looked at, as an entity tag, and what is different since.

The tag holds how many decisions there were and one short mark for each recommendation: held against the plan of now, it
says what changed without anything being kept. To somebody without the plan it means nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from app.plans.model import Item, Plan
from app.plans.review import basis_of, history_of
from app.plans.review_words import sentences
from app.services.sheets import Seen

_TAG = re.compile(r'"(\d{1,6})\.(\d{4}-\d\d-\d\d)\.([0-9a-f]{16})\.([0-9a-f.:a-z_]*)"')


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    """How many decisions were taken until now."""
    etag: str


def version_of(plan: Plan, seen: Seen[Any]) -> Version:
    """Covers the facts, the decisions of both, the day, the guidelines, and what is shared."""
    number = len(history_of(seen.stored.reviews)) if seen.stored else 0
    whole = json.dumps([seen.digest, plan.pack.digest, sorted(seen.granted), [stop.id for stop in plan.stops.all]])
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    marks = "".join(_mark(item, plan) for item in _ordered(plan))
    return Version(number, f'"{number}.{plan.as_of}.{digest}.{marks}"')


def changed(former: str, plan: Plan, seen: Seen[Any]) -> list[dict[str, Any]]:
    """What is different from the version of a tag: decisions since, recommendations that answer otherwise or rest on
    other facts. A tag of another version of Jalon says only that something changed."""
    match = _TAG.fullmatch(former.strip().removeprefix("W/"))
    if match is None:
        return []
    number, marks, say = int(match[1]), match[4], plan.say
    items = _ordered(plan)
    history = history_of(seen.stored.reviews)[number:] if seen.stored else []
    titles = {item.id: item.title for item in items}
    found: list[dict[str, Any]] = [
        {"what": "decision", "guideline": one.guideline, "title": titles.get(one.guideline, one.guideline),
         "by": one.name, "text": " ".join(sentences(one, say))}
        for one in history
    ]  # fmt: skip
    if match[2] != str(plan.as_of):
        found.append({"what": "day", "text": say.t("Le jour a changé : le plan est celui du {day}.",
                                                   day=say.t.date(plan.as_of))})  # fmt: skip
    if len(marks) == 4 * len(items):
        for place, item in enumerate(items):
            if marks[4 * place : 4 * place + 4] != _mark(item, plan) and item.id not in {o.guideline for o in history}:
                found.append({"what": "recommendation", "guideline": item.id, "title": item.title, "text": item.when,
                              "why": item.why[1:]})  # fmt: skip
    if len(marks) != 4 * len(items):
        found.append({"what": "stop", "text": say.t("Une recommandation a été suspendue, ou ne l’est plus.")})
    if not found:
        found.append({"what": "facts", "text": say.t("Une information a changé ; aucune recommandation n’en dépend.")})
    return found


def _ordered(plan: Plan) -> list[Item]:
    return sorted(plan.items, key=lambda item: item.id)


def _mark(item: Item, plan: Plan) -> str:
    found = item.recommendation
    said = item.decision.to_json() if item.decision else None
    text = json.dumps([found.status.value, str(found.due_from), basis_of(found, plan.sheet), said])
    return hashlib.sha256(text.encode()).hexdigest()[:4]

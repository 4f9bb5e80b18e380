"""What an answer changed: the difference of two plans, by guideline, in the order of the new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.services.changes import around_answer
from app.services.plans import LISTS
from app.services.services import Services
from app.trust.door import SignedIn


@dataclass(frozen=True, slots=True)
class Change:
    """A guideline that answers otherwise; `before` and `after` are the plan's own short sentences."""

    guideline: str
    title: str
    before: str | None
    after: str


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every guideline whose status changed between two plans (JSON of `make_plan`)."""
    old = {item["guideline"]: item for item in items(before)}
    found = []
    for item in items(after):
        was = old.get(item["guideline"])
        if was is None or was["status"] != item["status"]:
            found.append(Change(item["guideline"], item["title"], was["when"] if was else None, item["when"]))
    return found


async def changed_by(services: Services, who: SignedIn, answered: int | None, lang: str) -> list[Change]:
    """What the answer of this number changed; nothing when none was just given."""
    return [] if answered is None else changes(*await around_answer(services, who, answered, lang=lang))


def items(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All the items of a plan."""
    for name in LISTS:
        yield from plan[name]

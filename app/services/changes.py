"""What one answer changes: the plan without it and the plan with it, seen in one pass of the door, and what differs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.errors import UsageError
from app.i18n import translator
from app.services import asks
from app.services.plans import LISTS, made_of
from app.services.services import Services
from app.services.sheets import Seen, see
from app.trust.door import SignedIn
from app.trust.vocabulary import Tag

_READ = asks.read(Tag.PLAN_READ, "plan")


async def around_answer(
    services: Services, who: SignedIn, number: int, *, lang: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan of today without the answer of that number, and with it.

    Answers are numbered in the order of their facts' names, so that an address never says what was asked.
    Raises UsageError (`unknown_answer`, `language`), Refused, NotSignedIn.
    """
    translator(lang)
    seen: Seen[Any] = await see(services, who, _READ)
    facts = sorted(seen.stored.answers) if seen.stored else []
    if seen.stored is None or not 0 <= number < len(facts):
        raise UsageError("there is no such answer", code="unknown_answer")
    kept = {fact: answer for fact, answer in seen.stored.answers.items() if fact != facts[number]}
    without = replace(seen, stored=replace(seen.stored, answers=kept))

    def make(what: Seen[Any]) -> dict[str, Any]:
        return made_of(services, what, services.today(), lang).to_json()

    return await asyncio.to_thread(lambda: (make(without), make(seen)))


@dataclass(frozen=True, slots=True)
class Change:
    """A guideline that answers otherwise; `before` and `after` are the plan's own short sentences. `urgent`: what to do
    is then in `action`; `help_lines`: whom to call, where the answer calls for it."""

    guideline: str
    title: str
    before: str | None
    after: str
    urgent: bool = False
    action: str | None = None
    help_lines: tuple[Mapping[str, str], ...] = ()


def changes(before: Mapping[str, Any], after: Mapping[str, Any], by: Sequence[str] = ("status",)) -> list[Change]:
    """Every guideline that answers otherwise (`by` these members of the item, or becoming urgent) in the second of two
    plans (JSON of `make_plan`), in its order."""
    old = {item["guideline"]: item for item in items(before)}
    found = []
    for item in items(after):
        was = old.get(item["guideline"])
        urgent = bool(item.get("urgent"))
        more_urgent = urgent and (was is None or not was.get("urgent"))
        if was is None or more_urgent or any(was[name] != item[name] for name in by):
            found.append(Change(
                item["guideline"], item["title"], was["when"] if was else None, item["when"], urgent,
                item.get("action"), tuple(item.get("help_lines") or ()),
            ))  # fmt: skip
    return found


def items(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All the items of a plan."""
    for name in LISTS:
        yield from plan[name]

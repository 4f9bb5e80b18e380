"""The plan, and why each recommendation answers what it does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

from app.errors import UsageError
from app.facts.model import FactSheet
from app.guidelines.stops import Stops
from app.i18n import translator
from app.plans.decisions import Decision, decisions_of
from app.plans.explain import explain
from app.plans.model import Plan
from app.plans.plan import make_plan
from app.plans.review import NOTHING_REVIEWED, Reviews, history_of, last_of
from app.plans.suspended import suspended_of
from app.services import asks
from app.services.cache import PlanKey, Rendered
from app.services.rendering import render
from app.services.services import Services
from app.services.sheets import Seen, day_asked, see, sheet_on
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.rules import Asked
from app.trust.visible import presume_nothing
from app.trust.vocabulary import Tag

_READ = asks.read(Tag.PLAN_READ, "plan")
LISTS = ("to_see_with_doctor", "now", "next", "up_to_date", "not_for_you", "suspended")
"""The lists of a plan's JSON: every guideline is in exactly one."""
_EXPLAIN = asks.read(Tag.EXPLANATION_READ, "explanation")


async def plan(
    services: Services, who: SignedIn, *, lang: str, as_of: str | None = None, trace: bool = False, asked: Asked = _READ
) -> Rendered:
    """The plan's JSON on a day (today by default), as bytes. Raises UsageError (`language`, `as_of`),
    Refused."""
    translator(lang)
    day = day_asked(services, as_of)

    def key(granted: frozenset[str], digest: str | None, stops: Stops) -> PlanKey:
        return PlanKey(digest, day, services.pack.digest, lang, trace, granted, stops)

    def kept(grant: Grant) -> Rendered | None:
        return services.plans.get(key(grant.categories, grant.facts_digest, grant.stops))

    seen = await see(services, who, _through(services, asked), kept)
    if seen.hit is not None:
        return seen.hit
    made = await asyncio.to_thread(
        lambda: render(
            made_of(services, seen, day, lang).to_json(trace=trace)
        )
    )
    services.plans.put(key(seen.granted, seen.digest, seen.stops), made)
    return made


async def explanation(
    services: Services, who: SignedIn, guideline: str, *, lang: str, as_of: str | None = None,
    asked: Asked = _EXPLAIN,
) -> Rendered:  # fmt: skip
    """Why a guideline answers what it does. Raises UsageError (`unknown_guideline`, `language`, `as_of`),
    Refused."""
    translator(lang)
    day = day_asked(services, as_of)
    if guideline not in services.pack.ids():
        raise UsageError("there is no such recommendation", code="unknown_guideline")
    seen: Seen[Rendered] = await see(services, who, _through(services, asked))
    return await asyncio.to_thread(lambda: render(_explained(services, seen, guideline, day, lang)))


def _explained(services: Services, seen: Seen[Any], guideline: str, day: date, lang: str) -> dict[str, Any]:
    sheet = _full(services, seen, sheet_on(services, seen, day))
    if (stopped := suspended_of(services.pack, sheet, guideline, lang, seen.stops)) is not None:
        return stopped.explained()
    found = explain(
        sheet, guideline, lang, decisions=decided(seen), reviews=reviewed(seen, day), stops=seen.stops
    )
    return found.to_json()


def made_of(services: Services, seen: Seen[Any], day: date, lang: str) -> Plan:
    """The plan of what was seen, on a day. Raises UsageError (`as_of`, `language`)."""
    sheet = _full(services, seen, sheet_on(services, seen, day))
    return make_plan(sheet, lang, decisions=decided(seen), reviews=reviewed(seen, day), stops=seen.stops)


def reviewed(seen: Seen[Any], day: date) -> Reviews:
    """What doctors decided about items of the plan, as it was on a day."""
    return last_of(history_of(seen.stored.reviews), day) if seen.stored else NOTHING_REVIEWED


def decided(seen: Seen[Any]) -> dict[str, Decision]:
    """What the person decided about items of their plan."""
    return decisions_of(seen.stored.decisions) if seen.stored else {}


def _through(services: Services, asked: Asked) -> Asked:
    """The log says through which version of the guidelines."""
    return replace(asked, detail=f"{services.pack.id} {services.pack.version}")


def _full(services: Services, seen: Seen[Any], sheet: FactSheet) -> FactSheet:
    return presume_nothing(sheet, seen.granted, services.vocabulary)

"""The risk figures that a person may see, and what changing something would do to them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from app.i18n import translator
from app.plans.levers import levers, supposed
from app.plans.plan import make_plan
from app.plans.risks import citizen_risks
from app.services import asks
from app.services.plans import decided
from app.services.services import Services
from app.services.sheets import Seen, see, sheet_on
from app.trust.door import SignedIn
from app.trust.visible import presume_nothing
from app.trust.vocabulary import Tag

_READ = asks.read(Tag.PLAN_READ, "plan")


async def what_if(services: Services, who: SignedIn, wanted: Mapping[str, Any], *, lang: str) -> dict[str, Any]:
    """`risks` as in the plan, the `levers` that move them, and `supposed`: the same figures with what is `wanted` (fact
    → number, or `true`), held within what each lever allows. Nothing is kept. Raises UsageError (`language`), Refused.
    """
    translator(lang)
    seen: Seen[Any] = await see(services, who, _READ)

    def work() -> dict[str, Any]:
        sheet = presume_nothing(sheet_on(services, seen, services.today()), seen.granted, services.vocabulary)
        plan = make_plan(sheet, lang, decisions=decided(seen), stops=seen.stops)
        titles = {item.id: item.title for item in plan.items}
        return {
            "risks": [risk.to_json() for risk in plan.risks],
            "levers": [lever.to_json() for lever in levers(plan)],
            "supposed": [risk.to_json() for risk in citizen_risks(plan, supposed(plan, wanted))] if wanted else [],
            "suspended_models": plan.suspended_models,
            "actions": {name: titles[name] for risk in plan.risks for name in risk.actions},
        }

    return await asyncio.to_thread(work)

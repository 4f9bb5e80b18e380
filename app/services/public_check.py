"""What is recommended at an age, for anyone: nothing is asked of who they are, and nothing is kept or logged."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from app.dates import PartialDate, add_years
from app.errors import UsageError
from app.facts.model import FactSheet
from app.i18n import translator
from app.plans.plan import make_plan
from app.records.model import Subject
from app.services.services import Services

OLDEST = 120
RECOMMENDED = frozenset({"due", "overdue", "due_soon", "up_to_date"})


async def recommended(services: Services, age: int, sex: Literal["female", "male"], *, lang: str) -> dict[str, Any]:
    """For somebody without known disease or family history, with nothing done yet: `recommended`, and `maybe` for what
    depends on habits or measures, as items of a plan; and `suspended`. Raises UsageError (`age`, `language`)."""
    if not 0 <= age <= OLDEST:
        raise UsageError("expected an age from 0 to 120", code="age", where="age")
    translator(lang)
    today = services.today()
    subject = Subject(PartialDate.of(add_years(today, -age)), sex)
    nothing_else = FactSheet(today, subject, complete=True)
    stops = await services.door.stops()
    plan = await asyncio.to_thread(lambda: make_plan(nothing_else, lang, services.pack, stops=stops).to_json())
    waiting = [*plan["now"], *plan["next"], *plan["up_to_date"]]
    return {
        "pack": plan["pack"],
        "recommended": [item for item in waiting if item["status"] in RECOMMENDED],
        "maybe": [item for item in waiting if item["status"] == "ask"],
        "suspended": plan["suspended"],
    }

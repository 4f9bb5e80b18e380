"""The facts, as the citizen sees them."""

from __future__ import annotations

from app.guidelines.evaluate import evaluate
from app.plans.essential import ranked, ranked_json
from app.services import asks
from app.services.cache import Rendered
from app.services.rendering import render
from app.services.services import Services
from app.services.sheets import Seen, day_asked, see, sheet_on
from app.trust.door import SignedIn
from app.trust.vocabulary import CATEGORIES, Tag

_READ = asks.read(Tag.FACTS_READ, "facts")


async def facts(services: Services, who: SignedIn, *, as_of: str | None = None) -> Rendered:
    """The JSON of `jalon facts`, the essential first, with `withheld`: the categories that the person does not
    allow."""
    day = day_asked(services, as_of)
    seen: Seen[Rendered] = await see(services, who, _READ)
    sheet = sheet_on(services, seen, day)
    content = ranked_json(sheet, ranked(sheet, evaluate(services.pack, sheet)))
    content["withheld"] = [name for name in CATEGORIES if name not in seen.granted]
    return render(content)

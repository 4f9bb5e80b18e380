"""The laboratory results of the signed-in person, explained."""

from __future__ import annotations

import asyncio

from app.i18n import translator
from app.results.explained import results_json
from app.services import asks
from app.services.cache import Rendered
from app.services.rendering import render
from app.services.services import Services
from app.services.sheets import Seen, day_asked, see, sheet_on
from app.trust.door import SignedIn
from app.trust.vocabulary import Tag

_READ = asks.read(Tag.FACTS_READ, "facts")


async def results(services: Services, who: SignedIn, *, lang: str, as_of: str | None = None) -> Rendered:
    """The JSON of `app.results.explained`, and `allowed`: whether the person lets Jalon read their laboratory results.
    Raises UsageError (`language`, `as_of`), Refused."""
    t, day = translator(lang), day_asked(services, as_of)
    seen: Seen[Rendered] = await see(services, who, _READ)
    sheet = sheet_on(services, seen, day)
    made = await asyncio.to_thread(results_json, sheet, services.vocabulary, services.pack, t)
    return render({**made, "allowed": "biology" in seen.granted})

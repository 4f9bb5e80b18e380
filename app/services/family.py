"""The signed-in person's family, as far as they allow it: data, words, drawing, what they declared, what it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.i18n import translator
from app.pedigree.build import pedigree_of
from app.pedigree.differences import differences
from app.pedigree.json import pedigree_json
from app.pedigree.svg import pedigree_svg
from app.pedigree.words import family_lines, sentence
from app.services import asks
from app.services.cache import Rendered
from app.services.changes import Change, changes
from app.services.plans import made_of
from app.services.rendering import render
from app.services.services import Services
from app.services.sheets import Seen, day_asked, see, sheet_on
from app.trust.door import SignedIn
from app.trust.health import Stored
from app.trust.vocabulary import Tag

_READ = asks.read(Tag.FACTS_READ, "facts")
_EFFECTS = asks.read(Tag.PLAN_READ, "plan")


async def family(services: Services, who: SignedIn, *, lang: str, as_of: str | None = None) -> Rendered:
    """The JSON of `jalon family`, with `lines` (the list in words: style and text), `drawing` (SVG), `allowed` (whether
    the person lets Jalon read about their family), `told` (what they declared) and `differences` (where that and their
    record do not go together). Raises UsageError (`language`, `as_of`), Refused."""
    t, day = translator(lang), day_asked(services, as_of)
    seen: Seen[Rendered] = await see(services, who, _READ)
    sheet = sheet_on(services, seen, day)
    pedigree = pedigree_of(sheet)
    return render(
        {
            **pedigree_json(pedigree, t),
            "lines": [{"style": style, "text": text} for style, text in family_lines(pedigree, t)],
            "drawing": pedigree_svg(pedigree, t),
            "allowed": "family" in seen.granted,
            "told": told(seen.stored.answers if seen.stored else {}),
            "differences": [
                {
                    "relation": one.told.relation, "recorded": sentence(one.recorded, t), "told": sentence(one.told, t),
                    "sources": [{"file": s.file, "entry": s.entry} for s in one.recorded.sources],
                }
                for one in differences(sheet)
            ],
        }
    )


def told(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the person declared, as it can be changed: `relatives`, each with its `id`, `asked` (diseases of which they
    told all they know), `adopted`; and `questions`, the facts that they answered one by one about their family."""
    family = answers["family"]["value"] if "family" in answers else None
    family = family if isinstance(family, dict) else {}
    return {
        "adopted": bool(family.get("adopted")),
        "asked": list(family.get("asked") or []),
        "relatives": named(family.get("relatives") or []),
        "questions": sorted(name for name in answers if name.startswith("family_")),
    }


def named(relatives: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each relative with an `id`: its own, or its place among them."""
    return [{"id": f"p{place}", **relative} for place, relative in enumerate(relatives)]


async def effects(services: Services, who: SignedIn, *, lang: str) -> list[Change]:
    """What the family changes: the recommendations that answer otherwise than if nothing were known of it. Raises
    UsageError (`language`), Refused."""
    translator(lang)
    seen: Seen[Any] = await see(services, who, _EFFECTS)
    if seen.stored is None:
        return []
    families = {fact.id for fact in services.vocabulary.facts.values() if fact.type == "family"}
    sheet, answers = seen.stored.sheet, seen.stored.answers
    without = replace(
        seen.stored,
        sheet=replace(
            sheet, facts={name: facts for name, facts in sheet.facts.items() if name not in families},
            unknown=[item for item in sheet.unknown if item.id not in families], kin=(),
        ) if sheet else None,
        answers={
            name: answer for name, answer in answers.items() if name != "family" and not name.startswith("family_")
        },
    )  # fmt: skip

    def made(stored: Stored) -> dict[str, Any]:
        return made_of(services, replace(seen, stored=stored), services.today(), lang).to_json()

    before, after = await asyncio.to_thread(lambda: (made(without), made(seen.stored)))  # type: ignore[arg-type]
    return changes(before, after, by=("status", "track"))

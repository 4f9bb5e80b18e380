"""The family of the signed-in person: who is in it, what each has had, and the drawing."""

from __future__ import annotations

from app.i18n import translator
from app.pedigree.build import pedigree_of
from app.pedigree.json import pedigree_json
from app.pedigree.svg import pedigree_svg
from app.pedigree.words import family_lines
from app.services import asks
from app.services.cache import Rendered
from app.services.rendering import render
from app.services.services import Services
from app.services.sheets import Seen, day_asked, see, sheet_on
from app.trust.door import SignedIn
from app.trust.vocabulary import Tag

_READ = asks.read(Tag.FACTS_READ, "facts")


async def family(services: Services, who: SignedIn, *, lang: str, as_of: str | None = None) -> Rendered:
    """The JSON of `jalon family`, with `lines` (the list in words: style and text), `drawing` (SVG) and `allowed`:
    whether the person lets Jalon read about their family. Raises UsageError (`language`, `as_of`), Refused."""
    t, day = translator(lang), day_asked(services, as_of)
    seen: Seen[Rendered] = await see(services, who, _READ)
    pedigree = pedigree_of(sheet_on(services, seen, day))
    return render(
        {
            **pedigree_json(pedigree, t),
            "lines": [{"style": style, "text": text} for style, text in family_lines(pedigree, t)],
            "drawing": pedigree_svg(pedigree, t),
            "allowed": "family" in seen.granted,
        }
    )

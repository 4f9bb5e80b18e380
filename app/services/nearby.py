"""Places near a postcode, for anyone: nothing is asked of who they are, and nothing of the question is kept."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from typing import Any

from app.content import samples_dir
from app.directory.load import load
from app.directory.rows import middle
from app.directory.search import Near, nearest
from app.errors import UsageError
from app.i18n import N_, Translator, translator
from app.plans.places import Need, load_places
from app.services.services import Services
from app.store import directory as store

PAGE = 10
MOST_PAGES = 20
SOURCES = {
    "finess": (N_("FINESS, les établissements de santé"), "Agence du numérique en santé"),
    "rpps": (N_("Annuaire Santé, les professionnels"), "Agence du numérique en santé"),
    "local": (N_("Liste tenue par votre région"), ""),
    "postcodes": (N_("Communes et codes postaux"), "data.gouv.fr"),
}
SAMPLE = N_("Lieux inventés pour la démonstration : n’y allez pas, n’appelez pas")


def needs(lang: str) -> list[dict[str, Any]]:
    """What one can look for, in the order of the content."""
    t = translator(lang)
    return [need.to_json(t) for need in load_places().needs.values()]


async def sources(services: Services, lang: str) -> list[dict[str, Any]]:
    """The directories in use, with the day that each tells of."""
    found = await asyncio.to_thread(store.editions, services.engine)
    return [source_json(edition, translator(lang)) for edition in found]


async def near(services: Services, need: str, postcode: str, *, page: int = 1, lang: str = "fr") -> dict[str, Any]:
    """The places where a need is met, the nearest to the middle of a postcode first. Raises UsageError (`need`,
    `postcode`, `page`, `language`)."""
    t, known = translator(lang), load_places().needs.get(need)
    if known is None:
        raise UsageError("no such need; GET /v1/places names them", code="need", where="need")
    if not 1 <= page <= MOST_PAGES:
        raise UsageError(f"expected a page from 1 to {MOST_PAGES}", code="page", where="page")
    digits = re.sub(r"\s", "", postcode)
    if not re.fullmatch(r"[0-9]{5}", digits):
        raise UsageError("expected the five digits of a postcode", code="postcode", where="postcode")
    return await asyncio.to_thread(_near, services, known, digits, page, t)


def _near(services: Services, need: Need, postcode: str, page: int, t: Translator) -> dict[str, Any]:
    content = load_places()
    around = store.communes_of(services.engine, postcode)
    with store.open_reading(services.engine) as reading:
        editions = {edition.id: edition for edition in reading.editions}
        if not around and any(edition.source == "postcodes" for edition in editions.values()):
            raise UsageError("no commune has this postcode", code="postcode", where="postcode")
        found: list[Near] = []
        more = False
        if around:
            centre = middle([(commune.latitude, commune.longitude) for commune in around])
            found, more = nearest(reading, content.codes(need), centre, skip=(page - 1) * PAGE, most=PAGE)
    shown = {editions[each.place.edition].source for each in found if each.place.edition in editions}
    return {
        "need": need.to_json(t), "postcode": postcode, "towns": [commune.town for commune in around],
        "places": [
            {
                "kind": content.kind_of_code[each.place.code].id,
                "kind_title": t(content.kind_of_code[each.place.code].title),
                "name": each.place.name, "street": each.place.street, "postcode": each.place.postcode,
                "town": each.place.town, "distance_km": round(each.km, 1), "precise": each.place.precise,
                "phone": each.place.phone, "opening": each.place.opening, "access": each.place.access,
                "source": editions[each.place.edition].source, "sample": editions[each.place.edition].sample,
            }
            for each in found
            if each.place.edition in editions and each.place.code in content.kind_of_code
        ],
        "page": page, "more": more and page < MOST_PAGES,
        "sources": [source_json(edition, t) for edition in editions.values() if edition.source in shown],
    }  # fmt: skip


def source_json(edition: store.Edition, t: Translator) -> dict[str, Any]:
    title, publisher = SOURCES[edition.source]
    return {
        "id": edition.source, "title": t(SAMPLE) if edition.sample else t(title), "publisher": publisher,
        "date": date.fromisoformat(edition.dated).isoformat(), "loaded_at": edition.loaded_at, "rows": edition.rows,
        "sample": edition.sample,
    }  # fmt: skip


async def example_towns(services: Services) -> list[str]:
    """Postcodes that the demonstration knows, with their town; none where real communes are loaded."""
    found = await asyncio.to_thread(store.editions, services.engine)
    if not any(edition.sample and edition.source == "postcodes" for edition in found):
        return []
    communes = await asyncio.to_thread(store.all_communes, services.engine)
    by_postcode: dict[str, str] = {}
    for commune in communes:
        by_postcode.setdefault(commune.postcode, commune.town)
    return [f"{postcode} {town}" for postcode, town in sorted(by_postcode.items())]


def load_sample(services: Services) -> bool:
    """The invented places of the demonstration, unless something is loaded already."""
    if store.editions(services.engine):
        return False
    for name in ("communes.csv", "places.csv"):
        load(services.engine, samples_dir() / name, services.now(), dated="2026-11-26", sample=True)
    return True

"""Public pages about the risk models: which there are, and one page a model. No session is needed."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from app.i18n import N_
from app.services import catalogue
from app.services.model_pages import ADDRESS, detailed, listed
from app.web import browser
from app.web.render import page
from app.web.routing import PageRoute
from risk_models.charts import chart

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get(ADDRESS)
async def models(request: Request) -> Response:
    """The list, in the words of each model's page."""
    frame, visit = browser.visitor(request)
    shown = listed(frame.t)
    return browser.visited(request, HTMLResponse(page("models.html", frame, **shown)), visit)


@router.get(ADDRESS + "/{model}")
async def model(request: Request, model: str) -> Response:
    """One model: what it answers, for whom, its chart, its limits, and the whole card."""
    frame, visit = browser.visitor(request)
    card = detailed(model, frame.t)
    picture = chart(model, "fr" if frame.t.is_source else "en") if card["plain"]["chart"] else None
    html = page(
        "model.html", frame, card=card, plain=card["plain"], body=blocks(card["body"]),
        chart=Markup(picture) if picture else None,  # noqa: S704 - drawn by risk_models.charts, which escapes words
    )  # fmt: skip
    return browser.visited(request, HTMLResponse(html), visit)


@router.get(catalogue.ADDRESS)
async def the_catalogue(request: Request, sorte: str | None = None) -> Response:
    """Everything that Jalon uses, for anyone."""
    frame, visit = browser.visitor(request)
    kind = next((one for one in catalogue.KINDS if one == sorte), None)
    found = await catalogue.catalogue(browser.services_of(request), frame.t, kind)
    html = page("catalogue.html", frame, c=found, kind=kind, plural_kinds=_PLURAL)
    return browser.visited(request, HTMLResponse(html), visit)


@router.get(catalogue.GUIDELINES + "/{guideline}")
async def guideline(request: Request, guideline: str) -> Response:
    """One recommendation: what it says, on what it rests, its versions, and what became of it."""
    frame, visit = browser.visitor(request)
    found = await catalogue.guideline(browser.services_of(request), guideline, frame.t)
    return browser.visited(request, HTMLResponse(page("guideline.html", frame, g=found)), visit)


_PLURAL = {
    "guideline": N_("Recommandations"), "model": N_("Calculs de risque"), "campaign": N_("Campagnes"),
    "project": N_("Projets"),
}  # fmt: skip


def blocks(markdown: str) -> list[tuple[str, list[list[str]]]]:
    """The body of a card as (kind, rows): headings, paragraphs and tables are all that cards use."""
    found: list[tuple[str, list[list[str]]]] = []
    for block in re.split(r"\n\s*\n", markdown.strip()):
        lines = block.splitlines()
        if lines[0].startswith("#"):
            found.append(("heading", [[lines[0].lstrip("# ")]]))
            lines = lines[1:]
        if lines and lines[0].startswith("|"):
            rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]
            found.append(("table", [row for row in rows if not set("".join(row)) <= set("- :")]))
        elif lines:
            found.append(("paragraph", [[" ".join(lines).replace("`", "")]]))
    return found

"""My results: what each laboratory result means, in plain words."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.services import results
from app.web import browser
from app.web.browser import services_of, signed_in
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/mes-resultats")
async def my_results(request: Request) -> Response:
    """Alarm signs first, then each result: its words, its place on the range, its course."""
    frame = browser.frame(request, here="/mes-resultats")
    found = await results.results(services_of(request), signed_in(request), lang=frame.t.lang)
    return HTMLResponse(page("results.html", frame, found=json.loads(found.body)))

"""The public page of the monitoring."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.services.monitoring import public
from app.web import browser
from app.web.browser import services_of
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MOST = 15
"""Lines of a list that are shown before the rest is folded."""


@router.get("/transparence/surveillance")
async def monitoring(request: Request, mois: str = "") -> Response:
    """A month's figures; the last one's by default."""
    frame, visit = browser.visitor(request)
    month = mois if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", mois) else None
    found = await public.published(services_of(request), month, lang=frame.t.lang)
    html = page("monitoring.html", frame, m=found, s=found["shown"], most=MOST)
    return browser.visited(request, HTMLResponse(html), visit)

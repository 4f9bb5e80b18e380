"""« Mes données »: what one may do with all of it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from app.services.export.copied import PARTS
from app.services.export.copy import copy
from app.web import browser
from app.web.browser import services_of, signed_in
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/mes-donnees")
async def my_data(request: Request) -> Response:
    await services_of(request).door.recognise(signed_in(request))
    frame = browser.frame(request)
    return HTMLResponse(page("data.html", frame, parts=[frame.t(what) for what in PARTS.values()]))


@router.get("/mes-donnees/copie")
async def take_copy(request: Request) -> Response:
    """Everything that is held, as a zip."""
    made = await copy(services_of(request), signed_in(request), lang=browser.language(request).lang)
    kept = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return StreamingResponse(made.pieces, media_type="application/zip", headers=kept)

"""My data: what is allowed, who looked and whether the log holds, and erasing everything."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from app.services import access_log, documents, erasure, log
from app.services.export.copied import PARTS
from app.services.export.copy import copy
from app.services.log_words import entry_words
from app.web import browser
from app.web.browser import myself, read_form, services_of, signed_in
from app.web.donation import TOLD
from app.web.offline import FORGET
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/mes-donnees"


@router.get(HERE)
async def my_data(request: Request) -> Response:
    """Everything that one can do with one's own data."""
    await services_of(request).door.recognise(signed_in(request))
    frame = browser.frame(request)
    return HTMLResponse(page("data.html", frame, parts=[frame.t(what) for what in PARTS.values()]))


@router.get("/mes-donnees/copie")
async def take_copy(request: Request) -> Response:
    """Everything that is held, as a zip."""
    made = await copy(services_of(request), signed_in(request), lang=browser.language(request).lang)
    kept = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return StreamingResponse(made.pieces, media_type="application/zip", headers=kept)


@router.get("/mes-donnees/lettre")
async def letter(request: Request) -> Response:
    """The plan on paper, in large letters (PDF)."""
    made = await documents.own(
        services_of(request), signed_in(request), lang=browser.language(request).lang, large=True
    )
    kept = {"Content-Disposition": f'inline; filename="{made.file}"'}
    return Response(made.content, media_type=made.media, headers=kept)


@router.get("/qui-a-consulte")
async def who_looked(request: Request, suite: int | None = None) -> Response:
    """The log of accesses, refusals included."""
    frame = browser.frame(request, here=HERE)
    found = await access_log.page(services_of(request), myself(request), before=suite, limit=30)
    entries = [entry_words(entry, frame.t) for entry in found["entries"]]
    return HTMLResponse(page("access.html", frame, entries=entries, older=found["next"]))


@router.get("/qui-a-consulte/verification")
async def verify(request: Request) -> Response:
    """Each entry about the person held against the signed tree, here and now; the same can be done elsewhere."""
    frame = browser.frame(request, here=HERE)
    checked = await log.check(services_of(request), myself(request))
    return HTMLResponse(page("verify.html", frame, checked=checked))


@router.get("/mes-donnees/effacer")
async def before_erasing(request: Request) -> Response:
    """What erasing means, and the question."""
    await services_of(request).door.recognise(signed_in(request))
    return HTMLResponse(page("erase.html", browser.frame(request, here=HERE), asked_again=False))


@router.post("/mes-donnees/effacer")
async def erase(request: Request) -> Response:
    """Erase, when it was confirmed; the answer is the receipt, the only trace that the person keeps."""
    form = await read_form(request)
    services, who = services_of(request), myself(request)
    if form.get("confirm") != "yes":
        await services.door.recognise(who)
        return HTMLResponse(page("erase.html", browser.frame(request, here=HERE), asked_again=True), 422)
    receipt = await erasure.erase(services, who)
    frame = browser.frame(request, here="/")
    response = HTMLResponse(page("erased.html", browser.signed_out(frame), receipt=receipt))
    for name in (browser.SESSION, browser.PERSON, browser.FOR, TOLD):
        response.delete_cookie(name, path="/")
    response.headers.update(FORGET)
    return response

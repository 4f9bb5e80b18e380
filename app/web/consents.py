"""Mes autorisations: what is allowed, purpose by purpose, in the very words of each question."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.services import consents
from app.services.answers import Changed
from app.services.asks import PREVENTION
from app.services.consents import Choice
from app.trust.relations import REVIEW
from app.web import browser, welcome
from app.web.browser import read_form, services_of, signed_in
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/mes-autorisations")
async def my_consents(request: Request, besoin: int = 0, fait: str = "") -> Response:
    """What is allowed, and what never is. Review by one's doctor is asked where the practice is named."""
    return await _page(request, needed=bool(besoin), saved=fait)


async def _page(request: Request, *, needed: bool = False, saved: str = "", changed: bool = False) -> Response:
    frame = browser.frame(request, here="/mes-donnees")
    found = await consents.show(services_of(request), signed_in(request), frame.t.lang)
    shown = json.loads(found.body)
    asked = {one["purpose"]: one for one in shown["consents"] if one["purpose"] != REVIEW}
    first = asked.pop(PREVENTION)
    html = page(
        "consents.html",
        frame,
        consent=first,
        others=[asked[one["id"]] for one in shown["purposes"] if one["id"] in asked],
        purposes=shown["purposes"],
        labels={one["id"]: one["label"] for one in shown["purposes"]},
        never=shown["never"],
        needed=needed,
        saved=saved,
        changed=changed,
        etag=found.etag,
        ticked=welcome.chosen(request) if first["state"] == "never_asked" else [],
    )
    return HTMLResponse(html, 412 if changed else 200)


@router.post("/mes-autorisations")
async def change_consents(request: Request) -> Response:
    """Keep the choice. One that allows something and was made on a page that is not up to date any more is not kept:
    the page comes back as it is now. Taking back is never refused."""
    form = await read_form(request)
    services, who, t = services_of(request), signed_in(request), browser.language(request)
    purpose = str(form.get("purpose", ""))
    consent = services.door.consents.get(purpose)
    if consent is None:
        raise UsageError("no consent is asked for such a purpose", code="not_found")
    ticked = [str(value) for value in form.getlist(consent.by)]
    chosen = {"all": list(consent.choices), "none": []}.get(str(form.get("do")), ticked)
    choice = Choice(purpose, chosen, str(form.get("digest", "")), consent.by)
    seen = str(form.get("etag", "")) if chosen else ""
    try:
        await consents.change(services, who, choice, t.lang, if_match=seen or None)
    except Changed:
        return await _page(request, changed=True)
    first = form.get("first") and chosen and purpose == PREVENTION
    response = RedirectResponse("/mon-dossier" if first else f"/mes-autorisations?fait={purpose}#nouveau", 303)
    response.delete_cookie(welcome.CHOICES, path="/")
    return response

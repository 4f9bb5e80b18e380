"""Where to go, near a postcode: for everybody, without signing in. The postcode travels in the form's body alone: it is
in no address, so in no history, no log of a proxy, and no cookie."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import UsageError
from app.i18n import N_
from app.services import nearby
from app.web import browser
from app.web.browser import services_of
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

WRONG = {
    "need": N_("Choisissez ce que vous cherchez."),
    "postcode": N_("Écrivez les cinq chiffres d’un code postal, par exemple 69003."),
    "page": N_("Cette page n’existe pas."),
}


@router.get("/ou-aller")
async def ask(request: Request, pour: str = "") -> Response:
    """The form; `pour` is what an item of the plan leads to."""
    return await _page(request, need=pour)


@router.post("/ou-aller")
async def answer(request: Request) -> Response:
    """Nothing changes by this form, so it needs no token."""
    form = await request.form(max_files=0, max_fields=10)
    need, postcode, number = (str(form.get(name, "")) for name in ("need", "postcode", "page"))
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 1
    lang = browser.language(request).lang
    try:
        found = await nearby.near(services_of(request), need, postcode, page=wanted, lang=lang)
    except UsageError as error:
        return await _page(request, need=need, postcode=postcode[:10], wrong=error.code)
    return await _page(request, need=need, postcode=postcode, found=found)


async def _page(
    request: Request, *, need: str = "", postcode: str = "", wrong: str = "", found: dict[str, Any] | None = None
) -> Response:
    frame = browser.frame(request, here="/ou-aller")
    t, services = frame.t, services_of(request)
    known = nearby.needs(t.lang)
    html = page(
        "where.html", frame, needs=known, chosen=need if need in {each["id"] for each in known} else "",
        postcode=postcode, found=found, wrong=wrong, message=t(WRONG[wrong]) if wrong in WRONG else "",
        examples=await nearby.example_towns(services),
        days={each["id"]: t.date(date.fromisoformat(each["date"])) for each in found["sources"]} if found else {},
    )  # fmt: skip
    return HTMLResponse(html, 422 if wrong else 200)

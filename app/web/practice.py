"""« Mon médecin »: naming a practice, and choosing what its doctors may see."""

from __future__ import annotations

import json
from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.services import consents, practice
from app.services.consents import Choice
from app.trust.relations import REVIEW
from app.trust.vocabulary import CATEGORIES
from app.web import browser
from app.web.browser import myself, read_form, services_of
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/mon-medecin"


@router.get(HERE)
async def my_doctor(request: Request, fait: int = 0) -> Response:
    """The practices named, and what they may see."""
    return await _page(request, saved=bool(fait))


async def _page(request: Request, *, saved: bool = False, typed: str | None = None) -> Response:
    services, who, frame = services_of(request), myself(request), browser.frame(request, here=HERE)
    named = await practice.named(services, who)
    shown = json.loads((await consents.show(services, who, frame.t.lang)).body)
    consent = next(one for one in shown["consents"] if one["purpose"] == REVIEW)
    since = [frame.t.date(date.fromisoformat(one.at[:10])) for one in named]
    html = page(
        "doctor.html", frame, practices=list(zip(named, since, strict=True)), consent=consent, saved=saved,
        wrong=typed is not None, typed=typed or "",
    )  # fmt: skip
    return HTMLResponse(html, 422 if typed is not None else 200)


@router.post(HERE)
async def choose(request: Request) -> Response:
    """Name a practice (a number is typed), or change what those named may see."""
    form = await read_form(request)
    services, who, t = services_of(request), myself(request), browser.language(request)
    number, doing = str(form.get("number", "")).strip(), str(form.get("do", ""))
    if doing == "name":
        try:
            await practice.name(services, who, number)
        except UsageError as error:
            if error.code != "practice_number":
                raise
            return await _page(request, typed=number[:30])
    else:
        ticked = [str(value) for value in form.getlist("category")]
        chosen = {"all": list(CATEGORIES), "none": []}.get(doing, ticked)
        await consents.change(services, who, Choice(REVIEW, chosen, str(form.get("digest", ""))), t.lang)
    return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)


@router.get(HERE + "/dossier")
async def in_my_record(request: Request) -> Response:
    """The treating doctors whom the record names, to be confirmed."""
    return await _proposed(request)


async def _proposed(request: Request, status: int = 200) -> Response:
    frame = browser.frame(request, here=HERE)
    services, who = services_of(request), myself(request)
    found = await practice.recorded(services, who)
    named = {one.number for one in await practice.named(services, who)}
    told = [(one, frame.t.date(one.date) if one.date else None) for one in found if one.number not in named]
    return HTMLResponse(page("proposed_doctor.html", frame, found=told), status)


@router.post(HERE + "/dossier")
async def confirm(request: Request) -> Response:
    form = await read_form(request)
    try:
        await practice.confirm(services_of(request), myself(request), str(form.get("number", "")))
    except UsageError as error:
        if error.code != "practice_number":
            raise
        return await _proposed(request, 422)
    return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)


@router.post(HERE + "/{practice_id}/fin")
async def stop(request: Request, practice_id: str) -> Response:
    """This practice sees nothing any more."""
    await read_form(request)
    if not await practice.end(services_of(request), myself(request), practice_id):
        raise UsageError("no such practice", code="unknown_practice")
    return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)

"""« Mes aidants »: who acts for me, and for whom I act."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.services import delegations
from app.trust.purposes import load_consents
from app.web import browser
from app.web.browser import myself, read_form, services_of
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/mes-aidants"


@router.get(HERE)
async def my_carers(request: Request, fait: int = 0) -> Response:
    """Both sides of it, and the forms."""
    return await _page(request, saved=bool(fait))


async def _page(
    request: Request, *, saved: bool = False, code: str | None = None, wrong: str | None = None
) -> Response:
    frame = browser.frame(request, here=HERE)
    found = await delegations.mine(services_of(request), myself(request))
    labels = load_consents()["own_prevention"].texts["en" if frame.t.lang == "en" else "fr"].categories
    days = {
        one["id"]: frame.t.date(date.fromisoformat(one["until"][:10])) for one in (*found["given"], *found["received"])
    }
    html = page(
        "carers.html", frame, found=found, labels=labels, until=days, saved=saved, code=code, wrong=wrong,
        words={action["id"]: action["label"] for action in found["carer"]["actions"]},
    )  # fmt: skip
    return HTMLResponse(html, 422 if wrong else 200)


@router.post(HERE)
async def change(request: Request) -> Response:
    """Invite a carer, take up an invitation, or open a child's account."""
    form = await read_form(request)
    services, who = services_of(request), myself(request)
    typed = {name: str(value).strip() for name, value in form.items()}
    try:
        if typed.get("do") == "offer":
            lists = {name: [str(value) for value in form.getlist(name)] for name in ("action", "category")}
            return await _page(request, code=await delegations.offer(services, who, _offer(typed, lists)))
        if typed.get("do") == "accept":
            await delegations.accept(services, who, typed.get("code", ""))
        else:
            await delegations.add_child(services, who, _child(typed))
    except UsageError as error:
        if error.code not in {"delegation", "delegation_code", "not_a_minor"}:
            raise
        return await _page(request, wrong=error.code)
    return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)


def _offer(typed: dict[str, str], lists: dict[str, list[str]]) -> delegations.Offer:
    days = typed.get("days", "")
    return delegations.Offer(
        typed.get("person", ""), typed.get("delegate", ""), lists["action"], lists["category"],
        int(days) if days.isascii() and days.isdecimal() and len(days) < 5 else 0,
    )  # fmt: skip


def _child(typed: dict[str, Any]) -> delegations.Child:
    try:
        birth = date.fromisoformat(typed.get("birth_date", ""))
    except ValueError:
        raise UsageError("not a date", code="delegation", where="/birth_date") from None
    if typed.get("sex") not in {"female", "male"}:
        raise UsageError("no sex chosen", code="delegation", where="/sex")
    return delegations.Child(typed.get("given", ""), typed.get("family", ""), typed["sex"], birth)


@router.post(HERE + "/{delegation}/fin")
async def stop(request: Request, delegation: str) -> Response:
    await read_form(request)
    if not await delegations.end(services_of(request), myself(request), delegation):
        raise UsageError("no such delegation", code="unknown_delegation")
    return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)


@router.post("/agir")
async def act_for(request: Request) -> Response:
    """From now on, in this browser, for the person of a delegation (`pour`); empty: for oneself again."""
    form = await read_form(request)
    await services_of(request).door.recognise(myself(request))
    delegation = str(form.get("pour", ""))[:64]
    response = RedirectResponse("/mon-plan" if delegation else HERE, 303)
    if delegation:
        browser.set_secret(request, response, browser.FOR, delegation)
    else:
        response.delete_cookie(browser.FOR, path="/")
    return response

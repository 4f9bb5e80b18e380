"""My risks: figures with what changes them, sliders that are plain form fields, and nothing kept of what is tried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.i18n import Translator
from app.plans.words import UNITS
from app.services import risks
from app.web import browser
from app.web.browser import read_form, services_of, signed_in
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/mes-risques")
async def my_risks(request: Request) -> Response:
    """The figures as they are."""
    return await _page(request, {})


@router.post("/mes-risques")
async def try_changes(request: Request) -> Response:
    """The figures for the same person with something changed: shown, never kept, and not in the address."""
    return await _page(request, {name: str(value) for name, value in (await read_form(request)).items()})


async def _page(request: Request, typed: Mapping[str, str]) -> Response:
    services, who, frame = services_of(request), signed_in(request), browser.frame(request, here="/mes-risques")
    wanted = {name: wish for name, text in typed.items() if name != "csrf" and (wish := _wish(text)) is not None}
    found = await risks.what_if(services, who, wanted, lang=frame.t.lang)
    after = {risk["model"]: risk for risk in found["supposed"]}
    levers = [_shown(lever, wanted, frame.t) for lever in found["levers"]]
    html = page("risks.html", frame, found=found, after=after, levers=levers, tried=bool(wanted))
    return HTMLResponse(html)


def _wish(text: str) -> float | bool | None:
    if text == "yes":
        return True
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _shown(lever: Mapping[str, Any], wanted: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    """A lever as a field: its value is what was tried, else what it is now."""
    if lever["kind"] == "switch":
        return {**lever, "checked": wanted.get(lever["fact"]) is True}
    unit = t(UNITS.get(lever["unit"], lever["unit"]))
    value = min(max(float(wanted.get(lever["fact"], lever["now"])), lever["best"]), lever["now"])
    return {
        **lever, "value": value, "unit": unit, "value_words": f"{t.number(value, 1)} {unit}",
        "now_words": f"{t.number(lever['now'], 1)} {unit}", "best_words": f"{t.number(lever['best'], 1)} {unit}",
    }

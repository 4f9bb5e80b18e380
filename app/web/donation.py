"""The page « Don de données », and the public pages of the registry of projects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.i18n import N_, Translator
from app.services import donation
from app.services.answers import Changed
from app.services.donation import Chosen
from app.services.log_words import moment_words
from app.services.projects import ADDRESS, detailed, left, listed
from app.store.tables import moment
from app.web import browser
from app.web.browser import myself, read_form, services_of
from app.web.render import Frame, page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/don-de-donnees"
TOLD, NOTHING = "jalon_don", "-"
"""The cookie that keeps, for one session, what the plan's page has to say of donation: the day from which silence
counts, or nothing, so that the register is not read (and the log not written) at each look at the plan."""

CHANNELS = {
    "self": N_("choisi par vous"),
    "paper": N_("noté par un agent, d’après votre courrier"),
    "helper": N_("noté par un agent, avec vous"),
    "relatives": N_("noté d’après le témoignage de vos proches"),
    "external": N_("reçu du registre national"),
}


class Telling(NamedTuple):
    """What the plan's page says: the whole information (`first`, the first time), or the day that comes (`day`)."""

    first: Mapping[str, Any] | None
    day: str | None
    kept: str


async def to_tell(request: Request, frame: Frame) -> Telling:
    """At the first look at one's own plan the information is shown, which is noted: the delay runs from then. Later, as
    long as nothing is chosen and silence does not count yet, the day is recalled once a session."""
    kept = request.cookies.get(TOLD, "")
    if frame.acting or kept == NOTHING:
        return Telling(None, None, kept)
    if (day := _day(kept)) is not None:
        return Telling(None, day, kept)
    shown, informed = await donation.inform_first(services_of(request), myself(request), frame.t.lang)
    waits = shown["included_from"] if shown["state"] == "waiting" else None
    return Telling(shown if informed else None, _day(waits or ""), waits or NOTHING)


def _day(text: str) -> str | None:
    """What is a day: cookies come from outside."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def keep(request: Request, response: Response, value: str) -> None:
    if value and request.cookies.get(TOLD) != value:
        browser.set_secret(request, response, TOLD, value)


@router.get(HERE)
async def my_donation(request: Request, fait: int = 0) -> Response:
    """What donation is, what holds, the choice, the receipts, the projects."""
    return await _page(request, saved=bool(fait))


async def _page(request: Request, *, saved: bool = False, changed: bool = False) -> Response:
    frame = browser.frame(request, here=HERE)
    shown = await donation.show_and_inform(services_of(request), myself(request), frame.t.lang)
    history = [_line(one, frame.t) for one in reversed(shown["history"])]
    html = page(
        "donation.html", frame, d=shown, history=history, saved=saved, changed=changed,
        uses=[_use(one, frame.t) for one in shown["uses"]],
        partly=shown["state"] != "opposed" and any(one["opposed"] for one in shown["purposes"] + shown["projects"]),
    )  # fmt: skip
    return HTMLResponse(html, 412 if changed else 200)


def _line(one: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    """One line of the history, in words."""
    some = one["opposed_purposes"] or one["opposed_projects"]
    what = t("Non") if one["choice"] == "opposed" else t("Oui, sauf certains usages") if some else t("Oui")
    by = CHANNELS[one["channel"]]
    return {**one, "what": what, "when": moment_words(moment(one["at"]), t), "by": t(by)}


def _use(one: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    told = one["withdrawal_sent_at"]
    return {**one, "when": moment_words(moment(one["at"]), t), "told": moment_words(moment(told), t) if told else None}


@router.post(HERE)
async def choose(request: Request) -> Response:
    """Keep the choice, then show the page with its receipt. A choice made on a page that is not up to date any more is
    not kept: the page comes back as it is now."""
    form = await read_form(request)
    wish = str(form.get("choix", ""))
    if wish == "plus-tard":
        later = RedirectResponse("/mon-plan", 303)
        keep(request, later, NOTHING)
        return later
    digest, version = str(form.get("digest", "")), str(form.get("version", ""))
    if wish not in {"oui", "non", "detail"} or not version.isdecimal() or len(version) > 9:
        raise UsageError("the form is not complete", code="form")
    purposes = [str(value) for value in form.getlist("usage")] if wish == "detail" else []
    projects = [str(value) for value in form.getlist("projet")] if wish == "detail" else []
    chosen = Chosen("opposed" if wish == "non" else "included", purposes, projects, digest)
    try:
        await donation.choose(
            services_of(request), myself(request), chosen, browser.language(request).lang, if_version=int(version)
        )
    except Changed:
        return await _page(request, changed=True)
    response = RedirectResponse(f"{HERE}?fait=1#nouveau", 303)
    keep(request, response, NOTHING)
    return response


@router.get(HERE + "/recu/{version}")
async def receipt(request: Request, version: int) -> Response:
    """A receipt as a file to keep."""
    made = await donation.take_receipt(services_of(request), myself(request), version)
    name = f'attachment; filename="jalon-don-{version}.json"'
    body = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    return Response(body, media_type="application/json", headers={"Content-Disposition": name})


@router.get(ADDRESS)
async def projects(request: Request) -> Response:
    """The registry, for anyone."""
    frame, visit = browser.visitor(request)
    html = page("projects.html", frame, projects=listed(frame.t))
    return browser.visited(request, HTMLResponse(html), visit)


@router.get(ADDRESS + "/{project}")
async def project(request: Request, project: str) -> Response:
    """One project, with everything that leaves."""
    frame, visit = browser.visitor(request)
    shown = detailed(project, frame.t)
    copies = [
        {"when": moment_words(moment(one["at"]), frame.t), "people": one["people"]}
        for one in await left(services_of(request), project)
    ]
    return browser.visited(request, HTMLResponse(page("project.html", frame, p=shown, copies=copies)), visit)

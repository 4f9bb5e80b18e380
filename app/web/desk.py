"""The doctor's pages: their patients in order, one patient on half a page, the document behind a fact.

Keys (static/desk.js) do nothing that the pages do not do without them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, cast, get_args

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.i18n import N_
from app.plans.review import Kind
from app.plans.review_words import length
from app.services import consultation, entries, exercises, practice, review, signals, worklist
from app.services.guarantee import board
from app.services.review import PlanChanged, Wanted
from app.web import browser
from app.web.browser import myself, read_form, services_of
from app.web.render import WITH_KEYS, page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/espace-professionnel"
PROFESSIONS = {
    "doctor": N_("Médecin"), "pharmacist": N_("Pharmacien"), "midwife": N_("Sage-femme"), "nurse": N_("Infirmier"),
}
_SAID = {
    "later": N_("pas maintenant"), "not_for_me": N_("pas pour lui, dit-il"), "ask_doctor": N_("il veut vous en parler"),
}
_LENGTHS = ("P6M", "P1Y", "P2Y", "P3Y", "P5Y", "P10Y")


@router.get(HERE)
async def desk(request: Request, ordre: str | None = None, attend: int = 0, suite: int = 0) -> Response:
    """Where a professional arrives: those who named the practice, first whom a visit would change most."""
    services, who = services_of(request), myself(request)
    places = await exercises.choices(services, who)
    found = await worklist.worklist(services, who, group=ordre, waiting=bool(attend), after=suite)
    frame = browser.frame(request, here=HERE)
    shown = worklist.page_json(found, services, frame.t.lang)
    sits = await board.sits(services, who)
    return _answer(page("desk.html", frame, list=shown, sits=sits, group=ordre, waiting=bool(attend), exercises=places,
                        professions=PROFESSIONS))  # fmt: skip


@router.get(HERE + "/{patient}")
async def one_patient(request: Request, patient: str, fait: int = 0) -> Response:
    """Half a page: what matters, why, what is unknown; and the decisions to take."""
    return await _patient(request, patient, saved=fait == 1, reported=fait == 2)


async def _patient(
    request: Request, patient: str, *, saved: bool = False, reported: bool = False, wrong: bool = False,
    moved: list[dict[str, Any]] | None = None,
) -> Response:  # fmt: skip
    services, who, frame = services_of(request), myself(request), browser.frame(request)
    t = frame.t
    shown = await review.show(services, who, patient, lang=t.lang)
    view = json.loads(shown.body)
    name = await practice.name_of(services, who, patient)
    asked = [one for one in await signals.requests(services, who, patient, t) if one["state"] != "closed"]
    labels = {fact: t(services.vocabulary.facts[fact].label) for one in view["first"] for fact in one["settled_by"]}
    html = page(
        "patient.html", frame, v=view, id=patient, version=shown.etag, saved=saved, wrong=wrong, moved=moved,
        name=name or t("Une personne qui ne partage pas son identité"), labels=labels,
        lengths=[(code, length(code, t)) for code in _LENGTHS], said={kind: t(text) for kind, text in _SAID.items()},
        asked=asked, problems=signals.problems(t, professional=True), reported=reported,
    )  # fmt: skip
    return _answer(html, 409 if moved is not None else 422 if wrong else 200)


@router.post(HERE + "/{patient}")
async def decide(request: Request, patient: str) -> Response:
    """Keep what was decided, then show the page again; what changed meanwhile is shown instead of being overwritten."""
    form = await read_form(request)
    typed = {name: str(value) for name, value in form.items()}
    services, who, t = services_of(request), myself(request), browser.language(request)
    everything = typed.get("decision") == "accept_rest"
    try:
        wanted = [] if everything else [_wanted(typed)]
        await review.decide(
            services, who, patient, wanted, typed.get("version", ""), lang=t.lang, all_else=everything
        )
    except PlanChanged as late:
        return await _patient(request, patient, moved=late.changed)
    except UsageError as error:
        if error.code != "review":
            raise
        return await _patient(request, patient, wrong=True)
    return RedirectResponse(f"{HERE}/{patient}?fait=1#nouveau", 303)


@router.get(HERE + "/{patient}/preparation")
async def preparation(request: Request, patient: str) -> Response:
    """What the patient asks, and the themes of their age with the gaps."""
    frame = browser.frame(request)
    found = await consultation.consultation(services_of(request), myself(request), patient, lang=frame.t.lang)
    return _answer(page("preparation.html", frame, c=found, id=patient))


@router.get(HERE + "/{patient}/document/{fact}/{number}")
async def document(request: Request, patient: str, fact: str, number: int) -> Response:
    """What the record says, as it was sent, of one fact."""
    frame = browser.frame(request)
    entry = await entries.entry(services_of(request), myself(request), patient, fact, number, lang=frame.t.lang)
    return _answer(page("entry.html", frame, entry=entry, id=patient))


def _wanted(typed: Mapping[str, str]) -> Wanted:
    """Raises UsageError (`review`)."""
    decision, text = typed.get("decision", ""), {name: value.strip() or None for name, value in typed.items()}
    if decision not in get_args(Kind):
        raise UsageError("no such decision", code="review")
    return Wanted(
        typed.get("guideline", ""), cast(Kind, decision), until=_day(text.get("until")), due=_day(text.get("due")),
        interval=text.get("interval"), act=text.get("act"), reason=text.get("reason"), words=text.get("words"),
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError("not a day", code="review") from None


def _answer(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status, headers={"Content-Security-Policy": WITH_KEYS})

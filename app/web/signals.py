"""Reporting a problem and asking for a human review, for citizens and doctors; the register, for the team."""

from __future__ import annotations

from typing import Any, cast, get_args

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.i18n import N_, Translator
from app.plans.vigilance import load_vigilance
from app.services import register, signals
from app.services.log_words import moment_words
from app.store.tables import moment
from app.trust.signals import Kind
from app.web import browser
from app.web.browser import myself, read_form, services_of, signed_in
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MINE, REGISTER, DESK = "/mes-demandes", "/equipe/registre", "/espace-professionnel"
_KINDS = {"problem": N_("Problèmes"), "review": N_("Relectures"), "complaint": N_("Réclamations")}
_ROLES = {
    "citizen": N_("la personne"), "professional": N_("un médecin"), "team": N_("l’équipe"),
}  # fmt: skip


@router.post("/mon-plan/{guideline}/signaler")
async def report(request: Request, guideline: str) -> Response:
    """A problem (which one), or a review asked for (of whom)."""
    form = await read_form(request)
    services, who, words = services_of(request), signed_in(request), str(form.get("words", ""))
    if problem := str(form.get("problem", "")):
        await signals.report(services, who, guideline, problem, words)
    else:
        to = "doctor" if form.get("to") == "doctor" else "team"
        await signals.ask_review(services, who, guideline, words, to)  # type: ignore[arg-type]
    return RedirectResponse(f"{MINE}?fait=1#nouveau", 303)


@router.get(MINE)
async def mine(request: Request, fait: int = 0) -> Response:
    """What one reported and asked, what became of it, and a way to complain."""
    return await _mine(request, saved=bool(fait))


async def _mine(request: Request, *, saved: bool = False, wrong: bool = False, typed: str = "") -> Response:
    frame = browser.frame(request, here="/mes-donnees")
    found = await signals.mine(services_of(request), signed_in(request), frame.t)
    html = page("signals.html", frame, signals=[_dated(one, frame.t) for one in found], saved=saved, wrong=wrong,
                typed=typed, shortest=signals.SHORTEST, longest=signals.LONGEST)  # fmt: skip
    return HTMLResponse(html, 422 if wrong else 200)


@router.post(MINE)
async def complain(request: Request) -> Response:
    form = await read_form(request)
    words = str(form.get("words", ""))
    try:
        await signals.complain(services_of(request), signed_in(request), words)
    except UsageError as error:
        if error.code != "signal":
            raise
        return await _mine(request, wrong=True, typed=words[: signals.LONGEST])
    return RedirectResponse(f"{MINE}?fait=1#nouveau", 303)


@router.post(MINE + "/{signal}")
async def settle(request: Request, signal: str) -> Response:
    """Is the answer enough?"""
    form = await read_form(request)
    step = "contested" if form.get("step") == "contested" else "closed"
    await signals.settle(services_of(request), signed_in(request), signal, step, str(form.get("words", "")))  # type: ignore[arg-type]
    return RedirectResponse(f"{MINE}?fait=1#nouveau", 303)


@router.post(DESK + "/{patient}/signaler")
async def report_for(request: Request, patient: str) -> Response:
    """A doctor reports a problem with an item of a patient's plan."""
    form = await read_form(request)
    await signals.report_for(
        services_of(request), myself(request), patient, str(form.get("guideline", "")),
        str(form.get("problem", "")), str(form.get("words", "")),
    )  # fmt: skip
    return RedirectResponse(f"{DESK}/{patient}?fait=2#nouveau", 303)


@router.post(DESK + "/{patient}/demandes/{signal}")
async def answer(request: Request, patient: str, signal: str) -> Response:
    form = await read_form(request)
    await signals.answer_patient(
        services_of(request), myself(request), patient, signal, str(form.get("words", ""))
    )
    return RedirectResponse(f"{DESK}/{patient}?fait=2#nouveau", 303)


@router.get(REGISTER)
async def team_register(request: Request, sorte: str | None = None, suite: int = 0) -> Response:
    """What was reported and asked, the latest first, what is late first of all."""
    frame = browser.frame(request, here=REGISTER)
    kind = cast(Kind, sorte) if sorte in get_args(Kind) else None
    found = await register.register(services_of(request), myself(request), frame.t, kind=kind, after=suite)
    found["signals"] = [_dated(one, frame.t) for one in found["signals"]]
    return HTMLResponse(page("register.html", frame, r=found, kind=kind, kinds=_KINDS))


@router.get(REGISTER + "/{signal}")
async def team_signal(request: Request, signal: str, fait: int = 0) -> Response:
    return await _team_signal(request, signal, saved=bool(fait))


async def _team_signal(request: Request, signal: str, *, saved: bool = False, wrong: bool = False) -> Response:
    frame = browser.frame(request, here=REGISTER)
    t = frame.t
    found = await register.opened(services_of(request), myself(request), signal, t)
    html = page(
        "register_signal.html", frame, s=_dated(found, t), saved=saved, wrong=wrong, longest=signals.LONGEST,
        impacts=[(one.id, t(one.label)) for one in load_vigilance().impacts],
    )  # fmt: skip
    return HTMLResponse(html, 422 if wrong else 200)


@router.post(REGISTER + "/{signal}")
async def team_step(request: Request, signal: str) -> Response:
    form = await read_form(request)
    step = str(form.get("step", ""))
    try:
        await register.step(
            services_of(request), myself(request), signal, cast(register.TeamStep, step),
            analysis=str(form.get("analysis", "")), words=str(form.get("words", "")),
            impact=str(form.get("impact", "")) or None,
        )  # fmt: skip
    except UsageError as error:
        if error.code not in {"signal", "signal_step"}:
            raise
        return await _team_signal(request, signal, wrong=True)
    return RedirectResponse(f"{REGISTER}/{signal}?fait=1#nouveau", 303)


def _dated(one: dict[str, Any], t: Translator) -> dict[str, Any]:
    """With its moments in words."""
    who = {role: t(words) for role, words in _ROLES.items()}
    steps = [
        {**step, "when": moment_words(moment(step["at"]), t), "who": who[step["role"]]} for step in one["steps"]
    ]
    answers = [{**each, "when": moment_words(moment(each["at"]), t)} for each in one.get("answers", ())]
    return {**one, "steps": steps, "answers": answers, "when": moment_words(moment(one["at"]), t)}

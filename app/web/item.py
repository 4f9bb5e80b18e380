"""The page of one item of the plan, and what the person decides there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.dates import Period, add
from app.errors import UsageError
from app.i18n import N_, Translator
from app.plans.decisions import REASONS, Reason
from app.services import decisions, plans, signals
from app.services.decisions import SOONER, Wanted
from app.web import browser
from app.web.answering import NotKept
from app.web.browser import read_form, services_of, signed_in
from app.web.changes import changed_by
from app.web.forms import field_of, question_of
from app.web.render import page
from app.web.routing import PageRoute
from app.web.view import answered_field, done_fields, plan_view

router = APIRouter(route_class=PageRoute, include_in_schema=False)

REASON_WORDS = {
    "": N_("Je préfère ne pas le dire"),
    "followed_elsewhere": N_("Je suis déjà suivi pour cela"),
    "not_concerned": N_("Cela ne me concerne pas"),
    "no_wish": N_("Je ne le souhaite pas"),
    "worried": N_("Cela m’inquiète"),
    "too_hard": N_("C’est trop loin, trop cher ou trop compliqué"),
    "other": N_("Une autre raison"),
}


@router.get("/mon-plan/{guideline}")
async def show(request: Request, guideline: str, reponse: int | None = None, choix: int = 0) -> Response:
    """Why me, what it brings, how it goes, and what one may decide; `reponse` numbers the answer just given."""
    return await item_page(request, guideline, answered=reponse, decided=bool(choix))


async def item_page(
    request: Request, guideline: str, *, answered: int | None = None, decided: bool = False,
    problem: NotKept | None = None,
) -> Response:
    services, who, frame = services_of(request), signed_in(request), browser.frame(request, here=request.url.path)
    t, today = frame.t, services.today()
    explained = json.loads((await plans.explanation(services, who, guideline, lang=t.lang)).body)
    explained["decision_text"] = decision_text(explained["decision"], t)
    changed = await changed_by(services, who, answered, t.lang)
    done = done_fields(explained, t)
    questions = [field_of(question, t) for question in explained["questions"]]
    wrong = answered_field(explained, problem.typed, str(problem), t) if problem else None
    if wrong is not None:
        done = [replace(wrong, key=each.key) if each.fact == wrong.fact else each for each in done]
        questions = [wrong if each.fact == wrong.fact else each for each in questions]
        wrong = next((each for each in (*done, *questions) if each.error), wrong)
    due = date.fromisoformat(explained["due_from"]) if explained["due_from"] else today
    html = page(
        "item.html", replace(frame, here=f"/mon-plan/{guideline}"), e=explained, done=done, questions=questions,
        checked=t.date(date.fromisoformat(explained["last_checked"])), changed=changed, saved=answered is not None,
        decided=decided, wrong=wrong, forbidden=problem is not None and problem.forbidden, today=today.isoformat(),
        event_day=(due if due > today else today + SOONER).isoformat(),
        problems=signals.problems(t),
        reasons=[(value, t(words)) for value, words in REASON_WORDS.items()],
    )  # fmt: skip
    return HTMLResponse(html, 422 if wrong else 200)


def decision_text(decision: Mapping[str, Any] | None, t: Translator) -> str | None:
    """What the person decided, as a sentence."""
    if decision is None:
        return None
    if decision["decision"] == "later":
        return t("Vous avez choisi d’en reparler à partir du {day}.", day=t.date(date.fromisoformat(decision["until"])))
    if decision["decision"] == "not_for_me":
        return t("Vous avez choisi que ce ne soit pas pour vous. Jalon ne vous le propose plus.")
    return t("Vous voulez en parler à votre médecin : c’est dans votre liste.")


@router.post("/mon-plan/{guideline}/choix")
async def choose(request: Request, guideline: str) -> Response:
    """Keep a decision, or take it back (`none`)."""
    form = await read_form(request)
    services, who = services_of(request), signed_in(request)
    if form.get("decision") == "none":
        await decisions.take_back(services, who, guideline)
    else:
        wanted = wanted_of({name: str(value) for name, value in form.items()}, services.today())
        await decisions.decide(services, who, guideline, wanted)
    return RedirectResponse(f"/mon-plan/{guideline}?choix=1#nouveau", 303)


def wanted_of(form: Mapping[str, str], today: date) -> Wanted:
    """A decision as its form says it. Raises UsageError (`decision`)."""
    kind = form.get("decision", "")
    if kind == "ask_doctor":
        return Wanted("ask_doctor")
    if kind == "not_for_me":
        reason = form.get("reason", "")
        return Wanted("not_for_me", reason=cast(Reason, reason) if reason in REASONS else None)
    try:
        day = form.get("until", "").strip()
        until = date.fromisoformat(day) if day else add(today, Period(months=int(form.get("months", "3"))))
    except (ValueError, OverflowError):
        raise UsageError("expected a day", code="decision", where="until") from None
    return Wanted("later", until=max(until, today + timedelta(days=1)))


@router.get("/mon-plan/{guideline}/agenda")
async def calendar(request: Request, guideline: str, on: str = "", discreet: int = 0) -> Response:
    """The event, as a file that calendars open."""
    services, who, t = services_of(request), signed_in(request), browser.language(request)
    try:
        day = date.fromisoformat(on) if on else None
    except ValueError:
        raise UsageError("expected a day", code="calendar_day", where="on") from None
    content = await decisions.calendar(services, who, guideline, lang=t.lang, on=day, discreet=bool(discreet))
    headers = {"Content-Disposition": 'attachment; filename="jalon.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.get("/mes-informations/{fact}")
async def correct(request: Request, fact: str, conseil: str = "") -> Response:
    """One thing that is known, or was presumed, as a question to answer again."""
    return await fact_page(request, fact, conseil)


async def fact_page(request: Request, fact: str, guideline: str, problem: NotKept | None = None) -> Response:
    services, frame = services_of(request), browser.frame(request, here="/mon-plan")
    await services.door.recognise(signed_in(request))
    known = guideline if guideline in services.pack.ids() else ""
    field = field_of(question_of(fact, frame.t), frame.t)
    if problem is not None:
        field = replace(field, typed=problem.typed, error=str(problem))
    html = page("fact.html", frame, q=field, guideline=known, forbidden=problem is not None and problem.forbidden)
    return HTMLResponse(html, 422 if problem else 200)


@router.get("/mes-questions")
async def doctor_list(request: Request) -> Response:
    """What the person wants to ask their doctor, to print or to show."""
    services, frame = services_of(request), browser.frame(request, here="/mon-plan")
    plan = json.loads((await plans.plan(services, signed_in(request), lang=frame.t.lang)).body)
    return HTMLResponse(page("doctor_list.html", frame, found=plan_view(plan)["to_ask"]))

"""The citizen's pages: plain HTML, forms that post, redirects after every change. No script anywhere.

They call the same services as the API, and hold no rule. Addresses never carry health data.
"""

from __future__ import annotations

import json
import re
from datetime import date
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.i18n import languages
from app.services import demo, imports, plans
from app.trust.sessions import token_hash
from app.web import (
    board,
    browser,
    check,
    connection,
    consents,
    consultation,
    data,
    delegations,
    desk,
    donation,
    donation_desk,
    family,
    guarantee,
    helpers,
    item,
    launch,
    monitoring,
    offline,
    places,
    practice,
    record,
    reminders,
    results,
    risks,
    sign_in,
    signals,
    studio,
    transparency,
    welcome,
)  # fmt: skip
from app.web.answering import NotKept, keep
from app.web.browser import read_form, services_of, signed_in
from app.web.changes import changed_by
from app.web.render import STATIC, page, static_file
from app.web.routing import PageRoute
from app.web.view import answered_field, plan_view, question_fields

router = APIRouter(route_class=PageRoute, include_in_schema=False)
for part in (
    places.router, welcome.router, record.router, item.router, results.router, risks.router, data.router, check.router,
    transparency.router, sign_in.router, practice.router, desk.router, delegations.router, donation.router,
    offline.router, consents.router, family.router, donation_desk.router,
    guarantee.router, board.router, monitoring.router, launch.router, helpers.router, reminders.router,
    connection.router, signals.router, consultation.router, studio.router,
):  # fmt: skip
    router.include_router(part)


@router.post("/demonstration")
async def demonstration(request: Request) -> Response:
    """Sign in as a sample person (demo mode only)."""
    form = await read_form(request)
    former = request.cookies.get(browser.SESSION)
    name = str(form.get("person", ""))
    token = await demo.sign_in(services_of(request), name, token_hash(former) if former else None)
    person = next(each for each in await demo.sample_people(services_of(request)) if each.sample == name)
    home = {"professional": "/espace-professionnel", "team": "/equipe"}.get(person.role, "/mon-plan")
    response = RedirectResponse(home, 303)
    browser.set_secret(request, response, browser.SESSION, token)
    response.delete_cookie(browser.FOR, path="/")
    response.delete_cookie(donation.TOLD, path="/")
    response.headers.update(offline.FORGET)
    browser.set_secret(request, response, browser.PERSON, quote(person.label))
    return response


@router.post("/langue")
async def choose_language(request: Request) -> Response:
    form = await read_form(request)
    back = str(form.get("retour", "/"))
    response = RedirectResponse(back if _is_ours(back) else "/", 303)
    if form.get("lang") in languages():
        response.set_cookie(
            browser.LANGUAGE, str(form["lang"]), max_age=browser.YEAR, samesite="strict", path="/"
        )
    return response


def _is_ours(address: str) -> bool:
    """An address of one of the pages, so that a form cannot send the browser elsewhere."""
    fixed = {
        "/", "/mon-plan", "/ma-famille", "/mes-autorisations", "/qui-a-consulte", "/mes-donnees", "/mes-risques",
        "/mon-medecin", "/mes-aidants", "/me-faire-aider", "/aider", "/mon-dossier", "/questionnaire", "/accessibilite",
        "/mes-resultats", "/equipe", "/equipe/arrets", "/equipe/registre", "/mes-demandes", "/ma-consultation",
        "/equipe/campagnes", "/equipe/campagnes/nouvelle",
        "/don-de-donnees", "/mes-questions", "/mes-donnees/effacer", "/mes-rappels", "/ou-aller",
    }
    pattern = r"/mon-plan/[a-z0-9_]+|/transparence/[a-z0-9/-]+|/bienvenue/[1-4]|/ma-famille/(demander|proche)"
    return address in fixed or re.fullmatch(pattern, address) is not None


@router.get("/mon-plan")
async def my_plan(request: Request, reponse: int | None = None) -> Response:
    """The plan; `reponse` is the number of the answer just given, to say what it changed."""
    return await _plan_page(request, answered=reponse)


async def _plan_page(
    request: Request, answered: int | None = None, problem: NotKept | None = None
) -> Response:
    services, who, frame = services_of(request), signed_in(request), browser.frame(request, here="/mon-plan")
    t = frame.t
    plan = json.loads((await plans.plan(services, who, lang=t.lang)).body)
    changed = await changed_by(services, who, answered, t.lang)
    telling = await donation.to_tell(request, frame)
    wrong = answered_field(plan, problem.typed, str(problem), t) if problem else None
    html = page(
        "plan.html",
        frame,
        plan=plan_view(plan),
        reading=(begun := imports.of(services, who)) is not None and begun.state == "reading",
        opened=None,
        questions=question_fields(plan, t, wrong),
        wrong=wrong,
        forbidden=problem is not None and problem.forbidden,
        saved=answered is not None,
        changed=changed,
        day=t.date(date.fromisoformat(plan["as_of"])),
        label=_label(request),
        told=telling.first,
        donation_from=telling.day,
    )
    response = HTMLResponse(html, 422 if wrong else 200)
    donation.keep(request, response, telling.kept)
    return response


def _label(request: Request) -> str | None:
    """Whom a visitor of the demo acts as: kept by the browser, so that no page asks for it again. Nobody's name
    stands above the plan of somebody for whom they act."""
    if not services_of(request).settings.demo or browser.FOR in request.cookies:
        return None
    return unquote(request.cookies.get(browser.PERSON, ""))


@router.post("/mes-reponses")
async def answer(request: Request) -> Response:
    """Keep one answer, then show the plan with what it changed."""
    form = await read_form(request)
    typed = {name: str(value) for name, value in form.items()}
    services, who, t = services_of(request), signed_in(request), browser.language(request)
    try:
        number = await keep(services, who, typed, t)
    except NotKept as problem:
        return await _again(request, typed, problem)
    back = typed.get("retour", "")
    place = "/mon-plan" + (f"/{back}" if _known(request, back) else "")
    if back == "questionnaire":
        place = "/questionnaire"
    return RedirectResponse(f"{place}?reponse={number}#nouveau", 303)


async def _again(request: Request, typed: dict[str, str], problem: NotKept) -> Response:
    """The page that the answer came from, with what was typed."""
    back = typed.get("retour", "")
    if back == "questionnaire":
        return await record.questionnaire_page(request, problem=problem)
    if _known(request, back):
        return await item.item_page(request, back, problem=problem)
    return await _plan_page(request, problem=problem)


def _known(request: Request, guideline: str) -> bool:
    return guideline in services_of(request).pack.ids()




@router.get("/static/{name}")
async def static(name: str) -> Response:
    if name not in STATIC:
        return Response(status_code=404)
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(static_file(name), media_type=STATIC[name], headers=kept)

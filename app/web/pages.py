"""The citizen's pages: plain HTML, forms that post, redirects after every change. No script anywhere.

They call the same services as the API, and hold no rule. Addresses never carry health data.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from app.i18n import languages
from app.plans.help_lines import load_help_lines
from app.services import access_log, changes, consents, demo, family, plans
from app.services.consents import Choice
from app.services.log_words import entry_words
from app.trust.sessions import token_hash
from app.trust.vocabulary import CATEGORIES
from app.web import browser, delegations, my_data, practice, sign_in, transparency
from app.web.answering import NotKept, keep
from app.web.browser import myself, read_form, services_of, signed_in
from app.web.changes import changes as changes_of
from app.web.render import STATIC, page, static_file
from app.web.routing import PageRoute
from app.web.view import answered_field, plan_view, question_fields

router = APIRouter(route_class=PageRoute, include_in_schema=False)
router.include_router(transparency.router)
router.include_router(sign_in.router)
router.include_router(practice.router)
router.include_router(my_data.router)
router.include_router(delegations.router)


@router.get("/")
async def welcome(request: Request, fin: int = 0) -> Response:
    """What Jalon is, and the way in."""
    people = await demo.sample_people(services_of(request))
    frame, visit = browser.visitor(request)
    providers = list(services_of(request).identity)
    html = page(
        "welcome.html", replace(frame, signed_in=False), people=people, ended=bool(fin), providers=providers
    )
    return browser.visited(request, HTMLResponse(html), visit)


@router.get("/numeros-utiles")
async def help_lines(request: Request) -> Response:
    """Whom to call, violence included. Nothing here depends on the person, and nobody is asked who they are."""
    frame = browser.frame(request)
    topics = [
        {"title": frame.t(topic.title), "lines": [line.to_json(frame.t) for line in lines]}
        for topic, lines in load_help_lines().by_topic()
    ]
    return HTMLResponse(page("help.html", frame, topics=topics))  # and no cookie is set


@router.post("/demonstration")
async def demonstration(request: Request) -> Response:
    """Sign in as a sample person (demo mode only)."""
    form = await read_form(request)
    former = request.cookies.get(browser.SESSION)
    name = str(form.get("person", ""))
    token = await demo.sign_in(services_of(request), name, token_hash(former) if former else None)
    people = await demo.sample_people(services_of(request))
    doctor = any(person.sample == name and person.role == "professional" for person in people)
    response = RedirectResponse("/espace-professionnel" if doctor else "/mon-plan", 303)
    browser.set_secret(request, response, browser.SESSION, token)
    response.delete_cookie(browser.FOR, path="/")
    browser.set_secret(request, response, browser.PERSON, name)
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
        "/", "/mon-plan", "/ma-famille", "/mon-medecin", "/mes-aidants", "/mes-autorisations", "/qui-a-consulte",
        "/mes-donnees",
    }  # fmt: skip
    return address in fixed or re.fullmatch(r"/mon-plan/[a-z0-9_]+|/transparence/[a-z0-9/-]+", address) is not None


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
    changed = []
    if answered is not None:
        before, after = await changes.around_answer(services, who, answered, lang=t.lang)
        changed = changes_of(before, after)
    wrong = answered_field(plan, problem.typed, str(problem), t) if problem else None
    html = page(
        "plan.html",
        frame,
        plan=plan_view(plan, t),
        questions=question_fields(plan, t, wrong),
        wrong=wrong,
        forbidden=problem is not None and problem.forbidden,
        saved=answered is not None,
        changed=changed,
        day=t.date(date.fromisoformat(plan["as_of"])),
        label=await _label(request),
    )
    return HTMLResponse(html, 422 if wrong else 200)


async def _label(request: Request) -> str | None:
    """Whom a visitor of the demo acts as."""
    name = request.cookies.get(browser.PERSON)
    people = await demo.sample_people(services_of(request)) if name else []
    return next((person.label for person in people if person.sample == name), None)


@router.post("/mes-reponses")
async def answer(request: Request) -> Response:
    """Keep one answer, then show the plan with what it changed."""
    form = await read_form(request)
    typed = {name: str(value) for name, value in form.items()}
    services, who, t = services_of(request), signed_in(request), browser.language(request)
    try:
        number = await keep(services, who, typed, t)
    except NotKept as problem:
        return await _plan_page(request, problem=problem)
    return RedirectResponse(f"/mon-plan?reponse={number}#nouveau", 303)


@router.get("/mon-plan/{guideline}")
async def why(request: Request, guideline: str) -> Response:
    """The whole reasoning of one recommendation."""
    frame = browser.frame(request)
    found = await plans.explanation(services_of(request), signed_in(request), guideline, lang=frame.t.lang)
    explained = json.loads(found.body)
    checked = frame.t.date(date.fromisoformat(explained["last_checked"]))
    return HTMLResponse(page("explanation.html", frame, e=explained, checked=checked))


@router.get("/ma-famille")
async def my_family(request: Request) -> Response:
    """Who is in the family and what each has had: a list in words, and the drawing that says the same."""
    frame = browser.frame(request)
    found = await family.family(services_of(request), signed_in(request), lang=frame.t.lang)
    shown = json.loads(found.body)
    drawing = Markup(shown["drawing"])  # noqa: S704 - drawn by app.pedigree.svg, which escapes every word
    return HTMLResponse(page("family.html", frame, family=shown, drawing=drawing))


@router.get("/mes-autorisations")
async def my_consents(request: Request, besoin: int = 0, fait: int = 0) -> Response:
    """What is allowed, in the very words of the question, and what never is."""
    frame = browser.frame(request)
    shown = json.loads((await consents.show(services_of(request), signed_in(request), frame.t.lang)).body)
    html = page(
        "consents.html",
        frame,
        consent=shown["consents"][0],
        purposes=shown["purposes"],
        never=shown["never"],
        needed=bool(besoin),
        saved=bool(fait),
    )
    return HTMLResponse(html)


@router.post("/mes-autorisations")
async def change_consents(request: Request) -> Response:
    form = await read_form(request)
    ticked = [str(value) for value in form.getlist("category")]
    chosen = {"all": list(CATEGORIES), "none": []}.get(str(form.get("do")), ticked)
    choice = Choice(str(form.get("purpose", "")), chosen, str(form.get("digest", "")))
    t = browser.language(request)
    await consents.change(services_of(request), signed_in(request), choice, t.lang)
    return RedirectResponse("/mes-autorisations?fait=1#nouveau", 303)


@router.get("/qui-a-consulte")
async def who_looked(request: Request, suite: int | None = None) -> Response:
    """The log of accesses, refusals included."""
    frame = browser.frame(request)
    found = await access_log.page(services_of(request), myself(request), before=suite, limit=30)
    entries = [entry_words(entry, frame.t) for entry in found["entries"]]
    return HTMLResponse(page("access.html", frame, entries=entries, older=found["next"]))


@router.get("/static/{name}")
async def static(name: str) -> Response:
    if name not in STATIC:
        return Response(status_code=404)
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(static_file(name), media_type=STATIC[name], headers=kept)

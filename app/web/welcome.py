"""Before and at the first visit: what Jalon is in four short screens, choices of display, and pages for everybody."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.i18n import languages
from app.plans.help_lines import load_help_lines
from app.services import demo
from app.services.asks import PREVENTION
from app.trust.purposes import load_purposes
from app.trust.vocabulary import CATEGORIES
from app.web import browser
from app.web.browser import read_form, services_of
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SCREENS = 4
CHOICES = "jalon_choix"
"""What the visitor ticked before signing in: it is asked again, ticked, once they are known."""


@router.get("/")
async def welcome(request: Request, fin: int = 0) -> Response:
    """What Jalon is, and the way in."""
    frame, visit = browser.visitor(request)
    html = page("welcome.html", browser.signed_out(frame), ended=bool(fin), **await ways_in(request))
    return browser.visited(request, HTMLResponse(html), visit)


async def ways_in(request: Request) -> dict[str, object]:
    """Sample people (in demo mode only), and the providers through which one signs in."""
    services = services_of(request)
    return {"people": await demo.sample_people(services), "providers": list(services.identity)}


@router.get("/bienvenue/{screen}")
async def screen(request: Request, screen: int) -> Response:
    """One of the four screens; nothing is asked that is not needed, and one can come back."""
    if not 1 <= screen <= SCREENS:
        raise UsageError("there is no such screen", code="not_found")
    frame, visit = browser.visitor(request)
    consent = services_of(request).door.consents[PREVENTION]
    names = consent.texts["en" if frame.t.lang == "en" else "fr"].categories
    html = page(
        "first_visit.html", browser.signed_out(frame), screen=screen, screens=SCREENS,
        never=load_purposes().refused, categories=[(name, names[name]) for name in CATEGORIES],
        ticked=chosen(request), **await ways_in(request),
    )  # fmt: skip
    return browser.visited(request, HTMLResponse(html), visit)


def chosen(request: Request) -> list[str]:
    """The categories ticked before signing in."""
    known = request.cookies.get(CHOICES, "").split(".")
    return [name for name in CATEGORIES if name in known]


@router.post("/bienvenue/3")
async def choose(request: Request) -> Response:
    """Keep the ticked categories in this browser only, until they are confirmed."""
    form = await read_form(request)
    ticked = [name for name in CATEGORIES if name in form.getlist("category")]
    everything = list(CATEGORIES) if form.get("do") == "all" else ticked
    response = RedirectResponse("/bienvenue/4", 303)
    browser.set_secret(request, response, CHOICES, ".".join(everything))
    return response


@router.get("/numeros-utiles")
async def help_lines(request: Request) -> Response:
    """Whom to call, violence included. Nothing here depends on the person, and nobody is asked who they are."""
    frame = browser.frame(request)
    topics = [
        {"title": frame.t(topic.title), "lines": [line.to_json(frame.t) for line in lines]}
        for topic, lines in load_help_lines().by_topic()
    ]
    return HTMLResponse(page("help.html", frame, topics=topics))  # and no cookie is set


@router.get("/accessibilite")
async def accessibility(request: Request) -> Response:
    """The accessibility statement."""
    return HTMLResponse(page("accessibility.html", browser.frame(request)))


@router.get("/affichage")
async def display(request: Request) -> Response:
    """Light or dark, size of the text, language."""
    frame, visit = browser.visitor(request)
    return browser.visited(request, HTMLResponse(page("display.html", frame)), visit)


@router.post("/affichage")
async def change_display(request: Request) -> Response:
    form = await read_form(request)
    response = RedirectResponse("/affichage", 303)
    for name, cookie, known in (
        ("theme", browser.THEME, browser.THEMES),
        ("text", browser.TEXT_SIZE, browser.TEXT_SIZES),
        ("lang", browser.LANGUAGE, languages()),
    ):
        value = str(form.get(name, ""))
        if value in known:
            response.set_cookie(cookie, value, max_age=browser.YEAR, samesite="strict", path="/")
        else:
            response.delete_cookie(cookie, path="/")
    return response

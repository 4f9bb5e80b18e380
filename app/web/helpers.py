"""« Me faire aider »: a code for somebody beside me; and « Aider quelqu’un », where they type it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.services import delegations, helpers
from app.services.log_words import moment_words
from app.store.tables import moment
from app.trust.door import SignedIn
from app.trust.purposes import load_consents
from app.trust.sessions import NotSignedIn
from app.trust.vocabulary import CATEGORIES
from app.web import browser, offline
from app.web.browser import myself, read_form, services_of
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/me-faire-aider"
MINUTES = (15, 30, 60)


@router.get(HERE)
async def be_helped(request: Request, fait: int = 0) -> Response:
    """What a helper may do, the form, and who helps at this moment."""
    return await _page(request, saved=bool(fait))


@router.post(HERE)
async def make_code(request: Request) -> Response:
    """Make a code (shown once), or withdraw the one that waits."""
    form = await read_form(request)
    services, who = services_of(request), myself(request)
    if form.get("do") == "withdraw":
        await helpers.withdraw(services, who)
        return RedirectResponse(f"{HERE}?fait=1#nouveau", 303)
    ticked = [str(value) for value in form.getlist("category")]
    minutes = str(form.get("minutes", ""))
    wanted = helpers.Wanted(
        str(form.get("person", "")), str(form.get("helper", "")), [str(value) for value in form.getlist("action")],
        list(CATEGORIES) if form.get("do") == "all" else ticked,
        int(minutes) if minutes.isascii() and minutes.isdecimal() and len(minutes) < 4 else 0,
    )  # fmt: skip
    try:
        made = await helpers.make(services, who, wanted)
    except UsageError as error:
        if error.code not in {"helper", "delegation"}:
            raise
        return await _page(request, wrong=True)
    return await _page(request, code=made.code)


async def _page(request: Request, *, saved: bool = False, code: str = "", wrong: bool = False) -> Response:
    services, who, frame = services_of(request), myself(request), browser.frame(request, here=HERE)
    t = frame.t
    found = await helpers.choices(services, who)
    given = (await delegations.mine(services, who))["given"]
    labels = load_consents()["own_prevention"].texts["en" if t.lang == "en" else "fr"].categories
    html = page(
        "helped.html", frame, found=found, labels=labels, saved=saved, code=code, wrong=wrong, minutes=MINUTES,
        waiting=moment_words(moment(found["waiting"]), t) if found["waiting"] else "",
        now=[
            {"id": one["id"], "name": one["delegate"], "until": moment_words(moment(one["until"]), t)}
            for one in given if one["kind"] == "helper" and one["state"] == "active"
        ],
    )  # fmt: skip
    return HTMLResponse(html, 422 if wrong else 200)


@router.get("/aider")
async def help_somebody(request: Request) -> Response:
    """Where a helper types the code."""
    return _code_form(request)


@router.post("/aider")
async def begin(request: Request) -> Response:
    """With the code: act for the person, in one's own session or in one that can do nothing else."""
    form = await read_form(request)
    services, typed = services_of(request), str(form.get("code", ""))[:40]
    try:
        found = await helpers.help_with(services, typed, _signed_in(request))
    except NotSignedIn:
        found = None
    except UsageError as error:
        if error.code != "helper_code":
            raise
        return _code_form(request, wrong=True)
    if found is None:  # the cookie was that of a session that is over
        response = _code_form(request, wrong=True)
        response.delete_cookie(browser.SESSION, path="/")
        return response
    response = RedirectResponse("/mon-plan", 303)
    if found.token is not None:
        if request.cookies.get(browser.SESSION):
            await services.door.sign_out(myself(request))
        browser.set_secret(request, response, browser.SESSION, found.token)
        response.delete_cookie(browser.PERSON, path="/")
    response.headers.update(offline.FORGET)
    browser.set_secret(request, response, browser.FOR, found.delegation)
    return response


def _signed_in(request: Request) -> SignedIn | None:
    """Whose session this is; nobody's when it was opened by the code of somebody helped before."""
    helped_before = request.cookies.get(browser.FOR, "").startswith("h")
    return myself(request) if request.cookies.get(browser.SESSION) and not helped_before else None


def _code_form(request: Request, *, wrong: bool = False) -> Response:
    frame, visit = browser.visitor(request)
    html = page("help_code.html", frame, wrong=wrong)
    return browser.visited(request, HTMLResponse(html, 422 if wrong else 200), visit)

"""Signing in through an identity provider, and being told by it that somebody signed out.

The way back from the provider comes from another site, where browsers do not send our strict cookies: the sign-in is
tied to the browser by a cookie of its own, and the session begins on a page of ours that the browser then leaves.
"""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import JalonError, UsageError
from app.identity.client import ProviderDown
from app.services import exercises, signing_in
from app.trust.sessions import token_hash
from app.web import browser
from app.web.browser import read_form, services_of
from app.web.donation import TOLD
from app.web.offline import FORGET
from app.web.problems import problem_page
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PENDING, PROVIDER = "jalon_connexion", "jalon_identite"
AFTER = {"citizen": "/mon-plan", "agent": "/guichet-don", "team": "/equipe"}
LARGEST = 64 * 1024
"""Bytes of a logout token's form."""


@router.get("/connexion/{profile}")
async def leave(request: Request, profile: str) -> Response:
    """To the provider. The state that it brings back belongs to this browser alone."""
    services, secret = services_of(request), signing_in.new_browser()
    address = await signing_in.start(services, profile, secret)
    response = RedirectResponse(address, 303)
    response.set_cookie(
        PENDING, secret, max_age=600, httponly=True, samesite="lax", secure=services.settings.https, path="/connexion/"
    )
    return response


@router.get("/connexion/{profile}/retour")
async def come_back(request: Request, profile: str) -> Response:
    """From the provider: who somebody is, or why not."""
    services = services_of(request)
    answer = {name: value for name, value in request.query_params.items() if len(value) < 4096}
    former = request.cookies.get(browser.SESSION)
    frame = browser.frame(request, here="/")
    try:
        opened = await signing_in.finish(
            services, profile, answer, request.cookies.get(PENDING, ""), token_hash(former) if former else None,
            frame.t.lang,
        )  # fmt: skip
    except ProviderDown:
        raise
    except JalonError as error:
        response = problem_page(request, error)
        response.delete_cookie(PENDING, path="/connexion/")
        return response
    after = AFTER.get(profile, "/espace-professionnel")
    response = HTMLResponse(page("signed_in.html", frame, after=after))
    browser.set_secret(request, response, browser.SESSION, opened.token)
    keep_provider(request, response, profile, opened.id_token)
    response.delete_cookie(PENDING, path="/connexion/")
    response.delete_cookie(browser.PERSON, path="/")
    response.delete_cookie(browser.FOR, path="/")
    response.delete_cookie(TOLD, path="/")
    response.headers.update(FORGET)
    return response


def keep_provider(request: Request, response: Response, profile: str, id_token: str) -> None:
    """For signing out there too: sent to that page alone."""
    if len(id_token) <= 3000:
        response.set_cookie(
            PROVIDER, f"{profile}:{id_token}", httponly=True, samesite="strict",
            secure=services_of(request).settings.https, path="/deconnexion",
        )  # fmt: skip


@router.post("/deconnexion")
async def sign_out(request: Request) -> Response:
    """The session ends here; the page offers to end the provider's too."""
    await read_form(request)
    services = services_of(request)
    await services.door.sign_out(browser.myself(request))
    profile, _, id_token = request.cookies.get(PROVIDER, "").partition(":")
    elsewhere = await signing_in.leave(services, profile, id_token) if id_token else None
    response: Response = RedirectResponse("/", 303)
    if elsewhere is not None:
        frame = replace(browser.frame(request, here="/"), signed_in=False, acting=False, csrf="")
        response = HTMLResponse(page("signed_out.html", frame, elsewhere=elsewhere))
    for name in (browser.SESSION, browser.PERSON, browser.VISIT, browser.FOR, TOLD):
        response.delete_cookie(name, path="/")
    response.delete_cookie(PROVIDER, path="/deconnexion")
    response.headers.update(FORGET)
    return response


@router.get("/connexion/{profile}/fin")
async def over(request: Request, profile: str, iss: str = "", sid: str = "") -> Response:
    """Front-channel logout (OpenID Connect Front-Channel Logout 1.0): the provider loads this in a frame. Our cookies
    are not sent there; the provider's session is what is ended."""
    headers = {"Cache-Control": "no-store"}
    try:
        await signing_in.front_channel(services_of(request), profile, iss, sid)
    except UsageError:
        return Response(status_code=400, headers=headers)
    return Response(status_code=200, headers=headers)


@router.post("/espace-professionnel")
async def work_as(request: Request) -> Response:
    """In which exercise a professional who has several works now: their patients are those of that one."""
    form = await read_form(request)
    typed = str(form.get("exercice", ""))
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else -1
    await exercises.choose(services_of(request), browser.myself(request), number)
    return RedirectResponse("/espace-professionnel", 303)


@router.post("/connexion/{profile}/deconnexion")
async def told(request: Request, profile: str) -> Response:
    """Back-channel logout (OpenID Connect Back-Channel Logout 1.0): the provider itself speaks, with a signed token."""
    headers = {"Cache-Control": "no-store"}
    body = await request.body()
    if len(body) > LARGEST:
        return Response(status_code=400, headers=headers)
    form = await request.form(max_files=0, max_fields=5)
    try:
        await signing_in.back_channel(services_of(request), profile, str(form.get("logout_token", "")))
    except ProviderDown:
        return Response(status_code=503, headers=headers)
    except JalonError:
        return Response(status_code=400, headers=headers)
    return Response(status_code=200, headers=headers)

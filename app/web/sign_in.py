"""Signing in through an identity provider, and being told by it that somebody signed out.

The way back from the provider comes from another site, where browsers do not send our strict cookies: the sign-in is
tied to the browser by a cookie of its own, and the session begins on a page of ours that the browser then leaves.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import JalonError
from app.identity.client import ProviderDown
from app.services import practice, signing_in
from app.trust.sessions import token_hash
from app.web import browser
from app.web.browser import services_of
from app.web.problems import problem_page
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PENDING = "jalon_connexion"
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
        token = await signing_in.finish(
            services, profile, answer, request.cookies.get(PENDING, ""), token_hash(former) if former else None,
            frame.t.lang,
        )  # fmt: skip
    except ProviderDown:
        raise
    except JalonError as error:
        response = problem_page(request, error)
        response.delete_cookie(PENDING, path="/connexion/")
        return response
    after = "/mon-plan" if profile == "citizen" else "/espace-professionnel"
    response = HTMLResponse(page("signed_in.html", frame, after=after))
    browser.set_secret(request, response, browser.SESSION, token)
    response.delete_cookie(PENDING, path="/connexion/")
    response.delete_cookie(browser.PERSON, path="/")
    response.delete_cookie(browser.FOR, path="/")
    return response


@router.get("/espace-professionnel")
async def desk(request: Request) -> Response:
    """Where a professional arrives: the patients who named the practice."""
    found = await practice.listed(services_of(request), browser.myself(request))
    return HTMLResponse(page("desk.html", browser.frame(request), patients=found))


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

"""A launch from a professional's software: leaving for it to say who is there, and coming back to the patient's page.

Tied to the browser as a sign-in is (`app.web.sign_in`), by a cookie of its own.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import JalonError
from app.identity.client import ProviderDown
from app.services import launch, signing_in
from app.web import browser
from app.web.browser import services_of
from app.web.offline import FORGET
from app.web.problems import problem_page
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PENDING = "jalon_lancement"


@router.get("/smart/launch")
async def leave(request: Request) -> Response:
    """`iss` and `launch` come from the software. One that is not in the list is sent nowhere."""
    services, secret = services_of(request), signing_in.new_browser()
    asked = request.query_params
    address, ehr = await launch.begin(services, asked.get("iss", ""), asked.get("launch", ""), secret)
    response = RedirectResponse(address, 303)
    response.set_cookie(
        PENDING, secret, max_age=600, httponly=True, samesite="lax", secure=services.settings.https,
        path=f"/smart/{ehr}/",
    )  # fmt: skip
    return response


@router.get("/smart/{ehr}/retour")
async def come_back(request: Request, ehr: str) -> Response:
    """The patient's page, or why not; then no session is left."""
    services, frame = services_of(request), browser.frame(request, here="/")
    answer = {name: value for name, value in request.query_params.items() if len(value) < 4096}
    try:
        opened = await launch.finish(services, ehr, answer, request.cookies.get(PENDING, ""), frame.t.lang)
    except ProviderDown:
        raise
    except JalonError as error:
        response = problem_page(request, error)
        response.delete_cookie(PENDING, path=f"/smart/{ehr}/")
        return response
    response = HTMLResponse(page("signed_in.html", frame, after=f"/espace-professionnel/{opened.patient}"))
    browser.set_secret(request, response, browser.SESSION, opened.token)
    response.delete_cookie(PENDING, path=f"/smart/{ehr}/")
    response.delete_cookie(browser.PERSON, path="/")
    response.delete_cookie(browser.FOR, path="/")
    response.headers.update(FORGET)
    return response

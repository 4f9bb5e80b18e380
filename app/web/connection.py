"""« Recevoir mon dossier » by connection: away to the server that holds it, and back.

Going there is a page that leads on (forms may not be sent elsewhere). Coming back is a navigation from elsewhere, for
which browsers send no cookie of ours: the answer is set aside in a cookie of this path alone; a page of ours goes on.
"""

from __future__ import annotations

import json
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import UsageError
from app.identity.client import ProviderDown, SignInRefused
from app.services import connection
from app.trust.signing_in import NotAsked
from app.web import browser
from app.web.browser import read_form, services_of, signed_in
from app.web.problems import problem_page
from app.web.render import page
from app.web.routing import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/mon-dossier/connexion"
ANSWER = "jalon_reponse"


@router.post(HERE)
async def leave(request: Request) -> Response:
    """To the server that holds the record, to give access there."""
    await read_form(request)
    begun = await connection.begin(services_of(request), signed_in(request))
    frame = browser.frame(request, here="/mes-donnees")
    return HTMLResponse(page("record_coming.html", frame, after=begun.url, away=True))


@router.get(HERE + "/retour")
async def come_back(request: Request) -> Response:
    """From that server, with its answer."""
    connection.source_of(services_of(request))
    names = ("state", "code", "error")
    answer = {name: value for name in names if (value := request.query_params.get(name)) and len(value) < 2_000}
    frame = browser.signed_out(browser.frame(request, here="/"))
    response = HTMLResponse(page("record_coming.html", frame, after=HERE + "/suite", away=False))
    response.set_cookie(
        ANSWER, quote(json.dumps(answer)), max_age=300, httponly=True, samesite="strict",
        secure=services_of(request).settings.https, path=HERE,
    )  # fmt: skip
    return response


@router.get(HERE + "/suite")
async def go_on(request: Request) -> Response:
    """In the session that asked: take the access, and watch the record being read."""
    services, who = services_of(request), signed_in(request)
    try:
        await connection.finish(services, who, _answer(request))
        response: Response = RedirectResponse("/mon-dossier/lecture", 303)
    except (NotAsked, SignInRefused):
        await services.door.recognise(who)
        response = problem_page(request, UsageError("the access was not given", code="access_not_given"))
    except ProviderDown as down:
        response = problem_page(request, down)
    response.delete_cookie(ANSWER, path=HERE)
    return response


def _answer(request: Request) -> dict[str, str]:
    try:
        found = json.loads(unquote(request.cookies.get(ANSWER, "")))
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}

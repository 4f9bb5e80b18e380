"""How pages answer: security headers on each, and a page or a redirect for whatever a person may run into."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute

from app.errors import UsageError
from app.identity.client import ProviderDown
from app.trust.door import Refused
from app.trust.sessions import NotSignedIn
from app.trust.vocabulary import Outcome
from app.web import browser
from app.web.browser import ForgedForm
from app.web.compress import compress
from app.web.problems import problem_page
from app.web.render import HEADERS, page

FORM = "application/x-www-form-urlencoded"
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """Every page carries the security headers; what a person may run into becomes a page or a redirect."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                response = await handle(request)
            except NotSignedIn:
                response = await _ended(request)
                response.delete_cookie(browser.SESSION, path="/")
            except Refused as refused:
                if refused.outcome in {Outcome.NO_CONSENT, Outcome.CATEGORY}:
                    response = RedirectResponse("/mes-autorisations?besoin=1", 303)
                else:
                    response = problem_page(request, refused)
            except (ForgedForm, ProviderDown, UsageError) as error:
                response = problem_page(request, error)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            compress(request, response)
            return response

        return guarded


async def _ended(request: Request) -> Response:
    """The session is over: back to the welcome page; but what was filled in stays on a page, to be sent again."""
    if request.method != "POST" or not request.headers.get("content-type", "").startswith(FORM):
        return RedirectResponse("/?fin=1", 303)
    form = await request.form()  # the handler has read it, and checked that it is ours
    typed = [(name, str(value)) for name, value in form.multi_items() if name != "csrf"]
    if not typed:
        return RedirectResponse("/?fin=1", 303)
    frame, visit = browser.visitor(request)
    html = page("expired.html", browser.signed_out(frame), action=request.url.path, typed=typed)
    return browser.visited(request, HTMLResponse(html, 401), visit)

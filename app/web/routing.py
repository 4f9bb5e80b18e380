"""How pages answer: security headers on each, and a page or a redirect for whatever a person may run into."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from app.errors import UsageError
from app.identity.client import ProviderDown
from app.trust.door import Refused
from app.trust.sessions import NotSignedIn
from app.trust.vocabulary import Outcome
from app.web import browser
from app.web.browser import ForgedForm
from app.web.problems import problem_page
from app.web.render import HEADERS

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """Every page carries the security headers; what a person may run into becomes a page or a redirect."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                response = await handle(request)
            except NotSignedIn:
                response = RedirectResponse("/?fin=1", 303)
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
            return response

        return guarded

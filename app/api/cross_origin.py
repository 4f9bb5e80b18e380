"""Which pages of others may call us from a browser: those of the professionals' software that is registered, for cards.

Nothing else answers to another origin. Cards need a signed token, never a cookie: credentials are not allowed."""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from app.services.services import Services

HOOKS = "/cds-services"
_MINUTES = 600


class HooksFromBrowsers:
    """ASGI middleware: CORS for the addresses of CDS Hooks, for the origins of `JALON_CDS_CLIENTS` (any, in demo mode
    where nobody is registered)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._known: dict[tuple[str, ...], CORSMiddleware] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not (scope["path"] == HOOKS or scope["path"].startswith(HOOKS + "/")):
            await self.app(scope, receive, send)
            return
        services: Services = scope["app"].state.services
        anyone = services.settings.demo and services.software.nobody
        await self._for(("*",) if anyone else services.software.origins)(scope, receive, send)

    def _for(self, origins: tuple[str, ...]) -> CORSMiddleware:
        if origins not in self._known:
            self._known = {origins: CORSMiddleware(
                self.app, allow_origins=origins, allow_methods=["GET", "POST"],
                allow_headers=["authorization", "content-type"], max_age=_MINUTES,
            )}  # fmt: skip
        return self._known[origins]

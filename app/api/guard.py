"""Around every request: bounds on bodies, security headers, and a last net that answers a problem and logs no
data."""

from __future__ import annotations

import logging
import traceback
from collections.abc import MutableMapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem

log = logging.getLogger("app.api")

SMALL_BODY = 1024 * 1024
FORM_OVERHEAD = 64 * 1024
UPLOADS = frozenset({"/v1/me/record", "/mon-dossier", "/guichet-don"})
PREFETCH = "/cds-services/"
PREFETCH_BYTES = 8 * 1024 * 1024
"""What a professional's software may send of one patient: thousands of results."""

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class BodyTooLarge(HTTPException):
    """The body passes its bound; what came over it was thrown away unread."""

    def __init__(self) -> None:
        super().__init__(413)


class Guard:
    """ASGI middleware. `upload_bytes` bounds the files of a record; other bodies have 1 MB."""

    def __init__(self, app: ASGIApp, *, upload_bytes: int, https: bool) -> None:
        self.app = app
        self.upload_bytes = upload_bytes
        headers = dict(SECURITY_HEADERS)
        if https:
            headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(message)
            await send(message)

        try:
            await self.app(scope, self._bounded(scope, receive), with_headers)
        except Exception as error:
            log.error("%s %s", type(error).__name__, _place(error))
            if started:
                raise ConnectionError("the answer was cut short") from None
            await problem(Request(scope), "internal")(scope, receive, with_headers)

    def _add_headers(self, message: MutableMapping[str, Any]) -> None:
        given = {name for name, _ in message["headers"]}
        message["headers"] = [*message["headers"], *(item for item in self.headers if item[0] not in given)]

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        if scope["method"] in {"GET", "HEAD"}:
            return receive
        bound = self.upload_bytes + FORM_OVERHEAD if scope["path"] in UPLOADS else SMALL_BODY
        if scope["path"].startswith(PREFETCH):
            bound = PREFETCH_BYTES
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > bound:
                await _throw_away(message, receive, bound)
                raise BodyTooLarge
            return message

        return bounded


async def _throw_away(message: Message, receive: Receive, most: int) -> None:
    """Read on for a while, so that an honest caller who sends too much gets to read the answer."""
    read = 0
    while message.get("more_body") and read < most:
        message = await receive()
        read += len(message.get("body", b""))


def _place(error: BaseException) -> str:
    """Where an unforeseen error arose. Its message is left out: it may quote data."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames[-6:])
    )

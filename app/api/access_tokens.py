"""Access tokens of the mobile API (RFC 9068), bound to a key or not (DPoP, RFC 9449), in front of every route.

A token that is believed becomes a session, which lasts no longer than the token does: the door knows nothing else. The
provider must know the person already here: they signed in once through the pages.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.caller import FOR, SESSION
from app.api.problems import kind_of, problem
from app.errors import JalonError
from app.identity.access import Scheme
from app.services.services import Services
from app.services.tokens import Presented, present

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CHALLENGES = {
    "token": 'error="invalid_token"',
    "dpop_proof": 'error="invalid_dpop_proof"',
    "dpop_nonce": 'error="use_dpop_nonce"',
    "scope": 'error="insufficient_scope"',
}


class AccessTokens:
    """ASGI middleware. Requests without an access token go through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _presented(scope) if scope["type"] == "http" else None
        if found is not None:
            services: Services = scope["app"].state.services
            try:
                known = await present(services, found)
            except JalonError as error:
                await self._refuse(scope, error, found.scheme)(scope, receive, send)
                return
            scope[SESSION] = known.session
            if known.nonce is not None:
                send = _with_nonce(send, known.nonce)
        await self.app(scope, receive, send)

    def _refuse(self, scope: Scope, error: JalonError, scheme: Scheme) -> ASGIApp:
        services: Services = scope["app"].state.services
        challenge = _CHALLENGES.get(error.code, 'error="invalid_token"')
        said = f'DPoP {challenge}, algs="ES256 RS256 PS256 ES384 EdDSA"' if scheme == "dpop" else f"Bearer {challenge}"
        headers = {} if error.code == "identity_provider" else {"WWW-Authenticate": said}
        if services.nonces is not None and error.code == "dpop_nonce":
            headers["DPoP-Nonce"] = services.nonces.make(int(services.now().timestamp()))
        return problem(Request(scope), kind_of(error), code=error.code, headers=headers)


def _with_nonce(send: Send, nonce: str) -> Send:
    """The answer, with the nonce that the client is to use from now on."""

    async def with_nonce(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["DPoP-Nonce"] = nonce
        await send(message)

    return with_nonce


def _presented(scope: Scope) -> Presented | None:
    """What looks like an access token: the scheme DPoP, or a bearer token in three parts (our own have one). Outside of
    /v1, tokens are of other kinds (CDS Hooks) and checked there."""
    if not str(scope["path"]).startswith(("/v1/", "/fhir/")):
        return None
    headers = Headers(scope=scope)
    kind, _, token = headers.get("authorization", "").partition(" ")
    token, scheme = token.strip(), kind.lower()
    if scheme != "dpop" and not (scheme == "bearer" and token.count(".") >= 2):
        return None
    needed: str | None = "jalon:read" if scope["method"] in _SAFE else "jalon:write"
    if str(scope["path"]).startswith("/fhir/"):
        needed = None
    return Presented(
        "dpop" if scheme == "dpop" else "bearer", token, needed, tuple(headers.getlist("dpop")), scope["method"],
        str(scope["path"]), FOR in headers,
    )  # fmt: skip

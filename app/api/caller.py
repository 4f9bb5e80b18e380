"""Who is calling: the session's token, and the language wanted."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from fastapi import Request

from app.errors import JalonError, UsageError
from app.i18n.translator import SOURCE_LANGUAGE, languages
from app.services.services import Services
from app.trust.door import SignedIn
from app.trust.sessions import NotSignedIn, token_hash

COOKIE = "jalon_session"
SESSION = "jalon.session"
"""Where `app.api.access_tokens` leaves the session of a token that it believed."""
PURPOSE = "jalon-purpose"
FOR = "jalon-for"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class OtherOrigin(JalonError):
    """A browser sends the cookie on behalf of another site."""

    code = "other_origin"


class Caller(NamedTuple):
    """`as_of` is the day asked for, as it was written."""

    services: Services
    who: SignedIn
    lang: str
    as_of: str | None = None


def caller(request: Request) -> Caller:
    """The first line of every route of /v1/me. Raises NotSignedIn without a token; the door checks the token
    itself. Raises UsageError (`language`) for `?lang` of a language that does not exist.

    The header `Jalon-Purpose` says what the caller wants the data for; the door judges it (and logs
    refusals). `Jalon-For` names a delegation: the caller acts for the person concerned, within its scope.
    """
    believed: str | None = request.scope.get(SESSION)
    token = token_of(request)
    if token is None:
        raise NotSignedIn("sign in first")
    who = SignedIn(believed or token_hash(token), request.headers.get(PURPOSE), request.headers.get(FOR))
    lang = wanted_language(request)
    if lang not in languages():  # before it is written into the answer's headers
        raise UsageError("no such language", code="language", where="lang")
    return Caller(services_of(request), who, lang, request.query_params.get("as_of"))


def asks_trace(request: Request) -> bool:
    """`?trace`. Raises UsageError (`trace`) for anything but true and false."""
    asked = request.query_params.get("trace", "false").lower()
    if asked not in {"true", "1", "false", "0"}:
        raise UsageError("expected true or false", code="trace", where="trace")
    return asked in {"true", "1"}


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def token_of(request: Request) -> str | None:
    """The bearer token, else the cookie's (which counts for our own pages only, beyond reading)."""
    authorization = request.headers.get("authorization")
    if authorization is not None:
        scheme, _, given = authorization.partition(" ")
        return (given.strip() or None) if scheme.lower() in {"bearer", "dpop"} else None
    token = request.cookies.get(COOKIE)
    if token and request.method not in _SAFE and not _same_origin(request):
        raise OtherOrigin("the request comes from another site")
    return token or None


def wanted_language(request: Request) -> str:
    """`?lang` as it is (an unknown one is an error where it is used), else the best of Accept-Language, else
    French."""
    return request.query_params.get("lang") or _accepted(request.headers.get("accept-language"))


def language_of(request: Request) -> str:
    """A language that is certain to exist, for problems."""
    wanted = request.query_params.get("lang")
    return wanted if wanted and wanted in languages() else _accepted(request.headers.get("accept-language"))


def _accepted(header: str | None) -> str:
    """The known language with the highest weight (RFC 9110 §12.5.4)."""
    if not header:
        return SOURCE_LANGUAGE
    best, best_weight = SOURCE_LANGUAGE, 0.0
    for part in header.split(",")[:20]:
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        try:
            weight = float(parameter.partition("=")[2]) if parameter else 1.0
        except ValueError:
            continue
        if language in languages() and weight > best_weight:
            best, best_weight = language, weight
    return best


def _same_origin(request: Request) -> bool:
    """Browsers say where a request comes from; callers that say nothing are not browsers."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")

"""What a browser's request carries: its session, its language, and the token that proves a form is ours.

The form token is derived from a secret cookie of the same browser (the visitor's, which outlives a session, so that a
form filled in meanwhile can still be sent; else the session's): another site can make the browser send the cookie, but
cannot know the token. Each page carries another token, so that compressed pages tell nothing of it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import replace
from typing import cast

from babel import negotiate_locale
from fastapi import Request, Response
from starlette.datastructures import FormData

from app.errors import JalonError
from app.i18n import Translator, languages, translator
from app.services.services import Services
from app.trust.door import SignedIn
from app.trust.sessions import NotSignedIn, token_hash
from app.web.render import Frame

SESSION, VISIT, LANGUAGE, PERSON = "jalon_session", "jalon_visit", "jalon_langue", "jalon_personne"
FOR = "jalon_pour"
"""The delegation by which this browser acts for somebody else."""
THEME, TEXT_SIZE = "jalon_theme", "jalon_texte"
THEMES, TEXT_SIZES = ("light", "dark"), ("large", "larger")
YEAR = 365 * 24 * 3600


class ForgedForm(JalonError):
    """The form was not sent from our own page (or cookies were cleared since)."""

    code = "form"


def services_of(request: Request) -> Services:
    return cast(Services, request.app.state.services)


def signed_in(request: Request) -> SignedIn:
    """Who sends this request, about the person for whom they act, if any. Raises NotSignedIn without a session
    cookie."""
    return replace(myself(request), about=request.cookies.get(FOR) or None)


def myself(request: Request) -> SignedIn:
    """Who sends this request, about themself whoever they act for elsewhere. Raises NotSignedIn."""
    token = request.cookies.get(SESSION)
    if not token:
        raise NotSignedIn("sign in first")
    return SignedIn(token_hash(token))


def language(request: Request) -> Translator:
    """The language chosen, else the browser's, else French."""
    chosen = request.cookies.get(LANGUAGE)
    if chosen in languages():
        return translator(chosen)
    wanted = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    return translator(negotiate_locale([w for w in wanted if w], list(languages()), sep="-") or "fr")


def frame(request: Request, *, here: str | None = None, visit: str | None = None) -> Frame:
    """The frame of a page; `visit` is the visitor's secret when this answer is the one that sets it."""
    session = request.cookies.get(SESSION)
    secret = visit or request.cookies.get(VISIT) or session or ""
    theme, size = request.cookies.get(THEME, ""), request.cookies.get(TEXT_SIZE, "")
    return Frame(
        t=language(request),
        here=here or request.url.path,
        csrf=form_token(secret),
        demo=services_of(request).settings.demo,
        signed_in=bool(session),
        acting=bool(session and request.cookies.get(FOR)),
        helping=bool(session) and request.cookies.get(FOR, "").startswith("h"),
        theme=theme if theme in THEMES else "",
        text_size=size if size in TEXT_SIZES else "",
    )


def signed_out(frame: Frame) -> Frame:
    """The same page for nobody in particular."""
    return replace(frame, signed_in=False, acting=False, helping=False)


def visitor(request: Request) -> tuple[Frame, str]:
    """The frame of a page that anyone may open, and the visitor's secret that its answer sets (`visited`)."""
    visit = request.cookies.get(VISIT) or new_visit()
    return frame(request, visit=visit), visit


def visited(request: Request, response: Response, visit: str) -> Response:
    set_secret(request, response, VISIT, visit)
    return response


def form_token(secret: str, salt: str | None = None) -> str:
    """16 digits of salt and 48 of digest; a new salt each time."""
    salt = salt or secrets.token_hex(8)
    return salt + hashlib.sha256(f"form:{salt}:{secret}".encode()).hexdigest()[:48] if secret else ""


def check_token(request: Request, sent: str) -> None:
    """Raises ForgedForm unless the token was made for a secret of this browser."""
    held = [secret for name in (VISIT, SESSION) if (secret := request.cookies.get(name))]
    good = [hmac.compare_digest(sent.encode(), form_token(secret, sent[:16]).encode()) for secret in held]
    if len(sent) != 64 or not any(good):
        raise ForgedForm("this form was not sent from our page")


async def read_form(request: Request) -> FormData:
    """The fields of a form sent by our own page. Raises ForgedForm."""
    form = await request.form(max_files=0, max_fields=100)
    check_token(request, str(form.get("csrf", "")))
    return form


def set_secret(request: Request, response: Response, name: str, value: str) -> None:
    """A cookie that scripts and other sites cannot read."""
    response.set_cookie(
        name, value, httponly=True, samesite="strict", secure=services_of(request).settings.https, path="/"
    )


def new_visit() -> str:
    return secrets.token_urlsafe(24)

"""What a signed token must hold to be believed (OpenID Connect Core §3.1.3.7, RFC 9068, back-channel logout §2.6).

Asymmetric signatures only; `none` and shared secrets are never accepted, whatever a token says of itself.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.errors import JalonError

ALGORITHMS = ("ES256", "RS256", "PS256", "ES384", "RS384", "EdDSA")
SKEW = 60
"""Seconds by which two clocks may differ."""
OLDEST = 600
"""Seconds after which a token of the sign-in itself is too old."""
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


class TokenRefused(JalonError):
    """A token that is not believed. The message says what is wrong with it, never what it holds."""

    code = "token"


def claims_of(
    token: str, keys: KeySet, *, issuer: str, audience: str, now: int, typ: str | None = None
) -> dict[str, Any]:
    """The claims of a token signed by one of `keys`, for us, from this issuer, at this moment. Raises TokenRefused."""
    try:
        found = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
    except (JoseError, ValueError, TypeError, KeyError):
        raise TokenRefused("the signature does not hold") from None
    claims = found.claims
    if typ is not None and str(found.header.get("typ", "")).lower().removeprefix("application/") != typ:
        raise TokenRefused("another kind of token")
    if claims.get("iss") != issuer:
        raise TokenRefused("another issuer")
    for_whom = claims.get("aud")
    if audience not in (for_whom if isinstance(for_whom, list) else [for_whom]):
        raise TokenRefused("meant for another service")
    if isinstance(for_whom, list) and len(for_whom) > 1 and claims.get("azp") not in (None, audience):
        raise TokenRefused("given to another service")
    _timely(claims, now)
    return dict(claims)


def _timely(claims: Mapping[str, Any], now: int) -> None:
    issued, expires, not_before = claims.get("iat"), claims.get("exp"), claims.get("nbf")
    if not isinstance(expires, int | float) or now >= expires + SKEW:
        raise TokenRefused("expired")
    if not isinstance(issued, int | float) or issued > now + SKEW:
        raise TokenRefused("issued in the future")
    if isinstance(not_before, int | float) and not_before > now + SKEW:
        raise TokenRefused("not valid yet")


def id_token(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, now: int, acr: str | None,
    access_token: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The claims of an ID token that answers our request. Raises TokenRefused."""
    claims = claims_of(token, keys, issuer=issuer, audience=client_id, now=now)
    if now - claims["iat"] > OLDEST + SKEW:
        raise TokenRefused("too old")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise TokenRefused("it answers another request")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255:
        raise TokenRefused("it names nobody")
    if acr is not None and not reaches(str(claims.get("acr", "")), acr):
        raise TokenRefused("the level of assurance is too low")
    if access_token is not None and "at_hash" in claims and claims["at_hash"] != _half_hash(access_token):
        raise TokenRefused("it comes with another access token")
    return claims


def reaches(given: str, asked: str) -> bool:
    """Is this level at least the one asked? `eidas1` < `eidas2` < `eidas3`; any other must be equal."""
    if asked.startswith("eidas") and given.startswith("eidas"):
        return given.removeprefix("eidas").isdecimal() and given >= asked
    return given == asked


def logout_token(token: str, keys: KeySet, *, issuer: str, client_id: str, now: int) -> dict[str, Any]:
    """The claims of a back-channel logout token. Raises TokenRefused."""
    claims = claims_of(token, keys, issuer=issuer, audience=client_id, now=now)
    events = claims.get("events")
    if not isinstance(events, dict) or _LOGOUT not in events or "nonce" in claims or not claims.get("jti"):
        raise TokenRefused("not a logout token")
    if not isinstance(claims.get("sub"), str) and not isinstance(claims.get("sid"), str):
        raise TokenRefused("it names nobody")
    return claims


def _half_hash(access_token: str) -> str:
    digest = hashlib.sha256(access_token.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")


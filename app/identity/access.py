"""What an access token must hold to be believed (RFC 9068), and the proof that who sends it holds its key (DPoP, RFC
9449)."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey, import_key

from app.identity.tokens import ALGORITHMS, SKEW, TokenRefused, claims_of

PROOF_AGE = 60
"""Seconds after which a proof is too old, beyond the skew of clocks."""
LONGEST = 8192
"""Characters of a token or a proof."""
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "k"}
Scheme = Literal["bearer", "dpop"]


class ProofRefused(TokenRefused):
    """A proof of possession that is not believed."""

    code = "dpop_proof"


class ScopeRefused(TokenRefused):
    """The token is good, not for this."""

    code = "scope"


@dataclass(frozen=True, slots=True)
class Access:
    """A token that is believed: whose it is to its provider, until when (seconds), the thumbprint of its key, if it is
    bound to one, and its scopes."""

    subject: str
    expires: int
    key: str | None
    granted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Proof:
    """`identifier` was never to be seen before; `nonce` is what the service is said to have given."""

    identifier: str
    nonce: object = None


def access_token(token: str, keys: KeySet, *, issuer: str, audience: str, scopes: Collection[str], now: int) -> Access:
    """The token, believed. Raises TokenRefused, ScopeRefused."""
    claims = claims_of(_short(token), keys, issuer=issuer, audience=audience, now=now, typ="at+jwt")
    for name in ("sub", "client_id", "jti"):
        if not isinstance(claims.get(name), str) or not 1 <= len(claims[name]) <= 255:
            raise TokenRefused(f"the token has no {name}")
    said = claims.get("scope")
    granted = frozenset(said.split() if isinstance(said, str) else ())
    if not set(scopes) <= granted:
        raise ScopeRefused("the token does not cover this")
    bound = claims.get("cnf")
    key = bound.get("jkt") if isinstance(bound, dict) else None
    if bound is not None and not isinstance(key, str):
        raise TokenRefused("bound in a way that is not known here")
    return Access(claims["sub"], int(claims["exp"]), key, granted)


def proof(proofs: Collection[str], token: str, access: Access, *, method: str, url: str, now: int) -> Proof:
    """The proof that comes with a bound token (RFC 9449 §4.3): one, signed by the token's key, for this request, now,
    with this token. Raises ProofRefused."""
    if len(proofs) != 1:
        raise ProofRefused("expected one proof")
    header, claims = _verified(_short(next(iter(proofs)), ProofRefused))
    if access.key is None or not hmac.compare_digest(_thumbprint(header["jwk"]), access.key):
        raise ProofRefused("the token is not bound to this key")
    if claims.get("htm") != method or _place(str(claims.get("htu", ""))) != _place(url):
        raise ProofRefused("made for another request")
    issued = claims.get("iat")
    if not isinstance(issued, int | float) or not now - PROOF_AGE - SKEW <= issued <= now + SKEW:
        raise ProofRefused("made at another time")
    digest = urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
    if not hmac.compare_digest(str(claims.get("ath", "")).encode(), digest.encode()):
        raise ProofRefused("made for another token")
    identifier = claims.get("jti")
    if not isinstance(identifier, str) or not 8 <= len(identifier) <= 255:
        raise ProofRefused("it has no identifier")
    return Proof(hashlib.sha256(f"{access.key}\0{identifier}".encode()).hexdigest(), claims.get("nonce"))


def _verified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a proof signed by the public key that it carries."""
    import json

    try:
        header = jws.extract_compact(token.encode()).headers()
        jwk = header.get("jwk")
        if header.get("typ") != "dpop+jwt" or not isinstance(jwk, dict) or _PRIVATE & set(jwk):
            raise ProofRefused("not a proof")
        key = import_key(jwk)
        if not isinstance(key, ECKey | RSAKey | OKPKey):
            raise ProofRefused("not a proof")
        payload = jws.deserialize_compact(token, key, algorithms=list(ALGORITHMS)).payload
        claims = json.loads(payload)
    except (JoseError, ValueError, TypeError, KeyError):
        raise ProofRefused("the signature of the proof does not hold") from None
    if not isinstance(claims, dict):
        raise ProofRefused("not a proof")
    return header, claims


def _thumbprint(jwk: dict[str, Any]) -> str:
    return str(import_key(jwk).thumbprint())


def _place(url: str) -> tuple[str, str, str]:
    """An address without query and fragment; scheme and host in small letters (RFC 3986 §6.2.2)."""
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower(), parts.path or "/"


def _short(token: str, error: type[TokenRefused] = TokenRefused) -> str:
    if len(token) > LONGEST or not token.isascii():
        raise error("the signature does not hold")
    return token

"""A mobile app that signs somebody in at the provider and gets an access token, as a program does it."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

BACK = "http://127.0.0.1/mobile"


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def proof(key: ECKey, method: str, url: str, now: int, token: str | None = None, **changed: Any) -> str:
    """A DPoP proof; `changed` replaces claims, for proofs that must be refused."""
    claims: dict[str, Any] = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": url, "iat": now}
    if token is not None:
        claims["ath"] = b64(hashlib.sha256(token.encode()).digest())
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, claims | changed, key)


def access_token(
    issuer: str, audience: str, now: int, *, login: str = "anne", scope: str = "jalon:read jalon:write",
    key: ECKey | None = None,
) -> str:  # fmt: skip
    """An access token for the API, really given by the provider; bound to `key`."""
    verifier = secrets.token_urlsafe(48)
    with httpx.Client(timeout=30) as browser:
        code = _code(browser, issuer, {
            "client_id": "mobile", "response_type": "code", "redirect_uri": BACK, "scope": f"openid {scope}",
            "resource": audience, "state": secrets.token_urlsafe(8), "code_challenge_method": "S256",
            "code_challenge": b64(hashlib.sha256(verifier.encode()).digest()),
        }, login)  # fmt: skip
        headers = {"DPoP": proof(key, "POST", f"{issuer}/token", now)} if key else {}
        given = browser.post(f"{issuer}/token", headers=headers, data={
            "grant_type": "authorization_code", "client_id": "mobile", "code": code, "redirect_uri": BACK,
            "code_verifier": verifier, "resource": audience,
        })  # fmt: skip
        assert given.status_code == 200, given.text
        assert given.json()["token_type"] == ("DPoP" if key else "Bearer")
        return str(given.json()["access_token"])


def _code(browser: httpx.Client, issuer: str, asked: dict[str, str], login: str) -> str:
    """Through the provider's own forms, until it sends back to the app."""
    answer = browser.get(f"{issuer}/auth", params=asked)
    for _ in range(12):
        if answer.is_redirect:
            address = str(httpx.URL(str(answer.url)).join(answer.headers["location"]))
            if address.startswith(BACK):
                return parse_qs(urlsplit(address).query)["code"][0]
            answer = browser.get(address)
            continue
        action = re.search(r'action="([^"]+)"', answer.text)
        assert action, answer.text[:500]
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', answer.text))
        if fields.get("prompt") == "login":
            fields |= {"login": login, "password": "whatever"}
        answer = browser.post(str(httpx.URL(str(answer.url)).join(action.group(1))), data=fields)
    raise AssertionError("the provider never sent back")

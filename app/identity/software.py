"""Software of professionals that may call us: who each is, and whether a call is signed by it.

CDS Hooks 2.0, "Trusting CDS Clients": each call carries a short-lived JWT signed with the client's own key, made for
the address that is called, and used once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import Field, field_validator, model_validator

from app.content import Strict, load_model
from app.identity import tokens

LONGEST_LIFE = 300
"""Seconds: a call's token says so at most."""
_TIMEOUT = httpx.Timeout(5.0, connect=3.0)
_LARGEST = 100_000
_MOST_KEPT = 100_000


class Software(Strict):
    """One registered client. Its keys are given here (`jwks`), or fetched from its own address (`jwks_uri`)."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    issuer: str
    jwks: dict[str, Any] | None = None
    jwks_uri: str | None = None
    origins: list[Annotated[str, Field(pattern=r"^https://[a-z0-9.-]+(:\d+)?$")]] = Field(default_factory=list)
    """Where its pages come from, when it runs in a browser (CORS); none for software that calls from a server."""

    @field_validator("jwks_uri")
    @classmethod
    def _https(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "https://")
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError("an address of keys starts with https://")
        return value

    @model_validator(mode="after")
    def _keys(self) -> Software:
        if (self.jwks is None) == (self.jwks_uri is None):
            raise ValueError("give either `jwks` or `jwks_uri`")
        return self


class _File(Strict):
    clients: list[Software]


def load_software(path: Path | None) -> list[Software]:
    """The registered clients of a file; none without a file. Raises ContentError."""
    return load_model(path, _File).clients if path is not None else []


class Callers:
    """Recognises the software that calls. `now` gives the present second. Used tokens are remembered until they expire,
    by this process."""

    def __init__(self, software: Sequence[Software], now: Callable[[], int]) -> None:
        self._software = {one.issuer: one for one in software}
        self._now = now
        self._keys: dict[str, KeySet] = {}
        self._used: OrderedDict[tuple[str, str], int] = OrderedDict()

    @property
    def nobody(self) -> bool:
        return not self._software

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins of every client that runs in a browser."""
        return tuple(sorted({origin for one in self._software.values() for origin in one.origins}))

    async def recognise(self, token: str, audiences: Sequence[str]) -> Software:
        """The client that signed this token for one of these addresses of ours. Raises TokenRefused."""
        client = self._software.get(_issuer(token))
        if client is None:
            raise tokens.TokenRefused("an unknown issuer")
        try:
            claims = self._claims(token, client, audiences, await self._keys_of(client))
        except tokens.TokenRefused as refused:
            if client.jwks_uri is None or str(refused) != "the signature does not hold":
                raise
            self._keys.pop(client.id, None)  # the key may have been rotated
            claims = self._claims(token, client, audiences, await self._keys_of(client))
        self._once(client, claims)
        return client

    def _claims(self, token: str, client: Software, audiences: Sequence[str], keys: KeySet) -> dict[str, Any]:
        refused: tokens.TokenRefused | None = None
        for audience in audiences:
            try:
                return tokens.claims_of(token, keys, issuer=client.issuer, audience=audience, now=self._now())
            except tokens.TokenRefused as error:
                refused = error
        raise refused or tokens.TokenRefused("meant for another service")

    def _once(self, client: Software, claims: dict[str, Any]) -> None:
        name, expires, now = claims.get("jti"), int(claims["exp"]), self._now()
        if not isinstance(name, str) or not 1 <= len(name) <= 200:
            raise tokens.TokenRefused("without an id of its own (jti)")
        if expires > now + LONGEST_LIFE + tokens.SKEW:
            raise tokens.TokenRefused("valid for too long")
        while self._used and (next(iter(self._used.values())) + tokens.SKEW < now or len(self._used) > _MOST_KEPT):
            self._used.popitem(last=False)
        if self._used.get((client.id, name), 0) + tokens.SKEW >= now:
            raise tokens.TokenRefused("used already")
        self._used[client.id, name] = expires

    async def _keys_of(self, client: Software) -> KeySet:
        if client.id not in self._keys:
            self._keys[client.id] = _key_set(client.jwks if client.jwks is not None else await _fetch(client))
        return self._keys[client.id]


def _key_set(given: dict[str, Any]) -> KeySet:
    try:
        return KeySet.import_key_set({"keys": [key for key in given["keys"] if key.get("kty") != "oct"]})
    except (JoseError, KeyError, TypeError, AttributeError, ValueError):
        raise tokens.TokenRefused("the client's keys cannot be read") from None


async def _fetch(client: Software) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False) as http:
            answer = await http.get(client.jwks_uri or "")
        found = answer.json() if answer.status_code == 200 and len(answer.content) <= _LARGEST else None
    except (httpx.HTTPError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise tokens.TokenRefused("the client's keys cannot be fetched")
    return found


def _issuer(token: str) -> str:
    """What the token says of itself, only to know whose keys to try."""
    from joserfc.util import json_b64decode

    try:
        claims = json_b64decode(token.split(".")[1].encode())
    except (ValueError, IndexError, TypeError):
        raise tokens.TokenRefused("not a signed token") from None
    return str(claims.get("iss", "")) if isinstance(claims, dict) else ""

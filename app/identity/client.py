"""The client of one provider: discovery, authorization code flow with PKCE, keys that change, signed user-info.

Authlib makes and exchanges what OAuth 2.0 asks for; `tokens` says what is believed. Every answer of the provider is
bounded in time and size; one that does not answer is an error of its own: existing sessions go on without it.
"""

from __future__ import annotations

import asyncio
import secrets
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.errors import JalonError
from app.identity import tokens
from app.identity.provider import Provider

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import AsyncOAuth2Client

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
LARGEST = 1_000_000
"""Bytes of an answer of the provider."""
LOOKS = 10
"""Times in a minute that an unknown key makes us look at the provider's keys again."""


class ProviderDown(JalonError):
    """The provider does not answer, or not as its own discovery document says."""

    code = "identity_provider"


class SignInRefused(JalonError):
    """The provider, or the person there, did not go through with it."""

    code = "sign_in_refused"


@dataclass(frozen=True, slots=True)
class Identified:
    """What the provider says of somebody: `claims` are those of the ID token and the user-info together."""

    subject: str
    claims: dict[str, Any]
    session: str | None = None
    id_token: str = ""


class Client:
    """One provider, as a deployment uses it. `now` gives the present second."""

    def __init__(self, provider: Provider, redirect_uri: str, now: Callable[[], int]) -> None:
        self.provider, self.redirect_uri, self._now = provider, redirect_uri, now
        self._metadata: dict[str, Any] | None = None
        self._keys: KeySet | None = None
        self._looked: list[int] = []
        self._lock = asyncio.Lock()

    async def authorization_url(self, state: str, nonce: str, verifier: str, **more: str) -> str:
        """Where the browser goes to sign in; `more` is asked as well. Raises ProviderDown."""
        metadata = await self.metadata()
        extra = {"nonce": nonce, **more}
        if self.provider.acr:
            extra["acr_values"] = self.provider.acr
        async with self._oauth() as oauth:
            url, _ = oauth.create_authorization_url(
                metadata["authorization_endpoint"], state=state, code_verifier=verifier, **extra
            )
        return str(url)

    async def identified(self, code: str, nonce: str, verifier: str) -> Identified:
        """Exchange a code; the claims, believed. Raises ProviderDown, SignInRefused, TokenRefused."""
        return await self.believed(await self.exchanged(code, verifier), nonce)

    async def believed(self, given: Mapping[str, Any], nonce: str) -> Identified:
        """The claims that come with what was exchanged. Raises ProviderDown, TokenRefused."""
        metadata, access = await self.metadata(), str(given.get("access_token", ""))
        if not isinstance(given.get("id_token"), str):
            raise tokens.TokenRefused("the provider gave no ID token")
        claims = await self.verified(
            lambda keys: tokens.id_token(
                given["id_token"], keys, issuer=self.provider.issuer, client_id=self.provider.client_id, nonce=nonce,
                now=self._now(), acr=self.provider.acr, access_token=access,
            )
        )  # fmt: skip
        told = await self._user_info(metadata, access) if metadata.get("userinfo_endpoint") else {}
        if told and told.get("sub") != claims["sub"]:
            raise tokens.TokenRefused("the user-info is about somebody else")
        return Identified(claims["sub"], {**told, **claims}, claims.get("sid"), given["id_token"])

    async def exchanged(self, code: str, verifier: str) -> dict[str, Any]:
        """What the provider gives for a code: its answer as it is, with the tokens. Raises ProviderDown,
        SignInRefused."""
        metadata = await self.metadata()
        from authlib.common.errors import AuthlibBaseError

        try:
            async with self._oauth() as oauth:
                given = await oauth.fetch_token(
                    metadata["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier
                )
        except AuthlibBaseError:
            raise SignInRefused("the provider did not accept the code") from None
        except (httpx.HTTPError, ValueError):
            raise ProviderDown("the identity provider does not answer") from None
        return dict(given)

    async def end_session_url(self, id_token: str, back: str) -> str | None:
        """Where a browser goes to sign out at the provider too (RP-Initiated Logout 1.0); None when it offers no such
        thing. Raises ProviderDown."""
        address = (await self.metadata()).get("end_session_endpoint")
        if not isinstance(address, str):
            return None
        asked = {
            "id_token_hint": id_token, "client_id": self.provider.client_id, "post_logout_redirect_uri": back,
            "state": secrets.token_urlsafe(16),
        }  # fmt: skip
        return str(httpx.URL(address, params=asked))

    async def verified(self, check: Callable[[KeySet], dict[str, Any]]) -> dict[str, Any]:
        """A check against the provider's keys, fetched again once when it fails: a key may have been rotated."""
        if self._keys is not None:
            try:
                return check(self._keys)
            except tokens.TokenRefused as refused:
                if str(refused) != "the signature does not hold" or not self._may_look_again():
                    raise
        self._keys = await self._published_keys()
        return check(self._keys)

    def _may_look_again(self) -> bool:
        """Forged tokens must not make us ask the provider without end."""
        now = self._now()
        self._looked = [at for at in self._looked if now - 60 < at <= now][-LOOKS:]
        if len(self._looked) == LOOKS:
            return False
        self._looked.append(now)
        return True

    async def _published_keys(self) -> KeySet:
        """Those known until now stay when the provider does not answer."""
        found = await self._get((await self.metadata())["jwks_uri"])
        try:
            return KeySet.import_key_set({"keys": [key for key in found["keys"] if key.get("kty") != "oct"]})
        except (JoseError, KeyError, TypeError, AttributeError, ValueError):
            raise ProviderDown("the identity provider's keys cannot be read") from None

    async def metadata(self) -> dict[str, Any]:
        """The discovery document; its issuer must be the one configured."""
        async with self._lock:
            if self._metadata is None:
                found = await self._get(self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
                needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                complete = all(isinstance(found.get(name), str) for name in needed)
                if found.get("issuer") != self.provider.issuer or not complete:
                    raise ProviderDown("the identity provider's discovery document is not the expected one")
                self._metadata = found
        return self._metadata

    async def _user_info(self, metadata: dict[str, Any], access: str) -> dict[str, Any]:
        """Plain JSON, or a signed JWT (FranceConnect v2)."""
        answer = await self._fetch(metadata["userinfo_endpoint"], {"Authorization": f"Bearer {access}"})
        if answer.headers.get("content-type", "").partition(";")[0].strip() == "application/jwt":
            return await self.verified(lambda keys: self._signed(answer.text.strip(), keys))
        return _object(answer)

    def _signed(self, token: str, keys: KeySet) -> dict[str, Any]:
        """A signed user-info need not say until when it holds: it was asked for just now."""
        from joserfc import jwt

        try:
            claims = jwt.decode(token, keys, algorithms=list(tokens.ALGORITHMS)).claims
        except (JoseError, ValueError, TypeError, KeyError):
            raise tokens.TokenRefused("the signature does not hold") from None
        for_whom = claims.get("aud")
        if claims.get("iss") != self.provider.issuer or self.provider.client_id not in (
            for_whom if isinstance(for_whom, list) else [for_whom]
        ):
            raise tokens.TokenRefused("the user-info is meant for another service")
        return dict(claims)

    async def _get(self, url: str) -> dict[str, Any]:
        return await self._object(url, {})

    async def _object(self, url: str, headers: dict[str, str]) -> dict[str, Any]:
        return _object(await self._fetch(url, headers))

    async def _fetch(self, url: str, headers: dict[str, str]) -> httpx.Response:
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as http:
                answer = await http.get(url, headers=headers)
        except httpx.HTTPError:
            raise ProviderDown("the identity provider does not answer") from None
        if answer.status_code != 200 or len(answer.content) > LARGEST:
            raise ProviderDown("the identity provider does not answer as expected")
        return answer

    def _oauth(self) -> AsyncOAuth2Client:
        from authlib.deprecate import (
            AuthlibDeprecationWarning,  # and the client, only where somebody signs in
        )

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AuthlibDeprecationWarning)  # of the next major version of HTTPX
            from authlib.integrations.httpx_client import AsyncOAuth2Client

        return AsyncOAuth2Client(
            self.provider.client_id, self.provider.client_secret, scope=self.provider.asked,
            redirect_uri=self.redirect_uri, code_challenge_method="S256", timeout=TIMEOUT,
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 (the name of a method)
        )  # fmt: skip


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        raise ProviderDown("the identity provider does not answer in JSON") from None
    if not isinstance(found, dict):
        raise ProviderDown("the identity provider does not answer as expected")
    return found

"""What a token of a provider must hold to be believed: every way of being wrong is refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from app.identity.client import Client, ProviderDown
from app.identity.provider import Provider
from app.identity.tokens import SKEW, TokenRefused, id_token, logout_token, reaches

NOW = 1_764_000_000
KEY = ECKey.generate_key("P-256", {"kid": "a"})
KEYS = KeySet([KEY])
ISSUER, CLIENT = "https://issuer.example", "jalon"
GOOD: dict[str, Any] = {
    "iss": ISSUER, "aud": CLIENT, "sub": "someone", "iat": NOW, "exp": NOW + 60, "nonce": "n" * 43, "acr": "eidas2",
}  # fmt: skip


def signed(claims: dict[str, Any], key: Any = KEY, **header: Any) -> str:
    return jwt.encode({"alg": "ES256", "kid": "a", **header}, claims, key)


def read(token: str, now: int = NOW, acr: str | None = "eidas1") -> dict[str, Any]:
    return id_token(token, KEYS, issuer=ISSUER, client_id=CLIENT, nonce="n" * 43, now=now, acr=acr)


def test_a_good_token_is_believed() -> None:
    assert read(signed(GOOD))["sub"] == "someone"
    assert read(signed(GOOD | {"aud": ["other", CLIENT], "azp": CLIENT}))["sub"] == "someone"


@pytest.mark.parametrize("change", [
    {"iss": "https://other.example"}, {"iss": None}, {"aud": "other"}, {"aud": ["other", CLIENT], "azp": "other"},
    {"aud": None}, {"exp": NOW - SKEW}, {"exp": None}, {"exp": "tomorrow"}, {"iat": NOW + SKEW + 1}, {"iat": None},
    {"iat": NOW - 3600}, {"nbf": NOW + 3600}, {"nonce": "m" * 43}, {"nonce": None}, {"sub": None}, {"sub": ""},
    {"sub": "x" * 256}, {"sub": 7}, {"acr": "eidas0"}, {"acr": None}, {"acr": "eidas"},
], ids=str)  # fmt: skip
def test_one_wrong_claim_is_enough(change: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        read(signed({name: value for name, value in (GOOD | change).items() if value is not None}))


def test_clocks_may_differ_a_little() -> None:
    assert read(signed(GOOD), now=NOW - SKEW)
    assert read(signed(GOOD), now=NOW + 60 + SKEW - 1)


def test_signatures_that_do_not_hold() -> None:
    head, body, signature = signed(GOOD).split(".")
    other = ECKey.generate_key("P-256", {"kid": "a"})
    shared = OctKey.import_key(b"a secret that both sides would share, long enough for HMAC")
    unsigned = "eyJhbGciOiJub25lIn0." + body + "."
    for token in (
        signed(GOOD, other), f"{head}.{body}.", unsigned, f"{head}.{body}.{signature[::-1]}", "", "a.b.c", "é",
        jwt.encode({"alg": "HS256", "kid": "a"}, GOOD, shared, algorithms=["HS256"]),
    ):  # fmt: skip
        with pytest.raises(TokenRefused):
            read(token)


def test_the_access_token_must_be_the_one_that_came_with_it() -> None:
    with pytest.raises(TokenRefused):
        id_token(
            signed(GOOD | {"at_hash": "AAAA"}), KEYS, issuer=ISSUER, client_id=CLIENT, nonce="n" * 43, now=NOW,
            acr=None, access_token="token",
        )  # fmt: skip


@pytest.mark.parametrize(("given", "asked", "enough"), [
    ("eidas1", "eidas1", True), ("eidas3", "eidas2", True), ("eidas1", "eidas2", False), ("", "eidas1", False),
    ("gold", "gold", True), ("gold", "eidas1", False), ("eidasx", "eidas1", False),
])  # fmt: skip
def test_levels_of_assurance(given: str, asked: str, enough: bool) -> None:
    assert reaches(given, asked) is enough


LOGOUT = {"iss": ISSUER, "aud": CLIENT, "sub": "someone", "iat": NOW, "exp": NOW + 60, "jti": "1",
          "events": {"http://schemas.openid.net/event/backchannel-logout": {}}}  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"events": {}}, {"events": None}, {"nonce": "n"}, {"jti": None}, {"sub": None}], ids=str
)
def test_what_is_no_logout_token(change: dict[str, Any]) -> None:
    assert logout_token(signed(LOGOUT), KEYS, issuer=ISSUER, client_id=CLIENT, now=NOW)["sub"] == "someone"
    wrong = {name: value for name, value in (LOGOUT | change).items() if value is not None}
    with pytest.raises(TokenRefused):
        logout_token(signed(wrong), KEYS, issuer=ISSUER, client_id=CLIENT, now=NOW)


async def test_keys_are_fetched_again_once_when_one_was_rotated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider's answers are given here; everything that is ours is real."""
    fresh = ECKey.generate_key("P-256", {"kid": "b"})
    served = [KEYS, KeySet([fresh])]
    fetched: list[str] = []

    async def get(self: Client, url: str) -> dict[str, Any]:
        fetched.append(url)
        if url.endswith("configuration"):
            ends = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            return {"issuer": ISSUER} | {end: f"{ISSUER}/{end}" for end in ends}
        return dict(served.pop(0).as_dict(private=False))

    monkeypatch.setattr(Client, "_get", get)
    client = Client(Provider("citizen", ISSUER, CLIENT, "secret"), "https://here.example/retour", lambda: NOW)
    assert await client.verified(lambda keys: _claims(signed(GOOD), keys))
    rotated = signed(GOOD, fresh, kid="b")
    assert (await client.verified(lambda keys: _claims(rotated, keys)))["sub"] == "someone"
    served.append(KeySet([fresh]))
    with pytest.raises(TokenRefused):
        await client.verified(lambda keys: _claims(signed(GOOD), keys))
    assert len(fetched) == 4


def _claims(token: str, keys: KeySet) -> dict[str, Any]:
    return id_token(token, keys, issuer=ISSUER, client_id=CLIENT, nonce="n" * 43, now=NOW, acr=None)


USER = {"sub": "someone", "given_name": "ANNE", "iss": ISSUER, "aud": CLIENT}


def answering(monkeypatch: pytest.MonkeyPatch, content: str, kind: str = "application/jwt") -> Client:
    """A client whose provider publishes KEYS and answers this as user-info."""

    async def fetch(self: Client, url: str, headers: dict[str, str]) -> httpx.Response:
        if url.endswith("configuration"):
            ends = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
            return httpx.Response(200, json={"issuer": ISSUER} | {end: f"{ISSUER}/{end}" for end in ends})
        if url.endswith("jwks_uri"):
            return httpx.Response(200, json=KEYS.as_dict(private=False))
        assert headers == {"Authorization": "Bearer access"}
        return httpx.Response(200, text=content, headers={"Content-Type": kind})

    monkeypatch.setattr(Client, "_fetch", fetch)
    return Client(Provider("citizen", ISSUER, CLIENT, "secret"), "https://here.example/retour", lambda: NOW)


async def told(client: Client) -> dict[str, Any]:
    return await client._user_info(await client.metadata(), "access")


async def test_a_signed_user_info_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await told(answering(monkeypatch, signed(USER))))["given_name"] == "ANNE"
    assert (await told(answering(monkeypatch, signed(USER | {"aud": [CLIENT]}))))["sub"] == "someone"


async def test_a_user_info_that_is_forged_or_for_another_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    head, body, _ = signed(USER).split(".")
    shared = OctKey.import_key(b"a secret that both sides would share, long enough for HMAC")
    for content in (
        signed(USER, ECKey.generate_key("P-256", {"kid": "a"})), f"{head}.{body}.", "eyJhbGciOiJub25lIn0." + body + ".",
        jwt.encode({"alg": "HS256", "kid": "a"}, USER, shared, algorithms=["HS256"]), "", "a.b.c",
        signed(USER | {"aud": "other"}), signed(USER | {"iss": "https://other.example"}), signed({"sub": "someone"}),
    ):  # fmt: skip
        with pytest.raises(TokenRefused):
            await told(answering(monkeypatch, content))
    with pytest.raises(ProviderDown):
        await told(answering(monkeypatch, signed(USER), "application/json"))

"""The mobile API: access tokens really given by an OpenID provider, and forged ones; proofs of possession."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from app.api.app import create_app
from app.identity.nonces import Nonces
from app.services.services import Services, open_services
from app.trust import signing_in
from tests.oidc.mobile import access_token, b64, proof
from tests.oidc.place import Provider, provider


@pytest.fixture(scope="module")
def op() -> Iterator[Provider]:
    with provider() as running:
        yield running


class Here:
    """The service in this process. `clock` moves its time."""

    def __init__(self, op: Provider, folder: Path) -> None:
        self.op, self.ahead = op, timedelta()
        self.services: Services = open_services(op.settings(folder), lambda: datetime.now(UTC) + self.ahead)
        issuer, now = op.issuer, self.services.now()
        self.anne, _ = self.services.door.account(
            lambda connection: signing_in.account(connection, "citizen", issuer, "anne", "", "fr", now)
        )
        transport = httpx.ASGITransport(create_app(services=self.services))
        self.client = httpx.AsyncClient(transport=transport, base_url=op.site)

    @property
    def now(self) -> int:
        return int(self.services.now().timestamp())

    def token(self, **asked: Any) -> str:
        return access_token(self.op.issuer, self.op.site, int(datetime.now(UTC).timestamp()), **asked)

    async def get(self, token: str, path: str = "/v1/me/consents") -> httpx.Response:
        return await self.client.get(path, headers={"Authorization": f"Bearer {token}"})

    async def bound(self, token: str, *proofs: str) -> httpx.Response:
        headers = [("Authorization", f"DPoP {token}"), *(("DPoP", one) for one in proofs)]
        return await self.client.get("/v1/me/consents", headers=headers)

    def tags(self) -> list[str]:
        with self.services.engine.connect() as connection:
            return list(connection.exec_driver_sql("SELECT tag FROM audit_entry ORDER BY seq").scalars())


@pytest.fixture
async def here(op: Provider, tmp_path: Path) -> AsyncIterator[Here]:
    opened = Here(op, tmp_path)
    yield opened
    await opened.client.aclose()
    opened.services.close()


async def test_a_token_of_the_provider_is_a_session_of_the_person_it_is_about(here: Here) -> None:
    token = here.token()
    for _ in range(2):
        answer = await here.get(token)
        assert answer.status_code == 200, answer.text
    assert here.tags() == ["account:session:open", "citizen:consents:read", "citizen:consents:read"]
    assert (await here.get(token, "/v1/me/plan")).json()["type"] == "/problems/consent-required"


async def test_the_scope_bounds_what_is_done(here: Here) -> None:
    token = here.token(scope="jalon:read")
    assert (await here.get(token)).status_code == 200
    headers = {"Authorization": f"Bearer {token}"}
    answer = await here.client.post("/v1/me/erasure", json={"confirm": True}, headers=headers)
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    assert (await here.get(token)).status_code == 200


async def test_it_ends_with_the_token_and_with_signing_out(here: Here) -> None:
    token, other = here.token(), here.token()
    assert (await here.get(token)).status_code == 200
    gone = await here.client.delete("/v1/session", headers={"Authorization": f"Bearer {token}"})
    assert gone.status_code == 204
    assert (await here.get(token)).status_code == 401
    assert (await here.get(other)).status_code == 200
    here.ahead = timedelta(minutes=10, seconds=1)
    assert (await here.get(other)).status_code == 401


async def test_nobody_is_made_by_a_token(here: Here) -> None:
    answer = await here.get(here.token(login="incomplete"))
    assert answer.status_code == 401
    assert here.tags() == []


async def test_a_token_for_another_service_is_refused(here: Here) -> None:
    now = int(datetime.now(UTC).timestamp())
    assert (await here.get(access_token(here.op.issuer, "https://other.example", now))).status_code == 401


async def test_a_bound_token_needs_its_proof_on_each_request(here: Here) -> None:
    key, url = ECKey.generate_key("P-256"), f"{here.op.site}/v1/me/consents"
    token = here.token(key=key)
    assert (await here.bound(token, proof(key, "GET", url, here.now, token))).status_code == 200
    assert (await here.bound(token, proof(key, "GET", url + "?lang=en", here.now, token))).status_code == 200
    assert (await here.get(token)).status_code == 401, "a stolen token is no good without the key"
    once = proof(key, "GET", url, here.now, token)
    assert (await here.bound(token, once)).status_code == 200
    again = await here.bound(token, once)
    assert again.status_code == 401
    assert 'DPoP error="invalid_dpop_proof"' in again.headers["WWW-Authenticate"]


async def test_a_token_is_good_where_it_is_checked_and_nowhere_else(here: Here) -> None:
    """In a cookie nobody would check the proof."""
    key, url = ECKey.generate_key("P-256"), f"{here.op.site}/v1/me/consents"
    token = here.token(key=key)
    assert (await here.bound(token, proof(key, "GET", url, here.now, token))).status_code == 200
    for path, status in (("/v1/me/consents", 401), ("/mes-autorisations", 303)):
        answer = await here.client.get(path, headers={"Cookie": f"jalon_session={token}"})
        assert answer.status_code == status, path


WRONG_PROOFS: dict[str, Callable[[ECKey, str, str, int], list[str]]] = {
    "none": lambda *_: [],
    "two": lambda key, url, token, now: [proof(key, "GET", url, now, token) for _ in range(2)],
    "another key": lambda _, url, token, now: [proof(ECKey.generate_key("P-256"), "GET", url, now, token)],
    "another method": lambda key, url, token, now: [proof(key, "POST", url, now, token)],
    "another address": lambda key, url, token, now: [proof(key, "GET", url.replace("consents", "plan"), now, token)],
    "another host": lambda key, url, token, now: [proof(key, "GET", url.replace("http://", "http://a."), now, token)],
    "another token": lambda key, url, token, now: [proof(key, "GET", url, now, "other")],
    "no token": lambda key, url, token, now: [proof(key, "GET", url, now)],
    "too old": lambda key, url, token, now: [proof(key, "GET", url, now - 121, token)],
    "of the future": lambda key, url, token, now: [proof(key, "GET", url, now + 65, token)],
    "no identifier": lambda key, url, token, now: [proof(key, "GET", url, now, token, jti="")],
    "not a proof": lambda key, url, token, now: [token],
    "rubbish": lambda *_: ["a.b.c"],
    "private key inside": lambda key, url, token, now: [_with_header(key, url, token, now, key.as_dict(private=True))],
    "shared secret": lambda key, url, token, now: [_symmetric(url, token, now)],
    "unsigned": lambda key, url, token, now: [_unsigned(proof(key, "GET", url, now, token))],
}


def _with_header(key: ECKey, url: str, token: str, now: int, jwk: dict[str, Any]) -> str:
    claims = {"jti": "0123456789", "htm": "GET", "htu": url, "iat": now}
    return jwt.encode({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}, claims, key)


def _symmetric(url: str, token: str, now: int) -> str:
    key = OctKey.generate_key(256)
    claims = {"jti": "0123456789", "htm": "GET", "htu": url, "iat": now}
    return jwt.encode({"typ": "dpop+jwt", "alg": "HS256", "jwk": key.as_dict()}, claims, key)


def _unsigned(token: str) -> str:
    header, body, _ = token.split(".")
    plain = json.loads(_bytes(header)) | {"alg": "none"}
    return f"{b64(json.dumps(plain).encode())}.{body}."


def _bytes(text: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def test_wrong_proofs_are_refused(here: Here) -> None:
    key, url = ECKey.generate_key("P-256"), f"{here.op.site}/v1/me/consents"
    token = here.token(key=key)
    for what, made in WRONG_PROOFS.items():
        answer = await here.bound(token, *made(key, url, token, here.now))
        assert answer.status_code == 401, (what, answer.text)
        assert answer.json()["code"] == "dpop_proof", what
    assert here.tags() == []


async def test_where_nonces_are_asked_for_a_proof_without_one_is_told_which_to_take(here: Here) -> None:
    key, url = ECKey.generate_key("P-256"), f"{here.op.site}/v1/me/consents"
    token = here.token(key=key)
    here.services.nonces = Nonces(b"secret", timedelta(seconds=60))
    other = Nonces(b"another service", timedelta(seconds=60)).make(here.now)
    nonce = ""
    for wrong in ({}, {"nonce": ""}, {"nonce": 7}, {"nonce": "A" * 32}, {"nonce": "é" * 32}, {"nonce": other}):
        refused = await here.bound(token, proof(key, "GET", url, here.now, token, **wrong))
        assert (refused.status_code, refused.json()["code"]) == (401, "dpop_nonce"), wrong
        assert 'DPoP error="use_dpop_nonce"' in refused.headers["WWW-Authenticate"]
        nonce = refused.headers["DPoP-Nonce"]
    assert here.tags() == []
    made = proof(key, "GET", url, here.now, token, nonce=nonce, jti="0123456789")
    answer = await here.bound(token, made)
    assert answer.status_code == 200
    assert "DPoP-Nonce" not in answer.headers, "this one is good for a while"
    assert (await here.bound(token, made)).json()["code"] == "dpop_proof", "a nonce does not let a proof serve twice"
    here.ahead += timedelta(seconds=40)
    late = await here.bound(token, proof(key, "GET", url, here.now, token, nonce=nonce))
    assert late.status_code == 200
    assert late.headers["DPoP-Nonce"] != nonce, "the next one comes before this one ends"
    here.ahead += timedelta(seconds=30)
    over = await here.bound(token, proof(key, "GET", url, here.now, token, nonce=nonce))
    assert over.json()["code"] == "dpop_nonce"
    good = await here.bound(token, proof(key, "GET", url, here.now, token, nonce=late.headers["DPoP-Nonce"]))
    assert good.status_code == 200
    here.services.nonces = Nonces(b"secret", timedelta(seconds=60))  # as another process has them
    again = proof(key, "GET", url, here.now, token, nonce=late.headers["DPoP-Nonce"])
    assert (await here.bound(token, again)).status_code == 200
    assert (await here.get(here.token())).status_code == 200, "a token that is bound to nothing takes no nonce"


async def test_a_token_that_is_bound_to_nothing_needs_no_proof_and_takes_none(here: Here) -> None:
    key, url = ECKey.generate_key("P-256"), f"{here.op.site}/v1/me/consents"
    token = here.token()
    assert (await here.bound(token, proof(key, "GET", url, here.now, token))).status_code == 401


def forged(here: Here, key: ECKey, header: dict[str, Any] | None = None, **changed: Any) -> str:
    claims = {
        "iss": here.op.issuer, "aud": here.op.site, "sub": "anne", "client_id": "mobile", "jti": "1" * 20,
        "scope": "jalon:read", "iat": here.now, "exp": here.now + 600,
    } | changed  # fmt: skip
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"typ": "at+jwt", "alg": "ES256", "kid": "mine"} | (header or {}), kept, key)


WRONG_TOKENS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "expired": ({}, {"exp": -61}), "of the future": ({}, {"iat": 61}), "not valid yet": ({}, {"nbf": 61}),
    "wrong issuer": ({}, {"iss": "https://other.example"}), "wrong audience": ({}, {"aud": "https://other.example"}),
    "no audience": ({}, {"aud": None}), "no subject": ({}, {"sub": None}), "no client": ({}, {"client_id": None}),
    "no identifier": ({}, {"jti": None}), "no end": ({}, {"exp": None}), "an ID token": ({"typ": "JWT"}, {}),
    "bound in another way": ({}, {"cnf": {"x5t#S256": "a"}}), "someone unknown": ({}, {"sub": "nobody"}),
}  # fmt: skip


async def test_one_wrong_claim_is_enough_and_clocks_may_differ_a_little(here: Here) -> None:
    """Signed by a key that the service is made to trust, so that nothing but the claim is wrong."""
    key = ECKey.generate_key("P-256", {"kid": "mine"})
    here.services.identity["citizen"]._keys = KeySet([key])
    assert (await here.get(forged(here, key))).status_code == 200
    for skewed in ({"exp": here.now - 50}, {"iat": here.now + 50}, {"nbf": here.now + 50}):
        answer = await here.get(forged(here, key, **skewed))
        assert answer.status_code == (401 if "exp" in skewed else 200), skewed  # its session ends with it
    before = here.tags()
    for what, (header, claims) in WRONG_TOKENS.items():
        moved = {name: here.now + value if isinstance(value, int) else value for name, value in claims.items()}
        answer = await here.get(forged(here, key, header, **moved))
        assert answer.status_code == 401, (what, answer.text)
        assert answer.json()["code"] in {"token", "not_signed_in"}, what
    assert here.tags() == before


async def test_forged_signatures_are_refused(here: Here) -> None:
    token, other = here.token(), ECKey.generate_key("P-256", {"kid": "first"})
    header, body, signature = token.split(".")
    claims = json.loads(_bytes(body))
    public = json.dumps(claims | {"sub": "doctor"}).encode()
    tries = {
        "none": f"{b64(json.dumps({'typ': 'at+jwt', 'alg': 'none'}).encode())}.{body}.",
        "another key of the same name": forged(here, other, {"kid": "first"}),
        "a secret for a key": jwt.encode(
            {"typ": "at+jwt", "alg": "HS256", "kid": "first"}, claims, OctKey.generate_key(256)
        ),
        "another body": f"{header}.{b64(public)}.{signature}",
        "cut": token[:-8], "rubbish": "a.b.c", "long": f"{header}.{'A' * 9000}.{signature}",
    }  # fmt: skip
    for what, forged_token in tries.items():
        answer = await here.get(forged_token)
        assert answer.status_code == 401, (what, answer.text)
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert (await here.get(token)).status_code == 200
    assert here.tags()[0] == "account:session:open"


async def test_when_the_key_is_rotated_tokens_of_the_new_one_are_good_and_of_the_former_are_not(here: Here) -> None:
    token = here.token()
    assert (await here.get(token)).status_code == 200
    here.op.start_with_another_key()
    assert (await here.get(here.token())).status_code == 200
    assert (await here.get(token)).status_code == 401


async def test_with_the_provider_down_known_tokens_go_on_and_others_are_told(here: Here, op: Provider) -> None:
    token = here.token()
    assert (await here.get(token)).status_code == 200
    op.stop()
    try:
        assert (await here.get(token)).status_code == 200
        stranger = await here.get(forged(here, ECKey.generate_key("P-256", {"kid": "mine"})))
        assert stranger.status_code in {401, 503}
        assert (await here.get(token)).status_code == 200, "an unknown key does not make the known ones forgotten"
    finally:
        op.start_with_another_key()


async def test_without_a_provider_no_token_is_accepted(here: Here) -> None:
    token = here.token()
    here.services.identity.clear()
    assert (await here.get(token)).status_code == 401

"""Signing in and out in demo mode, and what browsers may send."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import text

from app.services.services import Services


async def test_the_token_is_opaque_and_only_its_hash_is_kept(
    client: httpx.AsyncClient, services: Services
) -> None:
    answer = await client.post("/v1/demo/sign-in", json={"person": "claudine"})
    token = answer.json()["token"]
    assert len(token) >= 43
    with services.engine.connect() as connection:
        rows = str(connection.execute(text("SELECT * FROM account_session")).all())
    assert token not in rows
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_the_cookie_opens_the_api_to_our_own_pages_only(client: httpx.AsyncClient) -> None:
    await client.post("/v1/demo/sign-in", json={"person": "claudine"})
    assert (await client.get("/v1/me/plan")).status_code == 200
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        answer = await client.put("/v1/me/answers", json={}, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/other-origin")
    same = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
    assert (await client.put("/v1/me/answers", json={}, headers=same)).status_code == 200


async def test_signing_in_again_rotates_the_session(client: httpx.AsyncClient) -> None:
    first = (await client.post("/v1/demo/sign-in", json={"person": "claudine"})).json()["token"]
    second = (await client.post("/v1/demo/sign-in", json={"person": "claudine"})).json()["token"]
    client.cookies.clear()
    for token, status in ((first, 401), (second, 200)):
        answer = await client.get("/v1/me/plan", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status


async def test_signing_out(claudine: httpx.AsyncClient) -> None:
    assert (await claudine.delete("/v1/session")).status_code == 204
    answer = await claudine.get("/v1/me/plan")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"person": "nobody"}, 404),
        ({"person": ""}, 422),
        ({}, 422),
        ({"person": ["claudine"]}, 422),
        ([], 422),
    ],
)
async def test_wrong_sign_ins(client: httpx.AsyncClient, body: object, status: int) -> None:
    answer = await client.post("/v1/demo/sign-in", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "x", "Bearer \u00e9"])
async def test_what_is_not_a_bearer_token(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.get("/v1/me/plan", headers={"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401


async def test_security_headers_are_everywhere(client: httpx.AsyncClient) -> None:
    for url in ("/healthz", "/v1/me/plan", "/nothing", "/problems/internal"):
        headers = (await client.get(url)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers


async def test_an_unforeseen_error_is_a_problem_that_says_nothing(
    claudine: httpx.AsyncClient, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def get(self, _: object) -> None:
            raise RuntimeError("secret-9177")

    services.plans = Broken()  # type: ignore[assignment]
    answer = await claudine.get("/v1/me/plan")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal")
    assert "9177" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


async def test_health_readiness_and_transparency(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ready"}
    guidelines = (await client.get("/v1/transparency/guidelines")).json()
    assert guidelines["pack"]["digest"].startswith("sha256:")
    assert all(item["sources"] and item["last_checked"] for item in guidelines["guidelines"])
    models = (await client.get("/v1/transparency/models")).json()["models"]
    assert models

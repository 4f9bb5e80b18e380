"""CDS Hooks 2.0 over HTTP: who may call, what is refused, and what stays afterwards."""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import text

from app.api.app import create_app
from app.cds.cards import EXTENSION, REASONS
from app.errors import ContentError
from app.identity.software import Callers, load_software
from app.services.services import Services
from tests.cds.calls import call

ISSUER = "https://logiciel.example.test"
BASE = "http://127.0.0.1:8000/cds-services"
VIEW = "/cds-services/jalon-patient-view"
ORIGIN = "https://poste.logiciel.example"
KEY = ECKey.generate_key("P-384", {"kid": "k1", "alg": "ES384", "use": "sig"})


@pytest.fixture
async def software(services: Services, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The service, where one software is registered."""
    file = tmp_path / "clients.yaml"
    keys = {"keys": [KEY.as_dict(private=False)]}
    client = {"id": "logiciel-essai", "issuer": ISSUER, "jwks": keys, "origins": [ORIGIN]}
    file.write_text(yaml.safe_dump({"clients": [client]}))
    services.software = Callers(load_software(file), lambda: int(time.time()))
    transport = httpx.ASGITransport(create_app(services=services))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as opened:
        yield opened


def signed(key: Any = KEY, alg: str = "ES384", **changed: Any) -> dict[str, str]:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": BASE + "/jalon-patient-view", "iat": now, "exp": now + 120,
              "jti": str(uuid.uuid4())} | changed
    token = jwt.encode({"alg": alg, "kid": "k1", "typ": "JWT"}, claims, key, algorithms=[alg])
    return {"Authorization": f"Bearer {token}"}


async def test_discovery_says_what_to_send(software: httpx.AsyncClient) -> None:
    found = (await software.get("/cds-services", headers={"Accept-Language": "en"})).json()["services"]
    assert {one["hook"] for one in found} == {"patient-view", "order-select"}
    for one in found:
        assert one["description"]
        assert one["prefetch"]["patient"] == "Patient/{{context.patientId}}"


async def test_a_signed_call_gets_cards_and_leaves_an_entry_about_nobody(
    software: httpx.AsyncClient, services: Services
) -> None:
    answer = await software.post(VIEW, json=call("claudine"), headers=signed() | {"Accept-Language": "en"})
    assert answer.status_code == 200, answer.text
    cards = answer.json()["cards"]
    assert cards[0]["extension"][EXTENSION]["guideline"] == "breast_cancer_screening"
    assert cards[0]["overrideReasons"][0]["display"].startswith("Done already")
    with services.engine.connect() as connection:
        last = connection.execute(
            text("SELECT tag, actor, subject, purpose FROM audit_entry ORDER BY seq DESC LIMIT 1")
        ).one()
        kept = connection.execute(text("SELECT * FROM audit_decision_card")).mappings().all()
    assert tuple(last) == ("software:cards:given", "software:logiciel-essai", None, "decision_support")
    assert {row["id"] for row in kept} == {card["uuid"] for card in cards if "extension" in card}
    assert not any("claudine" in str(row).lower() for row in kept)


_NOW = int(time.time())
_OTHER = ECKey.generate_key("P-384", {"kid": "k1"})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer x.y.z"},
        {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2xvZ2ljaWVsLmV4YW1wbGUudGVzdCJ9."},
        signed(_OTHER),
        signed(exp=_NOW - 600),
        signed(iat=_NOW + 3600, exp=_NOW + 3700),
        signed(exp=_NOW + 7200),
        signed(aud="https://ailleurs.example.test/cds-services"),
        signed(iss="https://ailleurs.example.test"),
        signed(jti=None),
        signed(RSAKey.generate_key(2048, {"kid": "k1"}), "RS384"),
    ],
    ids=["none", "nonsense", "alg-none", "other-key", "expired", "future", "too-long", "audience", "issuer", "no-jti",
         "other-kind-of-key"],
)  # fmt: skip
async def test_a_call_that_is_not_believed_gets_nothing(software: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await software.post(VIEW, json=call("claudine"), headers=headers)
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/token-refused"


async def test_a_token_is_used_once(software: httpx.AsyncClient) -> None:
    headers = signed()
    assert (await software.post(VIEW, json=call("claudine"), headers=headers)).status_code == 200
    assert (await software.post(VIEW, json=call("claudine"), headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("change", "status", "kind"),
    [
        ({"prefetch": {}}, 412, "prefetch-missing"),
        ({"hook": "order-sign"}, 422, "invalid-request"),
        ({"context": {"patientId": "somebody-else"}}, 422, "other-patient"),
        ({"hookInstance": "not-a-uuid"}, 422, "invalid-request"),
        ({"context": {}}, 422, "invalid-request"),
        ({"prefetch": {"patient": "Patient/1"}}, 422, "invalid-request"),
    ],
)
async def test_a_wrong_call_is_a_problem_that_says_what(
    software: httpx.AsyncClient, change: dict[str, Any], status: int, kind: str
) -> None:
    answer = await software.post(VIEW, json=call("claudine") | change, headers=signed())
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")
    assert "claudine" not in answer.text.lower()


async def test_an_unknown_service_is_not_found(software: httpx.AsyncClient) -> None:
    assert (await software.post("/cds-services/other", json=call("claudine"), headers=signed())).status_code == 404


async def test_feedback_is_kept_for_ones_own_cards_without_comments(
    software: httpx.AsyncClient, services: Services
) -> None:
    cards = (await software.post(VIEW, json=call("claudine"), headers=signed())).json()["cards"]
    own, when = cards[0]["uuid"], "2026-11-15T10:00:00Z"
    why = {"reason": {"code": "patient_declines", "system": REASONS}, "userComment": "Mme TEST ne veut pas"}
    sent = {"feedback": [
        {"card": own, "outcome": "overridden", "overrideReason": why, "outcomeTimestamp": when},
        {"card": str(uuid.uuid4()), "outcome": "accepted", "outcomeTimestamp": when},
    ]}  # fmt: skip
    answer = await software.post(VIEW + "/feedback", json=sent, headers=signed())
    assert answer.json() == {"kept": 1}
    with services.engine.connect() as connection:
        row = connection.execute(
            text("SELECT outcome, reason FROM audit_decision_card WHERE id = :id"), {"id": own}
        ).one()
    assert tuple(row) == ("overridden", "patient_declines")


async def test_outside_demo_mode_an_unsigned_call_gets_nothing_even_when_nobody_is_registered(
    services: Services,
) -> None:
    services.settings = dataclasses.replace(services.settings, demo=False)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(services=services)), base_url="http://127.0.0.1"
    ) as client:
        assert (await client.post(VIEW, json=call("claudine"))).status_code == 401


PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


async def test_pages_of_registered_software_may_call_from_a_browser(software: httpx.AsyncClient) -> None:
    asked = await software.options(VIEW, headers={"Origin": ORIGIN, **PREFLIGHT})
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == ORIGIN
    called = await software.post(VIEW, json=call("claudine"), headers={"Origin": ORIGIN, **signed()})
    assert (called.status_code, called.headers["access-control-allow-origin"]) == (200, ORIGIN)
    assert "access-control-allow-credentials" not in called.headers
    refused = await software.post(VIEW, json=call("claudine"), headers={"Origin": ORIGIN})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, ORIGIN), "a page can read why"


async def test_other_pages_and_other_addresses_may_not(software: httpx.AsyncClient) -> None:
    for origin in ("https://evil.example", "https://poste.logiciel.example.evil.example", "null"):
        assert (await software.options(VIEW, headers={"Origin": origin, **PREFLIGHT})).status_code == 400
        answer = await software.get("/cds-services", headers={"Origin": origin})
        assert "access-control-allow-origin" not in answer.headers
    for path in ("/v1/me/plan", "/fhir/metadata", "/cds-services-not", "/v1/transparency/catalogue"):
        answer = await software.get(path, headers={"Origin": ORIGIN})
        assert "access-control-allow-origin" not in answer.headers, path


@pytest.mark.parametrize("origin", ["http://poste.example", "*", "https://a.example/x", "https://a.example/", "null"])
def test_an_origin_is_an_https_origin(tmp_path: Path, origin: str) -> None:
    file = tmp_path / "clients.yaml"
    keys = {"keys": [KEY.as_dict(private=False)]}
    file.write_text(yaml.safe_dump({"clients": [{"id": "essai", "issuer": ISSUER, "jwks": keys, "origins": [origin]}]}))
    with pytest.raises(ContentError):
        load_software(file)

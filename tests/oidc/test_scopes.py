"""SMART scopes on the FHIR façade, in tokens really given by an OpenID provider."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from app.api.app import create_app
from app.identity.access import ScopeRefused
from app.identity.scopes import Ask, asked, check, supported
from app.services.services import Services, open_services
from tests.oidc.mobile import access_token
from tests.oidc.place import Provider, provider
from tests.oidc.test_launch import a_patient


@pytest.fixture(scope="module")
def op() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture
async def services(op: Provider, tmp_path: Path) -> AsyncIterator[Services]:
    opened = open_services(op.settings(tmp_path), lambda: datetime.now(UTC))
    await a_patient(opened, op)
    yield opened
    opened.close()


async def answers(services: Services, op: Provider, scope: str, *paths: str, **headers: str) -> list[int]:
    token = access_token(op.issuer, op.site, int(datetime.now(UTC).timestamp()), scope=scope)
    transport = httpx.ASGITransport(create_app(services=services))
    async with httpx.AsyncClient(transport=transport, base_url=op.site) as client:
        sent = {"Authorization": f"Bearer {token}", **headers}
        return [(await client.get(path, headers=sent)).status_code for path in paths]


OBSERVATIONS, CONDITIONS, ME = "/fhir/Observation", "/fhir/Condition", "/fhir/Patient/me"
EVERYTHING = "/fhir/Patient/me/$everything"


@pytest.mark.parametrize(("scope", "expected"), [
    ("patient/Observation.rs", [200, 403, 403, 403]),
    ("patient/Observation.r", [403, 403, 403, 403]),
    ("patient/Patient.r patient/Observation.rs", [200, 403, 200, 403]),
    ("patient/*.rs", [200, 200, 200, 200]),
    ("patient/*.read", [200, 200, 200, 200]),
    ("user/*.rs", [200, 200, 200, 200]),
    ("jalon:read", [200, 200, 200, 200]),
    ("jalon:write", [403, 403, 403, 403]),
])  # fmt: skip
async def test_a_token_reads_what_its_scopes_say(
    services: Services, op: Provider, scope: str, expected: list[int]
) -> None:
    assert await answers(services, op, scope, OBSERVATIONS, CONDITIONS, ME, EVERYTHING) == expected


@pytest.mark.parametrize("scope", [
    "patient/Observation.cruds", "patient/*.write", "system/*.rs", "patient/Observation.rs?category=laboratory",
    "patient/Device.rs",
])  # fmt: skip
async def test_a_scope_that_is_not_offered_refuses_the_token(services: Services, op: Provider, scope: str) -> None:
    """Also beside one that is: a token that was given for more than this is not for here."""
    assert await answers(services, op, f"patient/*.rs {scope}", OBSERVATIONS, "/fhir/PlanDefinition") == [403, 403]


async def test_what_is_public_needs_no_scope_and_the_rest_of_the_api_its_own(services: Services, op: Provider) -> None:
    paths = ("/fhir/metadata", "/fhir/PlanDefinition", "/v1/me/plan", "/v1/me/consents")
    assert await answers(services, op, "patient/Observation.rs", *paths) == [200, 200, 403, 403]


async def test_acting_for_somebody_needs_a_user_scope(services: Services, op: Provider) -> None:
    acting = {"Jalon-For": "0" * 32}
    def refusals() -> list[str]:
        with services.engine.connect() as connection:
            query = "SELECT outcome FROM audit_entry WHERE outcome LIKE 'refused%'"
            return list(connection.exec_driver_sql(query).scalars())

    assert await answers(services, op, "patient/*.rs", ME, **acting) == [403]
    assert refusals() == [], "the scope refuses before the door is asked"
    token = access_token(op.issuer, op.site, int(datetime.now(UTC).timestamp()), scope="user/*.rs")
    transport = httpx.ASGITransport(create_app(services=services))
    async with httpx.AsyncClient(transport=transport, base_url=op.site) as client:
        refused = await client.get(ME, headers={"Authorization": f"Bearer {token}", **acting})
    assert refused.status_code == 403
    assert refusals() == ["refused_not_yours"], "the scope lets it through; the door does not"


@pytest.mark.parametrize(("path", "expected"), [
    ("Observation", Ask("Observation", "s")), ("Observation/me.1", Ask("Observation", "r")),
    ("Patient/me/$everything", Ask("*", "rs")), ("PlanDefinition/x/$apply", Ask("CarePlan", "r")),
    ("PlanDefinition/x", None), ("metadata", None), ("patients/abc/Observation", Ask("Observation", "s", True)),
    ("patients/abc/Patient/abc/$everything", Ask("*", "rs", True)), ("AuditEvent", Ask("AuditEvent", "s")),
])  # fmt: skip
def test_what_an_address_reads(path: str, expected: Ask | None) -> None:
    assert asked(path, others=False) == expected


def test_all_that_is_published_is_accepted() -> None:
    check(supported(), None)
    for scope in supported():
        check([scope], None)
    with pytest.raises(ScopeRefused):
        check(["patient/Observation.sr"], None)

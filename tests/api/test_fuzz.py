"""Hostile and ordinary requests to every operation of the published contract, signed in as each role: nothing breaks
the service, and every answer is one that the contract announces (status, media type, headers, schema).

Requests are made by Schemathesis from the contract, valid and invalid ones; the same are made every time.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, cast, get_args

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from app.api.app import create_app
from app.api.openapi import contract
from app.content import samples_dir
from app.facts.extract import extract
from app.records.load import read_record
from app.services.demo import load_samples
from app.services.services import Services, open_services
from app.store.tables import stamp
from app.trust import consents, health, people
from app.trust.door import Job
from app.trust.grant import Grant
from app.trust.rules import Asked
from app.trust.vocabulary import CATEGORIES, Role, Tag
from tests.api.conftest import demo_settings

EXAMPLES = 3
"""Valid requests of each operation for each role, and as many invalid ones."""
SCHEMA = schemathesis.openapi.from_dict(contract())
OPERATIONS = {each.label: each for each in (cast(Ok[Any], found).ok() for found in SCHEMA.get_all_operations())}
ROLES: tuple[Role, ...] = tuple(role for role in get_args(Role) if role != "system")  # a job has no session
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SignIn = Callable[[Role], dict[str, str]]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    opened = open_services(demo_settings(f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'demo.db'}"))
    load_samples(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(service: Services) -> Iterator[TestClient]:
    app = create_app(service.settings, service)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def sign_in(service: Services, client: TestClient) -> SignIn:
    """The headers of somebody new in that role, with a record and consent (but `nobody`)."""
    folder = samples_dir() / "claudine"
    sheet = extract(read_record([path for path in folder.iterdir() if path.name != "person.yaml"]), service.today())
    numbers = itertools.count()
    digest = service.door.consent.texts["fr"].digest

    def store(grant: Grant) -> None:
        at = stamp(service.now())
        health.write_facts(grant, sheet, service.vocabulary, at)
        consents.change(grant, "own_prevention", CATEGORIES, digest, "fr", at)

    def headers(role: Role) -> dict[str, str]:
        if role == "nobody":
            return {}
        name = f"fuzz-{next(numbers)}"
        person, _ = service.door.account(lambda c: people.add_sample(c, name, name, "fr", service.now()))
        load = Asked(Tag.SAMPLE_LOAD, "write", "sample", "demonstration", frozenset(CATEGORIES))
        service.door.enter_now(Job(person), load, store)
        assert client.portal
        token = client.portal.call(service.door.sign_in, person, role, None)
        return {"Authorization": f"Bearer {token}"}

    return headers


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_every_answer_is_announced(client: TestClient, sign_in: SignIn, label: str, role: Role) -> None:
    operation, signed_in = OPERATIONS[label], sign_in(role)
    kinds = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

    @settings(
        max_examples=2 * EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.one_of(*kinds))
    def ask(case: Any) -> None:
        kwargs = case.as_transport_kwargs(base_url=str(client.base_url))
        kwargs["headers"] = {**kwargs.get("headers", {}), **signed_in}
        sent = requests.Request(**kwargs).prepare()
        client.cookies.clear()
        response = client.request(sent.method or "", sent.url or "", content=sent.body, headers=dict(sent.headers))
        case.validate_response(response, checks=CHECKS)

    ask()

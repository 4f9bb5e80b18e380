"""The pages over HTTP, without a browser: a service in demo mode on a fixed day, with its sample people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.api.app import create_app
from app.services.demo import load_samples
from app.services.services import Services, open_services
from app.settings import from_environment

NOW = datetime(2026, 11, 15, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder: Path = tmp_path_factory.mktemp("service")
    services = open_services(from_environment({"JALON_DATA_DIR": str(folder)}, demo=True), clock=lambda: NOW)
    load_samples(services)
    yield services
    services.close()


@pytest.fixture(scope="module")
def application(opened: Services) -> Iterator[TestClient]:
    with TestClient(create_app(opened.settings, opened), follow_redirects=False) as client:
        yield client


@pytest.fixture
def visitor(application: TestClient, opened: Services) -> TestClient:
    """A browser without cookies, on the day of the tests."""
    opened.door.clock = lambda: NOW
    application.cookies.clear()
    application.headers["accept-language"] = "fr-FR"
    return application


def token(html: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', html)
    assert found is not None
    return found[1]


def sign_in(visitor: TestClient, person: str) -> str:
    """Gives the form token of the plan's page."""
    first = visitor.get("/")
    answer = visitor.post("/demonstration", data={"csrf": token(first.text), "person": person})
    assert answer.status_code == 303
    return token(visitor.get(answer.headers["location"], follow_redirects=True).text)

"""The service on each engine, with two sample people: claudine (who allows everything) and lea (never asked)."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from app.api.app import create_app
from app.content import samples_dir
from app.services.demo import load_samples
from app.services.services import Services, open_services
from app.settings import Settings
from tests.databases import ENGINES, database

sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
"""httpx asks at each request whether Trio runs; where sniffio is not installed, each time Python looks for it in every
folder, which was a quarter of what a request costs here. None says that it is not there."""


class Loaded(NamedTuple):
    kind: str
    url: str


PEOPLE = ("claudine", "lea")
DEMO_IDENTITIES = frozenset({"test", "demonstration", "none"})


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    for person in PEOPLE:
        shutil.copytree(samples_dir() / person, folder / person)
    return folder


@pytest.fixture(scope="session", params=ENGINES)
def loaded(
    request: pytest.FixtureRequest, samples: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    """A database with the sample people, which each test copies."""
    with database(request.param, tmp_path_factory.mktemp("loaded")) as url:
        opened = open_services(demo_settings(url))
        assert load_samples(opened, samples) == len(PEOPLE)
        opened.close()
        yield Loaded(request.param, url)


@pytest.fixture
def services(loaded: Loaded, tmp_path: Path) -> Iterator[Services]:
    with database(loaded.kind, tmp_path, loaded.url) as url:
        opened = open_services(demo_settings(url))
        yield opened
        opened.close()


def demo_settings(url: str) -> Settings:
    return Settings(url, demo=True, accepted_identity=DEMO_IDENTITIES)


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(services=services))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.fixture
async def claudine(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The client, signed in as claudine by bearer token."""
    return await sign_in(client, "claudine")


@pytest.fixture
async def lea(client: httpx.AsyncClient) -> httpx.AsyncClient:
    return await sign_in(client, "lea")


async def sign_in(client: httpx.AsyncClient, person: str) -> httpx.AsyncClient:
    answer = await client.post("/v1/demo/sign-in", json={"person": person})
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    client.cookies.clear()
    return client

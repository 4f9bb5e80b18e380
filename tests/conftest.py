"""Fixtures of every package's tests."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import event
from sqlalchemy.pool import Pool

from tests.databases import ENGINES, database

# No timed assertions. In continuous integration the same examples are drawn every time, so that a failure is due to the
# change; thousands, at random, on demand: HYPOTHESIS_PROFILE=long make test
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))

_BESIDE_THE_REPO = Path(__file__).resolve().parents[2] / "shared" / "data"


@event.listens_for(Pool, "checkout")
def _nothing_has_to_survive_a_power_cut(connection: Any, *_: Any) -> None:
    """Waiting for the disk at each commit would be most of what tests on SQLite do; PostgreSQL is told the same in
    `tests.databases`. A process that is killed loses nothing all the same."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Reference records and vectors, kept outside the repository (JALON_SHARED_DATA, or ../shared/data)."""
    folder = Path(os.environ.get("JALON_SHARED_DATA", _BESIDE_THE_REPO))
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder}: set JALON_SHARED_DATA to run this test")
    return folder


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, on each engine; where PostgreSQL cannot run, the reason is printed."""
    with database(request.param, tmp_path) as url:
        yield url


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running for as long as its browser is open, and no
    asynchronous test could start in between."""
    items.sort(key=lambda item: "e2e" in item.path.parts)

"""A door on each engine, with a clock that tests turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.trust.world import World


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    opened = World(database_url)
    yield opened
    opened.close()

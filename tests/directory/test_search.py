"""The nearest places, on both engines: the boxes that grow find what a look at every place finds."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import Engine

from app.directory.rows import Point
from app.directory.search import FARTHEST, distance, nearest
from app.store import directory as store
from tests.directory.conftest import NOW


@pytest.mark.parametrize(("a", "b", "km"), [
    ((48.8566, 2.3522), (48.8566, 2.3522), 0.0), ((48.8566, 2.3522), (45.7640, 4.8357), 391.5),
    ((48.8566, 2.3522), (-20.8789, 55.4481), 9356.9), ((0.0, 179.9), (0.0, -179.9), 22.24),
])  # fmt: skip
def test_distance(a: Point, b: Point, km: float) -> None:
    """Great circles, as published calculators give them (mean radius)."""
    assert distance(a, b) == pytest.approx(km, rel=2e-3, abs=0.01)
    assert distance(b, a) == distance(a, b)


def test_the_nearest_first_and_page_after_page(engine: Engine) -> None:
    draw = random.Random(5)
    edition = store.begin(engine, "finess", "2026-05-12", NOW)
    made = [
        store.Place(code, f"{code} {n}", "", "01000", "B", 46.2 + draw.gauss(0, 0.5), 5.2 + draw.gauss(0, 0.5), True)
        for n in range(300) for code in ("finess:620", "finess:611")
    ]  # fmt: skip
    store.add(engine, edition, made)
    unseen = store.begin(engine, "rpps", "2026-05-12", NOW)
    store.add(engine, unseen, [store.Place("finess:620", "not in use", "", "", "", 46.2, 5.2, True)])
    store.put(engine, edition, "finess", len(made))
    for centre in ((46.2, 5.2), (46.9, 5.9), (47.3, 4.4), (48.85, 2.35)):
        expected = sorted(
            (distance(centre, (p.latitude, p.longitude)), p.name) for p in made
            if p.code == "finess:620" and distance(centre, (p.latitude, p.longitude)) <= FARTHEST
        )  # fmt: skip
        found: list[tuple[float, str]] = []
        with store.open_reading(engine) as reading:
            more, skip = True, 0
            while more:
                page, more = nearest(reading, ["finess:620"], centre, skip=skip, most=7)
                found += [(each.km, each.place.name) for each in page]
                skip += 7
        assert [name for _, name in found] == [name for _, name in expected]
        assert [km for km, _ in found] == pytest.approx([km for km, _ in expected])


def test_nothing_within_reach(engine: Engine) -> None:
    with store.open_reading(engine) as reading:
        assert nearest(reading, ["finess:620"], (46.2, 5.2)) == ([], False)


def test_reading_waits_for_no_writer(engine: Engine) -> None:
    """A search in the middle of a write, on the same file: it answers with what was there."""
    with engine.begin() as writing:
        writing.exec_driver_sql("UPDATE directory_edition SET rows = 1")
        assert store.editions(engine) == []

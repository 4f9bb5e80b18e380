"""Loading, on both engines: a load replaces, a failed one leaves the former, twice is as once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.directory.files import DirectoryError
from app.directory.load import load
from app.store import directory as store
from app.store.engine import StoreError
from tests.directory.conftest import COMMUNES, FINESS, NOW, PLUS, finess_lines, structure


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Everything kept, but for the numbers that the database gives."""
    columns = "code, number, name, street, postcode, town, phone, latitude, longitude, precise"
    with engine.connect() as connection:
        return {
            "places": sorted(map(tuple, connection.execute(text(f"SELECT {columns} FROM directory_place"))), key=str),
            "communes": sorted(map(tuple, connection.execute(text("SELECT postcode, commune FROM directory_commune")))),
            "editions": sorted(
                map(tuple, connection.execute(text("SELECT source, state, dated, rows FROM directory_edition")))
            ),
        }  # fmt: skip


def test_all_three(loaded: Engine) -> None:
    assert [(e.source, e.dated, e.rows) for e in store.editions(loaded)] == [
        ("finess", "2026-05-12", 5), ("postcodes", "2026-09-01", 4), ("rpps", "2026-11-01", 2),
    ]  # fmt: skip
    kept = rows(loaded)["places"]
    assert ("rpps:10:SM44", None, "CAMILLE TEST-C, IMAGERIE DU PONT") in {row[:3] for row in kept}
    radiologist = next(row for row in kept if row[0] == "rpps:10:SM44")
    pharmacy = next(row for row in kept if row[1] == "010000024")
    assert radiologist[7:9] == pharmacy[7:9], "a professional stands where FINESS puts their establishment"


def test_twice_is_as_once(loaded: Engine, files: Path) -> None:
    before = rows(loaded)
    for name in ("communes_20260901.csv", FINESS):
        load(loaded, files / name, NOW)
    assert rows(loaded) == before


def test_another_edition_takes_the_place_of_the_former(loaded: Engine, files: Path) -> None:
    done = load(loaded, files / PLUS, NOW)
    assert (done.source, done.dated, done.rows) == ("finess", "2026-09-29", 4)
    kept = rows(loaded)
    numbers = {row[1] for row in kept["places"] if str(row[0]).startswith("finess")}
    assert numbers == {f"01000000{n}" for n in (1, 2, 3, 4)}
    assert [row for row in kept["editions"] if row[0] == "finess"] == [("finess", "current", "2026-09-29", 4)]


@pytest.mark.parametrize(("content", "message"), [
    ("finess;etalab;98;2026-05-12\n" + structure("010000065", "500"), "nothing in this file could be kept"),
    ("\n".join([*finess_lines()[:2], "x" * 600_000]), "longer than any directory"),
    ("\n".join(finess_lines()[:2]), "only 1 rows, where the former edition had 5"),
    ("hello", "none of the layouts"),
])  # fmt: skip
def test_what_fails_leaves_the_former_edition(loaded: Engine, tmp_path: Path, content: str, message: str) -> None:
    before = rows(loaded)
    path = tmp_path / "bad_20260701.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DirectoryError, match=message):
        load(loaded, path, NOW)
    assert rows(loaded) == before


def test_a_load_that_dies_leaves_the_former_edition(
    loaded: Engine, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle, with rows already written; the next load sweeps what the dead one left."""
    before = rows(loaded)
    monkeypatch.setattr(store, "BATCH", 2)
    written = store.add

    def dies(engine: Engine, edition: int, batch: list[store.Place]) -> None:
        written(engine, edition, batch)
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "add", dies)
    monkeypatch.setattr(store, "drop", lambda *_: None)  # as if the process were killed: nobody sweeps
    with pytest.raises(KeyboardInterrupt):
        load(loaded, files / FINESS, NOW)
    assert [(e.source, e.rows) for e in store.editions(loaded)] == [("finess", 5), ("postcodes", 4), ("rpps", 2)]
    assert len(rows(loaded)["places"]) == len(before["places"]) + 2
    monkeypatch.undo()
    load(loaded, files / FINESS, NOW)
    assert rows(loaded) == before


def test_an_edition_that_another_load_took_away_is_not_put_in_use(loaded: Engine) -> None:
    mine = store.begin(loaded, "finess", "2026-06-01", NOW)
    store.begin(loaded, "finess", "2026-06-02", NOW)
    with pytest.raises(StoreError, match="another load"):
        store.add(loaded, mine, [store.Place("finess:620", "A", "", "01000", "B", 46.2, 5.2, True)])
    with pytest.raises(StoreError, match="another load"):
        store.put(loaded, mine, "finess", 1)
    assert [e.dated for e in store.editions(loaded) if e.source == "finess"] == ["2026-05-12"]


def test_a_smaller_edition_is_taken_when_it_is_said_to_be_whole(loaded: Engine, tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_text("\n".join(finess_lines()[:2]), encoding="utf-8")
    assert load(loaded, path, NOW, may_shrink=True).rows == 1


def test_communes_come_first(engine: Engine, files: Path) -> None:
    with pytest.raises(DirectoryError, match="load the postcodes first"):
        load(engine, files / FINESS, NOW)


def test_a_file_of_no_day_asks_for_one(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "communes.csv"
    path.write_text(COMMUNES, encoding="utf-8")
    with pytest.raises(DirectoryError, match="say of which day"):
        load(engine, path, NOW)
    assert store.editions(engine) == []
    assert load(engine, path, NOW, dated="2026-01-31").dated == "2026-01-31"

"""A circuit that was compiled before says the same when it is read again, and only where nothing has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.guidelines.pack import load_pack
from app.population import circuits
from app.population.circuit.steps import from_plain, to_plain
from app.population.kept import circuit_of
from app.population.run import evaluate_files
from tests.population.synthetic_people import DAY, write_people


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("JALON_CACHE_DIR", str(folder))
    return folder


class Compiled(AssertionError):
    """It was compiled again."""


def refused(*args: Any, **kwargs: Any) -> Any:
    raise Compiled


def test_it_is_compiled_once_for_the_same_pack_columns_and_day(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, pack = write_people(tmp_path / "people.parquet", 300), load_pack("fr")
    first = evaluate_files(pack, source, DAY, threads=1)
    (entry,) = cache.glob("circuit-*.json")
    monkeypatch.setattr(circuits, "circuit", refused)
    again = evaluate_files(pack, source, DAY, threads=1)
    assert again["counts"] == first["counts"]
    changes: list[Callable[[], object]] = [
        lambda: evaluate_files(pack, source, DAY + timedelta(days=1), threads=1),
        lambda: circuit_of(pack, source, DAY, days=True),
        lambda: entry.write_text("{") and evaluate_files(pack, source, DAY, threads=1),
    ]
    for change in changes:
        with pytest.raises(Compiled):
            change()


def test_the_plain_form_is_the_whole_circuit(tmp_path: Path, cache: Path) -> None:
    source = write_people(tmp_path / "people.parquet", 300)
    found = circuit_of(load_pack("fr"), source, DAY, days=True, only=["hpv_vaccination", "breast_cancer_screening"])
    assert found.program.parts
    assert from_plain(json.loads(json.dumps(to_plain(found)))) == found

"""Files of synthetic people: the same for a seed however they are made, marked as invented, never half-written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from app.content import content_dir, load_model
from app.errors import ContentError, UsageError
from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.population.files import open_files
from app.population.synthetic import write
from app.population.synthetic.check import check_names
from app.population.synthetic.parameters import FACT_FILES, FactsFile, load_parameters
from app.population.synthetic.write import Order, write_population
from tests.population.synthetic_people import DAY

ORDER = Order(2500, 3, DAY)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a population of a test has several parts."""
    for name in ("app.population.synthetic.write", "app.population.synthetic.generate"):
        monkeypatch.setattr(f"{name}.CHUNK", 500)
    monkeypatch.setattr(write, "CHUNKS_A_PART", 2)


def test_one_file_and_a_folder_hold_the_same_people(tmp_path: Path) -> None:
    (one,) = write_population(ORDER, tmp_path / "one.parquet")
    parts = write_population(ORDER, tmp_path / "parts", workers=1)
    assert len(parts) == 3
    whole = pq.read_table(one)
    assert whole.num_rows == ORDER.people
    assert len(set(whole["person"].to_pylist())) == ORDER.people
    assert pq.read_table(tmp_path / "parts").equals(whole)
    again = write_population(ORDER, tmp_path / "again.parquet")
    assert pq.read_table(again[0]).equals(whole)
    other = write_population(replace(ORDER, seed=4), tmp_path / "other.parquet")
    assert not pq.read_table(other[0]).equals(whole)


def test_the_engine_takes_them_and_they_are_marked(tmp_path: Path) -> None:
    write_population(ORDER, tmp_path / "parts", workers=1)
    source = open_files([tmp_path / "parts"], DAY, load_vocabulary())
    assert source.synthetic
    assert not source.real
    assert source.schema.metadata[b"as_of"] == DAY.isoformat().encode()
    assert "nobody" in source.schema.metadata[b"note"].decode()


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, made = tmp_path / "parts", []
    whole = write._write

    def stop_at_the_second(order: Order, chunks: range, path: Path, told: Any) -> None:
        if len(made) == 1:
            raise KeyboardInterrupt
        made.append(path)
        whole(order, chunks, path, told)

    monkeypatch.setattr(write, "_write", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        write_population(ORDER, out, workers=1)
    assert [path.name for path in out.iterdir()] == ["part-00000.parquet"]
    first = (out / "part-00000.parquet").stat().st_mtime_ns
    monkeypatch.setattr(write, "_write", whole)
    write_population(ORDER, out, workers=1)
    assert (out / "part-00000.parquet").stat().st_mtime_ns == first
    assert pq.read_table(out).num_rows == ORDER.people


def test_nothing_is_left_of_a_file_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Any, *args: Any, **named: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.ParquetWriter.write_table", full)
    with pytest.raises(UsageError, match="No space left"):
        write_population(ORDER, tmp_path / "one.parquet")
    assert list(tmp_path.iterdir()) == []


def test_another_population_is_not_written_over(tmp_path: Path) -> None:
    write_population(ORDER, tmp_path / "parts", workers=1)
    with pytest.raises(UsageError, match="another population"):
        write_population(replace(ORDER, as_of=date(2026, 11, 16)), tmp_path / "parts", workers=1)


def test_every_figure_has_a_source_or_says_that_it_is_assumed() -> None:
    facts = load_parameters().facts
    figures = [*facts.states, *facts.choices, *facts.numbers, *facts.acts, *facts.doses, *facts.relatives]
    assert len(figures) > 50
    for figure in figures:
        assert (figure.source and figure.date) or (figure.assumed and figure.because), figure.fact


@pytest.mark.parametrize(("change", "told"), [
    ({"source": "somewhere"}, "needs the date"),
    ({"assumed": True}, "says why"),
    ({"assumed": True, "because": "x", "share": {"both": {0: 1.5}}}, "between 0 and 1"),
    ({"assumed": True, "because": "x", "share": {}}, "write `both`"),
    ({"assumed": True, "because": "x", "wrriten": 1}, "not known"),
])  # fmt: skip
def test_a_wrong_figure_is_told_with_its_line(change: dict[str, Any], told: str, tmp_path: Path) -> None:
    state = {"fact": "copd", "share": {"both": {0: 0.1}}, "written": 1, "years": [0, 1]} | change
    path = tmp_path / "conditions.yaml"
    path.write_text(yaml.safe_dump({"states": [state]}), encoding="utf-8")
    with pytest.raises(ContentError, match=told) as error:
        load_model(path, FactsFile)
    assert "conditions.yaml:" in str(error.value)


def test_a_reduction_that_is_not_made_of_what_is_drawn_is_told_with_its_line() -> None:
    vocabulary = load_vocabulary()
    fact, last = vocabulary.reductions["mammography_last_normal_date"]
    for take in ("max", "change"):
        highest = fact.model_copy(update={"reductions": {"highest": last.model_copy(update={"take": take})}})
        told = rf"screening.yaml:\d+: mammography is drawn.*highest \({take}\)"
        with pytest.raises(ContentError, match=told):
            check_names(["highest"], load_parameters(), Vocabulary([highest], ""))
    check_names(vocabulary.reductions, load_parameters(), vocabulary)


def test_facts_are_those_of_the_vocabulary(tmp_path: Path) -> None:
    for path in (content_dir() / "population").glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert {path.stem for path in tmp_path.glob("*.yaml")} == {*FACT_FILES, "people", "participation"}
    state = {"fact": "no_such_disease", "share": {"both": {0: 0.1}}, "written": 1, "years": [0, 1], "assumed": True,
             "because": "x"}  # fmt: skip
    (tmp_path / "conditions.yaml").write_text(yaml.safe_dump({"states": [state]}), encoding="utf-8")
    with pytest.raises(ContentError, match="no_such_disease"):
        load_parameters(tmp_path)

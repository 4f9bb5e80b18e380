"""Another back end of Ibis reads the people: the same counts; where it is not there, one sentence says what to do."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from app.errors import UsageError
from app.guidelines.pack import load_pack
from app.population.run import evaluate_files
from tests.population.synthetic_people import DAY, write_people


@pytest.mark.parametrize("engine", ["polars", "datafusion"])
def test_another_back_end_counts_the_same(engine: str, tmp_path: Path) -> None:
    pytest.importorskip(engine, reason=f"{engine} is not installed: pip install 'ibis-framework[{engine}]'")
    source = write_people(tmp_path / "people.parquet", 3000)
    here = evaluate_files(load_pack("fr"), source, DAY, by=["age_band"], threads=1)
    there = evaluate_files(load_pack("fr"), source, DAY, by=["age_band"], engine=engine)
    assert there["engine"] == engine
    for what in ("people", "counts", "coverage", "gaps", "strata"):
        assert there[what] == here[what]


@pytest.mark.parametrize(("engine", "told"), [
    ("sparc", "--engine sparc is not known; there are duckdb, spark"),
    ("oracle", r"--engine oracle is not installed: pip install 'ibis-framework\[oracle\]'"),
    ("sqlite", "--engine sqlite reads no Parquet files by itself"),
])  # fmt: skip
def test_what_cannot_read_them_is_told_in_a_sentence(engine: str, told: str, tmp_path: Path) -> None:
    if engine == "oracle" and importlib.util.find_spec("oracledb"):
        pytest.skip("a driver for Oracle is installed here")
    source = write_people(tmp_path / "people.parquet", 10)
    with pytest.raises(UsageError, match=told):
        evaluate_files(load_pack("fr"), source, DAY, only=["tobacco"], engine=engine)

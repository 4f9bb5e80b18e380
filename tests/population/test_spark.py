"""Spark counts what this process counts; where it cannot run, one sentence says what to install."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from app.errors import UsageError
from app.guidelines.pack import load_pack
from app.population.run import evaluate_files
from tests.population.synthetic_people import DAY, write_people


def test_spark_counts_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("java") is None:
        pytest.skip("no Java here: Spark cannot run")
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    source = write_people(tmp_path / "people.parquet", 500)
    pack = load_pack("fr")
    here = evaluate_files(pack, source, DAY, by=["age_band"], threads=1)
    there = evaluate_files(pack, source, DAY, by=["age_band"], engine="spark", spark_master="local[1]")
    assert there["engine"] == "spark"
    assert there["people"] == 500
    assert there["counts"] == here["counts"]
    assert there["strata"] == here["strata"]


def test_no_java_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    source = write_people(tmp_path / "people.parquet", 10)
    with pytest.raises(UsageError, match="needs Java: install"):
        evaluate_files(load_pack("fr"), source, DAY, only=["tobacco"], engine="spark", spark_master="local[1]")


def test_no_pyspark_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    source = write_people(tmp_path / "people.parquet", 10)
    with pytest.raises(UsageError, match="needs pyspark: install it"):
        evaluate_files(load_pack("fr"), source, DAY, only=["tobacco"], engine="spark", spark_master="local[1]")

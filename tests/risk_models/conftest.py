"""Spark, where Java is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A connection of Ibis to Spark on this machine."""
    if shutil.which("java") is None:
        pytest.skip("no Java here: Spark cannot run")
    pyspark = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    import ibis

    session = (
        pyspark.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("spark")))
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()

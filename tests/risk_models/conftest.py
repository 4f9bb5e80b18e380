"""Spark, where Java is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
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
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()

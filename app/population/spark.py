"""The same counts where one machine is too small: Spark shares the people out, each task runs the same program."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from app.errors import UsageError
from app.population.batches import Batches, Counts
from app.population.circuit.steps import Circuit
from app.population.files import Source
from app.population.workers import BATCH

_COUNTED = "stratum string, guideline string, status int, people long"


def count_with_spark(compiled: Circuit, source: Source, by: tuple[str, ...], master: str) -> Counts:
    """Raises UsageError where Spark or Java is not there, or Spark gives up."""
    session = _session(master)
    try:
        columns = list(dict.fromkeys((*compiled.columns, *by)))
        people = session.read.parquet(*(str(path.resolve()) for path in source.files)).select(*columns)
        counted = people.mapInArrow(_counting(compiled, by), _COUNTED).groupBy("stratum", "guideline", "status")
        counts: Counts = {}
        for stratum, gid, status, number in counted.sum("people").collect():
            counts.setdefault((stratum, gid), {})[status] = number
        return counts
    finally:
        session.stop()


def _session(master: str) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError("--engine spark needs pyspark: install it (pip install pyspark)", code="spark") from None
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").exists()):
        raise UsageError("--engine spark needs Java: install a runtime, 17 or later (Debian: default-jre-headless)",
                         code="spark")
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # elsewhere, workers have Jalon in theirs
    settings = {
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(BATCH), "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "8",
    }  # fmt: skip
    builder = SparkSession.builder.master(master).appName("jalon")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _counting(compiled: Circuit, by: tuple[str, ...]) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def counting(people: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        engine = Batches(compiled)
        for batch in people:
            rows = [
                (stratum, gid, status, number)
                for (stratum, gid), cells in engine.count(batch, by).items() for status, number in cells.items()
            ]  # fmt: skip
            kinds = (pa.string(), pa.string(), pa.int32(), pa.int64())
            columns = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, ["stratum", "guideline", "status", "people"])

    return counting

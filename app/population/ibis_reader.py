"""The same counts of people whom another back end of Ibis reads: it gives them in batches, the same program answers.

The pack itself is not put in the words of that back end: some have no lists, others no calendar months.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pyarrow as pa
from ibis.common.exceptions import IbisError

from app.errors import UsageError
from app.population.batches import Batches, Counts, merged
from app.population.circuit.steps import Circuit
from app.population.damaged import reading
from app.population.files import Source
from app.population.stopping import stoppable
from app.population.workers import BATCH


def count_with_ibis(compiled: Circuit, source: Source, by: tuple[str, ...], engine: str) -> Counts:
    """`engine`: the name of a back end, one file after the other. Raises UsageError where it is not there, or reads no
    Parquet files."""
    back_end, worker = _back_end(engine), Batches(compiled)
    columns = list(dict.fromkeys((*compiled.columns, *by)))
    schema = pa.schema([source.schema.field(name) for name in columns])
    files = stoppable(source.files)
    return merged(worker.count(batch, by) for path in files for batch in _batches(back_end, engine, path, schema))


def _back_end(engine: str) -> Any:
    if engine not in {found.name for found in entry_points(group="ibis.backends")}:
        raise UsageError(f"--engine {engine[:40]} is not known; there are duckdb, spark, and the back ends of Ibis "
                         "that read Parquet files (polars, datafusion)", code="engine")  # fmt: skip
    try:
        import ibis

        return getattr(ibis, engine).connect()
    except ImportError:
        raise UsageError(f"--engine {engine} is not installed: pip install 'ibis-framework[{engine}]'",
                         code="engine") from None  # fmt: skip
    except (IbisError, OSError, TypeError, ValueError):  # it wants an address
        raise _no_reader(engine) from None


def _batches(back_end: Any, engine: str, path: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    try:
        people = back_end.read_parquet(path.resolve()).select(*schema.names)
    except (AttributeError, IbisError, NotImplementedError):
        raise _no_reader(engine) from None
    with reading([path]):
        for batch in _read(people):
            yield from pa.Table.from_batches([batch]).cast(schema).to_batches()


def _read(people: Any) -> Iterator[pa.RecordBatch]:
    try:
        yield from people.to_pyarrow_batches(chunk_size=BATCH)
    except Exception as error:  # each back end has errors of its own
        raise OSError(str(error)) from None


def _no_reader(engine: str) -> UsageError:
    return UsageError(f"--engine {engine} reads no Parquet files by itself; polars and datafusion do", code="engine")

"""A pack over population files: counts by guideline and status, and by stratum; an answer for each person in files.

Row groups are shared among processes, each of which reads a batch of people at a time: memory does not grow with the
population. DuckDB checks the people; answers are computed on bits (`circuit`).
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from app.errors import UsageError
from app.guidelines.pack import Pack
from app.population.batches import Batches, Counts, merged
from app.population.circuits import Circuit, circuit
from app.population.contents import check_days, check_people, filled, same_for_all
from app.population.files import STRATA, Source
from app.population.results import summary

T = TypeVar("T")
BATCH = 131_072
_A_PART = 8
"""Row groups that a process takes at a time."""
_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
_OF_ALL, _OF_A_PROCESS = 350 * 2**20, 720 * 2**20
"""Memory of this process, and of each that it starts with its batch (measured: benchmarks/population.py)."""


@dataclass(frozen=True, slots=True)
class Part:
    """Row groups of one file."""

    path: Path
    groups: tuple[int, ...]


def evaluate_files(
    pack: Pack, source: Source, as_of: date, *, by: Sequence[str] = (), memory: str | None = None,
    threads: int | None = None, only: Sequence[str] | None = None, spark: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The summary. `only`: these guidelines. `spark`: the master of a Spark that counts instead of this process.

    Raises UsageError for people who cannot be, and for too small a memory.
    """
    started = time.perf_counter()
    workers = prepared(source, as_of, by, memory, threads)
    compiled = circuit(pack, as_of, filled(source), same=same_for_all(source), only=only)
    if spark is not None:
        from app.population.spark import count_with_spark

        counts = count_with_spark(compiled, source, tuple(by), spark)
    else:
        counts = merged(each(_counted, [(part, tuple(by)) for part in parts_of(source)], compiled, workers))
    seconds = time.perf_counter() - started
    found = summary(pack, as_of, list(compiled.guidelines), counts, by, seconds, real=source.real)
    return found | {"engine": "duckdb" if spark is None else "spark"}


def prepared(source: Source, as_of: date, by: Sequence[str], memory: str | None, threads: int | None) -> int:
    """Checks everything that can be checked before; the number of processes that the memory allows."""
    for name in by:
        if name not in STRATA or name not in source.schema.names:
            raise UsageError(f"no column {name} to split by", code="population")
    check_days(source)
    limit = bytes_of(memory)
    with duckdb.connect() as engine:
        try:
            if limit is not None:
                engine.execute("SET memory_limit = ?", [f"{limit}B"])
            if threads:
                engine.execute("SET threads = ?", [threads])
            engine.read_parquet([str(path) for path in source.files]).create_view("people")
            check_people(engine, source, as_of)
        except duckdb.OutOfMemoryException:
            raise _too_small(memory) from None
    wanted = threads or os.cpu_count() or 1
    if limit is None:
        return wanted
    each_ = _OF_A_PROCESS + 3 * _largest_batch(source)
    if limit < _OF_ALL + each_:
        raise _too_small(memory)
    return min(wanted, (limit - _OF_ALL) // each_)


def _too_small(memory: str | None) -> UsageError:
    return UsageError(f"--memory {memory} is too small for this population; give more", code="memory")


def bytes_of(memory: str | None) -> int | None:
    """`2GB` as bytes."""
    if memory is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([KMGT]i?B)", memory.strip(), re.IGNORECASE)
    if found is None:
        raise UsageError(f"--memory {memory} is no amount of memory; write one as 2GB", code="memory")
    return int(float(found[1]) * _UNITS[found[2].upper()])


def _largest_batch(source: Source) -> int:
    """Bytes of the largest row group, uncompressed."""
    sizes = (
        metadata.row_group(group).total_byte_size
        for metadata in map(pq.read_metadata, source.files) for group in range(metadata.num_row_groups)
    )  # fmt: skip
    return max(sizes, default=0)


def parts_of(source: Source) -> list[Part]:
    found: list[Part] = []
    for path in source.files:
        groups = range(pq.read_metadata(path).num_row_groups)
        found += [Part(path, tuple(groups[n : n + _A_PART])) for n in range(0, len(groups), _A_PART)]
    return found


def each(
    work: Callable[[T], Counts], asked: Sequence[T], compiled: Circuit, workers: int
) -> Iterator[Counts]:
    """The work on each, by several processes when there is enough of it. A failure or Ctrl-C ends them all."""
    if workers < 2 or len(asked) < 2:
        _start(compiled)
        yield from map(work, asked)
        return
    pool = ProcessPoolExecutor(min(workers, len(asked)), get_context("spawn"), _start_process, (compiled,))
    try:
        yield from pool.map(work, asked)
    finally:
        pool.shutdown(cancel_futures=True)


_worker: Batches
"""Of this process."""


def _start(compiled: Circuit) -> None:
    global _worker
    _worker = Batches(compiled)


def _start_process(compiled: Circuit) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started it tells it to end
    pa.set_cpu_count(1)
    _start(compiled)


def worker() -> Batches:
    return _worker


def _counted(asked: tuple[Part, tuple[str, ...]]) -> Counts:
    part, by = asked
    return merged(_worker.count(batch, by) for batch in batches(part, (*_worker.columns, *by)))


def batches(part: Part, columns: Iterable[str]) -> Iterator[pa.RecordBatch]:
    """The people of a part, some at a time."""
    with pq.ParquetFile(part.path, read_dictionary=_words(part.path)) as file:
        yield from file.iter_batches(
            BATCH, row_groups=list(part.groups), columns=list(dict.fromkeys(columns)), use_threads=False
        )


def _words(path: Path) -> list[str]:
    return [field.name for field in pq.read_schema(path) if pa.types.is_string(field.type)]


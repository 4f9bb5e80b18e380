"""A pack over population files: counts by guideline and status, and by stratum; an answer for each person in files.

Row groups are shared among processes, each of which reads a batch of people at a time: memory does not grow with the
population. DuckDB checks the people; answers are computed on bits (`circuit`).
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow.parquet as pq

from app.errors import UsageError
from app.guidelines.pack import Pack
from app.population.batches import Counts, merged
from app.population.contents import check_days, check_people
from app.population.damaged import reading
from app.population.files import STRATA, Source
from app.population.kept import circuit_of
from app.population.results import summary
from app.population.workers import Workers, counted, shared_out

Told = Callable[[int], None]
_AT_A_TIME = 4
"""Row groups that a process counts before it takes others."""
_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
_OF_ALL, _OF_A_PROCESS = 350 * 2**20, 600 * 2**20
"""Memory of this process, and of each that it starts with its batch (measured: benchmarks/population.py)."""
_CHECKING = 10**9
"""Bytes in which ids are told apart; the rest of them goes to disk."""


def evaluate_files(
    pack: Pack, source: Source, as_of: date, *, by: Sequence[str] = (), memory: str | None = None,
    threads: int | None = None, only: Sequence[str] | None = None, engine: str = "duckdb",
    spark_master: str = "local[2]", told: Told = lambda people: None,
) -> dict[str, Any]:  # fmt: skip
    """The summary. `only`: these guidelines. `engine`: `duckdb` (processes of this machine), `spark` (of this master),
    or the name of another back end of Ibis that reads the people. `told` hears how many people are done by this
    machine's processes.

    Raises UsageError for people who cannot be, and for too small a memory.
    """
    started = time.perf_counter()
    workers = allowed(source, by, memory, threads)
    asked = [(rows, tuple(by)) for rows in shared_out(source.files, _AT_A_TIME)]
    with Workers(workers if engine == "duckdb" else 0, len(asked)) as processes:
        compiled = circuit_of(pack, source, as_of, only=only)
        compiling = time.perf_counter() - started
        check(source, as_of, memory, threads, compiled.columns)
        if engine == "duckdb":
            counts = merged(telling(processes.each(counted, asked, compiled), told))
        elif engine == "spark":
            from app.population.spark import count_with_spark

            counts = count_with_spark(compiled, source, tuple(by), spark_master)
        else:
            from app.population.ibis_reader import count_with_ibis

            counts = count_with_ibis(compiled, source, tuple(by), engine)
    seconds = time.perf_counter() - started
    found = summary(pack, as_of, list(compiled.guidelines), counts, by, seconds, real=source.real)
    return found | {"engine": engine, "compiling_seconds": round(compiling, 3)}


def telling(parts: Iterable[Counts], told: Told, before: int = 0) -> Iterator[Counts]:
    """The same parts; `told` hears how many people they are so far, with those of before."""
    for part in parts:
        before += people_in(part)
        told(before)
        yield part


def people_in(part: Counts) -> int:
    return sum(cells[0] for (_, gid), cells in part.items() if not gid)


def allowed(source: Source, by: Sequence[str], memory: str | None, threads: int | None) -> int:
    """The number of processes that the memory allows. Raises UsageError for strata that are not there."""
    for name in by:
        if name not in STRATA or name not in source.schema.names:
            raise UsageError(f"no column {name} to split by", code="population")
    wanted, limit = threads or os.cpu_count() or 1, bytes_of(memory)
    if limit is None:
        return wanted
    each = _OF_A_PROCESS + 3 * _largest(source.files)
    if limit < _OF_ALL + each:
        raise _too_small(memory)
    return min(wanted, (limit - _OF_ALL) // each)


def check(source: Source, as_of: date, memory: str | None, threads: int | None, read: Iterable[str]) -> None:
    """Everything that can be checked of the people before they are counted; numbers of the columns that are read are
    checked as they are. Raises UsageError."""
    check_days(source)
    limit = bytes_of(memory)
    with reading(source.files), TemporaryDirectory() as disk, duckdb.connect() as engine:
        try:
            engine.execute("SET temp_directory = ?", [disk])
            engine.execute("SET memory_limit = ?", [f"{min(_CHECKING, (limit or 2 * _CHECKING) // 2)}B"])
            if threads:
                engine.execute("SET threads = ?", [threads])
            engine.read_parquet([str(path) for path in source.files]).create_view("people")
            check_people(engine, source, as_of, frozenset(read))
        except duckdb.OutOfMemoryException:
            raise _too_small(memory) from None


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


def _largest(files: Iterable[Path]) -> int:
    """Bytes of the largest row group, uncompressed."""
    sizes = (
        metadata.row_group(group).total_byte_size
        for metadata in map(pq.read_metadata, files) for group in range(metadata.num_row_groups)
    )  # fmt: skip
    return max(sizes, default=0)

"""Processes that share out the row groups of a population, each with its program.

This module is all that such a process needs: it starts while the first one compiles.
"""

from __future__ import annotations

import pickle
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from app.population.batches import Batches, Counts, merged
from app.population.circuit.steps import Circuit
from app.population.damaged import reading
from app.population.stopping import stoppable

T = TypeVar("T")
BATCH = 131_072


@dataclass(frozen=True, slots=True)
class RowGroups:
    """Of one file."""

    path: Path
    groups: tuple[int, ...]


def shared_out(files: Iterable[Path], groups: int) -> list[RowGroups]:
    """So many row groups of a file at a time."""
    found: list[RowGroups] = []
    for path in files:
        every = range(pq.read_metadata(path).num_row_groups)
        found += [RowGroups(path, tuple(every[n : n + groups])) for n in range(0, len(every), groups)]
    return found


class Workers:
    """Several processes, or this one where there is too little to share. A failure or Ctrl-C ends them all."""

    def __init__(self, number: int, tasks: int) -> None:
        number = min(number, tasks)
        self._pool = ProcessPoolExecutor(number, get_context("spawn"), _start_process) if number > 1 else None
        if self._pool is not None:
            for _ in range(number):
                self._pool.submit(_ready)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def each(self, work: Callable[[T], Counts], asked: Sequence[T], circuit: Circuit) -> Iterator[Counts]:
        written = pickle.dumps(circuit)
        one = partial(_work, work, written)
        yield from stoppable(map(one, asked) if self._pool is None else self._pool.map(one, asked))


_worker: Batches
_written = b""
"""Of this process: what runs its batches, and the circuit that it was made of."""


def _start_process() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started it tells it to end
    pa.set_cpu_count(1)
    pa.set_memory_pool(pa.system_memory_pool())  # keeps what batches give back, which the default one soon returns


def _ready() -> None:
    """Asked of a process so that it starts."""


def _work(work: Callable[[T], Counts], written: bytes, asked: T) -> Counts:
    global _worker, _written
    if written != _written:
        _worker, _written = Batches(pickle.loads(written)), written  # noqa: S301 — the first process wrote it
    return work(asked)


def worker() -> Batches:
    return _worker


def counted(asked: tuple[RowGroups, tuple[str, ...]]) -> Counts:
    rows, by = asked
    return merged(_worker.count(batch, by) for batch in batches(rows, (*_worker.columns, *by)))


def batches(rows: RowGroups, columns: Iterable[str]) -> Iterator[pa.RecordBatch]:
    """Some people at a time."""
    metadata = pq.read_metadata(rows.path)
    words = [field.name for field in metadata.schema.to_arrow_schema() if pa.types.is_string(field.type)]
    wanted = list(dict.fromkeys(columns))
    with reading([rows.path]), pq.ParquetFile(rows.path, metadata=metadata, read_dictionary=words) as file:
        for group in rows.groups:  # a batch of two groups would be put together first
            yield from file.iter_batches(BATCH, row_groups=[group], columns=wanted, use_threads=False)

"""Streams a synthetic population to Parquet, part by part: flat memory, nothing half-written under a final name.

A folder holds one file a part, made by several processes; a part that is there already, of the same population, is not
made again, so that an interrupted run goes on where it stopped. Metadata say that nobody of it exists.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.errors import UsageError
from app.guidelines.pack import load_pack
from app.population.stopping import stoppable
from app.population.synthetic.generate import CHUNK, Generator
from app.population.synthetic.parameters import load_parameters

CHUNKS_A_PART = 4
MOST = 100_000_000
NOTE = "Invented people: nobody of this file exists. Made by jalon population generate."
_UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Order:
    """What population is asked for."""

    people: int
    seed: int
    as_of: date

    def metadata(self) -> dict[str, str]:
        return {
            "as_of": self.as_of.isoformat(), "synthetic": "true", "note": NOTE, "seed": str(self.seed),
            "people": str(self.people), "parameters": load_parameters().digest, "pack": load_pack("fr").digest,
        }  # fmt: skip

    @property
    def chunks(self) -> int:
        return -(-self.people // CHUNK)

    @property
    def parts(self) -> list[range]:
        return [range(n, min(n + CHUNKS_A_PART, self.chunks)) for n in range(0, self.chunks, CHUNKS_A_PART)]


def write_population(
    order: Order, out: Path, *, workers: int | None = None, told: Callable[[int], None] = lambda people: None
) -> list[Path]:
    """`out`: a folder, or a name in `.parquet` for one file. `told` hears how many people are done. Raises UsageError
    for a place that holds something else, or is full."""
    if not 0 < order.people <= MOST:
        raise UsageError(f"write a number of people from 1 to {MOST}", code="population", where="--people")
    try:
        if out.suffix == ".parquet":
            _write(order, range(order.chunks), out, told)
            return [out]
        return list(_folder(order, out, workers or os.cpu_count() or 1, told))
    except OSError as error:
        raise _unwritten(error, out) from None


def _unwritten(error: OSError, out: Path) -> UsageError:
    return UsageError(f"cannot be written: {error.strerror or error}", code="population", where=out.name)


def _folder(order: Order, out: Path, workers: int, told: Callable[[int], None]) -> Iterator[Path]:
    out.mkdir(parents=True, exist_ok=True)
    parts = [(out / f"part-{number:05}.parquet", chunks) for number, chunks in enumerate(order.parts)]
    names = {path.name for path, _ in parts}
    for path in sorted(out.glob("*.parquet")):
        if path.name not in names or not _is_of(path, order):
            raise UsageError("the folder holds another population; name another one", code="population",
                             where=f"{out.name}/{path.name}")
    for left in out.glob(f"*{_UNFINISHED}"):
        left.unlink()
    missing = [(path, chunks) for path, chunks in parts if not path.exists()]
    done = order.people - sum(_people(order, chunks) for _, chunks in missing)
    if len(missing) < 2 or workers < 2:
        for path, chunks in stoppable(missing):
            _write(order, chunks, path, partial(_told_after, told, done))
            done += _people(order, chunks)
    else:
        pool = ProcessPoolExecutor(min(workers, len(missing)), get_context("spawn"), _start)
        try:
            for people in stoppable(pool.map(_part, [(order, chunks, path) for path, chunks in missing])):
                done += people
                told(done)
        finally:
            pool.shutdown(cancel_futures=True)  # the parts under way are finished
    yield from (path for path, _ in parts)


def _told_after(told: Callable[[int], None], before: int, people: int) -> None:
    told(before + people)


def _start() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started it tells it to end
    pa.set_cpu_count(1)  # the other cores make other parts


def _part(asked: tuple[Order, range, Path]) -> int:
    _write(*asked, lambda people: None)
    return _people(asked[0], asked[1])


def _people(order: Order, chunks: range) -> int:
    return min(chunks.stop * CHUNK, order.people) - chunks.start * CHUNK


def _is_of(path: Path, order: Order) -> bool:
    try:
        found = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return False
    return all(found.get(key.encode()) == value.encode() for key, value in order.metadata().items())


@lru_cache(maxsize=1)
def _generator(seed: int, as_of: date) -> Generator:
    return Generator(seed, as_of)


def _write(order: Order, chunks: range, path: Path, told: Callable[[int], None]) -> None:
    generator, unfinished = _generator(order.seed, order.as_of), path.with_name(path.name + _UNFINISHED)
    writer: Any = None
    try:
        for number in stoppable(chunks):
            kept = min(CHUNK, order.people - number * CHUNK)
            chunk = generator.chunk(number, kept)
            table = generator.table(chunk).slice(0, kept)
            if writer is None:
                writer = pq.ParquetWriter(unfinished, table.schema.with_metadata(order.metadata()))
            listed = int(chunk.crowd.listed[:kept].sum())
            for rows in (table.slice(0, listed), table.slice(listed)):
                if rows.num_rows:
                    writer.write_table(rows.replace_schema_metadata(order.metadata()))
            told((number - chunks.start) * CHUNK + kept)
        writer.close()
        unfinished.replace(path)
    finally:
        if writer is not None:
            writer.close()
        unfinished.unlink(missing_ok=True)


def write_bundles(order: Order, people: int, folder: Path) -> int:
    """Some people of the population as FHIR bundles, `TEST-….json`: at even steps through its first chunk."""
    from app.population.synthetic.fhir import bundle_of
    from app.population.synthetic.person import person_of

    generator, kept = _generator(order.seed, order.as_of), min(CHUNK, order.people)
    chunk, wanted = generator.chunk(0, kept), min(people, kept)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(wanted):
            person = person_of(chunk, number * kept // wanted, generator.vocabulary)
            bundle = bundle_of(person, generator.vocabulary, order.as_of)
            text = json.dumps(bundle, ensure_ascii=False, indent=1)
            (folder / f"{person.id}.json").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise _unwritten(error, folder) from None
    return wanted

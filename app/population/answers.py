"""An answer for each person, in Parquet files: one a part, under its final name only when it is whole.

`_manifest.json` is written last. A run that was stopped goes on with the parts that are not there (`resume`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from app.errors import UsageError
from app.guidelines.pack import Pack
from app.population.batches import Counts, merged
from app.population.codes import CODES
from app.population.files import PERSON, STRATA, Source
from app.population.kept import circuit_of
from app.population.results import summary
from app.population.run import Told, allowed, check, people_in, telling
from app.population.workers import RowGroups, Workers, batches, shared_out, worker

_UNFINISHED = ".unfinished"
_A_FILE = 8
"""Row groups whose answers are in one file."""
_RUN, _COUNTS = b"run", b"counts"
_CODES = {str(status): code for status, code in CODES.items()}


@dataclass(frozen=True, slots=True)
class _Asked:
    rows: RowGroups
    path: Path
    keep: tuple[str, ...]
    run: str


def write_answers(
    pack: Pack, source: Source, as_of: date, out: Path, *, memory: str | None = None, threads: int | None = None,
    resume: bool = False, only: list[str] | None = None, told: Told = lambda people: None,
) -> dict[str, Any]:  # fmt: skip
    """The summary. `out`: a folder that is empty, or what an earlier run left (`resume`). Raises UsageError."""
    started = time.perf_counter()
    workers = allowed(source, (), memory, threads)
    compiled = circuit_of(pack, source, as_of, days=True, only=only)
    check(source, as_of, memory, threads, compiled.columns)
    try:
        run = _run_of(pack, source, as_of, only)
        out.mkdir(parents=True, exist_ok=True)
        shares = enumerate(shared_out(source.files, _A_FILE))
        paths = [(rows, out / f"part-{place:05}.parquet") for place, rows in shares]
        done = _left(out, {path.name for _, path in paths}, run, resume=resume)
        keep = tuple(name for name in (PERSON, *STRATA) if name in source.schema.names)
        asked = [_Asked(rows, path, keep, run) for rows, path in paths if path.name not in done]
        with Workers(workers, len(asked)) as processes:
            kept = sum(map(people_in, done.values()))
            counts = merged([*done.values(), *telling(processes.each(_write, asked, compiled), told, kept)])
        seconds = time.perf_counter() - started
        found = summary(pack, as_of, list(compiled.guidelines), counts, (), seconds, real=source.real)
        found |= {"parts": [path.name for _, path in paths], "kept": len(done)}
        _whole(out / "_manifest.json", json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", code="population", where=out.name) from None
    return found


def _run_of(pack: Pack, source: Source, as_of: date, only: list[str] | None) -> str:
    """The same files, pack and day give the same answers."""
    read = [(path.name, path.stat().st_size, pq.read_metadata(path).num_rows) for path in source.files]
    return sha256(json.dumps([pack.digest, as_of.isoformat(), read, only]).encode()).hexdigest()


def _left(out: Path, names: set[str], run: str, *, resume: bool) -> dict[str, Counts]:
    """The counts of the parts that are there."""
    found = {}
    for path in sorted(out.iterdir()):
        if path.name.endswith(_UNFINISHED):
            path.unlink()
        elif not resume:
            raise UsageError("the folder is not empty: give --resume to go on, or name another one",
                             code="population", where=out.name)
        elif path.suffix == ".parquet":
            metadata = pq.read_metadata(path).metadata or {}
            if path.name not in names or metadata.get(_RUN) != run.encode():
                raise UsageError("the folder holds the answers of another run (files, pack or day); name another one",
                                 code="population", where=f"{out.name}/{path.name}")
            found[path.name] = _counts(json.loads(metadata[_COUNTS]))
    return found


def _counts(told: dict[str, dict[str, int]]) -> Counts:
    return {("", gid): {int(code): number for code, number in cells.items()} for gid, cells in told.items()}


def _write(asked: _Asked) -> Counts:
    """One part: beside its final name until it is whole. Its counts stand in its metadata, for those who resume."""
    unfinished = asked.path.with_name(f"_{asked.path.name}{_UNFINISHED}")
    told: list[Counts] = []
    try:
        writer: Any = None
        for answers in _answers(asked):
            told.append(_counted(answers))
            if writer is None:
                writer = pq.ParquetWriter(unfinished, answers.schema, compression="zstd")
            writer.write_batch(answers)
        counts = merged(told)
        text = json.dumps({gid: cells for (_, gid), cells in counts.items()})
        writer.add_key_value_metadata({_RUN: asked.run, _COUNTS: text})
        writer.close()
        unfinished.replace(asked.path)
    finally:
        unfinished.unlink(missing_ok=True)
    return counts


def _answers(asked: _Asked) -> Iterator[pa.RecordBatch]:
    for people in batches(asked.rows, (*worker().columns, *asked.keep)):
        yield worker().answers(people, asked.keep)


def _counted(answers: pa.RecordBatch) -> Counts:
    counts: Counts = {("", ""): {0: answers.num_rows}}
    for name in answers.schema.names:
        if name.endswith(".status"):
            counts["", name.removesuffix(".status")] = {
                _CODES[one["values"].as_py()]: one["counts"].as_py() for one in pc.value_counts(answers.column(name))
            }
    return counts


def _whole(path: Path, text: str) -> None:
    unfinished = path.with_name(f"_{path.name}{_UNFINISHED}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)

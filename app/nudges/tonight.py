"""Who of a whole population has something to be reminded of on a day, by the population engine: the first kind, in the
order of the rules, of which something is due.

A file of people knows neither what they allow nor what they were told: that is looked at for each person before
anything leaves (`app.services.nudges`). This says how many messages a night would be about, in seconds.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from app.errors import UsageError
from app.guidelines.pack import Pack
from app.nudges.choose import matches
from app.nudges.model import Kind, Nudges
from app.population.batches import Counts, merged
from app.population.codes import CODES
from app.population.files import PERSON, Source
from app.population.kept import circuit_of
from app.population.run import allowed, check
from app.population.strata import SMALL
from app.population.workers import RowGroups, Workers, batches, shared_out, worker

_AT_A_TIME = 4
_SCHEMA = pa.schema([("person", pa.string()), ("kind", pa.string())])


@dataclass(frozen=True, slots=True)
class _Asked:
    """`kinds`: for each, the statuses (codes) of each guideline that make it due. `part`: where to write who they
    are."""

    rows: RowGroups
    kinds: tuple[tuple[str, dict[str, frozenset[int]]], ...]
    part: Path | None


def due_tonight(
    pack: Pack, nudges: Nudges, source: Source, as_of: date, *, out: Path | None = None, threads: int | None = None
) -> dict[str, Any]:
    """People by kind (a group of fewer than 11 real people is not told), and seconds. `out`: a Parquet file with a row
    for each person who has something due (`person`, `kind`). Raises UsageError."""
    if out is not None and PERSON not in source.schema.names:
        raise UsageError("the file has no column person: nobody can be named", code="population", where=out.name)
    started = time.perf_counter()
    kinds = tuple((kind.id, _wanted(pack, kind, as_of)) for kind in nudges.in_order)
    with tempfile.TemporaryDirectory() as folder:
        shares = list(enumerate(shared_out(source.files, _AT_A_TIME)))
        parts = [Path(folder) / f"{place:05}.parquet" for place, _ in shares] if out else []
        asked = [_Asked(rows, kinds, parts[place] if parts else None) for place, rows in shares]
        with Workers(allowed(source, (), None, threads), len(asked)) as processes:
            compiled = circuit_of(pack, source, as_of)
            compiling = time.perf_counter() - started
            check(source, as_of, None, threads, compiled.columns)
            counts = merged(processes.each(_counted, asked, compiled))
        if out is not None:
            _joined(parts, out)
    people = counts.get(("", ""), {}).get(0, 0)
    return {
        "as_of": as_of.isoformat(), "people": people,
        "due": {name: _shown(counts.get(("", name), {}).get(0, 0), real=source.real) for name, _ in kinds},
        "seconds": round(time.perf_counter() - started, 3), "compiling_seconds": round(compiling, 3),
    }  # fmt: skip


def _wanted(pack: Pack, kind: Kind, as_of: date) -> dict[str, frozenset[int]]:
    found = {
        one.id: frozenset(CODES[status] for status in kind.when.statuses
                          if matches(kind.when, one.id, one.domain, status.value))
        for one in pack.on(as_of)
    }  # fmt: skip
    return {name: codes for name, codes in found.items() if codes}


def _counted(asked: _Asked) -> Counts:
    """In one of the processes."""
    told, rows, keep = dict[tuple[str, str], int](), list[pa.RecordBatch](), (PERSON,) if asked.part else ()
    for people in batches(asked.rows, (*worker().columns, *keep)):
        left = np.ones(people.num_rows, bool)
        told["", ""] = told.get(("", ""), 0) + people.num_rows
        for name, wanted in asked.kinds:
            these = worker().within(people, wanted) & left
            left &= ~these
            told["", name] = told.get(("", name), 0) + int(these.sum())
            if asked.part is not None:
                chosen = people.column(PERSON).filter(pa.array(these)).cast(pa.string())
                rows.append(pa.record_batch([chosen, pa.array([name] * len(chosen), pa.string())], schema=_SCHEMA))
    if asked.part is not None:
        pq.write_table(pa.Table.from_batches(rows, _SCHEMA), asked.part)
    return {key: {0: number} for key, number in told.items()}


def _joined(parts: Iterable[Path], out: Path) -> None:
    """One file, under its name only when it is whole."""
    unfinished = out.with_name(f"{out.name}.unfinished")
    try:
        with pq.ParquetWriter(unfinished, _SCHEMA) as writer:
            for part in parts:
                writer.write_table(pq.read_table(part))
        unfinished.replace(out)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", code="population", where=out.name) from None
    finally:
        unfinished.unlink(missing_ok=True)


def _shown(number: int, *, real: bool) -> int | None:
    return None if real and 0 < number < SMALL else number

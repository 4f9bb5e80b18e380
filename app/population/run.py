"""A pack over population files with DuckDB: counts by guideline and status, and by stratum."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import ibis

from app.errors import UsageError
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import Pack
from app.guidelines.status import Status
from app.population.compiled import Compiled
from app.population.contents import check_days, check_people, filled
from app.population.files import STRATA, Source
from app.population.query import Query
from app.population.stages import Kept
from app.population.strata import coverage, gap, gradient, suppressed
from app.population.timing import CODES

_STATUSES = {code: str(status) for status, code in CODES.items()}


def evaluate_files(
    pack: Pack, source: Source, as_of: date, *, by: Sequence[str] = (), memory: str | None = None,
    threads: int | None = None, only: Sequence[str] | None = None,
) -> dict[str, Any]:
    """The summary. `only`: these guidelines. Raises UsageError for people who cannot be, and for too small a memory."""
    started = time.perf_counter()
    for name in by:
        if name not in STRATA or name not in source.schema.names:
            raise UsageError(f"no column {name} to split by", code="population")
    check_days(source)
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as engine:
        try:
            engine.execute("SET temp_directory = ?", [spill])
            if memory:
                engine.execute("SET memory_limit = ?", [memory])
            if threads:
                engine.execute("SET threads = ?", [threads])
            engine.read_parquet([str(path) for path in source.files]).create_view("people")
            check_people(engine, source, as_of)
            query, names = _counting(pack, source, as_of, by, only)
            rows = engine.execute(query).fetchall()
        except duckdb.OutOfMemoryException:
            raise UsageError(f"--memory {memory} is too small for this population; give more", code="memory") from None
        except duckdb.ParserException:
            raise UsageError(f"--memory {memory} is no amount of memory; write one as 2GB", code="memory") from None
    people = sum(row[len(by)] for row in rows)
    seconds = time.perf_counter() - started
    tables: dict[str, dict[Any, dict[str, int]]] = {name: {} for name in names}
    for row in rows:
        stratum = "/".join(str(value) for value in row[: len(by)])
        for name, found in zip(names, row[len(by) + 1 :], strict=True):
            tables[name][stratum] = {_STATUSES[code]: number for code, number in sorted(found.items())}
    summary: dict[str, Any] = {
        "people": people, "seconds": round(seconds, 3), "people_per_second": round(people / seconds),
        "engine": "duckdb", "as_of": as_of.isoformat(),
        "pack": {"id": pack.id, "version": pack.version, "digest": pack.digest},
        "counts": {name: _total(table) for name, table in tables.items()},
    }  # fmt: skip
    if by:
        summary |= {"by": list(by), "strata": {name: _strata(table) for name, table in tables.items()}}
    return summary


def _counting(
    pack: Pack, source: Source, as_of: date, by: Sequence[str], only: Sequence[str] | None
) -> tuple[str, list[str]]:
    query = Query("duckdb")
    table = ibis.table(ibis.Schema.from_pyarrow(filled(source)), name="people")
    last, answers = Compiled(pack, as_of, load_vocabulary()).run(table, query.stage, days=False, only=only)
    columns = {
        name: last[answer.status.name] if isinstance(answer.status, Kept) else ibis.literal(answer.status)
        for name, answer in answers.items()
    }
    inner = query.sql(last.select(**{name: last[name] for name in by}, **columns))
    groups = ", ".join(f'"{name}"' for name in by)
    counts = ", ".join(f'histogram("{name}")' for name in columns)
    head = f"SELECT {groups + ', ' if by else ''}count(*), {counts} FROM (\n{inner}\n)"  # noqa: S608 (names of content, checked)
    return head + (f" GROUP BY {groups} ORDER BY {groups}" if by else ""), list(columns)


def _total(table: dict[Any, dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for cells in table.values():
        for status, number in cells.items():
            total[status] = total.get(status, 0) + number
    return {str(status): total[status] for status in Status if status in total}


def _strata(table: dict[Any, dict[str, int]]) -> dict[str, Any]:
    shown = suppressed(table)
    covered = {stratum: coverage(cells) for stratum, cells in shown.items()}
    return {
        "counts": shown, "coverage": covered, "gaps": {stratum: gap(cells) for stratum, cells in shown.items()},
        "gradient": gradient(covered),
    }

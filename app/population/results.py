"""Counts of people → what is printed: by guideline and status, by stratum, coverage, gaps and gradients."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import Any

from app.guidelines.pack import Pack
from app.guidelines.status import Status
from app.population.batches import Counts
from app.population.codes import STATUSES
from app.population.strata import coverage, gap, gradient, stratum_name, suppressed

_Table = dict[Hashable, dict[str, int]]


def summary(
    pack: Pack, as_of: date, guidelines: Sequence[str], counts: Counts, by: Sequence[str], seconds: float, *, real: bool
) -> dict[str, Any]:  # fmt: skip
    """`real`: the file says that its people exist, so that small totals are not told either."""
    people = sum(cells[0] for (_, gid), cells in counts.items() if not gid)
    tables: dict[str, _Table] = {gid: {} for gid in guidelines}
    for (stratum, gid), cells in sorted(counts.items()):
        if gid:
            tables[gid][stratum_name(stratum)] = {STATUSES[code]: number for code, number in sorted(cells.items())}
    totals = {gid: _total(table) for gid, table in tables.items()}
    told = {gid: suppressed({"": total})[""] if real else total for gid, total in totals.items()}
    found: dict[str, Any] = {
        "people": people, "seconds": round(seconds, 3), "people_per_second": round(people / seconds),
        "engine": "duckdb", "as_of": as_of.isoformat(),
        "pack": {"id": pack.id, "version": pack.version, "digest": pack.digest},
        "counts": told, "coverage": {gid: coverage(cells) for gid, cells in told.items()},
        "gaps": {gid: gap(cells) for gid, cells in told.items()},
    }  # fmt: skip
    if by:
        strata = {
            gid: _strata(table, by, [status for status, number in told[gid].items() if number is None])
            for gid, table in tables.items()
        }  # fmt: skip
        found |= {"by": list(by), "strata": strata}
    return found


def _total(table: _Table) -> dict[str, int]:
    total: dict[str, int] = {}
    for cells in table.values():
        for status, number in cells.items():
            total[status] = total.get(status, 0) + number
    return {str(status): total[status] for status in Status if status in total}


def _strata(table: _Table, by: Sequence[str], hidden: Sequence[str]) -> dict[str, Any]:
    shown: Mapping[Hashable, Mapping[str, int | None]] = suppressed(table, hidden)
    covered = {stratum: coverage(cells) for stratum, cells in shown.items()}
    return {
        "counts": shown, "coverage": covered, "gaps": {stratum: gap(cells) for stratum, cells in shown.items()},
        "gradient": gradient(covered, by),
    }

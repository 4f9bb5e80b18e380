"""A measure over everybody in a set of tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from app.errors import UsageError
from app.measures.catalog import Scope
from app.measures.columns.layout import layout_of
from app.measures.columns.lookups import Lookups
from app.measures.columns.populations import Criteria, populations
from app.measures.columns.rows import Rows
from app.measures.columns.tables import Tables
from app.measures.evaluate import Groups
from app.measures.passes import Names
from app.measures.points import Points
from app.measures.times import Interval, first_instant, last_instant
from app.measures.valuesets import ValueSets, codes_for

if TYPE_CHECKING:
    import ibis.expr.types as ir


def members(scope: Scope, value_sets: ValueSets, first: date, last: date, tables: Tables) -> ir.Table:
    """One row a patient: `person`, `name` and 0 or 1 for each population (under `group/` in a measure of groups).

    Raises UsageError when a value set is missing, or the tables were made for other measures.
    """
    if not tables.layout.holds(layout_of([scope])):
        raise UsageError("these columns were made for other measures: make them again", code="columns")
    start, end = first_instant(first), last_instant(last)
    points = Points(Interval(start, start, end, end), scope.names["windows"])
    lookups = Lookups(tables, Names(scope, codes_for(scope, value_sets)))
    criteria = Criteria(scope, Rows(scope, tables, lookups, points), lookups, points, last)
    criteria.prepare()
    assert criteria.people is not None
    columns: dict[str, ir.Value] = {}
    for group, rate in scope.measure.rates.items():
        columns |= populations(criteria, rate, f"{group}/" if group else "")
    return criteria.people.select("person", "name", **columns)


def groups_of(table: ir.Table) -> Iterator[tuple[str, Groups]]:
    """(name, populations of each group) in the order of the patients."""
    rows = table.order_by("person").to_pyarrow()
    for batch in rows.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            groups: Groups = {}
            for column, value in row.items():
                if column not in ("person", "name"):
                    group, _, population = column.rpartition("/")
                    groups.setdefault(group, {})[population] = value
            yield row["name"], groups

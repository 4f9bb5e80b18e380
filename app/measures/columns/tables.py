"""The columns of patients: made from cases in memory, or kept as a folder of Parquet files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import UsageError
from app.measures.columns.dictionary import Dictionary
from app.measures.columns.flatten import Flattener, events_schema, people_schema
from app.measures.columns.head import HEAD
from app.measures.columns.layout import Layout, Source
from app.measures.reading import Case

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends.duckdb import Backend

PEOPLE, EVENTS = "people.parquet", "events.parquet"
_VERSION = 1


class Tables:
    """People and events on a DuckDB connection, with the layout and dictionaries that give numbers their meaning."""

    def __init__(self, layout: Layout, dictionaries: dict[str, Dictionary], con: Backend) -> None:
        self.layout, self.dictionaries, self.con = layout, dictionaries, con

    @property
    def people(self) -> ir.Table:
        return self.con.table("people")

    @property
    def events(self) -> ir.Table:
        return self.con.table("events")


def from_cases(cases: Iterable[Case], layout: Layout) -> Tables:
    """Columns in memory."""
    import ibis
    import pyarrow as pa

    flattener = Flattener(layout)
    batches = list(flattener.batches(cases))
    con = ibis.duckdb.connect()
    add_table(con, "people", pa.Table.from_batches([b.people for b in batches], people_schema(layout)))
    add_table(con, "events", pa.Table.from_batches([b.events for b in batches], events_schema(layout)))
    return Tables(layout, flattener.dictionaries, con)


def add_table(con: Backend, name: str, table: pa.Table) -> None:
    """A table of DuckDB's own (Ibis' `create_table` writes a statement that DuckDB 2 does not read)."""
    con.con.register(f"{name}_arrow", table)
    con.con.execute(f'create temp table "{name}" as from "{name}_arrow"')
    con.con.unregister(f"{name}_arrow")


def write_columns(cases: Iterable[Case], layout: Layout, folder: Path) -> int:
    """Columns as a folder of Parquet files; it appears when it is whole. Returns the number of patients.

    Raises UsageError when something stands there already.
    """
    import pyarrow.parquet as pq

    if folder.exists():
        raise UsageError("stands already: remove it, or choose another name", code="exists", where=folder.name)
    partial, people = folder.with_name(f".{folder.name}.partial"), 0
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        flattener = Flattener(layout)
        with (
            pq.ParquetWriter(partial / PEOPLE, people_schema(layout)) as one,
            pq.ParquetWriter(partial / EVENTS, events_schema(layout)) as other,
        ):
            for batch in flattener.batches(cases):
                one.write_batch(batch.people)
                other.write_batch(batch.events)
                people += batch.people.num_rows
        (partial / HEAD).write_text(json.dumps(head_of(layout, flattener.dictionaries)), encoding="utf-8")
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return people


def head_of(layout: Layout, dictionaries: dict[str, Dictionary]) -> dict[str, Any]:
    """What the Parquet files hold: sources, places, and the values that numbers stand for."""
    return {
        "version": _VERSION, "sources": layout.sources, "places": layout.places, "patient": layout.patient,
        "dictionaries": {place: dictionary.nodes for place, dictionary in dictionaries.items()},
    }


def read_columns(folder: Path) -> Tables:
    """Raises UsageError when the folder is not whole, or was made by another version."""
    import ibis

    try:
        head = json.loads((folder / HEAD).read_text(encoding="utf-8"))
        if head["version"] != _VERSION:
            raise ValueError
        sources = tuple(Source(kind, tuple(code), tuple(interval)) for kind, code, interval in head["sources"])
        places = {place: tuple(kinds) for place, kinds in head["places"].items()}
        layout = Layout(sources, places, tuple(head["patient"]))
        dictionaries = {place: Dictionary(nodes) for place, nodes in head["dictionaries"].items()}
        con = ibis.duckdb.connect()
        schemas = (("people", PEOPLE, people_schema(layout)), ("events", EVENTS, events_schema(layout)))
        for name, file, schema in schemas:
            table = con.read_parquet(folder / file, table_name=name)
            if list(table.columns) != schema.names:
                raise ValueError
    except Exception as error:  # JSON, DuckDB and Ibis each have their own family of errors: all mean "not whole"
        if isinstance(error, MemoryError):
            raise
        raise UsageError("not whole, or made by another version: make the columns again", code="columns",
                         where=folder.name) from None
    return Tables(layout, dictionaries, con)



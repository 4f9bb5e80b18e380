"""What the columns of population files hold, read from the statistics that Parquet keeps of each row group.

A column that nobody fills is left out of the query, and a day that no calendar of ours has is refused, without reading
a single person.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from app.errors import UsageError
from app.population.columns import BIRTH
from app.population.files import PERSON, Source

OLDEST = 130
FIRST, LAST = date(1800, 1, 1), date(2300, 12, 31)
"""Days that columns may hold: those among which `thresholds` looks."""
_NUMBERS = tuple((day - date(1970, 1, 1)).days for day in (FIRST, LAST))


def filled(source: Source) -> pa.Schema:
    """The columns of the files, without those that are surely NULL for everyone."""
    empty = _empty(source)
    return pa.schema([field for field in source.schema if field.name not in empty])


def _empty(source: Source) -> frozenset[str]:
    some = {BIRTH}
    for path in source.files:
        held: set[str] = set()
        for name, statistics, rows in _chunks(path, held, some):
            if statistics is None or not statistics.has_null_count or statistics.null_count < rows:
                some.add(name)
        some |= set(source.schema.names) - held  # lists: their parts have statistics, they have none
    return frozenset(source.schema.names) - some


def same_for_all(source: Source) -> dict[str, Any]:
    """Columns in which everyone has the same value, by their statistics."""
    found: dict[str, set[Any]] = {}
    differ: set[str] = {PERSON}
    for path in source.files:
        for name, statistics, _ in _chunks(path, set(), differ):
            values = found.setdefault(name, set())
            if statistics is not None and statistics.has_min_max and not statistics.null_count:
                values |= {statistics.min, statistics.max}
            else:
                differ.add(name)
            if len(values) > 1:
                differ.add(name)
    return {name: min(values) for name, values in found.items() if name not in differ and len(values) == 1}


def check_days(source: Source) -> None:
    """Raises UsageError for a day before 1800 or after 2300, be it inside a list."""
    for path in source.files:
        metadata = pq.read_metadata(path)
        unsaid: dict[str, Any] = {}
        for place in _day_columns(metadata.schema):
            for group in range(metadata.num_row_groups):
                column = metadata.row_group(group).column(place)
                said = column.statistics
                if said is not None and said.has_min_max:
                    if not _within(said):
                        raise _no_day(column.path_in_schema, path)
                elif said is None or not said.has_null_count or said.null_count < column.num_values:
                    unsaid[column.path_in_schema] = path
        for name in unsaid:
            _check_each_day(name, path)


def _day_columns(schema: Any) -> list[int]:
    return [place for place in range(len(schema)) if schema.column(place).logical_type.type == "DATE"]


def _check_each_day(column: str, path: Path) -> None:
    """For files that keep no statistics."""
    name, _, inside = column.partition(".")
    for batch in pq.ParquetFile(path).iter_batches(columns=[name]):
        days = batch.column(0)
        if inside:
            days = pc.struct_field(pc.list_flatten(days), inside.rpartition(".")[2])
        numbers = days.cast(pa.int32())
        found = pc.min_max(numbers).as_py()
        if found["min"] is not None and not (_NUMBERS[0] <= found["min"] and found["max"] <= _NUMBERS[1]):
            raise _no_day(column, path)


def _no_day(column: str, path: Path) -> UsageError:
    return UsageError(f"the column {column.partition('.')[0]} has days before {FIRST.year} or after {LAST.year}",
                      code="population", where=path.name)


def check_people(engine: Any, source: Source, as_of: date, others: frozenset[str] = frozenset()) -> None:
    """Raises UsageError for people who cannot be: nobody, unborn or too old, twice the same, values that are none.
    `others`: columns whose values are checked where they are read."""
    # ids are told apart by a number made of each, which takes a fraction of their memory; by themselves if two agree
    twice = f"count({PERSON}) - count(DISTINCT hash({PERSON}))" if PERSON in source.schema.names else "0"
    numbers = [field.name for field in source.schema if pa.types.is_floating(field.type) and field.name not in others]
    nan = "".join(f', count(*) FILTER (isnan("{name}"))' for name in numbers)
    born = "count(*) FILTER (birth_date > ?), count(*) FILTER (birth_date < ?)"
    people, unborn, old, same, *not_numbers = engine.execute(
        f"SELECT count(*), {born}, {twice}{nan} FROM people",  # noqa: S608 (names of the vocabulary, checked)
        [as_of, date(as_of.year - OLDEST, 1, 1)],
    ).fetchone()
    if not people:
        raise UsageError("nobody in this population", code="population")
    if unborn:
        raise UsageError(f"{unborn} people are born after {as_of}", code="population")
    if old:
        raise UsageError(f"{old} people are older than {OLDEST} years", code="population")
    if same:
        (same,) = engine.execute(f"SELECT count({PERSON}) - count(DISTINCT {PERSON}) FROM people").fetchone()  # noqa: S608
    if same:
        raise UsageError(f"{same} ids of people stand twice or more", code="population")
    for name, number in zip(numbers, not_numbers, strict=True):
        if number:
            raise UsageError(f"the column {name} has {number} values that are no numbers (NaN); leave them empty",
                             code="population")


def _within(statistics: Any) -> bool:
    try:
        return bool(statistics.min >= FIRST and statistics.max <= LAST)
    except (OverflowError, ValueError):  # a day that Python cannot name
        return False


def _chunks(path: Path, held: set[str], decided: AbstractSet[str]) -> Iterator[tuple[str, Any, int]]:
    """Each column of each row group: its name, its statistics, the number of rows. `held` is told the columns; those
    that are `decided`, meanwhile too, are passed over: a large population has half a million of such statistics."""
    metadata = pq.read_metadata(path)
    names = [metadata.schema.column(place).path for place in range(metadata.num_columns)]
    plain = [(place, name) for place, name in enumerate(names) if "." not in name]
    held |= {name for _, name in plain}
    for group in range(metadata.num_row_groups):
        part = metadata.row_group(group)
        for place, name in plain:
            if name not in decided:
                yield name, part.column(place).statistics, part.num_rows

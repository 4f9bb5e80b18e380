"""Population files: Parquet with fact columns, checked before anything is computed.

Besides the fact columns (`app.population.columns`) a file may have `person` (an id, each once) and the strata of
`STRATA`. Its Parquet metadata may say for which day it was made (`as_of`): values reduced on that day (the age of a
measure, what is stale) hold for that day; an earlier day would read what was not known yet, and is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.errors import UsageError
from app.facts.vocabulary import Vocabulary
from app.population.columns import BIRTH, HIGH, LATEST, LOW, OPEN, STATE, TYPES, UNDATED, kind_of

PERSON = "person"
SYNTHETIC = b"synthetic"
"""Metadata key: `true` where everyone is invented, `false` where people exist; files of others may leave it out."""
STRATA: dict[str, Any] = {
    "department": pa.string(), "region": pa.string(), "deprivation_quintile": pa.int64(), "area": pa.string(),
    "age_band": pa.string(),
}
"""Columns that no criterion reads, by which results may be split."""
_SUFFIXES: dict[str, Any] = {
    STATE: pa.int8(), LOW: pa.float64(), HIGH: pa.float64(), LATEST: pa.date32(), UNDATED: pa.bool_(), OPEN: pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Files with the same columns."""

    files: tuple[Path, ...]
    schema: pa.Schema
    synthetic: bool = False
    """Every file says that its people are invented."""
    real: bool = False
    """A file says that its people exist."""


def people_of(source: Source) -> int:
    """How many rows the files say that they have."""
    return sum(int(pq.read_metadata(path).num_rows) for path in source.files)


def open_files(paths: Sequence[Path], as_of: date, vocabulary: Vocabulary) -> Source:
    """Raises UsageError for what is no population file, or not one for this day."""
    files: list[Path] = []
    for path in paths:
        files += sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files:
        raise UsageError("no Parquet file there", code="population", where=paths[0].name if paths else None)
    schemas = [_schema(path) for path in files]
    for path, schema in zip(files, schemas, strict=True):
        _check_columns(path, schema, vocabulary)
        _check_day(path, schema, as_of)
        if not schema.remove_metadata().equals(schemas[0].remove_metadata()):
            raise UsageError(f"other columns than {files[0].name}; give them in two runs", code="population",
                             where=path.name)
    told = {(schema.metadata or {}).get(SYNTHETIC) for schema in schemas}
    return Source(tuple(files), schemas[0], synthetic=told == {b"true"}, real=b"false" in told)


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (OSError, pa.ArrowInvalid):
        raise UsageError("not a Parquet file that can be read", code="population", where=path.name) from None


def _check_columns(path: Path, schema: pa.Schema, vocabulary: Vocabulary) -> None:
    if BIRTH not in schema.names:
        raise UsageError(f"the column {BIRTH} is missing", code="population", where=path.name)
    if twice := {name for name in schema.names if schema.names.count(name) > 1}:
        raise UsageError(f"the column {min(twice)} stands twice", code="population", where=path.name)
    for field in schema:
        wanted = _type_of(field.name, vocabulary)
        if wanted is None:
            raise UsageError(f"the column {field.name} is no fact of the vocabulary; leave it out", code="population",
                             where=path.name)
        if not _same(field.type, wanted):
            raise UsageError(f"the column {field.name} holds {field.type}, expected {wanted}", code="population",
                             where=path.name)


def _type_of(name: str, vocabulary: Vocabulary) -> Any:
    """The type of a column, None for one that has no place in a population file."""
    if name == PERSON:
        return pa.string()
    base, mark, suffix = name.partition("__")
    try:
        kind = kind_of(base, vocabulary)
    except KeyError:
        return STRATA.get(name)
    return _SUFFIXES.get(mark + suffix) if mark else TYPES[kind]


def _same(found: Any, wanted: Any) -> bool:
    """Names inside lists may differ; integers may be wider or narrower, words may be dictionaries."""
    if pa.types.is_dictionary(found):
        found = found.value_type
    if pa.types.is_string(wanted):
        return bool(pa.types.is_string(found) or pa.types.is_large_string(found))
    if pa.types.is_integer(wanted):
        return bool(pa.types.is_integer(found))
    if pa.types.is_list(wanted):
        if not (pa.types.is_list(found) or pa.types.is_large_list(found)) or not pa.types.is_struct(found.value_type):
            return False
        inner = {field.name: field.type for field in found.value_type}
        return all(field.name in inner and _same(inner[field.name], field.type) for field in wanted.value_type)
    if pa.types.is_floating(wanted):
        return bool(pa.types.is_floating(found))
    return bool(found == wanted)


def _check_day(path: Path, schema: pa.Schema, as_of: date) -> None:
    written = (schema.metadata or {}).get(b"as_of")
    if written is None:
        return
    try:
        made_for = date.fromisoformat(written.decode())
    except (UnicodeDecodeError, ValueError):
        raise UsageError("its as_of is no day", code="population", where=path.name) from None
    if made_for > as_of:
        raise UsageError(f"made for {made_for}, which is after {as_of}: make it again for that day, or give --as-of "
                         f"{made_for}", code="population", where=path.name)

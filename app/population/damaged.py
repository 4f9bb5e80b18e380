"""A population file whose data cannot be read, though its head can: told in a sentence, with its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from app.errors import UsageError

_OF_DUCKDB = (duckdb.InvalidInputException, duckdb.IOException, duckdb.SerializationException)


@contextmanager
def reading(files: Sequence[Path]) -> Iterator[None]:
    """Raises UsageError for damaged files, and where DuckDB finds no place for what memory does not hold."""
    try:
        yield
    except (duckdb.Error, pa.ArrowInvalid, OSError) as error:
        if isinstance(error, duckdb.Error) and not isinstance(error, _OF_DUCKDB) and type(error) is not duckdb.Error:
            raise  # of our query, not of the file
        told = str(error)
        if "No space left" in told or "max_temp_directory_size" in told:
            raise UsageError("no place is left on the disk for what memory does not hold", code="population") from None
        named = [path.name for path in files if str(path) in told]
        raise UsageError("damaged: its data cannot be read; copy or make it again", code="population",
                         where=(named or [path.name for path in files])[0]) from None  # fmt: skip

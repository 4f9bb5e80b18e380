"""Is a folder one of columns? (Apart, so that asking does not load DuckDB.)"""

from __future__ import annotations

from pathlib import Path

HEAD = "columns.json"
"""Says what the Parquet files beside it hold."""


def is_columns(path: Path) -> bool:
    return (path / HEAD).is_file()

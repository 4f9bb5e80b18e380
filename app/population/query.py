"""The stages of a pack as one SQL query, in the dialect of an engine.

Each stage is written once, as a common table expression; engines read them as one pipeline over the columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import ibis

Dialect = Literal["duckdb", "pyspark"]
_INLINE: dict[Dialect, str] = {"duckdb": "NOT MATERIALIZED ", "pyspark": ""}
"""DuckDB may keep a common table expression in memory: a population does not fit."""
_EVERYTHING: dict[Dialect, str] = {"duckdb": '"t0".*', "pyspark": "`t0`.*"}


class Query:
    """Collects stages; `sql(last)` is the whole query, whose last selection is `last`."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect: Dialect = dialect
        self._stages: list[str] = []

    def stage(self, table: Any, columns: Mapping[str, Any]) -> Any:
        """The table with more columns, under a name of its own; the columns that it had are not written again."""
        name = f"stage_{len(self._stages) + 1}"
        head, found, rest = self._text(table.select(**columns)).partition("SELECT ")
        assert found
        assert not head.strip()
        everything = _EVERYTHING[self._dialect]
        self._stages.append(f"{name} AS {_INLINE[self._dialect]}(\nSELECT {everything}, {rest}\n)")
        types = dict(table.schema().items()) | {key: value.type() for key, value in columns.items()}
        return ibis.table(types, name=name)

    def sql(self, last: Any) -> str:
        head = "WITH " + ",\n".join(self._stages) + "\n" if self._stages else ""
        return head + self._text(last)

    def _text(self, table: Any) -> str:
        return str(ibis.to_sql(table, dialect=self._dialect, pretty=False))

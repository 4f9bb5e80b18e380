"""What is read of lists is what DuckDB reads of them: lists that are missing or empty, elements with missing fields."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.population.circuit.bits import as_value, unpack
from app.population.circuit.lowering import Lowering
from app.population.circuit.nodes import Graph
from app.population.circuit.parts import run_on
from app.population.circuit.program import program
from app.population.circuit.steps import Program
from app.population.columns import DAYS, RELATIVES

SCHEMA = pa.schema([("birth_date", pa.date32()), ("weight", pa.float64()), ("doses", DAYS), ("others", DAYS),
                    ("aunts", RELATIVES), ("uncles", RELATIVES)])  # fmt: skip
DAY = date(2020, 1, 1)
days = st.integers(0, 40).map(lambda n: DAY + timedelta(days=n))
doses = st.lists(st.fixed_dictionaries(
    {"earliest": days, "latest": days, "rank": st.none() | st.integers(0, 3)}), max_size=7)  # fmt: skip
relatives = st.lists(st.fixed_dictionaries({
    "degree": st.none() | st.integers(1, 3), "relation": st.sampled_from([None, "mother", "aunt"]),
    "side": st.sampled_from([None, "maternal"]), "sex": st.none(),
    "onset_low": st.none() | st.integers(20, 60).map(float), "onset_high": st.none() | st.integers(20, 60).map(float),
}), max_size=4)  # fmt: skip
people = st.lists(st.fixed_dictionaries({
    "birth_date": st.none() | days, "weight": st.none() | st.integers(40, 90).map(float),
    "doses": st.none() | doses, "others": st.none() | doses, "aunts": st.none() | relatives,
    "uncles": st.none() | relatives,
}), min_size=1, max_size=12)  # fmt: skip


def there(column: Any) -> Any:
    return column.fill_null(ibis.literal([], column.type()))


def listed(table: Any) -> dict[str, Any]:
    """Expressions of every form that a pack makes."""
    aunts, uncles = table.aunts, table.uncles
    both = there(table.doses).concat(there(table.others)).sort()
    young = aunts.filter(lambda r: (r.onset_high.fill_null(999.0) < 50).fill_null(False))
    found = {
        "size": table.doses.length(), "size_filled": there(table.doses).length(), "young": young.length(),
        "mothers": uncles.filter(lambda r: r.relation.isin(["mother"]).fill_null(True)).length().fill_null(0),
        "near": aunts.map(lambda r: r.degree).contains(1).fill_null(False),
        "points": aunts.map(lambda r: (r.degree == 1).fill_null(False).ifelse(r.degree * 2, 1)).sums().fill_null(0),
        "most": uncles.map(lambda r: r.degree).maxs(),
        "older": aunts.filter(lambda r: (table.birth_date.year() - 1990 < r.onset_low).fill_null(False)).length(),
        "sum": aunts.map(lambda r: r.onset_low).sums() + uncles.map(lambda r: r.onset_low).sums(),
        "heavy": (young.length() > 0) & (table.weight > 60),
        "both": both.length(), "word": aunts[0].relation,
        "chosen": (table.weight > 60).ifelse(table.doses.length(), uncles.length()),
    }  # fmt: skip
    for turn in range(3):
        for name in ("earliest", "latest", "rank"):
            found[f"{name}{turn}"], found[f"both_{name}{turn}"] = table.doses[turn][name], both[turn][name]
    return found


@lru_cache(maxsize=1)
def compiled() -> tuple[Program, str]:
    """The same expressions as a program and as SQL."""
    table = ibis.table(ibis.Schema.from_pyarrow(SCHEMA), name="people")
    graph, expressions = Graph(), listed(table)
    lowering = Lowering(graph, {})
    outputs = {name: lowering.value(one.op()) for name, one in expressions.items()}
    return program(outputs, graph), str(ibis.to_sql(table.select(**expressions), dialect="duckdb"))


def told(people: pa.RecordBatch) -> dict[str, list[Any]]:
    """What the program says."""
    found = {}
    for name, value in run_on(compiled()[0], people).items():
        one, size = as_value(value), people.num_rows
        data = unpack(one.data, size) if one.truth else np.broadcast_to(one.data, (size,))
        missing = unpack(one.missing, size)
        found[name] = [None if gone else one.words[place] if one.words else place.item()
                       for place, gone in zip(data, missing, strict=True)]
    return found


def duckdb_says(people: pa.RecordBatch) -> dict[str, list[Any]]:
    with duckdb.connect() as engine:
        engine.register("people", pa.Table.from_batches([people]))
        rows = engine.sql(compiled()[1]).to_arrow_table()
    return {name: [plain(value) for value in rows.column(name).to_pylist()] for name in rows.column_names}


def plain(value: Any) -> Any:
    return (value - date(1970, 1, 1)).days if isinstance(value, date) else value


@settings(max_examples=100, derandomize=True, database=None, deadline=None)
@given(people)
def test_lists_are_read_as_duckdb_reads_them(drawn: list[dict[str, Any]]) -> None:
    batch = pa.RecordBatch.from_pylist(drawn, schema=SCHEMA)
    assert told(batch) == duckdb_says(batch)


def test_what_has_no_form_is_refused_when_it_is_compiled() -> None:
    table = ibis.table(ibis.Schema.from_pyarrow(SCHEMA), name="people")
    for form in (table.doses.map(lambda dose: dose["rank"]).mins(), table.doses.concat(table.others).length()):
        with pytest.raises(TypeError, match="no column form"):
            Lowering(Graph(), {}).value(form.op())

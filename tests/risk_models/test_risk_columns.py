"""A model over columns gives everyone what it gives them one by one, and refuses the same people."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import risk_models
from risk_models import NoColumnForm, NotApplicable
from risk_models.columns import columns
from risk_models.eisinger_columns import eisinger_columns
from risk_models.registry import MODELS
from tests.risk_models.people import people, table

COLUMNAR = [model.id for model in MODELS.values() if model.columns is not None]
SETTINGS = settings(max_examples=20, derandomize=True, deadline=None, phases=(Phase.generate,))


def one_by_one(model: str, person: Mapping[str, Any]) -> dict[str, Any] | None:
    """The results of a person, or None when the model refuses."""
    try:
        estimate = risk_models.compute(model, person)
    except NotApplicable:
        return None
    told = estimate.result if isinstance(estimate.result, Mapping) else {}
    return {"value": estimate.value, "category": estimate.category, **told}


def together(model: str, everyone: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows, inputs = table(model, everyone)
    found: list[dict[str, Any]] = (
        rows.order_by("place").select(**columns(model, inputs)).to_pyarrow().to_pylist()
    )
    return found


def same(expected: Any, found: Any) -> bool:
    if isinstance(expected, bool | str) or expected is None or found is None:
        return bool(expected == found)
    return math.isclose(expected, found, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("model", COLUMNAR)
def test_everyone_at_once_is_everyone_one_by_one(model: str) -> None:
    accepted = refused = 0

    @SETTINGS
    @given(st.lists(people(model), min_size=40, max_size=60))
    def hold(everyone: list[dict[str, Any]]) -> None:
        nonlocal accepted, refused
        for person, found in zip(everyone, together(model, everyone), strict=True):
            expected = one_by_one(model, person)
            if expected is None:
                refused += 1
                assert set(found.values()) == {None}, person
            else:
                accepted += 1
                assert all(same(expected.get(name), value) for name, value in found.items()), (person, found)

    hold()
    assert accepted > 100, "the people drawn say nothing of this model"
    assert refused > 100


def test_what_is_the_same_for_everyone_may_be_a_plain_value() -> None:
    person = {
        "sex": "male",
        "age": 50,
        "smoker": True,
        "sbp": 140.0,
        "total_cholesterol": 5.5,
        "hdl_cholesterol": 1.3,
    }
    rows, inputs = table("score2", [{**person, "region": "low"}])
    (found,) = rows.select(**columns("score2", {**inputs, "region": "low"})).to_pyarrow().to_pylist()
    assert found["value"] == pytest.approx(risk_models.score2(**person, region="low").value, abs=1e-9)


ROW = ibis.table({"weight": "float64", "height": "float64", "age": "int64", "word": "string"}, name="people")


@pytest.mark.parametrize(
    ("model", "given_columns", "told"),
    [
        ("eisinger", {}, "no column form"),
        ("bmi", {"weight": ROW.weight}, "needs a column for: height, age"),
        ("bmi", {"weight": ROW.weight, "size": ROW.height}, "no such input: size"),
        ("bmi", {"weight": ROW.word, "height": ROW.height, "age": ROW.age}, "bmi: weight: must be numbers"),
        ("bmi", {"weight": 81, "height": 1.8, "age": 40}, "at least one column"),
        ("score2-category", {"age": ROW.age, "risk_percent": "5"}, "risk_percent: must be numbers"),
    ],
)
def test_columns_that_a_model_cannot_read_are_told(
    model: str, given_columns: dict[str, Any], told: str
) -> None:
    with pytest.raises(NoColumnForm, match=told):
        columns(model, given_columns)


CANCERS = st.fixed_dictionaries(
    {
        "branch": st.sampled_from(["maternal", "paternal"] * 6 + ["both", "both", "unknown"]),
        "cancer": st.sampled_from(["breast"] * 6 + ["ovary", "brca_mutation"]),
        "sex": st.sampled_from(["female"] * 8 + ["male", None]),
        "age": st.one_of(
            st.integers(20, 90),
            st.sampled_from(
                [None, 29, 30, 39, 40, 49, 50, 70, 71, 121, (40, 49), (39, 40), (75, 90), (60, 50)]
            ),
        ),
    }
)


@SETTINGS
@given(st.lists(st.lists(CANCERS, min_size=1, max_size=4), min_size=60, max_size=80))
def test_eisinger_over_a_table_of_cancers(families: list[list[dict[str, Any]]]) -> None:
    rows = [
        {**cancer, "person": person, "youngest": ages[0], "oldest": ages[1]}
        for person, family in enumerate(families)
        for cancer in family
        for ages in [cancer["age"] if isinstance(cancer["age"], tuple) else (cancer["age"],) * 2]
    ]
    schema = {"person": "int64", "branch": "string", "cancer": "string", "sex": "string"}
    schema |= {"youngest": "int64", "oldest": "int64"}
    found = eisinger_columns(
        ibis.memtable([{name: row[name] for name in schema} for row in rows], schema=schema)
    )
    told = {row.pop("person"): row for row in found.to_pyarrow().to_pylist()}
    assert len(told) == len(families)
    for person, family in enumerate(families):
        try:
            expected = risk_models.eisinger(relatives=family).result
        except NotApplicable:
            expected = dict.fromkeys(told[person])
        assert told[person] == expected, family


def test_spark_gives_the_same(spark: Any, tmp_path: Path) -> None:
    """Every model, on people of the edges, side by side in one file that both engines read."""
    drawn = {model: _drawn(model)[:80] for model in COLUMNAR}
    tables = {model: table(model, everyone) for model, everyone in drawn.items()}
    beside = pa.table({"place": list(range(80))})
    for model, (rows, _) in tables.items():
        held = rows.order_by("place").to_pyarrow()
        for name in held.column_names:
            if name != "place":
                beside = beside.append_column(f"{model} {name}", held[name])
    pq.write_table(beside, tmp_path / "people.parquet")
    found: list[list[dict[str, Any]]] = []
    for engine in (ibis.duckdb.connect(), spark):
        people = engine.read_parquet(str(tmp_path / "people.parquet"))
        results = {
            f"{model} {name}": value
            for model, (_, inputs) in tables.items()
            for name, value in columns(model, _moved(model, inputs, people)).items()
        }
        found.append(people.order_by("place").select(**results).to_pyarrow().to_pylist())
    for place, (here, there) in enumerate(zip(*found, strict=True)):
        assert here.keys() == there.keys()
        for name, value in here.items():
            assert same(value, there[name]), (name, drawn[name.split()[0]][place], value, there[name])


def _moved(model: str, inputs: dict[str, Any], people: Any) -> dict[str, Any]:
    """The same inputs, as columns of another table."""

    def of(item: Any) -> Any:
        return [of(one) for one in item] if isinstance(item, list) else people[f"{model} {item.get_name()}"]

    return {name: of(item) for name, item in inputs.items()}


def _drawn(model: str) -> list[dict[str, Any]]:
    drawn: list[list[dict[str, Any]]] = []

    @settings(max_examples=3, derandomize=True, deadline=None, database=None)
    @given(st.lists(people(model), min_size=40, max_size=60))
    def draw(everyone: list[dict[str, Any]]) -> None:
        drawn.append(everyone)

    draw()
    return [person for everyone in drawn for person in everyone]


def test_the_library_needs_no_ibis() -> None:
    code = (
        "import risk_models, risk_models.columns, sys; print('ibis' in sys.modules, 'duckdb' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["False", "False"]

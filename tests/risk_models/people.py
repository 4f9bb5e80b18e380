"""People drawn from what a model declares of its inputs: most are accepted, many stand on an edge or beyond it."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import ibis
import pyarrow as pa
from annotated_types import Len, MinLen
from hypothesis import strategies as st

from risk_models.inputs import Bounds, Excludes
from risk_models.registry import get

PLAUSIBLE: dict[str, st.SearchStrategy[Any]] = {
    "total_cholesterol": st.one_of(st.floats(1.4, 20.5), st.sampled_from([1.5, 20.0, 200.0, 2.1])),
    "hdl_cholesterol": st.one_of(st.floats(0.1, 2.5), st.sampled_from([0.2, 5.0, 50.0, 0.5])),
    "cholesterol_unit": st.sampled_from(["mmol/L"] * 8 + ["mg/dL", "g/L"]),
    "creatinine": st.one_of(st.floats(10, 400), st.sampled_from([15.0, 2000.0, 0.9, 9.0])),
    "creatinine_unit": st.sampled_from(["umol/L"] * 6 + ["mg/dL", "mg/L"]),
    "ldl_untreated": st.one_of(
        st.floats(2, 12), st.sampled_from([0.3, 30.0, 4.0, 5.0, 6.5, 8.5, 155.0, 190.0, 1.9])
    ),
    "ldl_unit": st.sampled_from(["mmol/L"] * 8 + ["mg/dL", "g/L"]),
    "purpose": st.sampled_from(["plan_help"] * 19 + ["select_invitations"]),
    "hba1c": st.one_of(st.floats(20, 120), st.sampled_from([15.0, 200.0, 7.2, 14.9])),
    "hba1c_unit": st.sampled_from(["mmol/mol"] * 8 + ["%"]),
    "platelets": st.one_of(st.floats(50, 500), st.sampled_from([5.0, 2000.0, 250000.0])),
    "platelets_unit": st.sampled_from(["10*9/L"] * 8 + ["/mm3"]),
    "acr": st.one_of(st.floats(0, 500), st.sampled_from([0.0, 3.0, 30.0, 300.0, 30000.0, 5000.0])),
}
"""Inputs whose declared bounds are those of every unit at once, or whose classes are narrow beside them."""


def _premm5(person: dict[str, Any]) -> dict[str, Any]:
    """An age for each cancer and for no other, not later than now."""
    person = dict(person)
    if person["sex"] == "male":
        person["proband_endometrial"] = False
    for cancer in (
        "proband_crc",
        "proband_endometrial",
        "fdr_crc",
        "sdr_crc",
        "fdr_endometrial",
        "sdr_endometrial",
    ):
        age = f"{cancer}_age" if cancer.startswith("proband") else f"{cancer}_min_age"
        if not person[cancer]:
            person[age] = None
        elif person[age] is None or cancer.startswith("proband"):
            person[age] = person["age"]
    return person


def _score2_diabetes(person: dict[str, Any]) -> dict[str, Any]:
    """Type 2, found in the past, kidneys not severely ill."""
    fitted = {"diabetes_type": "2", "age_at_diabetes_diagnosis": 40, "egfr": max(person["egfr"] or 45.0, 45.0)}
    return person | fitted


def _plco(person: dict[str, Any]) -> dict[str, Any]:
    """As many years as fit into a life; none since quitting for people who smoke."""
    years = {"smoking_duration_years": 30.0, "years_since_quit": 0.0 if person["current_smoker"] else 15.0}
    return person | years


def _below_60(person: dict[str, Any]) -> dict[str, Any]:
    return person | {"egfr": 15 + (person["egfr"] or 0) % 45}


def _qrisk3(person: dict[str, Any]) -> dict[str, Any]:
    return person | {"b_type1": 0, "b_impotence2": 0, "weight": 70.0, "height": 170.0}


def _prevent(person: dict[str, Any]) -> dict[str, Any]:
    """Cholesterol within the published range."""
    total = 3.36 + (person["total_cholesterol"] or 0) % 4.9
    return person | {"total_cholesterol": total, "hdl_cholesterol": 0.52 + total / 4, "cholesterol_unit": "mmol/L"}


FITTING: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "premm5": _premm5, "score2-diabetes": _score2_diabetes, "plcom2012": _plco, "plcom2012-norace": _plco,
    "kfre-4": _below_60, "qrisk3": _qrisk3, "prevent-base": _prevent,
}  # fmt: skip
"""Models whose inputs must fit together: nine in ten of those drawn are made to."""


def people(model: str) -> st.SearchStrategy[dict[str, Any]]:
    """Complete answers nine times in ten for each input; the others unknown, or beyond what is accepted."""
    drawn = st.fixed_dictionaries(
        {
            name: _rarely_unknown(
                PLAUSIBLE[name] if name in PLAUSIBLE else _values(field.annotation, tuple(field.metadata))
            )
            for name, field in get(model).inputs.model_fields.items()
        }
    )
    if (fitting := FITTING.get(model)) is None:
        return drawn
    return st.tuples(drawn, st.integers(0, 9)).map(lambda both: fitting(both[0]) if both[1] else both[0])


def _rarely_unknown(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 39).flatmap(lambda n: st.none() if n == 0 else values)


def _values(annotation: Any, metadata: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        annotation, *inner = get_args(annotation)
        return _values(annotation, (*metadata, *inner))
    if origin in (Union, UnionType):
        (one,) = (part for part in get_args(annotation) if part is not NoneType)
        return st.one_of(_values(one, metadata), st.none())
    if origin is Literal:
        return st.sampled_from(get_args(annotation))
    if origin is list:
        item = _values(get_args(annotation)[0], ())
        length = _length(list(metadata))
        return st.lists(item, min_size=length, max_size=length)
    if annotation is bool:
        excludes = any(isinstance(said, Excludes) for said in metadata)
        return st.sampled_from([False] * 29 + [True]) if excludes else st.booleans()
    bounds = next((said for said in metadata if isinstance(said, Bounds)), Bounds(0, 100, "1"))
    return _numbers(annotation, bounds)


def _numbers(kind: type, bounds: Bounds) -> st.SearchStrategy[Any]:
    low, high = bounds.low, bounds.high
    if kind is int:
        inside: st.SearchStrategy[Any] = st.integers(math.ceil(low), math.floor(high))
        edges: list[Any] = [math.ceil(low) - 1, math.ceil(low), math.floor(high), math.floor(high) + 1]
    else:
        tenths = st.integers(math.ceil(low * 10), math.floor(high * 10)).map(lambda n: n / 10)
        inside = st.one_of(st.floats(low, high), tenths)
        edges = [
            math.nextafter(low, -math.inf),
            low,
            high,
            math.nextafter(high, math.inf),
            math.nan,
            math.inf,
        ]
    return st.integers(0, 19).flatmap(lambda n: st.sampled_from(edges) if n == 0 else inside)


def table(model: str, everyone: list[dict[str, Any]]) -> tuple[Any, dict[str, Any]]:
    """The people as a table of DuckDB, and each input as its column (a list of columns for a list of answers).

    The table also numbers the people (`place`): no engine promises an order.
    """
    schema = {"place": "int64"}
    rows: list[dict[str, Any]] = [{"place": place} for place in range(len(everyone))]
    inputs: dict[str, list[str]] = {}
    for name, field in get(model).inputs.model_fields.items():
        if name not in everyone[0]:
            continue
        items = [person[name] for person in everyone]
        width = _length(field.metadata)
        kind = _kind(field.annotation)
        names = [f"{name}_{place}" for place in range(width)] or [name]
        inputs[name] = names if width else []
        for place, column in enumerate(names):
            schema[column] = kind
            for row, item in zip(rows, items, strict=True):
                row[column] = item if not width else None if item is None else item[place]
    # Through Arrow, which tells NaN from NULL: a NULL may have a meaning of its own.
    people = ibis.memtable(pa.Table.from_pylist(rows, schema=ibis.schema(schema).to_pyarrow()))
    return people, {
        name: [people[n] for n in names] if names else people[name] for name, names in inputs.items()
    }


def _length(metadata: list[Any]) -> int:
    """Of a list of answers; 0 for a single value."""
    return next((said.min_length for said in metadata if isinstance(said, Len | MinLen)), 0)


def _kind(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return _kind(next(part for part in get_args(annotation) if part is not NoneType))
    if origin in (Annotated, list):
        return _kind(get_args(annotation)[0])
    if origin is Literal:
        return "string" if isinstance(get_args(annotation)[0], str) else "int64"
    return {int: "int64", float: "float64", bool: "boolean", str: "string"}[annotation]

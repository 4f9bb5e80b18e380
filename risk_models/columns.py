"""The column form of a model: its formula over the columns of a table of people, as Ibis expressions.

>>> import ibis
>>> from risk_models.columns import columns
>>> people = ibis.memtable({"weight": [81.0, 81.0], "height": [1.8, 180.0], "age": [40, 40]})
>>> given = {name: people[name] for name in people.columns}
>>> people.select(**columns("bmi", given)).to_pyarrow()["class"].to_pylist()
['overweight', None]

Where a model refuses a person, every result is NULL. What it refuses is read from the same declarations (bounds,
choices, exclusions, `Inputs.holds`), and what it gives is the same text (`RiskModel.columns`): the tests hold the
two forms equal, refusals included.

Nothing here imports Ibis: columns come from the caller. A value that is the same for everyone (`region="low"`)
may be a plain one, which is faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Len, MaxLen, MinLen

from risk_models.errors import NoColumnForm
from risk_models.inputs import Bounds, Excludes, Inputs, Only, Says
from risk_models.numeric import every, known, negate, one_of, or_else, within
from risk_models.registry import get


def columns(model_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Each result of the model as a column expression, NULL where the model refuses.

    `given` has a column or a plain value for each input, by name; conditions of use left out count as "no", as for
    one person. Results are named as in `RiskEstimate.result`, or `value` and `category`. Raises UnknownModel, and
    NoColumnForm when the model has no such form, or an input is missing, unknown, of the wrong type, or a plain value
    that the model refuses.
    """
    model = get(model_id)
    if model.columns is None:
        raise NoColumnForm(f"{model_id}: no column form; compute it for one person at a time")
    fields = model.inputs.model_fields
    wrong = sorted(given.keys() - fields.keys())
    if wrong:
        raise NoColumnForm(f"{model_id}: no such input: {', '.join(wrong)}")
    lacking = [name for name, field in fields.items() if field.is_required() and name not in given]
    if lacking:
        raise NoColumnForm(f"{model_id}: needs a column for: {', '.join(lacking)}")
    conditions, values = [], {}
    for name, field in fields.items():
        if name not in given:
            continue
        value, condition = _read(f"{model_id}: {name}", field.annotation, tuple(field.metadata), given[name])
        if condition is False:
            raise NoColumnForm(f"{model_id}: {name}: this value is refused for everyone")
        values[name] = value
        conditions.append(condition)
    inputs: Inputs = model.inputs.model_construct(**values)
    accepted: Any = every([*conditions, inputs.holds()])
    if isinstance(accepted, bool):
        raise NoColumnForm(f"{model_id}: give at least one column")
    return {name: accepted.ifelse(value, None) for name, value in model.columns(inputs).items()}


def _read(name: str, annotation: Any, metadata: tuple[Any, ...], given: Any) -> tuple[Any, Any]:
    """The value as the formula takes it, and the condition that the model accepts it."""
    if get_origin(annotation) is Annotated:
        annotation, *inner = get_args(annotation)
        return _read(name, annotation, (*metadata, *inner), given)
    if get_origin(annotation) in (Union, UnionType):
        (one,) = (part for part in get_args(annotation) if part is not NoneType)
        value, condition = _read(name, one, metadata, given)
        return value, _unknown(value) | condition
    if get_origin(annotation) is list:
        return _items(name, get_args(annotation)[0], metadata, given)
    value, conditions = _typed(name, annotation, given)
    for said in metadata:
        match said:
            case Bounds(low=low, high=high):
                conditions.append(within(value, low, high))
            case Excludes():
                conditions.append(negate(value))
            case Only(word=word):
                conditions.append(value == word)
            case Says():
                pass
            case _:
                raise NoColumnForm(f"{name}: its check has no column form")
    return value, every(conditions)


def _unknown(value: Any) -> Any:
    """NULL, which may have a meaning of its own; not NaN, which Spark counts with it."""
    unknown: Any = negate(known(value))
    if hasattr(value, "isnan") and value.type().is_floating():
        return unknown & negate(or_else(value.isnan(), False))
    return unknown


def _typed(name: str, annotation: Any, given: Any) -> tuple[Any, list[Any]]:
    if get_origin(annotation) is Literal:
        choices = get_args(annotation)
        if isinstance(choices[0], str):
            _must(name, given, "is_string", str, "words")
        else:
            given = _number(name, given)
        return given, [one_of(given, choices)]
    if annotation is str:
        _must(name, given, "is_string", str, "words")
        return given, [known(given)]
    if annotation is bool:
        _must(name, given, "is_boolean", bool, "true or false")
        return given, [known(given)]
    if annotation not in (int, float):
        raise NoColumnForm(f"{name}: this type has no column form")
    whole = annotation is float or isinstance(given, int) or given.type().is_integer()
    may_be_nan = hasattr(given, "type") and given.type().is_floating()
    given = _number(name, given)
    conditions = [known(given)] if whole else [given == given.floor()]
    # Comparisons are not enough: the statistics of a Parquet file, from which DuckDB knows them true, leave NaN out.
    return given, [*conditions, negate(given.isnan())] if may_be_nan else conditions


def _number(name: str, given: Any) -> Any:
    """As a double: decimals and small integers would be computed with fewer digits."""
    _must(name, given, "is_numeric", (int, float), "numbers")
    return given if isinstance(given, int | float) else given.cast("float64")


def _must(name: str, given: Any, check: str, plain: Any, told: str) -> None:
    if isinstance(given, plain):
        return
    if not hasattr(given, "type") or not getattr(given.type(), check)():
        raise NoColumnForm(f"{name}: must be {told}")


def _items(name: str, annotation: Any, metadata: tuple[Any, ...], given: Any) -> tuple[Any, Any]:
    """A list of fixed length: one column an item."""
    bounds = [said for said in metadata if isinstance(said, Len | MinLen | MaxLen)]
    lengths = {
        getattr(said, side) for said in bounds for side in ("min_length", "max_length") if hasattr(said, side)
    }
    if len(lengths) != 1 or not isinstance(given, list | tuple) or len(given) != next(iter(lengths)):
        raise NoColumnForm(f"{name}: must be a list of columns, one an item")
    read = [_read(f"{name}[{place}]", annotation, (), item) for place, item in enumerate(given)]
    return [value for value, _ in read], every(condition for _, condition in read)

"""The inputs of a model told as data: for a form, a command line or a reader."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from risk_models.inputs import Bounds, Excludes, Inputs, OrWord, Says

_TYPES = {int: "integer", float: "number", bool: "boolean"}


def describe_inputs(inputs: type[Inputs]) -> list[dict[str, Any]]:
    """One row an input: `name`, `type`, `required`, `meaning`, and where they apply `unit`, `low`,
    `high`, `choices`, `default`, `words` (instead of a number), `nullable` (null has a meaning of its own),
    `excludes` (the model refuses when it is true)."""
    return [_row(name, field) for name, field in inputs.model_fields.items()]


def _row(name: str, field: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "type": "list", "required": field.is_required(), "meaning": ""}
    annotation, metadata = _unwrapped(field.annotation, list(field.metadata))
    if annotation in _TYPES:
        row["type"] = _TYPES[annotation]
    elif get_origin(annotation) is Literal:
        row |= {"type": "choice", "choices": list(get_args(annotation))}
    for said in metadata:
        if isinstance(said, OrWord):
            row |= {"type": "integer", "words": list(said.words)}
            said = said.bounds
        if isinstance(said, Bounds):
            row |= {"unit": said.unit, "low": said.low, "high": said.high, "range": str(said)}
        elif isinstance(said, Says):
            row["meaning"] = said.text
        elif isinstance(said, Excludes):
            row["excludes"] = said.reason
    if get_origin(field.annotation) in (Union, UnionType) and NoneType in get_args(field.annotation):
        row["nullable"] = True
    if not field.is_required() and field.default is not None:
        row["default"] = field.default
    return row


def _unwrapped(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """The type of a value that may be null, with what is said of it."""
    if get_origin(annotation) is Annotated:
        inner, *said = get_args(annotation)
        return _unwrapped(inner, [*metadata, *said])
    if get_origin(annotation) in (Union, UnionType):
        types = [part for part in get_args(annotation) if part is not NoneType]
        if len(types) == 1:
            return _unwrapped(types[0], metadata)
    return annotation, metadata

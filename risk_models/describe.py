"""The inputs of a model told as data: for a form, a command line or a reader."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from risk_models.inputs import Bounds, Excludes, Inputs, Says

_TYPES = {int: "integer", float: "number", bool: "boolean"}


def describe_inputs(inputs: type[Inputs]) -> list[dict[str, Any]]:
    """One row an input: `name`, `type`, `required`, `meaning`, and where they apply `unit`, `low`,
    `high`, `choices`, `default`, `excludes` (the model refuses when it is true)."""
    return [_row(name, field) for name, field in inputs.model_fields.items()]


def _row(name: str, field: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "type": "list", "required": field.is_required(), "meaning": ""}
    if field.annotation in _TYPES:
        row["type"] = _TYPES[field.annotation]
    elif get_origin(field.annotation) is Literal:
        row |= {"type": "choice", "choices": list(get_args(field.annotation))}
    for said in field.metadata:
        if isinstance(said, Bounds):
            row |= {"unit": said.unit, "low": said.low, "high": said.high, "range": str(said)}
        elif isinstance(said, Says):
            row["meaning"] = said.text
        elif isinstance(said, Excludes):
            row["excludes"] = said.reason
    if not field.is_required() and field.default is not None:
        row["default"] = field.default
    return row

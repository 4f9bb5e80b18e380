"""A measure in words and as data: populations, the definitions and events behind them, the value sets it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.measures.catalog import Scope
from app.measures.check import reach, value_sets_used
from app.measures.measure import POPULATIONS

Line = tuple[str, str]
"""(style, text), as `app.commands.options.styled` prints it."""


def measure_json(scope: Scope) -> dict[str, Any]:
    """The measure as written, with what it uses of the vocabulary put into its own sections."""
    out: dict[str, Any] = scope.measure.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    for section, name in sorted(reach(scope)):
        value = scope.names[section][name]
        plain = value if isinstance(value, str) else value.model_dump(
            mode="json", by_alias=True, exclude_none=True, exclude_defaults=True
        )
        out.setdefault(section, {})[name] = plain
    return out


def measure_lines(scope: Scope) -> Iterator[Line]:
    measure, data = scope.measure, measure_json(scope)
    yield "title", f"{measure.name} ({', '.join([measure.id, *measure.names])}), version {measure.version}"
    if measure.lower_is_better:
        yield "text", "A lower rate is better."
    for group, populations in measure.rates.items():
        if group:
            yield "heading", group
        for field, alias in POPULATIONS.items():
            if (criterion := getattr(populations, field)) is not None:
                yield "heading", alias
                yield from _lines(criterion.model_dump(mode="json", by_alias=True, exclude_none=True), 1)
    for section in ("definitions", "events", "windows"):
        if data.get(section):
            yield "heading", section
            for name, value in data[section].items():
                yield "text", f"  {name}"
                yield from _lines(value, 2)
    yield "heading", "value sets"
    for name, oid in value_sets_used(scope).items():
        yield "text", f"  {name}: {oid}"
    yield "heading", "sources"
    for source in measure.sources:
        yield "text", f"  {source.title}. {source.publisher}, {source.date}. {source.url or ''}".rstrip()
    for doubt in measure.doubts:
        yield "quiet", f"  {doubt}"


def _lines(value: Any, depth: int) -> Iterator[Line]:
    """Short pieces on one line, lists of criteria one a line."""
    pad = "  " * depth
    for key, item in value.items():
        if isinstance(item, list) and any(isinstance(part, dict) for part in item):
            yield "text", f"{pad}{key}:"
            for part in item:
                if any(isinstance(inner, list | dict) for inner in part.values()):
                    yield from _lines(part, depth + 1)
                else:
                    yield "text", f"{pad}  {_flat(part)}"
        elif isinstance(item, dict) and any(isinstance(inner, list | dict) for inner in item.values()):
            yield "text", f"{pad}{key}:"
            yield from _lines(item, depth + 1)
        else:
            yield "text", f"{pad}{key}: {_flat(item)}"


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_flat(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(_flat, value))
    return str(value)

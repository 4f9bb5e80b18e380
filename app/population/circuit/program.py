"""A graph as a list of steps: each node once, after what it reads, and let go after its last reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.operations as ops

from app.population.circuit.nodes import Node

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Place:
    """The result of an earlier step."""

    number: int


@dataclass(frozen=True, slots=True)
class Step:
    op: str
    args: tuple[Any, ...]
    last: tuple[int, ...]
    """Results that no later step reads."""


@dataclass(frozen=True, slots=True)
class OfLists:
    """What DuckDB computes of the same columns, by name."""

    columns: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Program:
    """`columns`: of the file, those that steps read."""

    steps: tuple[Step, ...]
    outputs: Mapping[str, int]
    columns: tuple[str, ...]
    lists: tuple[OfLists, ...]


def program(outputs: Mapping[str, Node], people: Any) -> Program:
    """`people`: the Ibis table of the file, for what is read of lists."""
    order = _in_order(outputs.values())
    number = {node: place for place, node in enumerate(order)}
    reader = {place: place for place in number.values()}
    for node in order:
        for child in node.children:
            reader[number[child]] = number[node]
    kept = {number[node] for node in outputs.values()}
    last: dict[int, list[int]] = {}
    for place, until in reader.items():
        if place not in kept:
            last.setdefault(until, []).append(place)
    steps: list[Step] = []
    lists: dict[str, Any] = {}
    columns: dict[str, None] = {}
    for place, node in enumerate(order):
        args = tuple(Place(number[arg]) if isinstance(arg, Node) else _plain(arg) for arg in node.args)
        if node.op == "list":
            args = (f"n{place}",)
            lists[args[0]] = node.args[0].to_expr()
        elif node.op == "column":
            columns[node.args[0]] = None
        steps.append(Step(node.op, args, tuple(last.get(place, ()))))
    return Program(tuple(steps), {name: number[node] for name, node in outputs.items()}, tuple(columns),
                   _lists(lists, people))  # fmt: skip


def _lists(wanted: Mapping[str, Any], people: Any) -> tuple[OfLists, ...]:
    groups: dict[tuple[str, ...], dict[str, Any]] = {}
    for name, expr in wanted.items():
        read = tuple(sorted({field.name for field in expr.op().find(ops.Field)}))
        groups.setdefault(read, {})[name] = expr
    return tuple(
        OfLists(read, str(ibis.to_sql(people.select(**exprs), dialect="duckdb", pretty=False)))
        for read, exprs in groups.items()
    )


def _plain(value: Any) -> Any:
    """Days as numbers of days."""
    return (value - _EPOCH).days if isinstance(value, date) else value


def _in_order(outputs: Any) -> list[Node]:
    order: dict[Node, None] = {}
    waiting = [(node, False) for node in outputs]
    while waiting:
        node, done = waiting.pop()
        if done:
            order.setdefault(node)
        elif node not in order:
            waiting.append((node, True))
            waiting += [(child, False) for child in node.children]
    return list(order)

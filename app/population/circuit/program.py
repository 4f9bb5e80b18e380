"""A graph as a list of steps: each node once, after what it reads, and let go after its last reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.population.circuit.apart import Apart, in_order, set_apart
from app.population.circuit.lists import OF, Body, Source
from app.population.circuit.nodes import Graph, Node

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


@dataclass(frozen=True)
class Program:
    """`columns`: those that steps read; a part's are its own."""

    steps: tuple[Step, ...]
    outputs: Mapping[str, int]
    columns: tuple[str, ...]

    @property
    def every_column(self) -> tuple[str, ...]:
        """Those of its parts too."""
        parts = [step.args[0] for step in self.steps if step.op == "part"]
        return tuple(dict.fromkeys([*self.columns, *(name for part in parts for name in part.every_column)]))


@dataclass(frozen=True)
class Lists:
    """What is read of one source of lists: by name, a reduction and what it needs (the output of an element's program,
    or a place in the list and a field)."""

    source: Source
    elements: Program
    found: Mapping[str, tuple[Any, ...]]

    @property
    def of_the_person(self) -> tuple[str, ...]:
        return tuple(name.removeprefix(OF) for name in self.elements.columns if name.startswith(OF))


@dataclass(frozen=True)
class Part:
    """A program for those who have one of these lists; it reads what lists hold, and `given` results, as columns."""

    lists: tuple[Lists, ...]
    given: tuple[str, ...]
    program: Program

    @property
    def columns(self) -> tuple[str, ...]:
        """Of lists."""
        return tuple(dict.fromkeys(name for one in self.lists for name in one.source.columns))

    @property
    def every_column(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.columns, *(name for one in self.lists for name in one.of_the_person)]))


def program(outputs: Mapping[str, Node], graph: Graph) -> Program:
    return _steps(set_apart(outputs, graph), {})


def _steps(outputs: Mapping[str, Node], named: Mapping[Node, str]) -> Program:
    """`named`: nodes that stand there as columns, under this name."""
    order = in_order(outputs.values(), named.keys())
    number = {node: place for place, node in enumerate(order)}
    reader = {place: place for place in number.values()}
    for node in order:
        for child in node.children if node not in named else ():
            reader[number[child]] = number[node]
    kept = {number[node] for node in outputs.values()}
    last: dict[int, list[int]] = {}
    for place, until in reader.items():
        if place not in kept:
            last.setdefault(until, []).append(place)
    steps: list[Step] = []
    columns: dict[str, None] = {}
    for place, node in enumerate(order):
        op = "column" if node in named else node.op
        args: tuple[Any, ...] = (named[node],) if node in named else tuple(
            Place(number[arg]) if arg in number else _plain(arg) for arg in node.args)
        if op == "column":
            columns[args[0]] = None
        steps.append(Step(op, args, tuple(last.get(place, ()))))
    return Program(tuple(steps), {name: number[node] for name, node in outputs.items()}, tuple(columns))


def _part(apart: Apart) -> Part:
    named = {node: f"given{place}" for place, node in enumerate(apart.given)}
    given = tuple(named.values())
    lists = [node for node in in_order(apart.found.values(), named.keys()) if node.op == "list"]
    named |= {node: f"list{node.number}" for node in lists}
    sources: dict[Source, list[Node]] = {}
    for node in lists:
        sources.setdefault(node.args[0], []).append(node)
    read = tuple(_lists(source, {named[node]: node for node in nodes}) for source, nodes in sources.items())
    return Part(read, given, _steps(apart.found, named))


def _lists(source: Source, nodes: Mapping[str, Node]) -> Lists:
    bodies = {name: node.args[2].node for name, node in nodes.items()
              if len(node.args) > 2 and isinstance(node.args[2], Body)}  # fmt: skip
    found = {name: (node.args[1], name) if name in bodies else node.args[1:] for name, node in nodes.items()}
    return Lists(source, _steps(bodies, {}), found)


def _plain(value: Any) -> Any:
    """Days as numbers of days."""
    if isinstance(value, Apart):
        return _part(value)
    return (value - _EPOCH).days if isinstance(value, date) else value

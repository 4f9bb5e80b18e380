"""A graph as a list of steps: each node once, after what it reads, and let go after its last reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.population.circuit.apart import Apart, in_order, set_apart
from app.population.circuit.lists import Body
from app.population.circuit.nodes import Graph, Node
from app.population.circuit.steps import Lists, Part, Program, Source, Step

_EPOCH = date(1970, 1, 1)


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
    constants: dict[tuple[type, Any], int] = {}

    def at(arg: Any) -> int:
        """Where it is: a step's result, or a constant (below zero)."""
        if arg in number:
            return number[arg]
        arg = _plain(arg)
        return ~constants.setdefault((type(arg), arg), len(constants))

    for place, node in enumerate(order):
        op = "column" if node in named else node.op
        args: tuple[Any, ...] = (named[node],) if node in named else node.args
        if op == "column":
            columns[args[0]] = None
        steps.append(Step(op, tuple(map(at, args)), tuple(last.get(place, ()))))
    found = tuple(_part(value) if isinstance(value, Apart) else value for _, value in constants)
    return Program(tuple(steps), found, {name: number[node] for name, node in outputs.items()}, tuple(columns))


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
    """Days as numbers of days; of a type, whether it is that of truths."""
    if isinstance(value, type):
        return value is bool
    return (value - _EPOCH).days if isinstance(value, date) else value

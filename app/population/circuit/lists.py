"""What is read of lists, as nodes: a reduction of a list, over elements that a small graph of their own describes.

An element's fields are columns of that graph, and so is what it needs of the person who holds the list (`of.<column>`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import ibis.expr.operations as ops

from app.population.circuit.nodes import Graph, Node
from app.population.circuit.steps import Source

Reduction = Literal["length", "at", "count", "some", "sum", "max"]


class Body(NamedTuple):
    """What is asked of each element: not a step of the people's program."""

    node: Node


class ListNodes:
    """Makes the nodes of lists. `resolve` unfolds what a stage keeps; `lower` makes the lowering of elements."""

    def __init__(self, graph: Graph, resolve: Callable[[Any], Any], lower: Callable[[], Any]) -> None:
        self._graph, self._resolve, self._lower = graph, resolve, lower
        self._inside: Any = None

    def node(self, op: Any) -> Node:
        """Raises TypeError for what has no form here."""
        match op:
            case ops.ArrayLength():
                inner = self._resolve(op.arg)
                if isinstance(inner, ops.ArrayFilter):
                    return self._make("count", inner.arg, Body(self._elements.true(inner.body)))
                return self._make("length", inner)
            case ops.StructField(arg=ops.ArrayIndex(index=ops.Literal())):
                return self._make("at", op.arg.arg, op.arg.index.value, op.field)
            case ops.ArraySum(arg=ops.ArrayMap()) | ops.ArrayMax(arg=ops.ArrayMap()):
                body = Body(self._elements.value(op.arg.body))
                return self._make("sum" if isinstance(op, ops.ArraySum) else "max", op.arg.arg, body)
            case ops.ArrayContains(arg=ops.ArrayMap(), other=ops.Literal()):
                body = Body(self._elements.equal(op.arg.body, op.other.value))
                return self._make("some", op.arg.arg, body)
        raise TypeError(f"no column form for {type(op).__name__}")

    def _make(self, reduction: Reduction, lists: Any, *more: Any) -> Node:
        source = self._source(lists)
        counted = reduction in ("length", "count", "some")
        return self._graph.make("list", source, reduction, *more, null=not (counted and source.filled))

    @property
    def _elements(self) -> Any:
        if self._inside is None:
            self._inside = self._lower()
        return self._inside

    def _source(self, op: Any) -> Source:
        op = self._resolve(op)
        match op:
            case ops.Field():
                return Source((op.name,), filled=False)
            case ops.Coalesce(arg=(lists, ops.Literal())):
                return self._source(lists)._replace(filled=True)
            case ops.ArraySort():
                return self._source(op.arg)._replace(in_order=True)
            case ops.ArrayConcat():
                parts = [self._source(part) for part in op.arg]
                if all(part.filled and not part.in_order for part in parts):
                    return Source(tuple(name for part in parts for name in part.columns), filled=True)
        raise TypeError(f"no column form for {type(op).__name__}")


def of_no_list(node: Node, graph: Graph) -> Node:
    """What a node of lists is for those who have none."""
    source, reduction = node.args[:2]
    if source.filled and reduction in ("length", "count"):
        return graph.constant(0)
    return graph.constant(False if source.filled and reduction == "some" else None)

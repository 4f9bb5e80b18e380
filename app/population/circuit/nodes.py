"""A graph of column expressions in which equal expressions are one node, and constants are folded as it is made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Node:
    """An operation on nodes. `null`: may it be NULL? Two nodes are equal when they are the same object."""

    __slots__ = ("args", "null", "number", "op")

    def __init__(self, op: str, args: tuple[Any, ...], number: int, null: bool) -> None:
        self.op, self.args, self.number, self.null = op, args, number, null

    @property
    def children(self) -> Iterable[Node]:
        for arg in self.args:
            if isinstance(arg, Node):
                yield arg

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(repr, self.args))})"


class Graph:
    """Makes nodes. Booleans made here are never NULL, but for `raw`."""

    def __init__(self) -> None:
        self._nodes: dict[Any, Node] = {}
        self.true, self.false = self.constant(True), self.constant(False)

    def make(self, op: str, *args: Any, null: bool = False) -> Node:
        key = (op, tuple((type(arg), arg) for arg in args))
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = Node(op, args, len(self._nodes), null)
        return found

    def constant(self, value: Any) -> Node:
        return self.make("constant", value, null=value is None)

    def not_(self, one: Node) -> Node:
        if one is self.true:
            return self.false
        if one is self.false:
            return self.true
        return one.args[0] if one.op == "not" else self.make("not", one)

    def and_(self, left: Node, right: Node) -> Node:
        if left is right or right is self.true:
            return left
        if left is self.true:
            return right
        if left is self.false or right is self.false:
            return self.false
        for one, other in ((left, right), (right, left)):
            if implies(one, other, self):
                return one
            if implies(one, self.not_(other), self):
                return self.false
        for one, other in ((left, right), (right, left)):
            if other.op == "or":
                # a part that cannot be true here is left out
                first, second = other.args
                if implies(one, self.not_(first), self):
                    return self.and_(one, second)
                if implies(one, self.not_(second), self):
                    return self.and_(one, first)
            elif other.op == "and":
                first, second = other.args
                if implies(one, first, self):
                    return self.and_(one, second)
                if implies(one, second, self):
                    return self.and_(one, first)
        return self.make("and", *sorted((left, right), key=_number))

    def or_(self, left: Node, right: Node) -> Node:
        return self.not_(self._or_by_and(left, right)) if self._meets(left, right) else self._or(left, right)

    def _meets(self, left: Node, right: Node) -> bool:
        return left.op == "not" and right.op == "not"

    def _or_by_and(self, left: Node, right: Node) -> Node:
        return self.and_(self.not_(left), self.not_(right))

    def _or(self, left: Node, right: Node) -> Node:
        if left is right or right is self.false:
            return left
        if left is self.false:
            return right
        if left is self.true or right is self.true:
            return self.true
        for one, other in ((left, right), (right, left)):
            if implies(one, other, self):
                return other
            if implies(self.not_(one), other, self):
                return self.true
        for one, other in ((left, right), (right, left)):
            outside = self.not_(one)
            if other.op == "and":
                first, second = other.args
                if implies(outside, first, self):
                    return self.or_(one, second)
                if implies(outside, second, self):
                    return self.or_(one, first)
            elif other.op == "or":
                first, second = other.args
                if implies(outside, self.not_(first), self):
                    return self.or_(one, second)
                if implies(outside, self.not_(second), self):
                    return self.or_(one, first)
        return self.make("or", *sorted((left, right), key=_number))

    def all_of(self, nodes: Iterable[Node]) -> Node:
        found = self.true
        for one in nodes:
            found = self.and_(found, one)
        return found

    def any_of(self, nodes: Iterable[Node]) -> Node:
        found = self.false
        for one in nodes:
            found = self.or_(found, one)
        return found

    def choose(self, condition: Node, yes: Node, no: Node) -> Node:
        """Booleans: `yes` where the condition holds, else `no`."""
        if yes is no or condition is self.true:
            return yes
        if condition is self.false:
            return no
        return self.or_(self.and_(condition, yes), self.and_(self.not_(condition), no))


def implies(one: Node, other: Node, graph: Graph) -> bool:
    """Is `other` surely true where `one` is? What can be told at a glance."""
    if one is other:
        return True
    if one.op == "and":
        return any(implies(part, other, graph) for part in one.args if part.op != "and") or (
            one.args[0].op == "and" and implies(one.args[0], other, graph)
        ) or (one.args[1].op == "and" and implies(one.args[1], other, graph))
    if other.op == "or":
        return one in other.args
    if other.op == "not" and other.args[0].op == "and":
        return one.op == "not" and one.args[0] in other.args[0].args
    if one.op == "not" and one.args[0].op == "or" and other.op == "not":
        return other.args[0] in one.args[0].args
    return _atoms_imply(one, other)


def _atoms_imply(one: Node, other: Node) -> bool:
    """Thresholds of one value, its absence, and its being one of some words."""
    negated = other.op == "not"
    target = other.args[0] if negated else other
    if one.op in ("from", "is") and target.op == "missing":
        return negated and target.args[0] is _bare(one.args[0])
    if one.op == "missing" and negated and target.op in ("from", "is"):
        return _bare(target.args[0]) is one.args[0]
    if one.op == "filled" and target.op == "missing":
        return negated and target.args[0] is one.args[0]
    if one.op == "missing" and negated and target.op == "filled":
        return one.args[0] is target.args[0]
    if one.op == "is" and negated and target.op == "is":
        return one.args[0] is target.args[0] and one.args[1] != target.args[1]
    if one.op == "from" and not negated and other.op == "from":
        return one.args[0] is other.args[0] and one.args[1] >= other.args[1]
    if one.op == "not" and negated and one.args[0].op == target.op == "from":
        return one.args[0].args[0] is target.args[0] and target.args[1] >= one.args[0].args[1]
    if one.op == "not" and one.args[0].op == "missing":
        return False
    return False


def _bare(value: Node) -> Node:
    bare: Node = value.args[0] if value.op == "filled" else value
    return bare


def _number(node: Node) -> int:
    return node.number

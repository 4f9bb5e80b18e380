"""A graph of column expressions in which equal expressions are one node, and constants are folded as it is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
        self.true, self.false, self.nothing = self.constant(True), self.constant(False), self.constant(None)

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

    def pick(self, condition: Node, yes: Node, no: Node) -> Node:
        """Values: `yes` where the condition holds, else `no`."""
        if condition is self.true or yes is no:
            return yes
        if condition is self.false:
            return no
        if no.op == "case" and no.args[1] is yes:
            return self.pick(self.or_(condition, no.args[0]), yes, no.args[2])
        return self.make("case", condition, yes, no, null=yes.null or no.null)

    def missing(self, value: Node) -> Node:
        if value.op == "constant":
            return self.constant(value.args[0] is None)
        return self.make("missing", value) if value.null else self.false

    def filled(self, value: Node, kind: type) -> Node:
        """The value, or one that no comparison takes."""
        if kind is bool and value.op == "constant":
            return self.constant(value.args[0] is True)
        return self.make("filled", value, kind) if value.null else value

    def compared(self, op: str, value: Node, wanted: Any, kind: type) -> Node:
        """A comparison with a constant (`from`, `is`), false where there is no value."""
        if value.op == "constant":
            found = value.args[0]
            if found is None:
                return self.false
            return self.constant(found >= wanted if op == "from" else found == wanted)
        return self.make(op, self.filled(value, kind), wanted)

    def again(self, node: Node, args: Sequence[Any]) -> Node:
        """The same operation on other nodes."""
        nodes = [arg for arg in args if isinstance(arg, Node)]
        if nodes == list(node.children):
            return node
        match node.op:
            case "not":
                return self.not_(args[0])
            case "and" | "or":
                return (self.and_ if node.op == "and" else self.or_)(*args)
            case "case":
                return self.pick(*args)
            case "missing":
                return self.missing(args[0])
            case "filled":
                return self.filled(*args)
            case "from" | "is":
                bare, kind = args[0].args if args[0].op == "filled" else (args[0], type(args[1]))
                return self.compared(node.op, bare, args[1], kind)
            case "coalesce" | "greatest" | "least":
                some = [arg for arg in nodes if arg is not self.nothing]
                if len(some) < 2:
                    return some[0] if some else self.nothing
                every = all(arg.null for arg in some)
                return self.make(node.op, *some, null=every)
        if self.nothing in nodes:
            return self.nothing
        return self.make(node.op, *args, null=node.null)


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

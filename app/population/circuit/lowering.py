"""Ibis expressions as nodes: what is surely true, what is surely false, what is missing, and values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

import ibis.expr.operations as ops

from app.dates import Period, add
from app.population.circuit.lists import ListNodes
from app.population.circuit.nodes import Graph, Node
from app.population.circuit.steps import OF
from app.population.thresholds import first_day

_COMPARED = (ops.Equals, ops.NotEquals, ops.Greater, ops.GreaterEqual, ops.Less, ops.LessEqual)
_SWAPPED = {ops.Greater: ops.Less, ops.GreaterEqual: ops.LessEqual, ops.Less: ops.Greater,
            ops.LessEqual: ops.GreaterEqual, ops.Equals: ops.Equals, ops.NotEquals: ops.NotEquals}  # fmt: skip
_CHOICES = (ops.SearchedCase, ops.IfElse, ops.Coalesce)
_DAY = timedelta(days=1)
T = TypeVar("T")


class Lowering:
    """`kept`: the expression of each name that a stage keeps. `same`: columns in which everyone has the same value (or
    none). `of`: before the names of columns, where elements of lists are lowered."""

    def __init__(
        self, graph: Graph, kept: Mapping[str, ops.Node], same: Mapping[str, Any] | None = None, of: str = ""
    ) -> None:
        self.graph, self.kept, self.same, self._of = graph, kept, same or {}, of
        self._memo: dict[Any, Any] = {}
        self._lists = ListNodes(graph, self.resolve, lambda: Lowering(graph, kept, same, OF))

    def _once(self, key: Any, make: Callable[[], T]) -> T:
        if key not in self._memo:
            self._memo[key] = make()
        found: T = self._memo[key]
        return found

    # truths

    def true(self, op: Any) -> Node:
        op = self.resolve(op)
        return self._once(("true", op), lambda: self._truth(op, True))

    def false(self, op: Any) -> Node:
        op = self.resolve(op)
        return self._once(("false", op), lambda: self._truth(op, False))

    def missing(self, op: Any) -> Node:
        """Is it NULL?"""
        op = self.resolve(op)
        return self._once(("missing", op), lambda: self._missing(op))

    def resolve(self, op: Any) -> Any:
        while isinstance(op, ops.Field) and op.name in self.kept:
            op = self.kept[op.name]
        return op

    def _truth(self, op: Any, wanted: bool) -> Node:
        graph = self.graph
        side = self.true if wanted else self.false
        match op:
            case ops.Literal():
                return graph.constant(op.value is not None and bool(op.value) is wanted)
            case ops.And() | ops.Or():
                joined = graph.and_ if isinstance(op, ops.And) is wanted else graph.or_
                return joined(side(op.left), side(op.right))
            case ops.Not():
                return self.false(op.arg) if wanted else self.true(op.arg)
            case ops.IsNull() | ops.NotNull():
                missing = self.missing(op.arg)
                return missing if isinstance(op, ops.IsNull) is wanted else graph.not_(missing)
            case ops.Coalesce():
                found = graph.false
                for part in reversed(op.arg):
                    found = graph.or_(side(part), graph.and_(self.missing(part), found))
                return found
            case ops.SearchedCase() | ops.IfElse():
                cases, default = _cases(op)
                found = side(default)
                for condition, value in reversed(cases):
                    found = graph.choose(self.true(condition), side(value), found)
                return found
            case ops.InValues():
                anyone = graph.any_of(self.equal(op.value, _literal(option)) for option in op.options)
                return anyone if wanted else graph.all_of([graph.not_(anyone), graph.not_(self.missing(op.value))])
            case ops.Cast() if op.arg.dtype.is_boolean():
                return side(op.arg)
        if isinstance(op, _COMPARED):
            return self._compared(op, wanted)
        yes = self._surely(self.value(op))
        return yes if wanted else graph.all_of([graph.not_(yes), graph.not_(self.missing(op))])

    def _compared(self, op: Any, wanted: bool) -> Node:
        graph, kind = self.graph, type(op)
        left, right = self.resolve(op.left), self.resolve(op.right)
        if isinstance(left, ops.Literal):
            left, right, kind = right, left, _SWAPPED[kind]
        if left.dtype.is_boolean() and isinstance(right, ops.Literal):
            same = (right.value is wanted) is (kind is ops.Equals)
            return self.true(left) if same else self.false(left)
        present = graph.and_(graph.not_(self.missing(left)), graph.not_(self.missing(right)))
        if present is graph.false:
            return graph.false
        if not isinstance(right, ops.Literal) or (_drawn(right.value) and kind not in (ops.Equals, ops.NotEquals)):
            less = kind in (ops.Less, ops.LessEqual)
            a, b = (right, left) if less else (left, right)
            if kind in (ops.Equals, ops.NotEquals):
                yes = self._same(left, right)
            else:
                strict = kind in (ops.Less, ops.Greater)
                yes = self._surely(graph.make(">" if strict else ">=", self.value(a), self.value(b), null=True))
            if kind is ops.NotEquals:
                return graph.and_(present, graph.not_(yes)) if wanted else yes
            return yes if wanted else graph.and_(present, graph.not_(yes))
        value = _literal(right)
        if kind in (ops.Equals, ops.NotEquals):
            yes = self.equal(left, value)
            positive = kind is ops.Equals
        elif kind in (ops.GreaterEqual, ops.Less):
            yes, positive = self.at_least(left, value), kind is ops.GreaterEqual
        else:
            yes, positive = self.at_least(left, following(value, left)), kind is ops.Greater
        return yes if positive is wanted else graph.and_(present, graph.not_(yes))

    def _same(self, left: Any, right: Any) -> Node:
        """Are two values surely the same? Of two choices among constants: is it the same constant?"""
        ours, theirs = self.constants(left), self.constants(right)
        if ours is None or theirs is None:
            return self._surely(self.graph.make("=", self.value(left), self.value(right), null=True))
        both = sorted((ours & theirs) - {None})
        return self.graph.any_of(self.graph.and_(self.equal(left, one), self.equal(right, one)) for one in both)

    def at_least(self, op: Any, value: Any) -> Node:
        """Is there a value, and is it this one or more? Never unknown."""
        op = self.resolve(op)
        return self._once(("from", op, type(value), value), lambda: self._at_least(op, value))

    def _at_least(self, op: Any, value: Any) -> Node:
        graph = self.graph
        match op:
            case ops.Literal():
                return graph.constant(op.value is not None and _literal(op) >= value)
            case ops.Round() if isinstance(op.digits, ops.Literal):
                return self.at_least(op.arg, value - 0.5 * 10.0**-op.digits.value)
            case ops.Greatest():
                return graph.any_of(self.at_least(part, value) for part in op.arg)
            case ops.Least():
                parts = [graph.or_(self.missing(part), self.at_least(part, value)) for part in op.arg]
                return graph.and_(graph.all_of(parts), graph.not_(self.missing(op)))
            case ops.DateAdd() if isinstance(op.right, ops.Literal):
                period = _period(op.right)
                return self.at_least(op.left, first_day(lambda day: add(day, period) >= value))
            case ops.Cast() if op.to.is_date() or op.to.is_timestamp():
                return self.at_least(op.arg, value)
        if isinstance(op, _CHOICES) and self._pushes(op):
            return self._through(op, lambda part: self.at_least(part, value))
        return self._atom("from", op, value)

    def _atom(self, name: str, op: Any, value: Any) -> Node:
        """A comparison with a constant, false where there is no value."""
        return self.graph.compared(name, self.value(op), value, type(value))

    def _surely(self, value: Node) -> Node:
        """A Boolean that may be NULL: is it true?"""
        return self.graph.filled(value, bool)

    def equal(self, op: Any, value: Any) -> Node:
        """Is there a value, and is it this one? Never unknown."""
        op = self.resolve(op)
        return self._once(("is", op, type(value), value), lambda: self._equal(op, value))

    def _equal(self, op: Any, value: Any) -> Node:
        graph = self.graph
        if isinstance(op, ops.Literal):
            return graph.constant(op.value is not None and _literal(op) == value)
        if op.dtype.is_boolean():
            return self.true(op) if value is True else self.false(op) if value is False else graph.false
        if op.dtype.is_date():
            later = graph.false if value == date.max else self.at_least(op, value + _DAY)
            return graph.and_(self.at_least(op, value), graph.not_(later))
        if isinstance(op, _CHOICES) and self._pushes(op):
            return self._through(op, lambda part: self.equal(part, value))
        return self._atom("is", op, value)

    def _through(self, op: Any, found: Callable[[Any], Node]) -> Node:
        """The same asked of whichever value is chosen."""
        graph = self.graph
        if isinstance(op, ops.Coalesce):
            answer = graph.false
            for part in reversed(op.arg):
                answer = graph.or_(found(part), graph.and_(self.missing(part), answer))
            return answer
        cases, default = _cases(op)
        answer = found(default)
        for condition, value in reversed(cases):
            answer = graph.choose(self.true(condition), found(value), answer)
        return answer

    def _pushes(self, op: Any) -> bool:
        """Is it better to compare each value of a choice than the one chosen? Days, and choices among constants."""
        return self._once(("pushes", op), lambda: op.dtype.is_date() or self.constants(op) is not None)

    def constants(self, op: Any) -> set[Any] | None:
        """The values that a choice among constants may have; None when some are computed."""
        op = self.resolve(op)
        return self._once(("constants", op), lambda: self._constants(op))

    def _constants(self, op: Any) -> set[Any] | None:
        if isinstance(op, ops.Literal):
            return {_literal(op)}
        if isinstance(op, ops.Coalesce):
            parts = [self.constants(part) for part in op.arg]
        elif isinstance(op, ops.SearchedCase | ops.IfElse):
            cases, default = _cases(op)
            parts = [self.constants(part) for part in (default, *(value for _, value in cases))]
        else:
            return None
        return None if any(part is None for part in parts) else set().union(*(p for p in parts if p is not None))

    # absence and values

    def _missing(self, op: Any) -> Node:
        graph = self.graph
        if isinstance(op, ops.Field):
            if op.name in self.same:
                return graph.constant(self.same[op.name] is None)
            return graph.make("missing", self.value(op))
        if op.dtype.is_boolean() and not _not_of_truths(op):
            return graph.and_(graph.not_(self.true(op)), graph.not_(self.false(op)))
        match op:
            case ops.Literal():
                return graph.constant(op.value is None)
            case ops.Coalesce():
                return graph.all_of(self.missing(part) for part in op.arg)
            case ops.Greatest() | ops.Least():
                return graph.all_of(self.missing(part) for part in op.arg)
            case ops.SearchedCase() | ops.IfElse():
                return self._through(op, self.missing)
            case ops.Cast() | ops.Round() | ops.ExtractYear() | ops.ExtractMonth() | ops.ExtractDay() | ops.Floor():
                return self.missing(op.arg)
            case ops.DateAdd() | ops.Add() | ops.Subtract() | ops.Multiply():
                return graph.or_(self.missing(op.left), self.missing(op.right))
        return graph.missing(self.value(op))

    def value(self, op: Any) -> Node:
        op = self.resolve(op)
        return self._once(("value", op), lambda: self._value(op))

    def _value(self, op: Any) -> Node:
        graph = self.graph
        if isinstance(op, ops.Literal):
            return graph.constant(_literal(op))
        if isinstance(op, ops.Field):
            if op.name in self.same:
                return graph.constant(self.same[op.name])
            return graph.make("column", f"{self._of}{op.name}", null=True)
        if op.dtype.is_boolean() and not _not_of_truths(op):
            yes, missing = self.true(op), self.missing(op)
            return yes if missing is graph.false else graph.make("case", missing, graph.constant(None), yes, null=True)
        match op:
            case ops.SearchedCase() | ops.IfElse():
                cases, default = _cases(op)
                found = self.value(default)
                for condition, value in reversed(cases):
                    found = graph.pick(self.true(condition), self.value(value), found)
                return found
            case ops.Cast() if op.arg.dtype.is_date() or op.arg.dtype.is_timestamp():
                return self.value(op.arg)  # what is added to a day is a day again
            case ops.Cast():
                return self._simple("cast", [op.arg], str(op.to))
            case ops.DateAdd():
                period = _period(op.right)
                return self._simple("plus", [op.left], period.months, period.days)
            case ops.StructField(arg=ops.Argument()):
                return graph.make("column", op.field, null=True)
            case ops.Coalesce():
                parts = [self.value(part) for part in op.arg]
                return parts[0] if not parts[0].null else graph.make(
                    "coalesce", *parts, null=all(part.null for part in parts))
            case ops.Greatest() | ops.Least():
                parts = [self.value(part) for part in op.arg]
                return graph.make(type(op).__name__.lower(), *parts, null=all(part.null for part in parts))
        simple = _SIMPLE.get(type(op))
        if simple is not None:
            return self._simple(simple, [arg for arg in op.args if arg is not None])
        return self._lists.node(op)

    def _simple(self, name: str, parts: Sequence[Any], *more: Any) -> Node:
        nodes = [self.value(part) for part in parts]
        return self.graph.make(name, *nodes, *more, null=any(node.null for node in nodes) or name == "/")


_SIMPLE = {
    ops.Add: "+", ops.Subtract: "-", ops.Multiply: "*", ops.Divide: "/", ops.Negate: "negate", ops.Round: "round",
    ops.Floor: "floor", ops.Exp: "exp", ops.Ln: "ln", ops.Power: "power", ops.IsNan: "isnan", ops.Sqrt: "sqrt",
    ops.ExtractYear: "year", ops.ExtractMonth: "month", ops.ExtractDay: "day", ops.DateFromYMD: "make_date",
}  # fmt: skip


def _cases(op: Any) -> tuple[list[tuple[Any, Any]], Any]:
    if isinstance(op, ops.IfElse):
        return [(op.bool_expr, op.true_expr)], op.false_null_expr
    return list(zip(op.cases, op.results, strict=True)), op.default


def _not_of_truths(op: Any) -> bool:
    """A Boolean that is not made of Booleans here."""
    known = (ops.And, ops.Or, ops.Not, ops.IsNull, ops.NotNull, ops.Coalesce, ops.SearchedCase, ops.IfElse,
             ops.InValues, ops.Literal, ops.Cast, *_COMPARED)  # fmt: skip
    return not isinstance(op, known)


def _literal(op: Any) -> Any:
    value = op.value
    if op.dtype.is_date() and value is not None and not isinstance(value, date):
        return date.fromisoformat(str(value))
    if op.dtype.is_floating() and value is not None:
        return float(value)
    return value


def _drawn(value: Any) -> bool:
    return isinstance(value, str)


def following(value: Any, op: Any) -> Any:
    """The least value that is more than this one."""
    if isinstance(value, date):
        return value + _DAY
    if op.dtype.is_integer() and float(value).is_integer():
        return value + 1
    if isinstance(op, ops.Round):
        return value + 10.0**-op.digits.value  # numbers rounded at nine decimals have no other between
    return math.nextafter(value, math.inf)


def _period(literal: Any) -> Period:
    unit = literal.dtype.unit.value
    if unit == "M":
        return Period(months=literal.value)
    if unit == "D":
        return Period(days=literal.value)
    raise TypeError(f"no column form for an interval in {unit}")

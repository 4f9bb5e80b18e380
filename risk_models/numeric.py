"""The operations of a formula that is written once and evaluated on one person or on columns of people.

Arithmetic and comparisons need nothing: `+ - * / **` and `< <= > >= ==` mean the same on numbers and on Ibis
columns. What Python writes differently for the two (`math.exp`, `if`, `and`, a table looked up) is here: each
function takes numbers and gives a number, or takes at least one column and gives a column. Nothing is imported
for columns: they bring their own methods.

The type checker sees the numbers; columns travel under the same types (see `risk_models.columns`). Two rules for
a formula: no `if`, `and`, `or`, `not`, `in`, `min`, `max`, `round` or `x < y < z` on inputs, and every branch of
a `where` can be computed for every person (both are, on one person too).

>>> from risk_models.numeric import first_below, where
>>> first_below(25.0, ((18.5, "thin"), (25, "normal"), (float("inf"), "heavy")))
'heavy'
>>> where(3 > 2, 10, 20)
10
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar, cast

A = TypeVar("A")
K = TypeVar("K")
R = TypeVar("R")


def _plain(value: object) -> bool:
    return isinstance(value, int | float | str | None)


def exp(x: float) -> float:
    return math.exp(x) if isinstance(x, int | float) else cast(float, x.exp())


def expm1(x: float) -> float:
    """exp(x) − 1. Small numbers keep their digits on one person; on columns, 16 decimals."""
    return math.expm1(x) if isinstance(x, int | float) else cast(float, x.exp() - 1)


def log(x: float) -> float:
    """The natural logarithm; `x` must be above 0 for every person that the inputs let in."""
    return math.log(x) if isinstance(x, int | float) else cast(float, x.ln())


def sqrt(x: float) -> float:
    return math.sqrt(x) if isinstance(x, int | float) else cast(float, x.sqrt())


def power(base: float, exponent: float) -> float:
    """`base ** exponent`, of a positive base: a float for the type checker, a column where one of them is."""
    return cast(float, base**exponent)


def rounded(x: float, digits: int = 9) -> float:
    """`x` to so many decimals, half up. Nine take away the noise of binary fractions at an edge, and no more."""
    scale = 10.0**digits
    scaled = x * scale + 0.5
    whole = math.floor(scaled) if isinstance(scaled, int | float) else scaled.floor()
    return whole / scale


def where(condition: bool, then: A, otherwise: A) -> A:
    """`then` where the condition holds, `otherwise` where it does not or is unknown."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    return cast(A, _column(condition, then, otherwise))


def _column(condition: Any, then: Any, otherwise: Any) -> Any:
    if isinstance(then, tuple):
        return tuple(_column(condition, *pair) for pair in zip(then, otherwise, strict=True))
    chosen = condition.ifelse(then, otherwise)
    # Two small literals make a column of bytes, whose sums would overflow.
    return chosen.cast("int64") if type(then) is type(otherwise) is int else chosen


def least(x: float, y: float) -> float:
    return where(x < y, x, y)


def greatest(x: float, y: float) -> float:
    return where(x > y, x, y)


def within(x: float, low: float, high: float) -> bool:
    """low ≤ x ≤ high, ends included; false for NaN."""
    return (x >= low) & (x <= high)


def negate(condition: bool) -> bool:
    return not condition if isinstance(condition, bool) else cast(bool, ~condition)


def every(conditions: Iterable[bool]) -> bool:
    """True where all conditions hold."""
    together = True
    for condition in conditions:
        together = together & condition
    return together


def some(conditions: Iterable[bool]) -> bool:
    """True where one condition holds at least."""
    together = False
    for condition in conditions:
        together = together | condition
    return together


def one_of(value: A, choices: Collection[A]) -> bool:
    return value in choices if _plain(value) else cast(bool, cast(Any, value).isin(list(choices)))


def known(value: object) -> bool:
    """False where the value is None (NULL)."""
    return value is not None if _plain(value) else cast(bool, cast(Any, value).notnull())


def or_else(value: A | None, otherwise: A) -> A:
    """The value, or `otherwise` where it is not known."""
    if _plain(value):
        return otherwise if value is None else value
    return cast(A, cast(Any, value).fill_null(otherwise))


def pick(key: K, table: Mapping[K, A]) -> A:
    """What a table says for a key (a sex, a region, a unit); a row may be a tuple."""
    if _plain(key):
        return table[key]
    keys = list(table)
    return _chain([(key == one, table[one]) for one in keys[:-1]], table[keys[-1]])


def by(key: K, table: Mapping[K, R], of: Callable[[R], A]) -> A:
    """`of` what a table says for a key; on one person only that row is computed."""
    if _plain(key):
        return of(table[key])
    return pick(key, {each: of(row) for each, row in table.items()})


def first_below(value: float, rows: Iterable[tuple[float, A]]) -> A:
    """The first row, in order, whose limit is strictly above the value; the last row is for all others.

    Classes are told so: (limit, class) with limits rising; a value on a limit is in the next class.
    """
    return _first(rows, lambda limit: value < limit)


def first_up_to(value: float, rows: Iterable[tuple[float, A]]) -> A:
    """As `first_below`, and a value on a limit is still in its class."""
    return _first(rows, lambda limit: value <= limit)


def _first(rows: Iterable[tuple[float, A]], holds: Callable[[float], bool]) -> A:
    *before, (_, last) = rows
    cases: list[tuple[bool, A]] = []
    for limit, row in before:
        condition = holds(limit)
        if condition is True:
            return row
        if condition is not False:
            cases.append((condition, row))
    return _chain(cases, last)


def _chain(cases: list[tuple[bool, A]], otherwise: A) -> A:
    for condition, row in reversed(cases):
        otherwise = where(condition, row, otherwise)
    return otherwise

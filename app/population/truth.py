"""Three-valued truth in columns: a constant where everyone's answer is the same, else a nullable Boolean column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import ibis

Truth = Any
"""True, False, None (unknown), or an Ibis expression of them."""


def is_column(value: Any) -> bool:
    return isinstance(value, ibis.Expr)


def all_of(truths: Iterable[Truth]) -> Truth:
    """False if one is, else unknown if one is, else true."""
    columns, unknown = [], False
    for truth in truths:
        if truth is False:
            return False
        if is_column(truth):
            columns.append(truth)
        elif truth is None:
            unknown = True
    if not columns:
        return None if unknown else True
    together = columns[0]
    for column in columns[1:]:
        together = together & column
    return together & unknown_column() if unknown else together


def any_of(truths: Iterable[Truth]) -> Truth:
    columns, unknown = [], False
    for truth in truths:
        if truth is True:
            return True
        if is_column(truth):
            columns.append(truth)
        elif truth is None:
            unknown = True
    if not columns:
        return None if unknown else False
    together = columns[0]
    for column in columns[1:]:
        together = together | column
    return together | unknown_column() if unknown else together


def not_(truth: Truth) -> Truth:
    return ~truth if is_column(truth) else None if truth is None else not truth


def at_least(wanted: int, truths: Sequence[Truth]) -> Truth:
    sure = number_of(is_true(truth) for truth in truths)
    possible = number_of(not_(is_false(truth)) for truth in truths)
    return between(sure >= wanted, possible < wanted)


def number_of(truths: Iterable[Truth]) -> Any:
    """How many are true; each is true or false."""
    total: Any = 0
    for truth in truths:
        total = total + (truth.cast("int32") if is_column(truth) else int(bool(truth)))
    return total


def between(surely: Truth, surely_not: Truth) -> Truth:
    """True where surely, false where surely not, unknown elsewhere; both are never unknown."""
    if surely is True or surely_not is True:
        return surely is True
    if surely is False and surely_not is False:
        return None
    if surely is False:
        return surely_not.ifelse(False, unknown_column())
    if surely_not is False:
        return surely.ifelse(True, unknown_column())
    return ibis.cases((surely, True), (surely_not, False), else_=unknown_column())


def is_true(truth: Truth) -> Truth:
    """True or false: is it true?"""
    return truth.fill_null(False) if is_column(truth) else truth is True


def is_false(truth: Truth) -> Truth:
    return (~truth).fill_null(False) if is_column(truth) else truth is False


def is_unknown(truth: Truth) -> Truth:
    return truth.isnull() if is_column(truth) else truth is None


def choose(cases: Sequence[tuple[Truth, Any]], otherwise: Any) -> Any:
    """The value of the first case that is true (cases are never unknown), else `otherwise`."""
    kept: list[tuple[Any, Any]] = []
    for condition, value in cases:
        if condition is True:
            otherwise = value
            break
        if condition is not False:
            kept.append((condition, value))
    if not kept or all(value is otherwise for _, value in kept):
        return otherwise
    return ibis.cases(*kept, else_=otherwise)


def unknown_column() -> Any:
    return ibis.null("boolean")

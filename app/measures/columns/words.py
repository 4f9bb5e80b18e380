"""Plain events of a row as bits of a few whole numbers, so that one pass decides all of them.

The codes of a row already are such a number. Events share conditions (what a profile accepts, how an interval lies);
each distinct one is looked at once, and lets through the bits of the events that have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

import ibis

from app.measures import model as m
from app.measures.columns.lookups import WORD
from app.measures.columns.rows import Rows

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Bit(NamedTuple):
    """Where an event's flag is."""

    column: str
    value: int


class Condition(NamedTuple):
    """`key`: the same text for the same condition; None for an event that has no such condition."""

    key: str | None
    holds: Callable[[], ir.BooleanValue]


def words(rows: Rows, names: Iterable[str]) -> tuple[dict[str, ir.IntegerValue], dict[str, Bit]]:
    """Columns of flags over the rows of `rows.base`, and where each of the plain events is in them."""
    wanted = list(names)
    coded = [name for name in wanted if name in rows.bits]
    columns: dict[str, ir.IntegerValue] = {}
    bits = {name: Bit(*rows.bits[name]) for name in coded}
    for column in sorted({bit.column for bit in bits.values()}):
        here = [name for name in coded if bits[name].column == column]
        columns[column] = _of_coded(rows, here, bits, column)
    others = [name for name in wanted if name not in bits]
    for start in range(0, len(others), WORD):
        word: ir.IntegerValue = ibis.literal(0, "int64")
        for place, name in enumerate(others[start : start + WORD]):
            bits[name] = Bit(f"more{start // WORD}", 1 << place)
            word = word + _let(rows.condition(name, rows.base), 1 << place)
        columns[f"more{start // WORD}"] = word
    return columns, bits


def _of_coded(rows: Rows, names: list[str], bits: dict[str, Bit], column: str) -> ir.IntegerValue:
    """The codes' bits, less those that the conditions of each kind do not let through."""
    word: ir.IntegerValue = rows.base[column]
    for kind in (_accepted, _own, _time):
        masks: dict[str, tuple[Condition, int]] = {}
        free = 0
        for name in names:
            condition = kind(rows, name)
            if condition.key is None:
                free |= bits[name].value
            else:
                masks[condition.key] = (condition, masks.get(condition.key, (condition, 0))[1] | bits[name].value)
        if masks:
            through: ir.IntegerValue = ibis.literal(free, "int64")
            for condition, mask in masks.values():
                through = through + _let(condition.holds(), mask)
            word = word & through
    return word & ibis.literal(sum(bits[name].value for name in names), "int64")


def _let(condition: ir.BooleanValue, mask: int) -> ir.IntegerValue:
    """Null lets nothing through."""
    return ibis.ifelse(condition, ibis.literal(mask, "int64"), ibis.literal(0, "int64"))


def _accepted(rows: Rows, name: str) -> Condition:
    event = rows.event(name)
    return Condition(f"{event.what} {event.interval}", lambda: rows.accepted(event, rows.base))


def _own(rows: Rows, name: str) -> Condition:
    event = rows.event(name)
    tests = event.model_dump_json(include={"where", "unless", "value", "component"}, exclude_defaults=True)
    return Condition(None if tests == "{}" else tests, lambda: rows.own_tests(event, rows.base))


def _time(rows: Rows, name: str) -> Condition:
    time: m.Time | None = rows.event(name).time
    if time is None:
        return Condition(None, lambda: ibis.literal(True))
    return Condition(time.model_dump_json(), lambda: rows.lies(time, rows.base))

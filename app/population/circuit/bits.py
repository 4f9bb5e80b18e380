"""Runs a program on a batch of people: truths as bits, eight people a byte, values as arrays.

Arrow keeps Booleans and what is missing as bits already: a criterion costs a fraction of a nanosecond a person. What is
false (or true) for a whole batch stays a plain `False` (`True`), and nothing is computed from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from app.population.circuit.steps import Program

Bits = Any
"""One bit a person (NumPy bytes, lowest first), or True or False for everyone."""
_FIRST_DAY, _LAST_DAY = (int(np.datetime64(day, "D").astype(np.int64)) for day in ("1700-01-01", "2500-12-31"))


class Value(NamedTuple):
    """`data`: an array or one number for everyone; bits where it is a Boolean. Of no meaning where it is missing."""

    data: Any
    missing: Bits
    words: tuple[str | None, ...] = ()
    """For words, `data` are places in this list."""
    truth: bool = False


def run(
    program: Program, size: int, read: Callable[[str], Any], more: Mapping[str, Callable[..., Any]] | None = None
) -> dict[str, Any]:
    """Each output, for so many people: `Bits`, or a `Value`. `read` gives a column; `more`: the caller's operations."""
    found: list[Any] = [None] * len(program.steps)
    constants, operations = program.constants, {"column": read, **_Steps(size).all, **(more or {})}
    with np.errstate(all="ignore"):  # what is missing is garbage
        for place, (op, args, last) in enumerate(program.steps):
            found[place] = operations[op](*[found[arg] if arg >= 0 else constants[~arg] for arg in args])
            for done in last:
                found[done] = None
    return {name: found[place] for name, place in program.outputs.items()}


def count(bits: Bits, size: int) -> int:
    """How many people."""
    if bits is True or bits is False:
        return size if bits else 0
    number = int(np.bitwise_count(bits).sum())
    return number - int(np.bitwise_count(bits[-1:] >> (size % 8)).sum()) if size % 8 else number


def unpack(bits: Bits, size: int) -> Any:
    if bits is True or bits is False:
        return np.full(size, bits)
    return np.unpackbits(bits, count=size, bitorder="little").view(bool)


def pack(truths: Any) -> Bits:
    return _settled(np.packbits(truths, bitorder="little")) if isinstance(truths, np.ndarray) else bool(truths)


def _settled(bits: Any) -> Bits:
    return bits if bits.any() else False


def column(array: Any) -> Value:
    """An Arrow array as it lies in memory."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    kind, words = array.type, ()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        array = array.dictionary_encode()
    if pa.types.is_dictionary(array.type):
        words, array = tuple(array.dictionary.to_pylist()), array.indices
    elif pa.types.is_decimal(array.type) or pa.types.is_fixed_size_binary(array.type):
        array = array.cast(pa.float64())  # sums of lists of whole numbers
    size, start = len(array), array.offset
    validity, data = array.buffers()[:2]
    there = True if array.null_count == 0 else _bits(validity, start, size)
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        return Value(False, not_(there))  # only whether there is one
    if pa.types.is_boolean(array.type):
        return Value(_settled(_bits(data, start, size)), not_(there), truth=True)
    if not size:
        return Value(0, True)
    of_type = np.dtype(np.int32) if pa.types.is_date32(array.type) else np.dtype(array.type.to_pandas_dtype())
    return Value(np.frombuffer(data, of_type, size, start * of_type.itemsize), not_(there), words)


def _bits(buffer: Any, start: int, size: int) -> Any:
    if start % 8:
        bits = np.unpackbits(np.frombuffer(buffer, np.uint8), count=start + size, bitorder="little")[start:]
        return np.packbits(bits, bitorder="little")
    return np.frombuffer(buffer, np.uint8, count=(size + 7) // 8, offset=start // 8)


def not_(bits: Bits) -> Bits:
    return (not bits) if bits is True or bits is False else np.bitwise_not(bits)


def and_(left: Bits, right: Bits) -> Bits:
    if left is False or right is False:
        return False
    if left is True:
        return right
    return left if right is True else _settled(np.bitwise_and(left, right))


def or_(left: Bits, right: Bits) -> Bits:
    if left is True or right is True:
        return True
    if left is False:
        return right
    return left if right is False else np.bitwise_or(left, right)


class _Steps:
    """The operations, on batches of one size."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.all: dict[str, Callable[..., Any]] = {
            "not": not_, "and": and_, "or": or_, "constant": _constant, "filled": _filled, "from": _from, "is": _is,
            "missing": lambda one: one.missing, "case": self._case, "coalesce": self._coalesce, "cast": self._cast,
            "isnan": lambda one: Value(pack(np.isnan(one.data)), one.missing, truth=True),
            "greatest": lambda *parts: self._most(np.maximum, parts),
            "least": lambda *parts: self._most(np.minimum, parts), "plus": _plus, "make_date": _make_date,
        }  # fmt: skip
        self.all.update({name: _elementwise(function) for name, function in _NUMBERS.items()})
        self.all.update({name: _comparison(function) for name, function in _COMPARISONS.items()})

    def _case(self, condition: Bits, yes: Any, no: Any) -> Any:
        if condition is True or condition is False:
            return yes if condition else no
        yes, no = as_value(yes), as_value(no)
        missing = or_(and_(condition, yes.missing), and_(not_(condition), no.missing))
        if yes.truth or no.truth:
            return Value(or_(and_(condition, yes.data), and_(not_(condition), no.data)), missing, truth=True)
        if yes.missing is True:
            return Value(no.data, missing, no.words)
        if no.missing is True:
            return Value(yes.data, missing, yes.words)
        if yes.words != no.words:
            no = in_words(no, words := tuple(dict.fromkeys(yes.words + no.words)))
            yes = in_words(yes, words)
        return Value(np.where(unpack(condition, self.size), yes.data, no.data), missing, yes.words)

    def _coalesce(self, *parts: Any) -> Value:
        found = as_value(parts[-1])
        for part in reversed([as_value(one) for one in parts[:-1]]):
            found = as_value(self._case(part.missing, found, part))
        return found

    def _cast(self, one: Any, kind: str) -> Value:
        value = as_value(one)
        if value.missing is True:
            return value
        if value.words:  # answers are words of digits
            value = Value(np.array([float(word or "nan") for word in value.words])[value.data], value.missing)
        data = unpack(value.data, self.size) if value.truth else value.data
        wanted = np.dtype(kind)
        if wanted.kind == "i" and np.asarray(data).dtype.kind == "f":
            data = np.rint(np.where(unpack(value.missing, self.size), 0, data))
        return Value(np.asarray(data).astype(wanted)[()], value.missing)

    def _most(self, best: Any, parts: tuple[Any, ...]) -> Value:
        """The greatest or the least of those that are not missing."""
        found: Value | None = None
        for part in map(as_value, parts):
            if part.missing is True:
                continue
            if found is None:
                found = part
                continue
            both = best(found.data, part.data)
            for one, other in ((found, part), (part, found)):
                if one.missing is not False:
                    both = np.where(unpack(one.missing, self.size), other.data, both)
            found = Value(both, and_(found.missing, part.missing))
        return found or Value(0, True)


def as_value(one: Any) -> Value:
    return one if isinstance(one, Value) else Value(one, False, truth=True)


def in_words(one: Value, words: tuple[str | None, ...]) -> Value:
    if one.words == words:
        return one
    places = np.array([words.index(word) for word in one.words], np.int32)
    return Value(places[one.data], one.missing, words)


def _constant(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return Value(0, False, (value,))
    return Value(False, True) if value is None else Value(value, False)


def _filled(one: Value, truth: bool) -> Any:
    return and_(one.data, not_(one.missing)) if truth else one


def _from(one: Any, value: Any) -> Bits:
    return False if one.missing is True else and_(pack(one.data >= value), not_(one.missing))


def _is(one: Any, value: Any) -> Bits:
    if one.missing is True:
        return False
    if isinstance(value, str):
        if value not in one.words:
            return False
        value = one.words.index(value)
    return and_(pack(one.data == value), not_(one.missing))


def _missing(parts: list[Value]) -> Bits:
    found: Bits = False
    for part in parts:
        found = or_(found, part.missing)
    return found


def _elementwise(function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(*args: Any) -> Value:
        parts = [one if isinstance(one, Value) else Value(one, False) for one in args]
        missing = _missing(parts)
        return Value(0, True) if missing is True else Value(function(*(part.data for part in parts)), missing)

    return apply


def _comparison(function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(left: Value, right: Value) -> Value:
        missing = or_(left.missing, right.missing)
        if missing is True:
            return Value(False, True, truth=True)
        return Value(pack(function(left.data, right.data)), missing, truth=True)

    return apply


def _round(data: Any, digits: int) -> Any:
    scale = 10.0**digits
    return np.copysign(np.floor(np.abs(data) * scale + 0.5) / scale, data)


@lru_cache(maxsize=512)
def _later(months: int, days: int) -> Any:
    """Every day of some centuries, later by a calendar period: the last day of a month that is too short."""
    month, of_month = _calendar("months"), _calendar("day")
    starts = np.arange(month[0] + months, month[-1] + months + 2).astype("datetime64[M]").astype("datetime64[D]")
    first = starts.astype(np.int32)
    place, length = month - month[0], np.diff(first)
    return first[place] + np.minimum(of_month, length[place]) + np.int32(days - 1)


def _plus(day: Value, months: int, days: int) -> Value:
    if day.missing is True:
        return day
    return Value(_later(months, days)[_place(day.data)], day.missing)


def _place(day: Any) -> Any:
    return np.clip(day, _FIRST_DAY, _LAST_DAY) - _FIRST_DAY


@lru_cache(maxsize=4)
def _calendar(unit: str) -> Any:
    """Of every day of some centuries, its year, month (or months since 1970) or day."""
    every = np.arange(_FIRST_DAY, _LAST_DAY + 1).astype("datetime64[D]")
    year, month = every.astype("datetime64[Y]"), every.astype("datetime64[M]")
    parts = {
        "year": year.astype(np.int64) + 1970, "months": month.astype(np.int64),
        "month": (month - year.astype("datetime64[M]")).astype(np.int64) + 1,
        "day": (every - month.astype("datetime64[D]")).astype(np.int64) + 1,
    }  # fmt: skip
    return parts[unit].astype(np.int32)


def _make_date(year: Any, month: Any, day: Any) -> Value:
    def made(y: Any, m: Any, d: Any) -> Any:
        months = (np.asarray(y, np.int64) - 1970) * 12 + np.asarray(m, np.int64) - 1
        first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        return (first + np.asarray(d, np.int64) - 1).astype(np.int32)

    result: Value = _elementwise(made)(year, month, day)
    return result


_NUMBERS: dict[str, Callable[..., Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.true_divide, "negate": np.negative, "round": _round,
    "floor": np.floor, "exp": np.exp, "ln": np.log, "power": np.power, "sqrt": np.sqrt,
    "year": lambda day: _calendar("year")[_place(day)], "month": lambda day: _calendar("month")[_place(day)],
    "day": lambda day: _calendar("day")[_place(day)],
}  # fmt: skip
_COMPARISONS: dict[str, Callable[..., Any]] = {
    "=": np.equal, ">": np.greater, ">=": np.greater_equal
}

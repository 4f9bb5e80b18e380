"""Runs a program on people; its parts on those who hold a list, whose results are spread among everybody's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from app.population.circuit.bits import Bits, Value, as_value, column, in_words, pack, run, unpack
from app.population.circuit.elements import read_lists
from app.population.circuit.steps import Part, Program


class _Found(NamedTuple):
    """`rows`: who the part is about."""

    rows: Any
    results: Mapping[str, Any]


def run_on(program: Program, people: pa.RecordBatch) -> dict[str, Any]:
    """Each output of the program: `Bits`, or a `Value`."""
    size = people.num_rows

    def part(part: Part, *given: Any) -> _Found:
        return _part(part, people, given)

    def spread(found: _Found, name: str, others: Any) -> Any:
        return _spread(found.results[name], found.rows, others, size) if len(found.rows) else others

    return run(program, size, lambda name: column(people.column(name)), {"part": part, "spread": spread})


def _part(part: Part, people: pa.RecordBatch, given: tuple[Any, ...]) -> _Found:
    some = np.zeros(people.num_rows, bool)
    for name in part.columns:
        some |= people.column(name).is_valid().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(some)
    if not len(rows):
        return _Found(rows, {})
    chosen = people.select(part.every_column).take(pa.array(rows))
    there: dict[str, Any] = {name: _of(one, rows) for name, one in zip(part.given, given, strict=True)}
    for lists in part.lists:
        there |= read_lists(lists, chosen)
    return _Found(rows, run(part.program, len(rows), there.__getitem__))


def _of(one: Any, rows: Any) -> Any:
    """The same result for some of the people."""
    if isinstance(one, Value):
        data = _of_bits(one.data, rows) if one.truth else one.data[rows] if np.ndim(one.data) else one.data
        return one._replace(data=data, missing=_of_bits(one.missing, rows))
    return _of_bits(one, rows)


def _of_bits(bits: Bits, rows: Any) -> Bits:
    if bits is True or bits is False:
        return bits
    return pack(bits[rows >> 3] >> (rows & 7).astype(np.uint8) & 1)


def _spread(some: Any, rows: Any, others: Any, size: int) -> Any:
    """The results of some people among those of the others."""
    if not isinstance(some, Value) and not isinstance(others, Value):
        return _spread_bits(some, rows, others, size)
    some, others = as_value(some), as_value(others)
    missing = _spread_bits(some.missing, rows, others.missing, size)
    told = [one for one in (some, others) if one.missing is not True]
    if not told:
        return others
    if told[0].truth:
        yes, no = (False if one.missing is True else one.data for one in (some, others))
        return Value(_spread_bits(yes, rows, no, size), missing, truth=True)
    words = tuple(dict.fromkeys(word for one in told for word in one.words))
    yes, no = (0 if one.missing is True else in_words(one, words).data for one in (some, others))
    data = np.empty(size, np.result_type(*(np.asarray(one.data).dtype for one in told)))
    data[:] = no
    data[rows] = yes
    return Value(data, missing, words)


def _spread_bits(some: Bits, rows: Any, others: Bits, size: int) -> Bits:
    if some is others and (some is True or some is False):
        return some
    truths = unpack(others, size).copy()
    truths[rows] = unpack(some, len(rows))
    return pack(truths)

"""One batch of people through a circuit: counts by stratum, or an answer for each person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.errors import UsageError
from app.population.circuit.bits import Value, count, unpack
from app.population.circuit.parts import run_on
from app.population.circuit.steps import Circuit
from app.population.codes import STATUSES

Counts = dict[tuple[str, str], dict[int, int]]
"""(stratum, guideline) → status → people. The guideline "" counts everyone."""


class Batches:
    """Runs the batches of one worker."""

    def __init__(self, circuit: Circuit) -> None:
        self._circuit = circuit

    @property
    def columns(self) -> tuple[str, ...]:
        """Those that it reads."""
        return self._circuit.columns

    def _found(self, people: pa.RecordBatch) -> dict[str, Any]:
        _check_numbers(people)
        return run_on(self._circuit.program, people)

    def count(self, people: pa.RecordBatch, by: tuple[str, ...]) -> Counts:
        """Statuses by stratum (its words joined by a slash)."""
        found, size = self._found(people), people.num_rows
        names, codes = _strata(people, by)
        counts: Counts = {
            (name, ""): {0: number} for name, number in zip(names, _by(True, codes, len(names), size), strict=True)
        }
        for gid, outputs in self._circuit.guidelines.items():
            for code, output in outputs.statuses.items():
                for name, number in zip(names, _by(found[output], codes, len(names), size), strict=True):
                    if number:
                        counts.setdefault((name, gid), {})[code] = number
        return counts

    def within(self, people: pa.RecordBatch, wanted: Mapping[str, Collection[int]]) -> Any:
        """For each person, whether one of these guidelines answers one of its statuses (codes): an array of truths."""
        found, size = self._found(people), people.num_rows
        told = np.zeros(size, bool)
        for gid, codes in wanted.items():
            outputs = self._circuit.guidelines.get(gid)
            for code, output in outputs.statuses.items() if outputs else ():
                if code in codes:
                    told |= unpack(found[output], size)
        return told

    def answers(self, people: pa.RecordBatch, keep: tuple[str, ...]) -> pa.RecordBatch:
        """These columns, then status, track and day due of each guideline."""
        found, size = self._found(people), people.num_rows
        columns: dict[str, Any] = {name: people.column(name) for name in keep}
        for gid, outputs in self._circuit.guidelines.items():
            statuses = {STATUSES[code]: found[name] for code, name in outputs.statuses.items()}
            columns[f"{gid}.status"] = _words(statuses, size)
            columns[f"{gid}.track"] = _words({word: found[name] for word, name in outputs.tracks.items()}, size)
            columns[f"{gid}.due"] = _days(found[outputs.due] if outputs.due else Value(0, True), size)
        return pa.record_batch(columns)


def _check_numbers(people: pa.RecordBatch) -> None:
    """Raises UsageError for values that are no numbers."""
    for field, values in zip(people.schema, people.columns, strict=True):
        if pa.types.is_floating(field.type) and pc.any(pc.is_nan(values)).as_py():
            raise UsageError(f"the column {field.name} has values that are no numbers (NaN); leave them empty",
                             code="population")


def _strata(people: pa.RecordBatch, by: tuple[str, ...]) -> tuple[list[str], Any]:
    if not by:
        return [""], None
    names = [""] * people.num_rows
    for place, column in enumerate(by):
        words = ["None" if value is None else str(value) for value in people.column(column).to_pylist()]
        names = words if place == 0 else [f"{one}/{other}" for one, other in zip(names, words, strict=True)]
    found, codes = np.unique(np.array(names, dtype=object).astype(str), return_inverse=True)
    return [str(name) for name in found], codes


def _by(bits: Any, codes: Any, strata: int, size: int) -> list[int]:
    if codes is None:
        return [count(bits, size)]
    if bits is False:
        return [0] * strata
    chosen = codes if bits is True else codes[unpack(bits, size)]
    return [int(number) for number in np.bincount(chosen, minlength=strata)]


def _words(who: Mapping[str, Any], size: int) -> pa.Array:
    words = sorted(who)
    codes: Any = np.full(size, -1, np.int8 if len(words) < 127 else np.int16)
    for place, word in enumerate(words):
        codes[unpack(who[word], size)] = place
    indices = pa.array(codes, mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string())) if words else pa.nulls(
        size, pa.dictionary(pa.int8(), pa.string()))  # fmt: skip


def _days(value: Value, size: int) -> pa.Array:
    data = np.broadcast_to(np.asarray(value.data, np.int32), (size,))
    return pa.array(data, pa.int32(), mask=unpack(value.missing, size)).cast(pa.date32())


def merged(parts: Iterable[Counts]) -> Counts:
    total: Counts = {}
    for part in parts:
        for key, cells in part.items():
            mine = total.setdefault(key, {})
            for code, number in cells.items():
                mine[code] = mine.get(code, 0) + number
    return total

"""What lists hold, read an element at a time: the elements of a batch are one table, on which their program runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.population.circuit.bits import Value, as_value, column, not_, or_, pack, run, unpack
from app.population.circuit.steps import OF, Lists, Source


def read_lists(lists: Lists, people: pa.RecordBatch) -> dict[str, Value]:
    """By name, what is read of the lists of each of these people."""
    listed = _Listed(lists.source, people)
    table: dict[str, Any] = dict(listed.fields)
    for name in lists.of_the_person:
        table[OF + name] = people.column(name).take(pa.array(listed.owner))
    results = run(lists.elements, len(listed.owner), lambda name: column(table[name]))
    found = {}
    for name, (reduction, *asked) in lists.found.items():
        match reduction:
            case "length":
                value = Value(listed.lengths, False)
            case "at":
                value = listed.at(*asked)
            case "count" | "some":
                number = listed.number(unpack(results[asked[0]], len(listed.owner)))
                value = Value(number, False) if reduction == "count" else Value(pack(number > 0), False, truth=True)
            case _:
                value = listed.reduced(reduction, as_value(results[asked[0]]))
        found[name] = value if lists.source.filled else value._replace(missing=or_(value.missing, listed.none))
    return found


class _Listed:
    """The elements of a source: `fields` by name, and whose each is (`owner`)."""

    def __init__(self, source: Source, people: pa.RecordBatch) -> None:
        parts = [people.column(name) for name in source.columns]
        lengths = [pc.fill_null(pc.list_value_length(part), 0).to_numpy(zero_copy_only=False) for part in parts]
        flat = [part.flatten() for part in parts]  # those of lists that are not there are left out
        everyone = np.arange(people.num_rows)
        self.people, self.lengths = people.num_rows, np.sum(lengths, axis=0, dtype=np.int64)
        self.none = pack(np.logical_and.reduce([~part.is_valid().to_numpy(zero_copy_only=False) for part in parts]))
        self.owner = np.concatenate([np.repeat(everyone, one) for one in lengths])
        elements = pa.concat_arrays(flat) if len(flat) > 1 else flat[0]
        self.fields = dict(zip((field.name for field in elements.type), elements.flatten(), strict=True))
        if len(parts) > 1 or source.in_order:
            self._put_in_order([*self.fields] if source.in_order else [])
        self.starts = np.cumsum(self.lengths) - self.lengths

    def _put_in_order(self, by: list[str]) -> None:
        """By person, then by these fields; what is missing comes last."""
        keys: list[Any] = []
        for name in by:
            value = column(self.fields[name])
            missing = unpack(value.missing, len(self.owner))
            keys += [missing, np.where(missing, 0, value.data)]
        order = np.lexsort((*reversed(keys), self.owner))
        self.owner = self.owner[order]
        self.fields = {name: array.take(pa.array(order)) for name, array in self.fields.items()}

    def at(self, turn: int, field: str) -> Value:
        """A field of the element at this place (from 0)."""
        there: Any = self.lengths > turn
        value = column(self.fields[field])
        if value.missing is True or not there.any():
            return Value(0, True)
        places = (self.starts + turn)[there]
        data = np.zeros(self.people, np.asarray(value.data).dtype)
        data[there] = value.data[places]
        if value.missing is not False:
            there[there] = ~unpack(value.missing, len(self.owner))[places]
        return Value(data, not_(pack(there)), value.words)

    def number(self, truths: Any) -> Any:
        return np.bincount(self.owner[truths], minlength=self.people)

    def reduced(self, reduction: str, value: Value) -> Value:
        """The sum or the most of what is not missing; missing where nothing is."""
        there = ~unpack(value.missing, len(self.owner))
        owner, data = self.owner[there], np.broadcast_to(value.data, there.shape)[there]
        if reduction == "sum":
            found = np.bincount(owner, weights=data, minlength=self.people)
        else:
            found = np.full(self.people, -np.inf)
            np.maximum.at(found, owner, data)
        return Value(found, pack(np.bincount(owner, minlength=self.people) == 0))

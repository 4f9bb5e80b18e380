"""Readings of a chunk → the Arrow columns of a population file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.dates import PartialDate
from app.facts.model import FactSheet
from app.facts.vocabulary import Vocabulary
from app.population.columns import (
    AGE_BAND,
    BIRTH,
    DAYS,
    HIGH,
    LATEST,
    LOW,
    RELATIVES,
    STATE,
    State,
    age_band,
    kind_of,
)
from app.population.files import PERSON
from app.population.row import Row, base, row_of
from app.population.synthetic.derived import DERIVED
from app.population.synthetic.draws import OLDEST, Column
from app.population.synthetic.reduced import Reading, Reductions
from app.population.synthetic.said import NEVER, Crowd, Kin, Spoken
from app.records.model import Subject
from app.records.relatives import KINSHIPS

LISTED_SECTIONS = frozenset({"problems", "medications"})
_FIELDS = ("degree", "relation", "side", "sex")
_GROUPS = [(female, listed) for female in (False, True) for listed in (False, True)]
"""People of whom nothing else is said differ by this alone: sex, and a record with lists or without."""


class Tables:
    """Columns of these names (those that a pack reads), the same for every chunk."""

    def __init__(self, names: Sequence[str], vocabulary: Vocabulary, as_of: date) -> None:
        self.names = [name for name in names if name != BIRTH]
        self.vocabulary = vocabulary
        self._silent = [self._silence(female, listed, as_of) for female, listed in _GROUPS]

    def _silence(self, female: bool, listed: bool, as_of: date) -> Row:
        born = PartialDate.of(date(as_of.year - 40, 1, 1))
        subject = Subject(born, "female" if female else "male")
        sheet = FactSheet(as_of, subject, sections=LISTED_SECTIONS if listed else frozenset())
        return row_of(sheet, self.names, self.vocabulary)

    def table(self, crowd: Crowd, spoken: Spoken) -> pa.Table:
        group = (crowd.female.astype(np.int8) * 2 + crowd.listed).astype(np.int8)
        columns: dict[str, pa.Array] = _who(crowd)
        readings, kept = Reductions(self.vocabulary, crowd, spoken), _Kept(group)
        for name in self.names:
            said = spoken.get(base(name, self.vocabulary))
            if isinstance(said, Kin):
                columns[name] = _relatives(said)
                continue
            reading = DERIVED[name](readings) if name in DERIVED else readings.read(name)
            self._columns(name, reading, kept, columns)
        return pa.table(columns)

    def _columns(self, name: str, reading: Reading | None, kept: _Kept, columns: dict[str, pa.Array]) -> None:
        values = tuple(row.get(name) for row in self._silent)
        states = tuple(row.get(name + STATE) for row in self._silent)
        if reading is None:
            if any(value is not None for value in values):
                columns[name] = kept.silent(values, _WORDS if isinstance(_first(values), str) else None)
            if any(state is not None for state in states):
                columns[name + STATE] = kept.silent(states, pa.int8())
            return
        silent = ~reading.said
        if reading.silent_if_presumed is not None:
            presumed = kept.of_group([state == int(State.PRESUMED) for state in states])
            silent |= reading.silent_if_presumed & presumed
        kind = kind_of(name, self.vocabulary)
        columns[name] = _value(kind, reading, silent, values, kept)
        if reading.last is not None:
            suffix, type_ = (LATEST, pa.date32()) if kind == "day" else (HIGH, pa.float64())
            columns[name + suffix] = _masked(reading.last, ~reading.has | (reading.last == reading.value), type_)
            if kind == "number":
                columns[name + LOW] = _masked(reading.value, ~reading.has | (reading.last == reading.value), type_)
        if reading.state is not None or any(state is not None for state in states):
            state = np.zeros(len(silent), np.int8) if reading.state is None else reading.state
            found = np.where(silent, kept.of_group([int(one or 0) for one in states]), state).astype(np.int8)
            columns[name + STATE] = _masked(found, found == 0, pa.int8())


_WORDS = pa.string()


class _Kept:
    """Columns that depend on the group alone, made once for all the names that share them."""

    def __init__(self, group: Column) -> None:
        self._group = group
        self._made: dict[Any, pa.Array] = {}
        self._columns: dict[Any, Column] = {}

    def of_group(self, values: Sequence[Any]) -> Column:
        """The value of each one's group; not to be changed."""
        key = tuple((type(value), value) for value in values)
        if key not in self._columns:
            self._columns[key] = np.array(values)[self._group]
        return self._columns[key]

    def silent(self, values: tuple[Any, ...], type_: Any) -> pa.Array:
        key = (tuple(type(value) for value in values), values)
        if key not in self._made:
            self._made[key] = pa.array(list(values), type_).take(pa.array(self._group))
        return self._made[key]


def _first(values: Sequence[Any]) -> Any:
    return next((value for value in values if value is not None), None)


def _masked(values: Column, missing: Column, type_: Any) -> pa.Array:
    found = pa.array(values, mask=missing)
    return found if found.type == type_ else found.cast(type_)


def _value(kind: str, reading: Reading, silent: Column, values: Sequence[Any], kept: _Kept) -> pa.Array:
    missing = silent | ~reading.has
    if kind == "days":
        return _days(reading, missing)
    if kind == "word":
        words = tuple(dict.fromkeys([*(reading.words or ()), *(value for value in values if value is not None)]))
        places = np.where(silent, kept.of_group([words.index(v) if v is not None else 0 for v in values]),
                          reading.value).astype(np.int8)
        missing = np.where(silent, kept.of_group([value is None for value in values]), ~reading.has)
        return pa.DictionaryArray.from_arrays(pa.array(places, mask=missing), pa.array(words, _WORDS)).cast(_WORDS)
    if any(value is not None for value in values):  # what silence means is a value
        spoken = np.where(silent, kept.of_group([value if value is not None else False for value in values]),
                          reading.value)
        nothing = np.where(silent, kept.of_group([value is None for value in values]), ~reading.has)
        return _masked(spoken, nothing, pa.bool_() if kind == "flag" else pa.float64())
    if kind == "day":
        return _masked(reading.value.astype(np.int32), missing, pa.int32()).cast(pa.date32())
    return _masked(reading.value, missing, pa.bool_() if kind == "flag" else pa.float64())


def _days(reading: Reading, missing: Column) -> pa.Array:
    """Lists of the days of a series, sorted."""
    days = np.sort(reading.value, axis=1)
    there = days != NEVER
    flat = pa.array(days[there]).cast(pa.date32())
    inner = pa.StructArray.from_arrays(
        [flat, flat, pa.array(np.zeros(len(flat), np.int32))], fields=list(DAYS.value_type)
    )
    return _lists(there.sum(axis=1), inner, missing, DAYS)


def _lists(counts: Column, inner: pa.Array, missing: Column, type_: Any) -> pa.Array:
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    offsets = pa.array(starts, mask=np.concatenate([missing, [False]]))
    return pa.ListArray.from_arrays(offsets, inner, type=type_)


def _relatives(kin: Kin) -> pa.Array:
    found = [KINSHIPS[word] for word in kin.words]
    places = pa.array(kin.relations)
    parts = [
        pa.array([getattr(one, name) for one in found], RELATIVES.value_type.field(name).type).take(places)
        for name in _FIELDS
    ]  # fmt: skip
    onset = pa.array(kin.onset, mask=np.isnan(kin.onset))
    inner = pa.StructArray.from_arrays([*parts, onset, onset], fields=list(RELATIVES.value_type))
    return _lists(kin.counts, inner, kin.counts == 0, RELATIVES)


def _who(crowd: Crowd) -> dict[str, pa.Array]:
    number = pa.array(np.arange(crowd.first, crowd.first + crowd.people, dtype=np.int64)).cast(pa.string())
    home = pa.array(crowd.department)
    bands = [age_band(age) for age in range(OLDEST + 10)]
    return {
        PERSON: pc.binary_join_element_wise("TEST", number, "-"),
        "department": pa.array(crowd.places["department"]).take(home),
        "region": pa.array(crowd.places["region"]).take(home),
        "deprivation_quintile": pa.array(crowd.quintile.astype(np.int64)),
        "area": pa.array(crowd.places["area"]).take(pa.array(crowd.area)),
        AGE_BAND: pa.array(bands).take(pa.array(crowd.age)),
        BIRTH: pa.array(crowd.birth).cast(pa.date32()),
    }

"""One person's row of a population table, from a fact sheet: each name reduced as criteria would see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import isinf
from typing import Any

import pyarrow as pa

from app.dates import PartialDate
from app.facts.derive import DERIVED
from app.facts.model import FactSheet
from app.facts.reduce import ReducedFacts, ReducedValue
from app.facts.vocabulary import Vocabulary
from app.population.columns import BIRTH, HIGH, LATEST, LOW, OPEN, STATE, TYPES, UNDATED, Kind, State, kind_of
from app.population.doses import MOST

Row = dict[str, Any]
_STATES = {"unknown": State.UNKNOWN, "presumed": State.PRESUMED, "stale": State.STALE}


class TooManyDoses(ValueError):
    """A series with more doses than columns look at."""


def row_of(sheet: FactSheet, names: Iterable[str], vocabulary: Vocabulary) -> Row:
    """The columns of these names (and the birth date) that have something to say for this person on the sheet's day."""
    plan, facts = _plan(tuple(names), vocabulary), ReducedFacts(sheet, vocabulary)
    spoken = sheet.facts.keys() | {item.id for item in sheet.unknown}
    row = dict(_silent(plan, facts))
    for fact in spoken & plan.of_fact.keys():
        for name, kind, act in plan.of_fact[fact]:
            row.pop(name, None)
            row.pop(name + STATE, None)
            _columns(row, name, kind, act, facts, spoken)
    for name, kind, act in plan.of_several:
        _columns(row, name, kind, act, facts, spoken)
    if sheet.subject and sheet.subject.birth_date:
        _day(row, BIRTH, sheet.subject.birth_date.earliest, sheet.subject.birth_date.latest)
    return row


_Name = tuple[str, Kind, str | None]
"""A name with its kind and, for days, the act whose days they are."""


@dataclass(frozen=True, eq=False)
class _Plan:
    """Names by what their values come from."""

    of_fact: Mapping[str, Sequence[_Name]]
    """One fact each: of a person of whom nothing is said of it, they have what its silence means."""
    of_several: Sequence[_Name]


@lru_cache(maxsize=16)
def _plan(names: tuple[str, ...], vocabulary: Vocabulary) -> _Plan:
    of_fact: dict[str, list[_Name]] = {}
    of_several: list[_Name] = []
    for name in dict.fromkeys(names):
        if name == BIRTH:
            continue
        kind, fact = kind_of(name, vocabulary), base(name, vocabulary)
        entry = (name, kind, fact if kind in ("day", "days") else None)
        if name in DERIVED or vocabulary.facts[fact].said_by is not None:
            of_several.append(entry)
        else:
            of_fact.setdefault(fact, []).append(entry)
    return _Plan(of_fact, of_several)


def _silent(plan: _Plan, facts: ReducedFacts) -> Row:
    """The columns of one fact each, of somebody of this kind of whom nothing is said; not to be changed."""
    row: Row | None = facts.silence.get(plan)
    if row is None:
        row = {}
        nobody = ReducedFacts(replace(facts.sheet, facts={}, unknown=[]), facts.vocabulary)
        for entries in plan.of_fact.values():
            for name, kind, act in entries:
                _columns(row, name, kind, act, nobody, frozenset())
        facts.silence[plan] = row
    return row


def _columns(row: Row, name: str, kind: Kind, act: str | None, facts: ReducedFacts, spoken: Set[str]) -> None:
    reading = facts.get(name)
    if act is not None and facts.is_open(act):
        row[name + OPEN] = True
    if reading.state == "absent":
        if name.startswith("symptom_") and name in spoken:  # spoken of, only after the day: not known on it
            row[name + STATE] = int(State.UNKNOWN)
        return
    if reading.state == "known" and kind != "relatives" and reading.value is None:
        row[name + STATE] = int(State.NONE)
    elif (code := _STATES.get(reading.state)) is not None:
        row[name + STATE] = int(code)
    _value(row, name, kind, reading)


def base(name: str, vocabulary: Vocabulary) -> str:
    """The fact that a reduction is made from (or the fact itself)."""
    entry = vocabulary.reductions.get(name)
    return entry[0].id if entry else name


def _value(row: Row, name: str, kind: Kind, reading: ReducedValue) -> None:
    if kind == "day":
        if reading.earliest is not None and reading.latest is not None:
            _day(row, name, reading.earliest, reading.latest)
    elif kind == "days":
        if isinstance(reading.value, tuple):
            _days(row, name, reading)
    elif kind == "relatives":
        if reading.facts or reading.state == "known":
            row[name] = [_relative(fact.details) for fact in reading.facts]
    elif kind == "number":
        if reading.low is not None and reading.high is not None:
            _number(row, name, reading.low, reading.high)
    elif isinstance(reading.value, bool if kind == "flag" else str):
        row[name] = reading.value


def _day(row: Row, name: str, earliest: date, latest: date) -> None:
    row[name] = earliest
    if latest != earliest:
        row[name + LATEST] = latest


def _days(row: Row, name: str, reading: ReducedValue) -> None:
    assert isinstance(reading.value, tuple)
    days = sorted(set(reading.value))
    if len(days) > MOST:
        raise TooManyDoses(f"{name}: more than {MOST} doses")
    row[name] = [
        {"earliest": day.earliest, "latest": day.latest, "rank": _rank(reading, day)}
        for day in days if isinstance(day, PartialDate)
    ]  # fmt: skip
    if any(fact.date is None for fact in reading.facts):
        row[name + UNDATED] = True


def _rank(reading: ReducedValue, day: PartialDate) -> int:
    return max((int(fact.details.get("dose_number") or 0) for fact in reading.facts if fact.date == day), default=0)


def _number(row: Row, name: str, low: float, high: float) -> None:
    row[name] = high if isinf(low) else low
    if low != high:
        row[name + LOW], row[name + HIGH] = low, high


def _relative(details: Any) -> dict[str, Any]:
    return {name: details.get(name) for name in ("degree", "relation", "side", "sex", "onset_low", "onset_high")}


def table_of(rows: list[Row], names: Iterable[str], vocabulary: Vocabulary) -> pa.Table:
    """Rows as an Arrow table: the birth date, every name, and the suffixed columns that some row fills."""
    filled: set[str] = set()
    for row in rows:
        filled |= row.keys()
    columns: dict[str, pa.Array] = {}
    for name in dict.fromkeys([BIRTH, *names]):
        kind = kind_of(name, vocabulary)
        columns[name] = pa.array([row.get(name) for row in rows], TYPES[kind])
        suffixes = {STATE: pa.int8(), LOW: pa.float64(), HIGH: pa.float64(), LATEST: pa.date32(), UNDATED: pa.bool_(),
                    OPEN: pa.bool_()}
        for suffix, type_ in suffixes.items():
            if name + suffix in filled:
                columns[name + suffix] = pa.array([row.get(name + suffix) for row in rows], type_)
    return pa.table(columns)

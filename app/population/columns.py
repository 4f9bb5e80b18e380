"""Fact columns: what a population file holds for each name that criteria read.

A name of the vocabulary (a fact, or one of its reductions) is a column of the same name:

    flag, word, number     the value
    day                    a date (its earliest day)
    days                   a list of {earliest, latest, rank}, sorted (rank: the dose's number, where it is written)
    relatives              a list of {degree, relation, side, sex, onset_low, onset_high}

NULL means that nothing speaks of it, unless `<name>__state` says otherwise (`State`). A value that is an interval has
its ends in `<name>__low` and `<name>__high`, a day known to the month or year its end in `<name>__latest`; files in
which every value is exact leave these columns out, and a column that no record fills may be left out whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any, Literal

import pyarrow as pa

from app.facts.vocabulary import Vocabulary
from app.guidelines.check import Holds, what_it_holds

Kind = Literal["flag", "word", "number", "day", "days", "relatives"]
BIRTH = "birth_date"


class State(IntEnum):
    """Why a value is as it is, where a NULL alone would not tell. No code: known if there is a value, else absent."""

    UNKNOWN = 1
    """Said to be unknown."""
    NONE = 2
    """Known that there is none (never had a mammography)."""
    PRESUMED = 3
    """Nothing speaks of it, and the vocabulary presumes the value."""
    STALE = 4
    """The latest value is too old."""


STATE, LOW, HIGH, LATEST = "__state", "__low", "__high", "__latest"
OPEN, UNDATED = "__open", "__undated"
"""Flags of acts: something is said not to be known (what it was, when); an act of the list has no day."""

DAYS = pa.list_(pa.struct([("earliest", pa.date32()), ("latest", pa.date32()), ("rank", pa.int32())]))
RELATIVES = pa.list_(pa.struct([
    ("degree", pa.int32()), ("relation", pa.string()), ("side", pa.string()), ("sex", pa.string()),
    ("onset_low", pa.float64()), ("onset_high", pa.float64()),
]))  # fmt: skip
TYPES: dict[Kind, Any] = {
    "flag": pa.bool_(), "word": pa.string(), "number": pa.float64(), "day": pa.date32(), "days": DAYS,
    "relatives": RELATIVES,
}
_KINDS: dict[Holds, Kind] = {
    "a number": "number", "a day": "day", "all its days": "days", "a word": "word", "yes or no": "flag",
    "an act": "word",
}


_SUFFIXES: dict[Kind, dict[str, Any]] = {
    "flag": {}, "word": {}, "relatives": {}, "number": {LOW: pa.float64(), HIGH: pa.float64()},
    "day": {LATEST: pa.date32(), OPEN: pa.bool_()}, "days": {OPEN: pa.bool_(), UNDATED: pa.bool_()},
}  # fmt: skip


AGE_BAND = "age_band"


def age_band(age: int) -> str:
    """The stratum of an age, by ten years: `50-59`."""
    low = age // 10 * 10
    return f"{low}-{low + 9}"


def columns_of(names: Iterable[str], vocabulary: Vocabulary) -> pa.Schema:
    """Every column that these names may have."""
    fields: list[tuple[str, Any]] = []
    for name in names:
        kind = kind_of(name, vocabulary)
        suffixes = _SUFFIXES[kind] | ({STATE: pa.int8()} if name != BIRTH else {})
        fields += [(name, TYPES[kind]), *((name + suffix, type_) for suffix, type_ in suffixes.items())]
    return pa.schema(fields)


def kind_of(name: str, vocabulary: Vocabulary) -> Kind:
    """What the column of a name holds. Raises KeyError for a name that the vocabulary does not have."""
    if name == BIRTH:
        return "day"
    if name in vocabulary.facts and vocabulary.facts[name].type == "family":
        return "relatives"
    return _KINDS[what_it_holds(name, vocabulary)]

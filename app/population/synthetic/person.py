"""One person of a chunk: what the record says of them, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np

from app.facts.vocabulary import Vocabulary
from app.population.synthetic.generate import Chunk
from app.population.synthetic.reduced import EPOCH
from app.population.synthetic.said import NEVER, Kin, Said
from app.records.relatives import KINSHIPS, Kinship


@dataclass(frozen=True)
class Statement:
    """`value`: True (a state), a number, a word of the vocabulary, a day, `done` or `dose`; a relative's relation."""

    fact: str
    value: bool | float | str | date
    day: date | None
    author: Literal["professional", "citizen"] = "professional"
    kinship: Kinship | None = None
    onset: float | None = None


@dataclass(frozen=True)
class Person:
    id: str
    birth: date
    sex: Literal["female", "male"]
    listed: bool
    """The record holds lists of problems and medicines."""
    statements: tuple[Statement, ...]


def person_of(chunk: Chunk, place: int, vocabulary: Vocabulary) -> Person:
    """The person at a place of a chunk (from 0)."""
    crowd = chunk.crowd
    said = [
        one for found in chunk.spoken.values()
        for one in (_kin(found, place) if isinstance(found, Kin) else _statements(found, place, vocabulary))
    ]  # fmt: skip
    return Person(
        f"TEST-{crowd.first + place}", _day(crowd.birth[place]), "female" if crowd.female[place] else "male",
        bool(crowd.listed[place]), tuple(said),
    )  # fmt: skip


def _day(number: Any) -> date:
    return EPOCH + timedelta(days=int(number))


def _statements(said: Said, place: int, vocabulary: Vocabulary) -> Iterator[Statement]:
    kind = vocabulary.facts[said.fact].type
    alone: bool | str = {"event": "done", "dose": "dose"}.get(kind, True)
    days = np.atleast_1d(said.days[place])
    values = [None] * len(days) if said.values is None else np.atleast_1d(said.values[place])
    for day, value in sorted(zip(days.tolist(), values, strict=True), key=lambda pair: pair[0]):
        if day == NEVER:
            continue
        told: Any
        if value is None:
            told = alone
        elif said.words is not None:
            told = said.words[value]
        elif kind == "date":
            told = _day(value)
        else:
            told = value.item()
        yield Statement(said.fact, told, _day(day), said.author)


def _kin(kin: Kin, place: int) -> Iterator[Statement]:
    first = int(kin.counts[:place].sum())
    for at in range(first, first + int(kin.counts[place])):
        kinship = KINSHIPS[kin.words[kin.relations[at]]]
        onset = None if np.isnan(kin.onset[at]) else float(kin.onset[at])
        yield Statement(kin.fact, kinship.relation, None, "professional", kinship, onset)



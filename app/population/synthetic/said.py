"""What the records of a chunk of people say: for each fact, dated values of each person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from app.population.synthetic.draws import OLDEST, QUINTILES, Column

NEVER = np.int32(-(2**31))
"""No act: earlier than every day."""


@dataclass(frozen=True)
class Said:
    """`days`: (people) or (people, acts) days since 1970, NEVER where nothing is said. `values`, of the same shape:
    numbers, places in `words`, or days; None for what is true (or done) as such."""

    fact: str
    days: Column
    values: Column | None = None
    words: tuple[str, ...] | None = None
    author: Literal["professional", "citizen"] = "professional"

    @cached_property
    def there(self) -> Column:
        """Not to be changed."""
        return np.asarray(self.days != NEVER)

    def latest(self) -> Column:
        return self.days if self.days.ndim == 1 else self.days.max(axis=1)


@dataclass(frozen=True)
class Kin:
    """Relatives with one disease, flat: `counts` a person, then each relative's relation and age at diagnosis."""

    fact: str
    counts: Column
    relations: Column
    words: tuple[str, ...]
    onset: Column
    """Years; NaN when not told."""

    @property
    def starts(self) -> Column:
        return np.concatenate([[0], np.cumsum(self.counts)])


@dataclass(frozen=True)
class Crowd:
    """Who the people of a chunk are."""

    first: int
    """Number of the first person in the whole population."""
    as_of: int
    """Days since 1970."""
    birth: Column
    female: Column
    age: Column
    """Completed years, for curves; criteria use the birth date."""
    department: Column
    area: Column
    quintile: Column
    listed: Column
    """The record holds a list of problems and medicines."""
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words of `department`, `region` (by département) and `area`."""

    @property
    def people(self) -> int:
        return len(self.birth)

    @cached_property
    def cell(self) -> Column:
        """Where the values of each one's sex, age and quintile are (`app.population.synthetic.draws.by_cell`)."""
        sex = np.where(self.female, 0, OLDEST * QUINTILES).astype(np.int32)
        return np.asarray(sex + np.minimum(self.age, OLDEST - 1) * QUINTILES + (self.quintile - 1))


Spoken = dict[str, Said | Kin]


def at(who: Column, days: Column, people: int) -> Column:
    """These days for some people, NEVER for the others."""
    found = np.full(people, NEVER, np.int32)
    found[who] = days
    return found


def among(spoken: Spoken, crowd: Crowd, wanted: Any) -> Column | None:
    """Of whom another fact says so; None: everyone."""
    if wanted is None:
        return None
    said = spoken[wanted.fact]
    assert isinstance(said, Said)
    if wanted.values is None:
        return said.there
    assert said.words is not None
    chosen = np.zeros(len(said.days), bool)
    for word in wanted.values:
        chosen |= said.values == said.words.index(word)
    return chosen & said.there

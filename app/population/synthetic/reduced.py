"""Dated statements of many people → the vocabulary's reductions: what `app.facts.reduce` says of one, for a chunk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from app.dates import Period
from app.facts.vocabulary import Fact as Definition
from app.facts.vocabulary import Reduction, Vocabulary
from app.population.columns import State
from app.population.synthetic.draws import Column
from app.population.synthetic.said import NEVER, Crowd, Said, Spoken
from app.population.thresholds import first_ending_after

EPOCH = date(1970, 1, 1)
_ALONE: dict[str, str | bool] = {"boolean": True, "event": "done", "dose": "dose"}
"""What is said by a statement without a value."""


_LAST = ("last_value", "last_result")
OF_ONE_VALUE = frozenset({"max", "min", "mean", "change", "change_per_year"})
"""Reductions that are made of one dated value of a person only (see `check`)."""


@dataclass(frozen=True)
class Reading:
    """One name for everyone. `value` holds where `has`; elsewhere nothing, or what `state` says. People of whom nothing
    is `said` have what silence means."""

    value: Any
    has: Column
    said: Column
    state: Column | None = None
    words: tuple[str, ...] | None = None
    last: Column | None = None
    """For a day or number known as an interval: its other end."""
    silent_if_presumed: Column | None = None
    """An old « no »: presumed like silence, where silence is presumed."""


class Reductions:
    """Readings over one chunk, as of the crowd's day."""

    def __init__(self, vocabulary: Vocabulary, crowd: Crowd, spoken: Spoken) -> None:
        self.vocabulary, self.crowd, self.spoken = vocabulary, crowd, spoken
        self.as_of = EPOCH + timedelta(days=crowd.as_of)

    def read(self, name: str) -> Reading | None:
        """None: nothing of the kind is ever said."""
        entry = self.vocabulary.reductions.get(name)
        definition = entry[0] if entry else self.vocabulary.facts[name]
        said = self.spoken.get(definition.id)
        if not isinstance(said, Said):
            return None
        return self._take(said, *entry) if entry else self.latest(said)

    def latest(self, said: Said) -> Reading:
        """The fact's own value, stale when it is older than the vocabulary keeps it."""
        definition = self.vocabulary.facts[said.fact]
        day, value = _newest(said, said.there)
        return self._fresh(definition, said, day, value, definition.fresh_for)

    def _fresh(
        self, definition: Definition, said: Said, day: Column, value: Any, fresh_for: str | None
    ) -> Reading:
        there = day != NEVER
        found = _values(definition, value, there)
        if said.words is not None and set(said.words) & set(definition.unclear):
            unclear = there & np.isin(found, [n for n, word in enumerate(said.words) if word in definition.unclear])
            return Reading(found, there & ~unclear, there, unclear.astype(np.int8) * int(State.UNKNOWN), said.words)
        if fresh_for is None:
            return Reading(found, there, there, None, said.words)
        old = there & (day < self._first(fresh_for))
        state = np.where(old, int(State.STALE), 0).astype(np.int8)
        negative = old & (found == False) if found.dtype == bool else None  # noqa: E712 (an array)
        return Reading(found, there, there, state, said.words, None, negative)

    def _first(self, period: str) -> int:
        return (first_ending_after(Period.parse(period), self.as_of) - EPOCH).days

    def _take(self, said: Said, definition: Definition, reduction: Reduction) -> Reading:
        kept, spoken = self._kept(said, definition, reduction), _any(said.there)
        take = reduction.take
        if take == "count":
            return Reading(_count(kept).astype(np.float64), spoken, spoken)
        if take == "any":
            return Reading(_any(kept), spoken, spoken)
        if take == "dates":
            return Reading(np.where(_as_acts(kept), _as_acts(said.days), NEVER), _any(kept), spoken)
        if take in ("change", "change_per_year"):  # of one value there is none
            return Reading(np.zeros(len(spoken)), np.zeros(len(spoken), bool), spoken)
        day, value = _newest(said, kept)
        if take == "last_date":
            return Reading(day, day != NEVER, spoken)
        if take == "first_date":
            day = _as_acts(np.where(kept, said.days, np.iinfo(np.int32).max)).min(axis=1)
            return Reading(day, _any(kept), spoken)
        found = self._fresh(definition, said, day, value, reduction.fresh_for if take in _LAST else None)
        return Reading(found.value, found.has, spoken, found.state, found.words)

    def _kept(self, said: Said, definition: Definition, reduction: Reduction) -> Column:
        kept = said.there
        if reduction.where_value is not None:
            kept = kept & _is_one_of(said, definition, reduction.where_value)
        elif said.values is not None and said.values.dtype == bool:
            kept = kept & said.values
        if reduction.where_author is not None and said.author not in reduction.where_author:
            kept = np.zeros_like(kept)
        if reduction.where_at_least is not None or reduction.where_at_most is not None:
            kept = kept & _between(said, reduction.where_at_least, reduction.where_at_most)
        if reduction.within is not None:
            kept = kept & (said.days >= self._first(reduction.within))
        if reduction.since is not None:
            start = self.read(reduction.since)
            if start is None:
                return np.zeros_like(kept)
            since = np.where(start.has, start.value, np.iinfo(np.int32).max)
            kept = kept & (said.days >= (since if kept.ndim == 1 else since[:, None]))
        return kept


def _newest(said: Said, kept: Column) -> tuple[Column, Any]:
    days = said.days if kept is said.there else np.where(kept, said.days, NEVER)
    if days.ndim == 1:
        return days, said.values
    place = days.argmax(axis=1)[:, None]
    day = np.take_along_axis(days, place, axis=1)[:, 0]
    return day, None if said.values is None else np.take_along_axis(said.values, place, axis=1)[:, 0]


def _values(definition: Definition, value: Any, there: Column) -> Column:
    if value is None:
        return there if definition.type == "boolean" else np.zeros(len(there), np.int8)
    return np.asarray(value)


def _is_one_of(said: Said, definition: Definition, wanted: list[str | bool]) -> Column:
    if said.values is None:
        return np.full(said.days.shape, _ALONE.get(definition.type) in wanted)
    places: list[Any] = [one for one in wanted if isinstance(one, bool)]
    if said.words is not None:
        places = [place for place, word in enumerate(said.words) if word in wanted]
    chosen = np.zeros_like(said.days, dtype=bool)
    for place in places:
        chosen |= said.values == place
    return chosen


def _between(said: Said, low: float | None, high: float | None) -> Column:
    if said.values is None or said.words is not None or said.values.dtype == bool:
        return np.zeros(said.days.shape, bool)
    inside = np.full(said.days.shape, True)
    if low is not None:
        inside &= said.values >= low
    if high is not None:
        inside &= said.values <= high
    return inside


def _as_acts(values: Column) -> Column:
    return values if values.ndim > 1 else values[:, None]


def _any(flags: Column) -> Column:
    return flags if flags.ndim == 1 else np.asarray(flags.any(axis=1))


def _count(flags: Column) -> Column:
    return flags.astype(np.int32) if flags.ndim == 1 else np.asarray(flags.sum(axis=1))

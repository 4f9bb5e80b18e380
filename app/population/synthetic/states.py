"""Diseases and treatments of a record's lists."""

from __future__ import annotations

import numpy as np

from app.population.synthetic.crowd import DAYS_IN_A_YEAR
from app.population.synthetic.draws import Column, by_cell, stream, uniform
from app.population.synthetic.parameters import State
from app.population.synthetic.said import Crowd, Said, Spoken, among, at


class StateDrawing:
    def __init__(self, state: State) -> None:
        self.state = state
        self._share = by_cell(state.share, state.most_deprived_odds_ratio)

    def draw(self, crowd: Crowd, spoken: Spoken, seed: int, chunk: int) -> Said:
        """Written in the lists of those who have it, for a share of them; a draw for each, whoever they are."""
        state, random = self.state, stream(seed, chunk, f"state {self.state.fact} {self.state.value or ''}")
        has = uniform(random, crowd.people) < self._share[crowd.cell] * np.float32(state.written)
        chosen = among(spoken, crowd, state.among)
        has &= crowd.listed if chosen is None else crowd.listed & chosen
        (first, last), who = state.years, np.flatnonzero(has)
        since = uniform(random, crowd.people)[who]
        ago = ((first + (last - first) * since) * DAYS_IN_A_YEAR).astype(np.int32)
        return _with_words(state, crowd, spoken, at(who, np.maximum(crowd.as_of - ago, crowd.birth[who]), crowd.people))


def _with_words(state: State, crowd: Crowd, spoken: Spoken, days: Column) -> Said:
    """A disease of several kinds is drawn once a kind; who has one already keeps it."""
    if state.value is None:
        return Said(state.fact, days)
    before = spoken.get(state.fact)
    if before is None:
        return Said(state.fact, days, np.zeros(crowd.people, np.int8), (state.value,))
    assert isinstance(before, Said)
    assert before.words is not None
    assert before.values is not None
    values = np.where(before.there, before.values, len(before.words)).astype(np.int8)
    return Said(state.fact, np.where(before.there, before.days, days), values, (*before.words, state.value))

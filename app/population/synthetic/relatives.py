"""Relatives with a disease, as records tell them."""

from __future__ import annotations

import numpy as np

from app.population.synthetic.draws import by_cell, pick, stream, uniform
from app.population.synthetic.parameters import Relative
from app.population.synthetic.said import Crowd, Kin

_YOUNGEST, _OLDEST = 20, 95
_SAME_AGE = {"sister", "brother", "half_sister", "half_brother"}
_YEARS_OLDER = 8
"""A sibling is taken to be at most this much older."""


class RelativeDrawing:
    def __init__(self, relative: Relative) -> None:
        self.relative = relative
        self._share = by_cell(relative.share)
        self._same_age = np.array([name in _SAME_AGE for name in relative.relations])

    def draw(self, crowd: Crowd, seed: int, chunk: int) -> Kin:
        relative, random = self.relative, stream(seed, chunk, f"relative {self.relative.fact}")
        share = self._share[crowd.cell]
        one = uniform(random, crowd.people) < share * np.float32(relative.written)
        two = one & (uniform(random, crowd.people) < share)
        first = pick(random, relative.relations, crowd.people)
        second = pick(random, relative.relations, crowd.people)
        two &= first != second  # the same relative is not told twice
        counts = one.astype(np.int32) + two
        who = np.repeat(np.arange(crowd.people), counts)
        place = np.arange(len(who)) - np.repeat(np.cumsum(counts) - counts, counts)
        relations = np.where(place == 0, first[who], second[who])
        mean, sd = relative.onset
        onset = np.round(mean + sd * random.standard_normal(len(who)))
        onset = np.clip(onset, _YOUNGEST, _OLDEST)
        onset = np.where(self._same_age[relations], np.minimum(onset, crowd.age[who] + _YEARS_OLDER), onset)
        onset[uniform(random, len(who)) >= relative.onset_known] = np.nan
        return Kin(relative.fact, counts, relations, tuple(relative.relations), onset)

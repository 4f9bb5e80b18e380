"""Pregnancies of now, and those who were asked and are not pregnant."""

from __future__ import annotations

import numpy as np

from app.population.synthetic.draws import by_cell, stream, uniform
from app.population.synthetic.parameters import Pregnancies
from app.population.synthetic.said import NEVER, Crowd, Said

_WEEKS = (6, 39)
"""Pregnancies that a record may tell of, in weeks of amenorrhoea."""
_TERM = 283
"""Days from the last period to the expected day of delivery, as records compute it (40 to 41 weeks)."""
_FIRST_TOLD = 35
_ASKED_WITHIN = 500


class PregnancyDrawing:
    def __init__(self, pregnancies: Pregnancies) -> None:
        self._told = np.float32(pregnancies.told)
        self._share, self._told_not = by_cell(pregnancies.share), by_cell(pregnancies.told_not)

    def draw(self, crowd: Crowd, seed: int, chunk: int) -> list[Said]:
        random = stream(seed, chunk, "pregnancy")
        pregnant = uniform(random, crowd.people) < self._share[crowd.cell]
        told = pregnant & (uniform(random, crowd.people) < self._told)
        asked = ~pregnant & (uniform(random, crowd.people) < self._told_not[crowd.cell])
        low, high = (7 * weeks for weeks in _WEEKS)
        start = crowd.as_of - low - ((high - low) * uniform(random, crowd.people)).astype(np.int32)
        fraction = uniform(random, crowd.people)
        since = (fraction * (crowd.as_of - start - _FIRST_TOLD)).astype(np.int32)
        not_since = (fraction * _ASKED_WITHIN).astype(np.int32)
        day = np.where(told, crowd.as_of - since, np.where(asked, crowd.as_of - not_since, NEVER)).astype(np.int32)
        return [
            Said("pregnant", day, told),
            Said("expected_delivery_date", np.where(told, day, NEVER).astype(np.int32), start + np.int32(_TERM)),
        ]

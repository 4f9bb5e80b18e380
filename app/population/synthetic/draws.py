"""Draws by name: one stream of random numbers for each chunk of people and each thing that is drawn of them.

A stream depends on the seed, the chunk and the name alone (Philox under NumPy's SeedSequence): chunks may be made in
any order, on any number of machines, and a new parameter does not change what was drawn for the others.
"""

from __future__ import annotations

from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.population.synthetic.parameters import Curves

Column = NDArray[Any]
OLDEST = 111
"""Ages of the tables: 0 to 110 years."""
QUINTILES = 5


def stream(seed: int, chunk: int, name: str) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, chunk, crc32(name.encode())])))


def uniform(random: np.random.Generator, people: int) -> Column:
    return random.random(people, dtype=np.float32)


def by_cell(curves: Curves, most_deprived_odds_ratio: float = 1, *, share: bool = True) -> Column:
    """A table of values by sex (female first), age and deprivation quintile, flat: index with `Crowd.cell`.

    The odds ratio of the most against the least deprived fifth is spread evenly; the middle fifth keeps the curve.
    """
    ages = np.arange(OLDEST)
    table = np.zeros((2, OLDEST, QUINTILES))
    steps = np.log(most_deprived_odds_ratio) * (np.arange(QUINTILES) - 2) / 4
    for row, sex in enumerate(("female", "male")):
        points = curves.of(sex)  # type: ignore[arg-type]
        if points is None:
            continue
        at = sorted(points)
        if share:
            logits = [_logit(points[age]) for age in at]
            table[row] = _share(np.interp(ages, at, logits)[:, None] + steps)
        else:
            table[row] = np.interp(ages, at, [points[age] for age in at])[:, None]
    return table.reshape(-1).astype(np.float32)


def _logit(value: float) -> float:
    value = min(max(value, 1e-9), 1 - 1e-9)
    return float(np.log(value / (1 - value)))


def _share(logit: Column) -> Column:
    found = 1 / (1 + np.exp(-logit))
    return np.where(found < 1e-8, 0.0, np.where(found > 1 - 1e-8, 1.0, found))


def pick(random: np.random.Generator, shares: dict[str, float], people: int) -> Column:
    """The place of a word, drawn by the shares (which add up to 1)."""
    draw, place = uniform(random, people), np.zeros(people, np.int8)
    for edge in np.cumsum(list(shares.values()))[:-1].astype(np.float32):
        place += draw >= edge
    return place

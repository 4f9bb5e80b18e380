"""Who people are: day of birth, sex, where they live, deprivation, and whether their record holds lists."""

from __future__ import annotations

from datetime import date
from functools import cached_property

import numpy as np

from app.population.synthetic.draws import Column, stream, uniform
from app.population.synthetic.parameters import PeopleFile
from app.population.synthetic.said import Crowd

DAYS_IN_A_YEAR = 365.2425
AREAS = ("low", "middle", "high")


class Drawing:
    """The tables of a population, made once."""

    def __init__(self, people: PeopleFile) -> None:
        self._people = people
        pyramid = people.pyramid
        cells = [
            (sex == "female", low, number)
            for sex, bands in pyramid.people.items() for low, number in sorted(bands.items())
        ]  # fmt: skip
        following = {
            low: high for bands in pyramid.people.values()
            for low, high in zip(sorted(bands), [*sorted(bands)[1:], pyramid.oldest], strict=True)
        }  # fmt: skip
        self._female = np.array([female for female, _, _ in cells])
        self._low = np.array([low for _, low, _ in cells], dtype=np.float32)
        self._width = np.array([following[low] - low for _, low, _ in cells], dtype=np.float32)
        self._edges = _edges([number for _, _, number in cells])
        homes = [(name, region, n) for region, found in people.regions.thousands.items() for name, n in found.items()]
        self.departments = tuple(name for name, _, _ in homes)
        self.regions = tuple(region for _, region, _ in homes)
        self._home_edges = _edges([number for _, _, number in homes])
        low, high = set(people.areas.low), set(people.areas.high)
        if unknown := (low | high) - set(self.departments):
            raise ValueError(f"areas: no département {min(unknown)}")
        self._area = np.array([0 if name in low else 2 if name in high else 1 for name in self.departments], np.int8)
        self._quintile_edges = _edges(people.deprivation.shares)

    @cached_property
    def area_shares(self) -> dict[str, float]:
        """Share of the population in each group of départements."""
        weights = np.diff(np.concatenate([[0], self._home_edges, [1]]))
        return {area: float(weights[self._area == place].sum()) for place, area in enumerate(AREAS)}

    def crowd(
        self, seed: int, chunk: int, first: int, people: int, as_of: date, kept: int | None = None
    ) -> Crowd:
        today = (as_of - date(1970, 1, 1)).days

        def draw(name: str) -> Column:
            return uniform(stream(seed, chunk, name), people)

        band = np.searchsorted(self._edges, draw("age and sex"), side="right")
        # two draws of 24 bits: days of birth are not a coarse grid
        within = draw("birthday") + draw("birthday, finer") * np.float32(2**-24)
        years = self._low[band] + self._width[band] * within
        birth = (today - np.floor(years * DAYS_IN_A_YEAR)).astype(np.int32)
        # who has lists stands first: columns of what silence means are then all one value, twice
        listed = int((draw("lists of problems and medicines")[:kept] < self._people.record.problem_list).sum())
        home = np.searchsorted(self._home_edges, draw("department"), side="right").astype(np.int16)
        return Crowd(
            first=first, as_of=today, birth=birth, female=self._female[band], age=years.astype(np.int32),
            department=home, area=self._area[home],
            quintile=1 + np.searchsorted(self._quintile_edges, draw("deprivation"), side="right").astype(np.int32),
            listed=np.arange(people) < listed,
            places={"department": self.departments, "region": self.regions, "area": AREAS},
        )  # fmt: skip


def _edges(weights: list[int] | tuple[float, ...]) -> Column:
    shares = np.array(weights, dtype=np.float64)
    return np.asarray(np.cumsum(shares)[:-1] / shares.sum(), dtype=np.float32)

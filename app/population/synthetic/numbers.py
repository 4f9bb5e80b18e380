"""What is measured or told on a day: choices among words, numbers, dates."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.population.synthetic import parameters as p
from app.population.synthetic.crowd import DAYS_IN_A_YEAR
from app.population.synthetic.draws import Column, by_cell, stream, uniform
from app.population.synthetic.said import NEVER, Crowd, Said, Spoken, among, at

_LONGEST = 3652
_MARGIN = 10
"""Days of life before anything is measured."""


class _Told:
    """On which day it is told, NEVER for those of whom it is not."""

    def __init__(self, parameter: p.Said, kind: str) -> None:
        self.parameter, self._kind = parameter, kind
        self._known = by_cell(parameter.known)

    def random(self, seed: int, chunk: int) -> np.random.Generator:
        return stream(seed, chunk, f"{self._kind} {self.parameter.fact}")

    def days(self, random: np.random.Generator, crowd: Crowd, spoken: Spoken) -> Column:
        known = uniform(random, crowd.people) < self._known[crowd.cell]
        if (chosen := among(spoken, crowd, self.parameter.among)) is not None:
            known &= chosen
        fraction = uniform(random, crowd.people)
        if (other := self.parameter.same_day_as) is not None:
            with_ = spoken[other]
            assert isinstance(with_, Said)
            return np.where(known, with_.days, NEVER)
        who = np.flatnonzero(known)
        scale = np.float32(self.parameter.days_ago / np.log(2))
        ago = np.minimum(-np.log1p(-fraction[who]) * scale, _LONGEST).astype(np.int32)
        day = np.int32(crowd.as_of) - ago
        return at(who, np.where(day > crowd.birth[who] + _MARGIN, day, NEVER), crowd.people)


class ChoiceDrawing(_Told):
    def __init__(self, choice: p.Choice) -> None:
        super().__init__(choice, "choice")
        self.choice = choice
        self._shares = [
            by_cell(curves, choice.most_deprived_odds_ratio.get(word, 1))
            for word, curves in choice.shares.items() if curves is not None
        ]  # fmt: skip

    def draw(self, crowd: Crowd, spoken: Spoken, seed: int, chunk: int) -> Said:
        random = self.random(seed, chunk)
        draw = uniform(random, crowd.people)
        value = np.zeros(crowd.people, np.int8)
        edge = np.zeros(crowd.people, np.float32)
        for place, share in enumerate(self._shares, start=1):
            following = edge + share[crowd.cell]
            value[(draw >= edge) & (draw < following)] = place
            edge = following
        days = self.days(random, crowd, spoken)
        return Said(self.choice.fact, days, value, tuple(self.choice.shares), self.choice.author)


class NumberDrawing(_Told):
    """Normal about a mean by sex and age; correlated through the standardised value of numbers drawn before."""

    def __init__(self, number: p.Number, usual: tuple[float, float] | None) -> None:
        """`usual`: the range outside of which readers ask before they use a value; such values are not drawn."""
        super().__init__(number, "number")
        self.number, self._usual = number, usual
        self._mean = by_cell(number.mean, share=False)
        rest = 1 - sum(r * r for r in number.goes_with.values())
        if rest <= 0:
            raise ValueError(f"{number.fact}: correlations too strong to be together")
        self._rest = np.float32(np.sqrt(rest))

    def draw(self, crowd: Crowd, spoken: Spoken, deviations: dict[str, Column], seed: int, chunk: int) -> Said:
        number, random = self.number, self.random(seed, chunk)
        deviation = random.standard_normal(crowd.people, dtype=np.float32) * self._rest
        for other, correlation in number.goes_with.items():
            deviation += np.float32(correlation) * deviations[other]
        deviations[number.fact] = deviation
        value = (self._mean[crowd.cell] + np.float32(number.sd) * deviation).astype(np.float64)
        if number.under:
            value = np.minimum(value, self._ceiling(spoken, value) - 10.0**-number.decimals)
        value = np.round(np.clip(value, *number.between), number.decimals)
        days = self.days(random, crowd, spoken)
        if self._usual is not None:
            days[(value < self._usual[0]) | (value > self._usual[1])] = NEVER
        return Said(number.fact, days, value, None, number.author)

    def _ceiling(self, spoken: Spoken, value: Column) -> Column:
        first, *others = (_values(spoken, name) for name in self.number.under)
        return np.asarray(np.round(first - sum(others, np.zeros_like(first)), self.number.decimals))


def _values(spoken: Spoken, name: str) -> Any:
    said = spoken[name]
    assert isinstance(said, Said)
    return said.values


class DayDrawing(_Told):
    def __init__(self, day: p.Day) -> None:
        super().__init__(day, "day")
        self.day = day

    def draw(self, crowd: Crowd, spoken: Spoken, seed: int, chunk: int) -> Said:
        random, (first, last) = self.random(seed, chunk), self.day.years
        fraction = uniform(random, crowd.people)
        told = self.days(random, crowd, spoken)
        oldest = np.minimum(last, np.maximum(crowd.age - self.day.from_age, 0))
        ago = (np.minimum(first, oldest) + (oldest - np.minimum(first, oldest)) * fraction) * DAYS_IN_A_YEAR
        value = np.minimum(np.int32(crowd.as_of) - ago.astype(np.int32), told)
        return Said(self.day.fact, told, value.astype(np.int32), None, self.day.author)

"""Acts: those of organised programmes, by published participation, and others by how many had them lately."""

from __future__ import annotations

from datetime import date

import numpy as np

from app.population.invitations import bridge, by_age, level_for, logit, probability
from app.population.participation import Participation, Programme
from app.population.synthetic import parameters as p
from app.population.synthetic.crowd import AREAS, DAYS_IN_A_YEAR, Drawing
from app.population.synthetic.draws import OLDEST, Column, by_cell, pick, stream, uniform
from app.population.synthetic.said import NEVER, Crowd, Said, Spoken, among, at

_SAMPLE = 100_000
"""People on whom the level of a programme is set, the same whatever the seed."""


class ScreeningDrawing:
    """Each past round of a programme was accepted or not, at the age of then (see `app.population.invitations`)."""

    def __init__(self, screening: p.Screening, programme: Programme, rates: Participation, people: Drawing) -> None:
        self.screening, self._programme, self._rates = screening, programme, rates
        ages = np.arange(OLDEST)
        self._by_age = np.concatenate([
            by_age(programme, ages, np.full(OLDEST, female)) for female in (True, False)
        ]).astype(np.float32)  # fmt: skip
        rate = {"low": programme.areas.low.rate, "middle": programme.overall.rate, "high": programme.areas.high.rate}
        self._by_area = np.array([logit(rate[area]) for area in AREAS], dtype=np.float32)
        self._level = np.float32(0)
        sample = people.crowd(0, 0, 0, _SAMPLE, date(2026, 1, 1))
        invited = np.flatnonzero(self._invited(sample, sample.age, sample.female))
        scores = self._lasting(sample, invited, uniform(stream(0, 0, "doctor"), len(invited)))
        self._level = np.float32(level_for(
            scores + self._age_effect(sample, invited, sample.age[invited]), programme.overall.rate
        ))  # fmt: skip

    def draw(self, crowd: Crowd, seed: int, chunk: int) -> list[Said]:
        programme, rounds = self._programme, self.screening.rounds
        random = stream(seed, chunk, f"screening {self.screening.programme}")
        oldest = programme.ages[1] + rounds * programme.every_years
        sexes = self._of_sex(crowd.female)
        who = np.flatnonzero(sexes & (crowd.age >= programme.ages[0]) & (crowd.age <= oldest))
        doctor, lasting_draw = uniform(random, len(who)), uniform(random, len(who))
        lasting = self._lasting(crowd, who, doctor)
        factor = self._rates.persistence.attenuation
        inclination = bridge(np.clip(lasting_draw, 1e-6, 1 - 1e-6), factor).astype(np.float32)
        told: dict[str, tuple[Column, Column]] = {}
        for before in range(rounds):
            then = crowd.age[who] - before * programme.every_years
            invited = (then >= programme.ages[0]) & (then <= programme.ages[1])
            score = (lasting + self._age_effect(crowd, who, then)) / np.float32(factor) + inclination
            came = invited & (uniform(random, len(who)) < probability(score))
            ago = (before + uniform(random, len(who))) * (programme.every_years * DAYS_IN_A_YEAR)
            day = crowd.as_of - np.floor(ago).astype(np.int32)
            for test in self.screening.tests:
                here = came & (then >= test.ages[0]) & (then <= test.ages[1])
                result = pick(random, test.results.shares, len(who))
                self._tell(told, test.fact, before, crowd, who, np.where(here, day, NEVER), result)
                if (following := test.follow_up) is not None:
                    positive = result == list(test.results.shares).index(following.after)
                    done = here & positive & (uniform(random, len(who)) < following.share)
                    first, last = following.days
                    later = day + first + np.floor((last - first) * uniform(random, len(who))).astype(np.int32)
                    found = pick(random, following.results.shares, len(who))
                    later = np.where(done & (later <= crowd.as_of), later, NEVER)
                    self._tell(told, following.fact, before, crowd, who, later, found)
        words = {test.fact: tuple(test.results.shares) for test in self.screening.tests}
        words |= {
            test.follow_up.fact: tuple(test.follow_up.results.shares)
            for test in self.screening.tests if test.follow_up
        }  # fmt: skip
        return [Said(fact, days, values, words[fact]) for fact, (days, values) in told.items()]

    def _tell(
        self, told: dict[str, tuple[Column, Column]], fact: str, before: int, crowd: Crowd, who: Column, day: Column,
        result: Column,
    ) -> None:  # fmt: skip
        if fact not in told:
            shape = (crowd.people, self.screening.rounds)  # by round in memory: reductions go along the rounds
            told[fact] = np.full(shape, NEVER, np.int32, order="F"), np.zeros(shape, np.int8, order="F")
        there = day != NEVER
        told[fact][0][who[there], before], told[fact][1][who[there], before] = day[there], result[there]

    def _of_sex(self, female: Column) -> Column:
        sexes = self._programme.sexes
        return np.full(len(female), True) if len(sexes) > 1 else female == (sexes == ["female"])

    def _invited(self, crowd: Crowd, age: Column, female: Column) -> Column:
        first, last = self._programme.ages
        return np.asarray(self._of_sex(female) & (age >= first) & (age <= last))

    def _age_effect(self, crowd: Crowd, who: Column, age: Column) -> Column:
        return np.asarray(self._by_age[np.where(crowd.female[who], 0, OLDEST) + np.clip(age, 0, OLDEST - 1)])

    def _lasting(self, crowd: Crowd, who: Column, doctor: Column) -> Column:
        deprivation = np.float32(np.log(self._programme.most_deprived_odds_ratio.value) / 4)
        treating = self._rates.treating_doctor
        return (
            self._level + self._by_area[crowd.area[who]] + deprivation * (crowd.quintile[who] - 1)
            + np.float32(np.log(treating.odds_ratio)) * (doctor < treating.share)
        )  # fmt: skip


class ActDrawing:
    def __init__(self, act: p.Act) -> None:
        self.act = act
        self._share = by_cell(act.share)

    def draw(self, crowd: Crowd, spoken: Spoken, seed: int, chunk: int) -> Said:
        act, random = self.act, stream(seed, chunk, f"act {self.act.fact}")
        had = uniform(random, crowd.people) < self._share[crowd.cell]
        if (chosen := among(spoken, crowd, act.among)) is not None:
            had &= chosen
        since, who = uniform(random, crowd.people), np.flatnonzero(had)
        day = crowd.as_of - (act.years * DAYS_IN_A_YEAR * since[who]).astype(np.int32)
        days = at(who, np.where(day > crowd.birth[who], day, NEVER), crowd.people)
        if act.results is None:
            return Said(act.fact, days)
        return Said(act.fact, days, pick(random, act.results.shares, crowd.people), tuple(act.results.shares))


class DoseDrawing:
    def __init__(self, dose: p.Dose) -> None:
        self.dose = dose
        self._share = by_cell(dose.share)
        self._not_before = (date.fromisoformat(dose.not_before) - date(1970, 1, 1)).days if dose.not_before else None

    def draw(self, crowd: Crowd, spoken: Spoken, seed: int, chunk: int) -> Said:
        dose, random = self.dose, stream(seed, chunk, f"dose {self.dose.fact}")
        had = uniform(random, crowd.people) < self._share[crowd.cell]
        if (chosen := among(spoken, crowd, dose.among)) is not None:
            had &= chosen
        who = np.flatnonzero(had)
        fraction, birth = uniform(random, crowd.people)[who], crowd.birth[who]
        if dose.years is not None:
            first = crowd.as_of - (dose.years * DAYS_IN_A_YEAR * fraction).astype(np.int32)
        else:
            assert dose.from_age is not None
            low, high = dose.from_age
            first = birth + ((low + (high - low) * fraction) * DAYS_IN_A_YEAR).astype(np.int32)
        apart = round(dose.months_apart * DAYS_IN_A_YEAR / 12)
        told = np.full((crowd.people, dose.doses), NEVER, np.int32, order="F")
        for place in range(dose.doses):
            day = first + np.int32(apart * place)
            given = (day <= crowd.as_of) & (day > birth)
            if self._not_before is not None:
                given &= day >= self._not_before
            told[who[given], place] = day[given]
        return Said(dose.fact, told if dose.doses > 1 else told[:, 0])


def merged(one: Said, other: Said) -> Said:
    """The acts of both (a colonoscopy after a positive test, and one of one's own)."""
    if one.words != other.words or one.author != other.author:
        raise ValueError(f"{one.fact}: drawn twice in different words")
    parts = [(said.days if said.days.ndim > 1 else said.days[:, None],
              None if said.values is None else said.values if said.values.ndim > 1 else said.values[:, None])
             for said in (one, other)]  # fmt: skip
    days = np.asfortranarray(np.concatenate([days for days, _ in parts], axis=1))
    days[:, 1:][days[:, 1:] == days[:, :1]] = NEVER  # two of one day are one
    values = None if one.values is None else np.concatenate([values for _, values in parts], axis=1)
    return Said(one.fact, days, values, one.words, one.author)

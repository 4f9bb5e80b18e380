"""Invented people with their history of invitations to a screening programme, after the published rates.

Each person has a lasting inclination on top of the effects of sex, age, deprivation, area and of having a treating
doctor; each past round of the programme was accepted or not with that probability at the age of then, and the round of
now is `participated`. The level is set so that the mean over everyone is the published rate. Only uniform draws of a
seeded generator are used: the same seed gives the same people on every machine.

The inclination follows the bridge law (Wang and Louis, Biometrika 2003;90:765-775, doi 10.1093/biomet/90.4.765): with
it, a logistic model of each person is a logistic model of the population too, its effects smaller by a constant factor,
so that published odds ratios and rates, which are those of populations, come out exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.population.participation import Participation, Programme

Column = NDArray[Any]
COLUMNS = (
    "programme", "sex", "age", "deprivation_quintile", "area", "treating_doctor", "past_invitations",
    "past_participations", "participated",
)  # fmt: skip


def invited(programme: Programme, people: int, seed: int, rates: Participation) -> dict[str, Column]:
    """`people` rows of `COLUMNS`; ages are uniform within the programme's."""
    draw = np.random.default_rng(seed).random
    first, last = programme.ages
    age = first + np.floor(draw(people) * (last - first + 1)).astype(np.int64)
    female = draw(people) < 0.5 if len(programme.sexes) > 1 else np.full(people, programme.sexes == ["female"])
    quintile = 1 + np.floor(draw(people) * 5).astype(np.int64)
    area = draw(people)
    low, high = programme.areas.low.share, programme.areas.high.share
    groups = np.where(area < low, "low", np.where(area < low + high, "high", "middle"))
    doctor = draw(people) < rates.treating_doctor.share
    factor = rates.persistence.attenuation
    inclination = bridge(np.clip(draw(people), 1e-9, 1 - 1e-9), factor)
    lasting = (
        np.where(groups == "low", logit(programme.areas.low.rate), 0.0)
        + np.where(groups == "high", logit(programme.areas.high.rate), 0.0)
        + np.where(groups == "middle", logit(programme.overall.rate), 0.0)
        + np.log(programme.most_deprived_odds_ratio.value) * (quintile - 1) / 4
        + np.log(rates.treating_doctor.odds_ratio) * doctor
    )
    level = level_for(lasting + by_age(programme, age, female), programme.overall.rate)
    rounds = (age - first) // programme.every_years
    accepted = np.zeros(people, dtype=np.int64)
    for before in range(int(rounds.max()), 0, -1):
        then = age - before * programme.every_years
        score = level + lasting + by_age(programme, then, female)
        took_part = draw(people) < probability(score / factor + inclination)
        accepted += took_part & (rounds >= before)
    score = level + lasting + by_age(programme, age, female)
    now = draw(people) < probability(score / factor + inclination)
    return {
        "programme": np.full(people, programme.id),
        "sex": np.where(female, "female", "male"),
        "age": age,
        "deprivation_quintile": quintile,
        "area": groups,
        "treating_doctor": doctor,
        "past_invitations": rounds,
        "past_participations": accepted,
        "participated": now,
    }


def by_age(programme: Programme, age: Column, female: Column) -> Column:
    """The effect of age (and of sex, where both are invited) on the logit scale, up to the common level."""
    effect = np.zeros(len(age))
    for sex, chosen in (("female", female), ("male", ~female)):
        points = getattr(programme.by_age, sex)
        if points:
            ages = sorted(points)
            curve = np.interp(age, ages, [float(logit(points[at])) for at in ages])
            effect = np.where(chosen, curve - np.mean([logit(points[at]) for at in ages]), effect)
        if programme.by_sex:
            effect = effect + np.where(chosen, logit(getattr(programme.by_sex, sex)), 0.0)
    return effect


def level_for(scores: Column, rate: float, people: Column | None = None) -> float:
    """What to add to every score so that the mean probability is the rate (bisection). `people`: of each score."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        if np.average(probability(scores + middle), weights=people) < rate:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def bridge(uniform: Column, factor: float) -> Column:
    """The inclination of each person (mean 0) from a uniform draw; none at all when the factor is 1."""
    if factor == 1:
        return np.zeros(len(uniform))
    return np.log(np.sin(factor * np.pi * uniform) / np.sin(factor * np.pi * (1 - uniform))) / factor


def logit(rate: Any) -> Any:
    return np.log(rate / (1 - rate))


def probability(score: Column) -> Column:
    return 1 / (1 + np.exp(-score))

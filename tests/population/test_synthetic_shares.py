"""Synthetic people follow the parameters of content/population: shares, means and participation, for one fixed seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from app.population.synthetic.draws import by_cell
from app.population.synthetic.parameters import State, load_parameters
from app.population.synthetic.said import NEVER, Said
from tests.population.synthetic_people import chunk

PARAMETERS = load_parameters()
CROWD = chunk().crowd
ALIKE = 1e-4
"""Smallest p-value of a fixed seed that is taken for chance."""
FACTS = PARAMETERS.facts


def said(fact: str) -> Said:
    found = chunk().spoken[fact]
    assert isinstance(found, Said)
    return found


def alike(observed: Any, expected: Any) -> bool:
    expected = np.asarray(expected, dtype=float)
    return bool(stats.chisquare(observed, expected * (np.sum(observed) / expected.sum())).pvalue > ALIKE)


def near(hits: Any, shares: Any) -> bool:
    """As many as the sum of each one's share says, within chance."""
    expected, variance = float(np.sum(shares)), float(np.sum(shares * (1 - shares)))
    return abs(float(np.sum(hits)) - expected) <= 4 * np.sqrt(variance) + 1


@pytest.mark.parametrize("sex", ["female", "male"])
def test_ages_are_those_of_the_pyramid(sex: str) -> None:
    bands = PARAMETERS.people.pyramid.people[sex]  # type: ignore[index]
    lows = sorted(bands)
    ages = CROWD.age[CROWD.female == (sex == "female")]
    observed = np.histogram(ages, [*lows, PARAMETERS.people.pyramid.oldest + 1])[0]
    assert alike(observed, [bands[low] for low in lows])


def test_homes_and_deprivation_are_those_of_the_country() -> None:
    homes = [n for found in PARAMETERS.people.regions.thousands.values() for n in found.values()]
    assert alike(np.bincount(CROWD.department, minlength=len(homes)), homes)
    assert alike(np.bincount(CROWD.quintile)[1:], PARAMETERS.people.deprivation.shares)
    assert near(CROWD.listed, np.full(CROWD.people, PARAMETERS.people.record.problem_list))


@pytest.mark.parametrize(
    "state", [one for one in FACTS.states if one.among is None and one.value is None], ids=lambda one: one.fact
)
def test_diseases_are_written_as_often_as_told(state: State) -> None:
    share = by_cell(state.share, state.most_deprived_odds_ratio)[CROWD.cell] * state.written * CROWD.listed
    there = said(state.fact).there
    assert near(there, share)
    for low, high in ((0, 39), (40, 64), (65, 110)):
        of_age = (CROWD.age >= low) & (CROWD.age <= high)
        assert near(there[of_age], share[of_age]), (low, high)


def test_smoking_follows_age_sex_and_deprivation() -> None:
    choice = FACTS.choices[0]
    found = said("tobacco_status")
    assert found.words is not None
    current = found.values == found.words.index("current")
    shares = by_cell(choice.shares["current"], choice.most_deprived_odds_ratio["current"])[CROWD.cell]  # type: ignore[arg-type]
    assert near(current, shares)
    adults = (CROWD.age >= 18) & (CROWD.age <= 75)
    assert current[adults].mean() == pytest.approx(0.318, abs=0.01)  # Baromètre santé 2022
    least, most = (current[adults & (CROWD.quintile == q)].mean() for q in (1, 5))
    assert (most / (1 - most)) / (least / (1 - least)) == pytest.approx(1.9, abs=0.12)


def test_what_is_measured_lies_about_its_mean() -> None:
    number = next(one for one in FACTS.numbers if one.fact == "systolic_bp")
    values = said("systolic_bp").values
    assert values is not None
    middle = (CROWD.age >= 30) & (CROWD.age < 50)  # where the bounds cut nothing
    gap = values[middle] - by_cell(number.mean, share=False)[CROWD.cell][middle]
    assert abs(gap.mean()) < 4 * number.sd / np.sqrt(middle.sum())
    assert gap.std() == pytest.approx(number.sd, rel=0.02)
    lower = said("diastolic_bp").values
    assert lower is not None
    assert (lower < values).all()
    assert np.corrcoef(gap, lower[middle])[0, 1] == pytest.approx(0.6, abs=0.08)


@pytest.mark.parametrize(("programme", "facts"), [
    ("breast", ["mammography"]), ("colorectal", ["fit"]), ("cervix", ["cytology", "hpv_test"]),
])  # fmt: skip
def test_participation_is_the_published_one(programme: str, facts: list[str]) -> None:
    rates = PARAMETERS.programme(programme)
    first, last = rates.ages
    invited = (CROWD.age >= first) & (CROWD.age <= last)
    if len(rates.sexes) == 1:
        invited &= CROWD.female
    came = np.zeros(CROWD.people, bool)
    for fact in facts:
        days = said(fact).days
        came |= (days[:, 0] != NEVER) & (CROWD.as_of - days[:, 0] <= rates.every_years * 365.25)
    assert came[invited].mean() == pytest.approx(rates.overall.rate, abs=0.01)
    least, most = (came[invited & (CROWD.quintile == q)].mean() for q in (1, 5))
    assert (most / (1 - most)) / (least / (1 - least)) == pytest.approx(rates.most_deprived_odds_ratio.value, abs=0.08)
    low, middle, high = (came[invited & (CROWD.area == place)].mean() for place in range(3))
    assert low < middle < high
    assert low == pytest.approx(rates.areas.low.rate, abs=0.04)


def test_influenza_coverage_is_the_published_one() -> None:
    vaccinated = said("influenza_vaccine").there
    assert vaccinated[(CROWD.age >= 65) & (CROWD.age < 75)].mean() == pytest.approx(0.47, abs=0.02)
    assert vaccinated[CROWD.age >= 75].mean() == pytest.approx(0.61, abs=0.02)


def test_nothing_is_said_of_tomorrow_or_of_before_birth() -> None:
    for found in chunk().spoken.values():
        if isinstance(found, Said):
            days = found.days if found.days.ndim > 1 else found.days[:, None]
            there = days != NEVER
            assert (days[there] <= CROWD.as_of).all(), found.fact
            assert (days >= CROWD.birth[:, None])[there].all(), found.fact

"""Invented histories of invitations follow the published rates, and every figure has a source or says it is assumed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from app.content import content_dir, load_model
from app.errors import ContentError
from app.population.invitations import COLUMNS, invited
from app.population.participation import Participation, Programme, load_participation

RATES = load_participation()
PEOPLE = 200_000
PROGRAMMES = pytest.mark.parametrize("programme", RATES.programmes, ids=lambda p: p.id)


def rate(people: dict[str, Any], **chosen: Any) -> float:
    kept = np.ones(PEOPLE, dtype=bool)
    for name, value in chosen.items():
        kept &= people[name] == value
    return float(people["participated"][kept].mean())


def odds(share: float) -> float:
    return share / (1 - share)


@PROGRAMMES
def test_the_published_rates_come_out(programme: Programme) -> None:
    people = invited(programme, PEOPLE, 1, RATES)
    assert rate(people, programme=programme.id) == pytest.approx(programme.overall.rate, abs=0.005)
    assert rate(people, area="low") == pytest.approx(programme.areas.low.rate, abs=0.015)
    assert rate(people, area="high") == pytest.approx(programme.areas.high.rate, abs=0.015)
    most, least = (odds(rate(people, deprivation_quintile=q)) for q in (5, 1))
    assert most / least == pytest.approx(programme.most_deprived_odds_ratio.value, abs=0.04)
    if programme.by_sex:
        women, men = (odds(rate(people, sex=sex)) for sex in ("female", "male"))
        published = odds(programme.by_sex.female) / odds(programme.by_sex.male)
        assert women / men == pytest.approx(published, abs=0.04)
    for sex in programme.sexes:
        points = getattr(programme.by_age, sex)
        first, last = min(points), max(points)
        found = odds(rate(people, sex=sex, age=last)) / odds(rate(people, sex=sex, age=first))
        assert found == pytest.approx(odds(points[last]) / odds(points[first]), rel=0.15)


@PROGRAMMES
def test_histories_hold_together(programme: Programme) -> None:
    people = invited(programme, PEOPLE, 2, RATES)
    assert set(people) == set(COLUMNS)
    assert set(people["sex"]) == set(programme.sexes)
    assert (people["past_participations"] <= people["past_invitations"]).all()
    assert (people["past_invitations"] == (people["age"] - programme.ages[0]) // programme.every_years).all()
    assert people["age"].min() == programme.ages[0]
    assert people["age"].max() == programme.ages[1]
    regular = (people["past_invitations"] >= 3) & (people["past_participations"] == people["past_invitations"])
    never = (people["past_invitations"] >= 3) & (people["past_participations"] == 0)
    came = people["participated"]
    assert came[never].mean() < programme.overall.rate / 2 < came[regular].mean()


def test_a_seed_gives_the_same_people_again() -> None:
    one, again, other = (invited(RATES.programmes[0], 500, seed, RATES) for seed in (3, 3, 4))
    assert all((one[name] == again[name]).all() for name in COLUMNS)
    assert not (one["age"] == other["age"]).all()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"overall": {"rate": 0.3, "period": "2024"}}, "a figure needs a source"),
        ({"overall": {"rate": 0.3, "period": "2024", "assumed": True}}, "an assumed figure says why"),
        ({"overall": {"rate": 1.3, "period": "2024", "source": "x"}}, "less than 1"),
        ({"unknown": 1}, "this key is not known"),
    ],
)
def test_a_figure_without_source_is_refused(change: dict[str, Any], told: str, tmp_path: Path) -> None:
    data = yaml.safe_load((content_dir() / "population" / "participation.yaml").read_text(encoding="utf-8"))
    data["programmes"][0].update(change)
    path = tmp_path / "participation.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(ContentError, match=told):
        load_model(path, Participation)


def test_programmes_are_guidelines_of_the_pack() -> None:
    shipped = {path.stem for path in (content_dir() / "guidelines" / "fr").glob("*.yaml")}
    assert {programme.guideline for programme in RATES.programmes} <= shipped

"""FINDRISC: the edges of the form, its classes and cautions."""

from __future__ import annotations

from typing import Any

import pytest

from risk_models import NotApplicable, RiskEstimate, findrisc

NO_POINT = {
    "age": 30,
    "sex": "male",
    "bmi": 22,
    "waist": 80,
    "daily_activity_30min": True,
    "vegetables_every_day": True,
    "ever_bp_medication": False,
    "ever_high_glucose": False,
    "family_diabetes": "none",
}


def answered(**changes: Any) -> RiskEstimate:
    return findrisc(**(NO_POINT | changes))


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({}, 0),
        ({"age": 44}, 0),
        ({"age": 45}, 2),
        ({"age": 54}, 2),
        ({"age": 55}, 3),
        ({"age": 64}, 3),
        ({"age": 65}, 4),
        ({"bmi": 24.99}, 0),
        ({"bmi": 24.9999999999}, 1),
        ({"bmi": 25}, 1),
        ({"bmi": 30}, 1),
        ({"bmi": 30.0000000001}, 1),
        ({"bmi": 30.1}, 3),
        ({"waist": 93.9}, 0),
        ({"waist": 94}, 3),
        ({"waist": 102}, 3),
        ({"waist": 102.1}, 4),
        ({"sex": "female", "waist": 79.9}, 0),
        ({"sex": "female", "waist": 80}, 3),
        ({"sex": "female", "waist": 88}, 3),
        ({"sex": "female", "waist": 88.1}, 4),
        ({"daily_activity_30min": False}, 2),
        ({"vegetables_every_day": False}, 1),
        ({"ever_bp_medication": True}, 2),
        ({"ever_high_glucose": True}, 5),
        ({"family_diabetes": "second_degree"}, 3),
        ({"family_diabetes": "first_degree"}, 5),
    ],
)
def test_points_of_each_question(changes: dict[str, Any], score: int) -> None:
    assert answered(**changes).value == score


@pytest.mark.parametrize(
    ("changes", "score", "category", "one_in", "per_100"),
    [
        ({"bmi": 31, "waist": 94}, 6, "low", 100, 1),
        ({"ever_high_glucose": True, "daily_activity_30min": False}, 7, "slightly_elevated", 25, 4),
        ({"ever_high_glucose": True, "bmi": 31, "waist": 95}, 11, "slightly_elevated", 25, 4),
        ({"ever_high_glucose": True, "bmi": 31, "waist": 110}, 12, "moderate", 6, 17),
        ({"ever_high_glucose": True, "bmi": 31, "waist": 110, "age": 50}, 14, "moderate", 6, 17),
        ({"ever_high_glucose": True, "bmi": 31, "waist": 110, "age": 60}, 15, "high", 3, 33),
        ({"ever_high_glucose": True, "family_diabetes": "first_degree", "bmi": 31, "waist": 110, "age": 60},
         20, "high", 3, 33),
        ({"ever_high_glucose": True, "family_diabetes": "first_degree", "bmi": 31, "waist": 110, "age": 65},
         21, "very_high", 2, 50),
    ],
)  # fmt: skip
def test_classes(changes: dict[str, Any], score: int, category: str, one_in: int, per_100: int) -> None:
    estimate = answered(**changes)
    assert estimate.result == {"score": score, "category": category, "one_in": one_in}
    assert estimate.frequency is not None
    assert estimate.frequency.count == per_100


@pytest.mark.parametrize(("age", "told"), [(18, True), (24, True), (25, False), (74, False), (75, True)])
def test_ages_outside_validation_are_flagged(age: int, told: bool) -> None:
    assert bool(answered(age=age).warnings) is told


@pytest.mark.parametrize("name", list(NO_POINT))
def test_an_unanswered_question_is_asked_never_guessed(name: str) -> None:
    answers = {key: value for key, value in NO_POINT.items() if key != name}
    for given in (answers, answers | {name: None}):
        with pytest.raises(NotApplicable) as caught:
            findrisc.compute(given)
        assert caught.value.missing == (name,)


def test_who_is_excluded_is_not_asked_for_more() -> None:
    with pytest.raises(NotApplicable) as caught:
        answered(known_diabetes=True, waist=None)
    assert [r.kind for r in caught.value.refusals] == ["excluded"]
    assert caught.value.missing == ()


@pytest.mark.parametrize(
    "changes", [{"age": 17}, {"waist": 0.92}, {"waist": 36}, {"bmi": 9.9}, {"pregnant": True}]
)
def test_refusals(changes: dict[str, Any]) -> None:
    with pytest.raises(NotApplicable, match=next(iter(changes))):
        answered(**changes)


def test_what_ifs_only_where_the_score_moves() -> None:
    assert answered().what_ifs == ()
    moved = answered(daily_activity_30min=False, bmi=30.5).what_ifs
    assert {w.change: w.delta for w in moved} == {"be_active_every_day": -2, "lose_5_percent_of_weight": -2}
    assert answered(bmi=28).what_ifs == ()

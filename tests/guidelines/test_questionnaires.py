"""Questionnaires read from facts: all the answers, a part of them, or the score that a record holds."""

from __future__ import annotations

from datetime import date

import pytest

from app.dates import PartialDate
from app.facts.model import Fact, FactSheet
from app.facts.reduce import ReducedFacts
from app.guidelines.estimates import MODELS, Estimated

TODAY = date(2026, 11, 25)


def estimate(model: str, **facts: str | float) -> Estimated:
    day = PartialDate.of(TODAY)
    sheet = FactSheet(TODAY, None, facts={name: [Fact(name, value, None, day)] for name, value in facts.items()})
    return MODELS[model](ReducedFacts(sheet))


def bounds(found: Estimated) -> tuple[float, float]:
    assert found.low is not None
    assert found.high is not None
    return found.low.value, found.high.value


def answers(prefix: str, *points: int) -> dict[str, str]:
    return {f"{prefix}_{place}": str(value) for place, value in enumerate(points, 1)}


@pytest.mark.parametrize(
    ("model", "prefix", "points"),
    [("audit-c", "audit_c", (4, 2, 1)), ("phq", "phq", (1, 2, 3, 0, 1, 2, 3, 0, 1)), ("gad-7", "gad", (3,) * 7)],
)
def test_all_the_answers_give_their_sum(model: str, prefix: str, points: tuple[int, ...]) -> None:
    found = estimate(model, **answers(prefix, *points))
    assert bounds(found) == (sum(points), sum(points))
    assert found.estimate is not None
    assert found.missing == ()


def test_a_part_of_the_answers_gives_bounds_and_names_the_rest() -> None:
    found = estimate("gad-7", **answers("gad", 3, 2))
    assert bounds(found) == (5, 20)
    assert found.missing == ("gad_3", "gad_4", "gad_5", "gad_6", "gad_7")


def test_who_never_drinks_is_asked_nothing_more() -> None:
    found = estimate("audit-c", audit_c_1="0")
    assert (bounds(found), found.missing) == ((0, 0), ())


def test_who_says_how_much_drinks_sometimes() -> None:
    assert bounds(estimate("audit-c", audit_c_2="1")) == (2, 9)


def test_never_and_yet_six_glasses_is_asked_again() -> None:
    found = estimate("audit-c", **answers("audit_c", 0, 0, 2))
    assert found.low is None
    assert found.missing == ("audit_c_1", "audit_c_2", "audit_c_3")


@pytest.mark.parametrize(("score", "sex", "category"), [
    (2, "female", "low"), (3, "female", "at_risk"), (3, "male", "low"), (4, "male", "at_risk"),
    (10, "male", "probable_dependence"),
])
def test_a_recorded_score_has_the_class_of_answers_with_that_sum(score: float, sex: str, category: str) -> None:
    found = estimate("audit-c", audit_c=score, sex_at_birth=sex)
    assert bounds(found) == (score, score)
    assert found.low is not None
    assert found.low.category == category


def test_the_question_on_thoughts_of_death_comes_last() -> None:
    assert "phq_9" not in estimate("phq").missing
    assert "phq_9" not in estimate("phq", phq_1="2", phq_2="2").missing
    assert estimate("phq", **answers("phq", 2, 2, 1, 1, 1, 1, 1, 1)).missing == ("phq_9",)


@pytest.mark.parametrize(("facts", "expected"), [
    ({"phq_1": "2", "phq_2": "1"}, (3, 3)), ({"phq_1": "2"}, (2, 5)), ({"phq2": 4.0}, (4, 4)),
    ({"phq_1": "1", "phq_2": "1", "phq2": 4.0}, (2, 2)),
])
def test_the_first_two_answers_on_mood(facts: dict[str, str | float], expected: tuple[float, float]) -> None:
    assert bounds(estimate("phq-2", **facts)) == expected


def test_nothing_said_gives_no_estimate() -> None:
    for model in ("audit-c", "phq", "phq-2", "gad-7"):
        assert estimate(model).low is None
        assert estimate(model).missing

"""BMI: classes on their exact edges."""

from __future__ import annotations

from fractions import Fraction

import pytest

from risk_models import NotApplicable, bmi

EDGES = [
    ("16", "moderate_thinness"),
    ("17", "mild_thinness"),
    ("18.5", "normal"),
    ("25", "overweight"),
    ("30", "obesity_1"),
    ("35", "obesity_2"),
    ("40", "obesity_3"),
]


@pytest.mark.parametrize(("edge", "name"), EDGES)
@pytest.mark.parametrize("height", ["1.5", "1.6", "1.7", "1.8", "1.9"])
def test_exactly_on_an_edge_is_the_class_above(edge: str, name: str, height: str) -> None:
    weight = float(Fraction(edge) * Fraction(height) ** 2)
    estimate = bmi(weight=weight, height=float(height), age=40)
    assert (estimate.value, estimate.category) == (float(edge), name)
    assert bmi(weight=weight - 0.01, height=float(height), age=40).category != name


@pytest.mark.parametrize(
    ("weight", "height", "age"),
    [
        (70, 175, 40),
        (70, 1.19, 40),
        (19, 1.7, 40),
        (401, 1.7, 40),
        (70, 1.7, 17),
        (70, 1.7, None),
        (True, 1.7, 40),
    ],
)
def test_refusals(weight: float, height: float, age: int | None) -> None:
    with pytest.raises(NotApplicable):
        bmi(weight=weight, height=height, age=age)


def test_pregnancy() -> None:
    with pytest.raises(NotApplicable, match="pregnan"):
        bmi(weight=70, height=1.7, age=30, pregnant=True)


def test_a_realistic_loss_of_weight_from_overweight_on() -> None:
    assert bmi(weight=70, height=1.75, age=40).what_ifs == ()
    (loss,) = bmi(weight=100, height=1.75, age=40).what_ifs
    assert (loss.input, loss.from_value, loss.to_value) == ("weight", 100, 95)
    assert loss.value_after == bmi(weight=95, height=1.75, age=40).value


@pytest.mark.parametrize(("age", "weight", "told"), [(69, 60, False), (70, 60, True), (70, 66, False)])
def test_thinness_of_older_people_is_pointed_out(age: int, weight: float, told: bool) -> None:
    assert bool(bmi(weight=weight, height=1.7, age=age).warnings) is told

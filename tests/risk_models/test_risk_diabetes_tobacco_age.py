"""SCORE2-Diabetes, the Fagerström test and ICOPE step 1: published examples, edges, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from risk_models import NotApplicable, ftnd_hsi, icope_step1, score2_diabetes

MAN = {
    "region": "moderate", "sex": "male", "age": 60, "smoker": False, "sbp": 140, "total_cholesterol": 5.5,
    "hdl_cholesterol": 1.3, "age_at_diabetes_diagnosis": 60, "hba1c": 50, "egfr": 90, "diabetes_type": "2",
}  # fmt: skip


def diabetes(**changes: Any) -> Any:
    return score2_diabetes(**(MAN | changes))


def test_the_two_men_of_the_abstract() -> None:
    """11 and 17 % (doi 10.1093/eurheartj/ehad260)."""
    assert round(diabetes().value) == 11
    assert round(diabetes(hba1c=70, egfr=60, age_at_diabetes_diagnosis=50).value) == 17


@pytest.mark.parametrize("hba1c", ["6.7260 %", {"value": 6.726, "unit": "%"}])
def test_both_units_of_hba1c(hba1c: Any) -> None:
    assert diabetes(hba1c=hba1c).value == pytest.approx(diabetes().value, abs=1e-6)
    assert diabetes(hba1c=6.726, hba1c_unit="%").value == pytest.approx(diabetes().value, abs=1e-6)


@pytest.mark.parametrize(
    ("changes", "kind", "name"),
    [
        ({"hba1c": 7.2}, "unit", "hba1c"),
        ({"hba1c": 50, "hba1c_unit": "%"}, "unit", "hba1c"),
        ({"hba1c": 201}, "implausible", "hba1c"),
        ({"hba1c": None}, "missing", "hba1c"),
        ({"age": 39}, "out_of_range", "age"),
        ({"age": 70}, "out_of_range", "age"),
        ({"diabetes_type": "1"}, "excluded", "diabetes_type"),
        ({"diabetes_type": None}, "missing", "diabetes_type"),
        ({"age_at_diabetes_diagnosis": 61}, "invalid", "age_at_diabetes_diagnosis"),
        ({"egfr": 44.9}, "excluded", "egfr"),
        ({"egfr": 0}, "implausible", "egfr"),
        ({"severe_target_organ_damage": True}, "excluded", "severe_target_organ_damage"),
        ({"established_cvd": True}, "excluded", "established_cvd"),
        ({"total_cholesterol": 200}, "unit", "total_cholesterol"),
    ],
)
def test_diabetes_refusals(changes: dict[str, Any], kind: str, name: str) -> None:
    with pytest.raises(NotApplicable) as caught:
        diabetes(**changes)
    assert (caught.value.refusal.kind, caught.value.refusal.input) == (kind, name)


def test_what_ifs_are_realistic_and_recomputable() -> None:
    given = {"smoker": True, "sbp": 150, "total_cholesterol": 6.5, "hba1c": 60}
    found = diabetes(**given)
    assert {w.input: w.to_value for w in found.what_ifs} == {
        "smoker": False, "sbp": 140.0, "total_cholesterol": 5.5, "hba1c": 53.0,
    }  # fmt: skip
    for what_if in found.what_ifs:
        again = diabetes(**(given | {what_if.input: what_if.to_value}))
        assert what_if.value_after == pytest.approx(again.value, abs=1e-9)
        assert what_if.category_after == again.category
    assert diabetes(sbp=130, hba1c=53, total_cholesterol=4.5).what_ifs == ()


SMOKER = {
    "minutes_to_first": 61, "cigarettes_per_day": 10, "hard_to_refrain": False, "hate_to_give_up_first_morning": False,
    "more_in_morning": False, "smokes_when_ill_in_bed": False,
}  # fmt: skip


@pytest.mark.parametrize(("minutes", "points"), [(0, 3), (5, 3), (6, 2), (30, 2), (31, 1), (60, 1), (61, 0)])
def test_first_cigarette(minutes: float, points: int) -> None:
    assert ftnd_hsi(**(SMOKER | {"minutes_to_first": minutes})).result["hsi"] == points


@pytest.mark.parametrize(("count", "points"), [(1, 0), (10, 0), (11, 1), (20, 1), (21, 2), (30, 2), (31, 3)])
def test_cigarettes_a_day(count: int, points: int) -> None:
    assert ftnd_hsi(**(SMOKER | {"cigarettes_per_day": count})).value == points


@pytest.mark.parametrize(("changes", "classes"), [
    ({"minutes_to_first": 30}, ("none", "low")), ({"minutes_to_first": 5}, ("low", "medium")),
    ({"minutes_to_first": 5, "cigarettes_per_day": 20, "hard_to_refrain": True}, ("medium", "medium")),
    ({"minutes_to_first": 5, "cigarettes_per_day": 30, "hard_to_refrain": True, "more_in_morning": True},
     ("strong", "high")),
])  # fmt: skip
def test_french_classes(changes: dict[str, Any], classes: tuple[str, str]) -> None:
    result = ftnd_hsi(**(SMOKER | changes)).result
    assert (result["ftnd_class"], result["hsi_class"]) == classes


def test_who_smokes_no_cigarette_has_no_score() -> None:
    with pytest.raises(NotApplicable, match="smoke cigarettes"):
        ftnd_hsi(**(SMOKER | {"cigarettes_per_day": 0}))


WELL = {
    "age": 70, "chair_rise_seconds": 11, "words_recalled": 3, "oriented": True, "weight_loss_kg_3m": 0,
    "appetite_loss": False, "vision_problem": False, "hearing_problem": False, "low_mood": False, "anhedonia": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "domains"),
    [
        ({}, []),
        ({"chair_rise_seconds": 14}, []),
        ({"chair_rise_seconds": 14.01}, ["mobility"]),
        ({"chair_rise_seconds": None}, ["mobility"]),
        ({"words_recalled": 2}, ["cognition"]),
        ({"oriented": False}, ["cognition"]),
        ({"weight_loss_kg_3m": 3}, []),
        ({"weight_loss_kg_3m": 3.1}, ["nutrition"]),
        ({"appetite_loss": True}, ["nutrition"]),
        ({"anhedonia": True, "hearing_problem": True, "vision_problem": True}, ["hearing", "mood", "vision"]),
    ],
)
def test_domains(changes: dict[str, Any], domains: list[str]) -> None:
    found = icope_step1(**(WELL | changes))
    assert found.result == domains
    assert found.category == ("step_2" if domains else "nothing_found")


@pytest.mark.parametrize(("changes", "kind"), [
    ({"age": 59}, "out_of_range"), ({"words_recalled": 4}, "invalid"), ({"words_recalled": None}, "missing"),
    ({"low_mood": None}, "missing"), ({"chair_rise_seconds": float("nan")}, "implausible"),
])  # fmt: skip
def test_icope_refusals(changes: dict[str, Any], kind: str) -> None:
    with pytest.raises(NotApplicable) as caught:
        icope_step1(**(WELL | changes))
    assert caught.value.refusal.kind == kind


def test_a_time_that_nobody_took_is_asked_for() -> None:
    with pytest.raises(NotApplicable) as caught:
        icope_step1(**{name: value for name, value in WELL.items() if name != "chair_rise_seconds"})
    assert caught.value.missing == ("chair_rise_seconds",)

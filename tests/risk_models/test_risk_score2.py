"""SCORE2 and SCORE2-OP: published examples, classes, cautions, what-ifs."""

from __future__ import annotations

from typing import Any

import pytest

from risk_models import NotApplicable, RiskEstimate, score2, score2_category, score2_op

SMOKER_50 = {
    "region": "low",
    "sex": "male",
    "age": 50,
    "smoker": True,
    "sbp": 140,
    "total_cholesterol": 5.5,
    "hdl_cholesterol": 1.3,
}


def at_50(**changes: Any) -> RiskEstimate:
    return score2(**(SMOKER_50 | changes))


def value_of(estimate: RiskEstimate) -> float:
    assert estimate.value is not None
    return estimate.value


@pytest.mark.parametrize(
    ("sex", "region", "percent"),
    [
        ("male", "low", 5.9),
        ("male", "very_high", 14.0),
        ("female", "low", 4.2),
        ("female", "very_high", 13.7),
    ],
)
def test_the_examples_of_the_abstract(sex: str, region: str, percent: float) -> None:
    """A smoker of 50, 140 mmHg, total cholesterol 5.5 and HDL 1.3 mmol/L (doi 10.1093/eurheartj/ehab309)."""
    assert round(value_of(at_50(sex=sex, region=region)), 1) == percent


def test_at_its_centre_the_older_equation_is_its_baseline() -> None:
    """73 years, 150 mmHg, 6.0 and 1.4 mmol/L: all terms are zero; by hand from the published table."""
    man = score2_op(
        region="low", sex="male", age=73, smoker=False, sbp=150, total_cholesterol=6, hdl_cholesterol=1.4
    )
    assert value_of(man) == pytest.approx(12.9489, abs=0.001)


def test_an_estimate_says_what_it_is() -> None:
    estimate = at_50()
    assert (estimate.model, estimate.version) == ("score2", score2.version)
    assert (estimate.unit, estimate.horizon_years, estimate.category) == ("%", 10, "high")
    assert estimate.frequency is not None
    assert (estimate.frequency.count, estimate.frequency.per, estimate.frequency.qualifier) == (
        6,
        100,
        "about",
    )
    assert estimate.result == estimate.value
    assert "established_cvd" in estimate.assumed


def test_a_stated_condition_is_not_assumed() -> None:
    assert "established_cvd" not in at_50(established_cvd=False).assumed


def test_less_than_one_in_a_hundred_is_not_none() -> None:
    estimate = at_50(sex="female", age=40, smoker=False, sbp=105, total_cholesterol=4.5, hdl_cholesterol=1.8)
    assert value_of(estimate) < 0.5
    assert estimate.frequency is not None
    assert (estimate.frequency.count, estimate.frequency.qualifier) == (1, "less_than")


@pytest.mark.parametrize(("unit", "factor"), [("mg/dL", 38.67), ("g/L", 0.3867)])
def test_units_of_laboratories_give_the_same_risk(unit: str, factor: float) -> None:
    converted = at_50(total_cholesterol=5.5 * factor, hdl_cholesterol=1.3 * factor, cholesterol_unit=unit)
    assert converted.value == pytest.approx(at_50().value)


@pytest.mark.parametrize(
    ("changes", "kind", "name"),
    [
        ({"age": 39}, "out_of_range", "age"),
        ({"age": 70}, "out_of_range", "age"),
        ({"age": 50.5}, "invalid", "age"),
        ({"sbp": 59}, "implausible", "sbp"),
        ({"sbp": 261}, "implausible", "sbp"),
        ({"sbp": float("nan")}, "implausible", "sbp"),
        ({"sbp": True}, "invalid", "sbp"),
        ({"sbp": "high"}, "invalid", "sbp"),
        ({"sbp": None}, "missing", "sbp"),
        ({"smoker": None}, "missing", "smoker"),
        ({"smoker": "former"}, "invalid", "smoker"),
        ({"region": "france"}, "invalid", "region"),
        ({"sex": "unknown"}, "invalid", "sex"),
        ({"total_cholesterol": 200}, "unit", "total_cholesterol"),
        ({"hdl_cholesterol": 50}, "unit", "hdl_cholesterol"),
        ({"hdl_cholesterol": True}, "invalid", "hdl_cholesterol"),
        ({"hdl_cholesterol": 5.0, "total_cholesterol": 5.0}, "implausible", "hdl_cholesterol"),
        ({"cholesterol_unit": "mg/dL"}, "unit", "total_cholesterol"),
        ({"cholesterol_unit": "mmol"}, "invalid", "cholesterol_unit"),
        ({"diabetes": True}, "excluded", "diabetes"),
        ({"diabetes": None}, "missing", "diabetes"),
        ({"established_cvd": True}, "excluded", "established_cvd"),
        ({"severe_chronic_kidney_disease": True}, "excluded", "severe_chronic_kidney_disease"),
        ({"familial_hypercholesterolaemia": True}, "excluded", "familial_hypercholesterolaemia"),
        ({"pregnant": True}, "excluded", "pregnant"),
        ({"diabets": False}, "unknown_input", "diabets"),
    ],
)
def test_refusals_name_the_input(changes: dict[str, Any], kind: str, name: str) -> None:
    with pytest.raises(NotApplicable) as caught:
        at_50(**changes)
    assert (caught.value.refusal.kind, caught.value.refusal.input) == (kind, name)
    assert caught.value.source is not None
    assert "ehab309" in caught.value.source


def test_each_model_points_to_its_neighbour() -> None:
    with pytest.raises(NotApplicable) as too_old:
        at_50(age=70)
    with pytest.raises(NotApplicable) as too_young:
        score2_op(**(SMOKER_50 | {"age": 69}))
    assert too_old.value.refusal.use_instead == "score2-op"
    assert too_young.value.refusal.use_instead == "score2"
    with pytest.raises(NotApplicable) as diabetes:
        at_50(diabetes=True)
    assert diabetes.value.refusal.use_instead == "score2-diabetes"


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, set()),
        ({"sbp": 99}, {"sbp_outside_chart"}),
        ({"sbp": 100}, set()),
        ({"sbp": 179}, set()),
        ({"sbp": 180}, {"sbp_outside_chart"}),
        ({"total_cholesterol": 4.2}, {"non_hdl_outside_chart"}),
        ({"total_cholesterol": 4.3}, set()),
        ({"total_cholesterol": 8.3}, {"non_hdl_outside_chart"}),
        ({"total_cholesterol": 2.1, "hdl_cholesterol": 0.5}, {"non_hdl_outside_chart", "perhaps_g_per_l"}),
    ],
)
def test_cautions(changes: dict[str, Any], codes: set[str]) -> None:
    assert {caution.code for caution in at_50(age=45, **changes).warnings} == codes


@pytest.mark.parametrize(("sbp", "told"), [(115, False), (120, True), (125, True), (130, False)])
def test_near_a_limit_it_says_about(sbp: float, told: bool) -> None:
    estimate = score2_op(**(SMOKER_50 | {"age": 70, "smoker": False, "sbp": sbp}))
    assert (abs(value_of(estimate) - 7.5) < 0.3) is told
    assert ("near_limit" in {c.code for c in estimate.warnings}) is told


@pytest.mark.parametrize(("age", "told"), [(80, False), (87, False), (88, True), (89, True)])
def test_where_the_equation_loses_smoking_nobody_is_told_to_go_on(age: int, told: bool) -> None:
    estimate = score2_op(**(SMOKER_50 | {"age": age}))
    assert ("smoking_effect_lost" in {c.code for c in estimate.warnings}) is told
    assert ("smoker" not in {w.input for w in estimate.what_ifs}) is told


def test_what_ifs_are_modifiable_realistic_and_recomputable() -> None:
    estimate = at_50(sbp=155, total_cholesterol=7.0)
    by_input = {w.input: w for w in estimate.what_ifs}
    assert {name: w.to_value for name, w in by_input.items()} == {
        "smoker": False,
        "sbp": 145,
        "total_cholesterol": 6.0,
    }
    for name, what_if in by_input.items():
        again = at_50(**{"sbp": 155, "total_cholesterol": 7.0, name: what_if.to_value})
        assert what_if.value_after == pytest.approx(value_of(again), abs=1e-12)
        assert what_if.delta_pp == pytest.approx(value_of(again) - value_of(estimate), abs=1e-12)
        assert what_if.category_after == again.category
        assert what_if.delta < 0
    assert by_input["smoker"].to_json()["from"] is True


def test_targets_stop_where_the_aim_is_met() -> None:
    assert at_50(smoker=False, sbp=130, total_cholesterol=4.7).what_ifs == ()
    to = {w.input: w.to_value for w in at_50(smoker=False, sbp=133, total_cholesterol=5.2).what_ifs}
    assert to == {"sbp": 130, "total_cholesterol": 4.7}


@pytest.mark.parametrize(
    ("age", "limit", "below", "at"),
    [
        (40, 2.5, "low_to_moderate", "high"),
        (49, 7.5, "high", "very_high"),
        (50, 5, "low_to_moderate", "high"),
        (69, 10, "high", "very_high"),
        (70, 7.5, "low_to_moderate", "high"),
        (89, 15, "high", "very_high"),
    ],
)
def test_class_edges(age: int, limit: float, below: str, at: str) -> None:
    assert score2_category(age=age, risk_percent=limit).category == at
    assert score2_category(age=age, risk_percent=limit - 0.001).category == below
    noise = limit - 1e-13  # 5 % as 0.05 × 100 and the like
    assert score2_category(age=age, risk_percent=noise).category == at


def test_classes_are_not_taken_on_rounded_values() -> None:
    assert score2_category(age=55, risk_percent=4.96).category == "low_to_moderate"


@pytest.mark.parametrize(("age", "risk"), [(39, 3), (90, 3), (50, -0.1), (50, 100.1), (50, None)])
def test_no_class_outside(age: int, risk: float | None) -> None:
    with pytest.raises(NotApplicable):
        score2_category(age=age, risk_percent=risk)

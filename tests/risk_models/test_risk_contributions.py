"""Every model: contributions add up to the estimate on its own scale and in points, and what-ifs can be recomputed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk_models import NotApplicable, RiskEstimate, card, compute, get, ids
from tests.risk_models.people import people

SCALES: dict[str, Callable[[float], float]] = {
    "log of the odds": lambda percent: math.log(percent / (100 - percent)),
    "ln(-ln(1 - risk)), log of the cumulative hazard": lambda percent: math.log(-math.log1p(-percent / 100)),
    "log of the index": math.log,
    "log of the rate": math.log,
    "points": float,
    "index": float,
}
"""The model's own scale as a function of the estimate."""

WITHOUT = {
    "bmi": "one ratio has no parts",
    "kdigo-grid": "a grid has no scale",
    "score2-category": "a class of a value that is given",
    "colorectal-family-level": "a rule: its reasons are told",
    "icope-step1": "domains stand each by itself: the reasons are told",
}
"""Models without contributions, and why (also on their cards)."""

DRAWN = [model for model in ids() if get(model).columns is not None]


def estimates(model: str) -> st.SearchStrategy[tuple[dict[str, Any], RiskEstimate]]:
    def of(person: dict[str, Any]) -> tuple[dict[str, Any], RiskEstimate] | None:
        try:
            return person, compute(model, person)
        except NotApplicable:
            return None

    return people(model).map(of).filter(lambda found: found is not None).map(lambda found: found or ({}, None))  # type: ignore[return-value]


@pytest.mark.parametrize("model", DRAWN)
def test_contributions_add_up_and_what_ifs_are_the_models_own(model: str) -> None:
    modifiable = set(card(model).data.modifiable_inputs)

    @settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
    @given(estimates(model))
    def hold(drawn: tuple[dict[str, Any], RiskEstimate]) -> None:
        person, estimate = drawn
        reference, value = estimate.reference, estimate.value
        if model in WITHOUT:
            assert reference is None
        elif reference is not None and value is not None:
            scale = SCALES[reference.scale]
            own = reference.scale_value + sum(c.delta for c in estimate.contributions)
            if not (estimate.unit == "%" and not 1e-7 < value < 100 - 1e-7):  # beyond, a percentage has lost its digits
                assert own == pytest.approx(scale(value), abs=1e-6)
            if estimate.unit == "%":
                points = reference.value + sum(c.delta_pp or 0.0 for c in estimate.contributions)
                assert points == pytest.approx(value, abs=1e-9)
            assert reference.scale_value == pytest.approx(scale(reference.value), abs=1e-6)
        for what_if in estimate.what_ifs:
            assert what_if.input in modifiable
            assert value is not None
            assert what_if.value_after < value
            assert what_if.delta_pp is None or what_if.delta_pp == pytest.approx(what_if.value_after - value)
        assert estimate.to_json()["model"] == model
        assert not person.get("pregnant")

    hold()


EXAMPLES: dict[str, dict[str, Any]] = {
    "score2-diabetes": {
        "region": "low", "sex": "male", "age": 60, "smoker": True, "sbp": 150, "total_cholesterol": 6.5,
        "hdl_cholesterol": 1.1, "age_at_diabetes_diagnosis": 50, "hba1c": 70, "egfr": 60, "diabetes_type": "2",
    },
    "kfre-4": {"sex": "male", "age": 60, "egfr": 30, "acr": 30, "acr_unit": "mg/mmol", "horizon_years": 2},
    "fib-4": {"age": 50, "ast": 40, "alt": 25, "platelets": 200},
    "ost": {"sex": "female", "age": 70, "weight": 52},
    "cha2ds2-va": {"age": 80, "atrial_fibrillation": True, "heart_failure": True, "hypertension": True,
                   "diabetes": False, "stroke_tia": True, "vascular_disease": False},
    "plcom2012-norace": {
        "age": 63, "education_level": 1, "bmi": 36, "copd": True, "personal_history_cancer": True,
        "family_history_lung_cancer": True, "current_smoker": True, "cigarettes_per_day": 10,
        "smoking_duration_years": 12, "years_since_quit": 0,
    },
    "prevent-base": {
        "sex": "female", "age": 50, "sbp": 160, "bp_treatment": True, "total_cholesterol": 200,
        "hdl_cholesterol": 45, "cholesterol_unit": "mg/dL", "statin": True, "diabetes": True,
        "current_smoker": True, "egfr": 50, "bmi": 35,
    },
    "bcrat-gail": {
        "age": 45, "projection_age": 65, "breast_biopsies": 1, "atypical_hyperplasia": "yes", "age_menarche": 11,
        "age_first_live_birth": 31, "first_degree_relatives_with_breast_cancer": 1,
    },
}  # fmt: skip


@pytest.mark.parametrize("model", EXAMPLES)
def test_whoever_is_the_reference_person_has_no_contribution(model: str) -> None:
    person = EXAMPLES[model]
    estimate = compute(model, person)
    assert estimate.reference is not None
    assert estimate.value is not None
    units = {"cholesterol_unit": "mmol/L"} if "cholesterol_unit" in person else {}
    units |= {"acr_unit": "mg/g"} if "acr_unit" in person else {}
    same = compute(model, person | dict(estimate.reference.inputs) | units)
    assert same.value == pytest.approx(estimate.reference.value, abs=1e-9)
    assert all(abs(c.delta) < 1e-12 for c in same.contributions)
    total = sum((c.delta if c.delta_pp is None else c.delta_pp) for c in estimate.contributions)
    if estimate.unit != "{index}" or model == "ost":
        assert estimate.reference.value + total == pytest.approx(estimate.value, abs=1e-9)

"""Models for doctors and for comparison (KFRE, FIB-4, OST, CHA2DS2-VA, PLCO, BCRAT, PREVENT, QRISK3): edges,
refusals and traps."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from risk_models import (
    NotApplicable,
    bcrat_gail,
    cha2ds2_va,
    compute,
    fib_4,
    kfre_4,
    ost,
    plcom2012,
    plcom2012_norace,
    prevent_base,
    qrisk3,
)

KIDNEY = {"sex": "male", "age": 60, "egfr": 30, "acr": 300, "acr_unit": "mg/g", "horizon_years": 5}
LIVER = {"age": 50, "ast": 30, "alt": 30, "platelets": 250}
FIBRILLATION = {
    "age": 60, "atrial_fibrillation": True, "heart_failure": False, "hypertension": False, "diabetes": False,
    "stroke_tia": False, "vascular_disease": False,
}  # fmt: skip
LUNG = {
    "age": 62, "education_level": 4, "bmi": 27, "copd": False, "personal_history_cancer": False,
    "family_history_lung_cancer": False, "current_smoker": False, "cigarettes_per_day": 20,
    "smoking_duration_years": 27, "years_since_quit": 10,
}  # fmt: skip
BREAST = {
    "age": 50, "projection_age": 55, "breast_biopsies": 0, "atypical_hyperplasia": "unknown", "age_menarche": 12,
    "age_first_live_birth": 25, "first_degree_relatives_with_breast_cancer": 0,
}  # fmt: skip
AMERICAN = {
    "sex": "male", "age": 55, "sbp": 130, "bp_treatment": False, "total_cholesterol": 5.2, "hdl_cholesterol": 1.2,
    "statin": False, "diabetes": False, "current_smoker": False, "egfr": 90, "bmi": 26,
}  # fmt: skip
BRITISH = {
    "sex": "male", "age": 64, "weight": 80, "height": 178, "ethrisk": 1, "fh_cvd": 0, "rati": 4, "sbp": 130,
    "sbps5": 0, "smoke_cat": 1, "town": 0,
    **dict.fromkeys(
        "b_AF b_atypicalantipsy b_corticosteroids b_impotence2 b_migraine b_ra b_renal b_semi b_sle b_treatedhyp "
        "b_type1 b_type2".split(), 0,
    ),
}  # fmt: skip
PEOPLE: dict[str, dict[str, Any]] = {
    "kfre-4": KIDNEY, "fib-4": LIVER, "cha2ds2-va": FIBRILLATION, "plcom2012-norace": LUNG,
    "plcom2012": LUNG | {"race": "white"}, "bcrat-gail": BREAST, "prevent-base": AMERICAN, "qrisk3": BRITISH,
    "ost": {"sex": "female", "age": 60, "weight": 70},
}  # fmt: skip


@pytest.mark.parametrize(
    ("model", "changes", "kind", "name"),
    [
        ("kfre-4", {"egfr": 60}, "out_of_range", "egfr"),
        ("kfre-4", {"acr": 0}, "implausible", "acr"),
        ("kfre-4", {"acr": 30001}, "implausible", "acr"),
        ("kfre-4", {"acr_unit": None}, "missing", "acr_unit"),
        ("kfre-4", {"horizon_years": 10}, "invalid", "horizon_years"),
        ("kfre-4", {"kidney_replacement": True}, "excluded", "kidney_replacement"),
        ("fib-4", {"age": 17}, "out_of_range", "age"),
        ("fib-4", {"platelets": 250000}, "unit", "platelets"),
        ("fib-4", {"alt": 0}, "implausible", "alt"),
        ("fib-4", {"acute_illness": True}, "excluded", "acute_illness"),
        ("ost", {"postmenopausal": False}, "excluded", "postmenopausal"),
        ("ost", {"weight": float("nan")}, "implausible", "weight"),
        ("cha2ds2-va", {"atrial_fibrillation": False}, "excluded", "atrial_fibrillation"),
        ("cha2ds2-va", {"atrial_fibrillation": None}, "missing", "atrial_fibrillation"),
        ("plcom2012-norace", {"age": 49}, "out_of_range", "age"),
        ("plcom2012-norace", {"age": 81}, "out_of_range", "age"),
        ("plcom2012-norace", {"cigarettes_per_day": 0}, "excluded", "cigarettes_per_day"),
        ("plcom2012-norace", {"smoking_duration_years": 0}, "excluded", "smoking_duration_years"),
        ("plcom2012-norace", {"smoking_duration_years": 60}, "invalid", "smoking_duration_years"),
        ("plcom2012-norace", {"current_smoker": True}, "invalid", "years_since_quit"),
        ("plcom2012-norace", {"education_level": 7}, "invalid", "education_level"),
        ("plcom2012-norace", {"race": "white"}, "unknown_input", "race"),
        ("plcom2012", {"race": None}, "missing", "race"),
        ("bcrat-gail", {"sex": "male"}, "excluded", "sex"),
        ("bcrat-gail", {"age": 34}, "out_of_range", "age"),
        ("bcrat-gail", {"projection_age": 50}, "invalid", "projection_age"),
        ("bcrat-gail", {"projection_age": 91}, "out_of_range", "projection_age"),
        ("bcrat-gail", {"age_menarche": 51}, "invalid", "age_menarche"),
        ("bcrat-gail", {"age_first_live_birth": 51}, "invalid", "age_first_live_birth"),
        ("bcrat-gail", {"age_menarche": 16, "age_first_live_birth": 15}, "invalid", "age_first_live_birth"),
        ("bcrat-gail", {"atypical_hyperplasia": "yes"}, "invalid", "atypical_hyperplasia"),
        ("bcrat-gail", {"atypical_hyperplasia": "no", "breast_biopsies": "unknown"}, "invalid", "atypical_hyperplasia"),
        ("bcrat-gail", {"known_mutation": True}, "excluded", "known_mutation"),
        ("prevent-base", {"age": 29}, "out_of_range", "age"),
        ("prevent-base", {"sbp": 181}, "out_of_range", "sbp"),
        ("prevent-base", {"bmi": 40}, "out_of_range", "bmi"),
        ("prevent-base", {"total_cholesterol": 8.3}, "implausible", "total_cholesterol"),
        ("prevent-base", {"total_cholesterol": 200}, "unit", "total_cholesterol"),
        ("prevent-base", {"established_cvd": True}, "excluded", "established_cvd"),
        ("qrisk3", {"age": 85}, "out_of_range", "age"),
        ("qrisk3", {"rati": 11.1}, "out_of_range", "rati"),
        ("qrisk3", {"b_AF": 2}, "invalid", "b_AF"),
        ("qrisk3", {"b_type1": 1, "b_type2": 1}, "invalid", "b_type2"),
        ("qrisk3", {"sex": "female", "b_impotence2": 1}, "invalid", "b_impotence2"),
        ("qrisk3", {"weight": 25, "height": 250}, "implausible", "weight"),
    ],
)
def test_refusals(model: str, changes: dict[str, Any], kind: str, name: str) -> None:
    with pytest.raises(NotApplicable) as caught:
        compute(model, PEOPLE[model] | changes)
    assert (caught.value.refusal.kind, caught.value.refusal.input) == (kind, name)


HOSTILE: list[Any] = [
    None, "", True, float("nan"), float("inf"), -float("inf"), -1, 1e308, 10**400, "abc", "50 kg", [], {}, b"x",
    {"value": 1, "unit": "parsec"}, {"value": None, "unit": "kg"}, {"value": 1}, "unknown", -0.0, 1e-300,
]  # fmt: skip


@pytest.mark.parametrize("model", PEOPLE)
def test_whatever_is_given_is_computed_or_refused_in_words(model: str) -> None:
    for name in PEOPLE[model]:
        for given in HOSTILE:
            try:
                told = compute(model, PEOPLE[model] | {name: given}).to_json()
            except NotApplicable as refused:
                told = refused.to_json()
            assert told["model"] == model
            assert all(refusal["message"] for refusal in told.get("refused", []))
            json.dumps(told, allow_nan=False)


def test_kfre_is_the_closed_formula() -> None:
    lp = -0.2201 * (6 - 7.036) + 0.2467 * (1 - 0.5642) - 0.5567 * (6 - 7.222) + 0.4510 * (math.log(300) - 5.137)
    assert kfre_4(**KIDNEY).value == pytest.approx(100 * (1 - 0.9365 ** math.exp(lp)), abs=1e-9)
    mmol = kfre_4(**(KIDNEY | {"acr": 300 / 8.84, "acr_unit": "mg/mmol"}))
    assert mmol.value == pytest.approx(kfre_4(**KIDNEY).value)
    assert kfre_4(**(KIDNEY | {"egfr": 59.9})).value < kfre_4(**KIDNEY).value


@pytest.mark.parametrize(
    ("age", "ast", "category"),
    [(50, 12.99, "low"), (50, 13.0, "intermediate"), (64, 15, "intermediate"), (65, 15, "low"),
     (65, 15.39, "intermediate"), (50, 26.7, "intermediate"), (50, 26.71, "high"), (70, 19.071, "intermediate")],
)  # fmt: skip
def test_fib_4_edges(age: int, ast: float, category: str) -> None:
    """ALT 25, platelets 100: the index is age × AST / 500."""
    found = fib_4(age=age, ast=ast, alt=25, platelets=100)
    assert found.value == pytest.approx(age * ast / 500)
    assert found.category == category


def test_fib_4_below_35_is_unreliable_and_platelets_come_in_two_units() -> None:
    assert [c.code for c in fib_4(**(LIVER | {"age": 34})).warnings] == ["age_unreliable"]
    assert fib_4(**LIVER).warnings == ()
    per_mm3 = fib_4(**(LIVER | {"platelets": 250000, "platelets_unit": "/mm3"}))
    assert per_mm3.value == fib_4(**LIVER).value == fib_4(**(LIVER | {"platelets": "250000 /mm3"})).value


@pytest.mark.parametrize(
    ("sex", "weight", "category"),
    [("female", 70, "low"), ("female", 69.99, "consider_dxa"), ("male", 80, "low"), ("male", 79.99, "consider_dxa")],
)
def test_ost_is_not_truncated(sex: str, weight: float, category: str) -> None:
    assert ost(sex=sex, age=60, weight=weight).category == category


def test_cha2ds2_va_is_not_for_a_mechanical_valve() -> None:
    with pytest.raises(NotApplicable, match="valve"):
        cha2ds2_va(**FIBRILLATION, mechanical_valve_or_mitral_stenosis=True)


@pytest.mark.parametrize(("age", "points"), [(64, 0), (65, 1), (74, 1), (75, 2)])
def test_cha2ds2_va_by_age(age: int, points: int) -> None:
    assert cha2ds2_va(**(FIBRILLATION | {"age": age})).value == points


@pytest.mark.parametrize(
    ("name", "points"),
    [("heart_failure", 1), ("hypertension", 1), ("diabetes", 1), ("stroke_tia", 2), ("vascular_disease", 1)],
)
def test_cha2ds2_va_by_condition(name: str, points: int) -> None:
    found = cha2ds2_va(**(FIBRILLATION | {name: True}))
    assert (found.value, found.category) == (points, "recommended" if points == 2 else "consider")


def test_plco_at_its_centre_is_its_constant() -> None:
    """25 cigarettes a day exactly at the centre: the sum is the constant (doi 10.1056/NEJMoa1211776)."""
    centre = LUNG | {"cigarettes_per_day": 10 / 0.4021541613}
    assert plcom2012_norace(**centre).value == pytest.approx(100 / (1 + math.exp(4.536696)), abs=1e-9)
    assert plcom2012(**centre, race="white").value == pytest.approx(100 / (1 + math.exp(4.532506)), abs=1e-9)


def test_somebody_who_smokes_has_zero_years_since_which_adds_risk() -> None:
    now = plcom2012_norace(**(LUNG | {"current_smoker": True, "years_since_quit": 0}))
    parts = {c.input: c.delta for c in now.contributions}
    assert parts["years_since_quit"] == pytest.approx(0.312719)
    assert parts["current_smoker"] == pytest.approx(0.2675539)


def test_plco_outside_the_ages_it_was_fitted_on_says_so() -> None:
    assert [c.code for c in plcom2012_norace(**(LUNG | {"age": 54})).warnings] == ["outside_derivation_ages"]
    assert plcom2012_norace(**(LUNG | {"age": 55})).warnings == ()


def test_gail_takes_the_lowest_class_for_what_the_woman_does_not_know() -> None:
    unknown = {"age_menarche": "unknown", "age_first_live_birth": "unknown", "breast_biopsies": "unknown",
               "first_degree_relatives_with_breast_cancer": "unknown"}  # fmt: skip
    lowest = {"age_menarche": 14, "age_first_live_birth": 19}
    assert bcrat_gail(**(BREAST | unknown)).value == bcrat_gail(**(BREAST | lowest)).value
    with pytest.raises(NotApplicable) as caught:
        bcrat_gail(**(BREAST | {"age_menarche": None}))
    assert caught.value.missing == ("age_menarche",)


@pytest.mark.parametrize(("birth", "same"), [(19, 19), (20, 24), (25, "nulliparous"), (29, 25), (30, 45)])
def test_gail_classes_of_first_birth(birth: int | str, same: int | str) -> None:
    pair = [bcrat_gail(**(BREAST | {"age_first_live_birth": each})).value for each in (birth, same)]
    assert pair[0] == pair[1]


def test_gail_counts_the_years_on_both_sides_of_50_with_their_own_risk() -> None:
    woman = BREAST | {"breast_biopsies": 2, "age": 48, "projection_age": 52}
    whole = bcrat_gail(**woman).value
    first = bcrat_gail(**(woman | {"projection_age": 50})).value
    last = bcrat_gail(**(woman | {"age": 50})).value
    assert whole is not None
    assert first is not None
    assert last is not None
    assert first < whole < first + last


def test_prevent_refuses_thirty_years_above_59_only() -> None:
    assert "total_cvd_30y" in prevent_base(**(AMERICAN | {"age": 59})).result
    assert prevent_base(**(AMERICAN | {"age": 60})).result["thirty_year"] == "refuse"


@pytest.mark.parametrize("model", ["prevent-base", "qrisk3"])
def test_models_of_other_countries_say_so_with_every_estimate(model: str) -> None:
    assert [c.code for c in compute(model, PEOPLE[model]).warnings] == ["not_for_france"]


def test_qrisk3_of_the_average_man_is_its_baseline() -> None:
    """By hand from the table: with every factor at its mean the sum is that of age and BMI alone."""
    means = {"rati": 4.300998687744141, "sbp": 128.57157897949219, "sbps5": 8.756621360778809, "town": 0.52630490064621}
    found = qrisk3(**(BRITISH | means | {"weight": 26 * 1.78**2}))
    first, second = 1 / 6.4 - 0.234766781330109, 6.4**3 - 77.284080505371094
    shape = 2.6**-2
    bmi = shape - 0.149176135659218, shape * math.log(2.6) - 0.141913309693336
    total = -17.839781666005575 * first + 0.0022964880605765492 * second
    total += (2.4562776660536358 + 31.004952956033886 * first + 0.0050380102356322029 * second) * bmi[0]
    total += (-8.3011122314711354 - 111.29157184391643 * first - 0.013074483002524319 * second) * bmi[1]
    assert found.value == pytest.approx(100 * (1 - 0.977268040180206 ** math.exp(total)), abs=1e-9)

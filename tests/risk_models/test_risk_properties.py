"""What must hold for every person that a model accepts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_models import NotApplicable, RiskEstimate, compute, eisinger, findrisc, ids, score2, score2_op


def _people(low: int, high: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "region": st.sampled_from(["low", "moderate", "high", "very_high"]),
            "sex": st.sampled_from(["male", "female"]),
            "age": st.integers(low, high),
            "smoker": st.booleans(),
            "sbp": st.floats(60, 260),
            "total_cholesterol": st.floats(1.5, 20),
            "hdl_cholesterol": st.floats(0.2, 5),
        }
    ).filter(lambda person: person["hdl_cholesterol"] < person["total_cholesterol"])


MODELS = {"score2": score2, "score2-op": score2_op}
PEOPLE = st.one_of(
    st.tuples(st.just("score2"), _people(40, 69)), st.tuples(st.just("score2-op"), _people(70, 89))
)


def _value(estimate: RiskEstimate) -> float:
    assert estimate.value is not None
    return estimate.value


@given(PEOPLE)
def test_contributions_add_up_to_the_estimate(drawn: tuple[str, dict[str, Any]]) -> None:
    estimate = compute(*drawn)
    reference = estimate.reference
    assert reference is not None
    total = reference.value + sum(c.delta_pp or 0 for c in estimate.contributions)
    assert abs(total - _value(estimate)) < 1e-9


@given(PEOPLE)
def test_the_reference_person_has_no_contribution(drawn: tuple[str, dict[str, Any]]) -> None:
    model, person = drawn
    reference = compute(model, person).reference
    assert reference is not None
    same = compute(model, person | dict(reference.inputs))
    assert abs(_value(same) - reference.value) < 1e-9
    assert all(c.delta == 0 and c.delta_pp == 0 for c in same.contributions)


@given(PEOPLE, st.floats(60, 260))
def test_more_blood_pressure_is_never_less_risk(drawn: tuple[str, dict[str, Any]], other: float) -> None:
    model, person = drawn
    lower, higher = sorted((person["sbp"], other))
    assert _value(compute(model, person | {"sbp": lower})) <= _value(compute(model, person | {"sbp": higher}))


@given(_people(40, 69))
def test_smoking_and_age_never_lower_the_risk(person: dict[str, Any]) -> None:
    smoker, other = (_value(score2(**(person | {"smoker": s}))) for s in (True, False))
    assert other <= smoker
    usual = person | {"smoker": False, "sbp": 130, "total_cholesterol": 5.5, "hdl_cholesterol": 1.3}
    if person["age"] < 69:
        older = usual | {"age": person["age"] + 1}
        assert _value(score2(**usual)) < _value(score2(**older))


@given(PEOPLE)
def test_what_ifs_lower_the_risk(drawn: tuple[str, dict[str, Any]]) -> None:
    assert all(w.delta_pp is not None and w.delta_pp < 0 for w in compute(*drawn).what_ifs)


@given(PEOPLE)
def test_a_risk_is_a_percentage(drawn: tuple[str, dict[str, Any]]) -> None:
    assert 0 < _value(compute(*drawn)) <= 100


@given(st.integers(-10, 130).filter(lambda age: not 40 <= age <= 69))
def test_no_score2_outside_its_ages(age: int) -> None:
    with pytest.raises(NotApplicable):
        score2(
            region="low",
            sex="male",
            age=age,
            smoker=False,
            sbp=130,
            total_cholesterol=5.5,
            hdl_cholesterol=1.3,
        )


FINDRISC = st.fixed_dictionaries(
    {
        "age": st.integers(18, 120),
        "sex": st.sampled_from(["male", "female"]),
        "bmi": st.floats(10, 80),
        "waist": st.floats(40, 250),
        "daily_activity_30min": st.booleans(),
        "vegetables_every_day": st.booleans(),
        "ever_bp_medication": st.booleans(),
        "ever_high_glucose": st.booleans(),
        "family_diabetes": st.sampled_from(["none", "second_degree", "first_degree"]),
    }
)


@given(FINDRISC)
def test_findrisc_points_add_up(answers: dict[str, Any]) -> None:
    estimate = findrisc(**answers)
    assert sum(c.delta for c in estimate.contributions) == estimate.value
    assert 0 <= _value(estimate) <= 26
    for what_if in estimate.what_ifs:
        again = findrisc(**(answers | {what_if.input: what_if.to_value}))
        assert what_if.value_after == again.value
        assert what_if.delta == _value(again) - _value(estimate) != 0


RELATIVES = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {
                "branch": st.sampled_from(["maternal", "paternal", "both"]),
                "cancer": st.just("breast"),
                "sex": st.sampled_from(["female", "male"]),
                "age": st.one_of(st.none(), st.integers(0, 120)),
            }
        ),
        st.fixed_dictionaries(
            {
                "branch": st.sampled_from(["maternal", "paternal", "both"]),
                "cancer": st.sampled_from(["ovary", "brca_mutation"]),
                "sex": st.just("female"),
                "age": st.none(),
            }
        ),
    ),
    max_size=6,
)


@given(RELATIVES, st.integers(0, 120))
def test_eisinger_bounds_hold_whatever_the_age_turns_out_to_be(
    relatives: list[dict[str, Any]], age: int
) -> None:
    told = [r if r["age"] is not None or r["cancer"] != "breast" else r | {"age": age} for r in relatives]
    known = eisinger(relatives=told)
    assert sum(c.delta for c in known.contributions) == known.value
    if not any(r["cancer"] == "breast" and r["sex"] == "female" and r["age"] is None for r in relatives):
        assert eisinger(relatives=relatives).value == known.value
        return
    with pytest.raises(NotApplicable) as refused:
        eisinger(relatives=relatives)
    assert refused.value.missing
    assert refused.value.refusal.bounds is not None
    low, high = refused.value.refusal.bounds
    assert low <= _value(known) <= high


@given(st.sampled_from(ids()), st.dictionaries(st.text(max_size=20), st.integers() | st.text() | st.none()))
def test_nonsense_is_refused_in_words(model: str, inputs: dict[str, Any]) -> None:
    with pytest.raises(NotApplicable) as caught:
        compute(model, inputs)
    assert caught.value.model == model

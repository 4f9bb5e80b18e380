from __future__ import annotations

from app.facts.model import FactSheet
from app.plans.plan import make_plan
from app.plans.risks import ACTIVE
from risk_models import score2
from tests.plans.conftest import SMOKER, fact, sheet


def test_the_figure_is_the_models_as_a_natural_frequency(smoker: FactSheet) -> None:
    (risk,) = make_plan(smoker).risks
    estimate = score2(
        region="low", sex="male", age=58, smoker=True, sbp=148, total_cholesterol=6.336, hdl_cholesterol=1.09
    )
    assert estimate.frequency is not None
    assert (risk.count, risk.per, risk.horizon_years) == (estimate.frequency.count, 100, 10)
    assert risk.text == (
        f"Sur 100 personnes comme vous, environ {risk.count} auraient un infarctus ou un AVC dans les 10 ans qui "
        f"viennent ; {100 - risk.count} n'en auraient pas."
    )
    assert risk.to_json()["contributions"][0]["input"] == "smoker"
    assert {w["change"] for w in risk.to_json()["what_ifs"]} >= {"stop_smoking", "lower_blood_pressure"}
    assert "pas une prédiction" in risk.limits


def test_its_actions_are_active_items_of_the_same_plan(smoker: FactSheet) -> None:
    plan = make_plan(smoker)
    active = {item.id for item in plan.items if item.status in ACTIVE}
    assert "tobacco" in plan.risks[0].actions
    assert set(plan.risks[0].actions) <= active


def test_seventy_takes_the_older_peoples_model() -> None:
    assert [risk.model for risk in make_plan(sheet(*SMOKER, born="1952-03-02")).risks] == ["score2-op"]
    assert make_plan(sheet(*SMOKER, born="1990-03-02")).risks == []


def test_no_man_of_88_is_told_that_smoking_takes_risk_away() -> None:
    assert [risk.model for risk in make_plan(sheet(*SMOKER, born="1939-03-02")).risks] == ["score2-op"]  # 87 years
    assert make_plan(sheet(*SMOKER, born="1938-03-02")).risks == []


def test_in_english_too(smoker: FactSheet) -> None:
    (risk,) = make_plan(smoker, "en").risks
    assert risk.text.startswith("Out of 100 people like you, about")
    assert "pregnan" not in risk.limits


def test_who_is_at_high_risk_whatever_the_score_is_not_reassured_by_it() -> None:
    for name, value in (("ldl_cholesterol", 5.2), ("egfr", 48.0)):
        assert make_plan(sheet(*SMOKER, fact(name, value, "2026-10-01"))).risks == []


SEDENTARY = (
    fact("weight", 96.0, "2026-10-01"), fact("height", 172.0, "2026-10-01"), fact("waist", 104.0, "2026-10-01"),
    fact("daily_activity_30min", False, "2026-10-01"), fact("vegetables_every_day", True, "2026-10-01"),
    fact("antihypertensive_treatment", True, "2026-10-01"), fact("prediabetes", False, "2026-10-01"),
    fact("family_diabetes", "mother", relation="mother", degree=1),
)


def test_findrisc_is_told_when_its_eight_answers_are_known() -> None:
    (risk,) = make_plan(sheet(*SEDENTARY)).risks
    # 58 years 3, BMI over 30 3, waist over 102 4, no activity 2, treatment 2, mother 5: 19 points, one in three
    assert (risk.model, risk.count, risk.per) == ("findrisc", 33, 100)
    assert "un diabète de type 2" in risk.text
    assert "le diabète dans la famille : 5 points" in [factor.text for factor in risk.contributions]
    assert {what_if.change for what_if in risk.what_ifs} >= {"be_active_every_day"}


def test_findrisc_is_silent_when_an_answer_is_missing_or_diabetes_known() -> None:
    for index, one in enumerate(SEDENTARY):
        if one.id != "prediabetes":  # presumed from a list of problems
            rest = SEDENTARY[:index] + SEDENTARY[index + 1 :]
            assert make_plan(sheet(*rest)).risks == [], one.id
    assert make_plan(sheet(*SEDENTARY, fact("diabetes", "type2", "2020"))).risks == []

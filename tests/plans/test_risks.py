from __future__ import annotations

from app.facts.model import FactSheet
from app.plans.plan import make_plan
from app.plans.risks import ACTIVE
from risk_models import score2
from tests.plans.conftest import SMOKER, sheet


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


def test_in_english_too(smoker: FactSheet) -> None:
    (risk,) = make_plan(smoker, "en").risks
    assert risk.text.startswith("Out of 100 people like you, about")
    assert "pregnan" not in risk.limits

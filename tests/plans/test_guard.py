"""The actionability guard: no way round it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.facts.model import FactSheet
from app.plans.guard import CitizenRisk, NotActionable, RiskWhatIf, refusal
from app.plans.plan import make_plan
from tests.plans.conftest import SMOKER, fact, sheet

STOP = RiskWhatIf("stop_smoking", "smoker", "…", 7, 100)


def figure(model: str = "score2", what_ifs: tuple[RiskWhatIf, ...] = (), actions: tuple[str, ...] = ()) -> CitizenRisk:
    return CitizenRisk(model, "…", 11, 100, 10, (), what_ifs, actions, "…")


def test_a_figure_with_nothing_to_do_cannot_be_made() -> None:
    with pytest.raises(NotActionable):
        figure()


def test_a_modifiable_factor_or_an_action_lets_it_through() -> None:
    assert figure(what_ifs=(STOP,)).count == 11
    assert figure(actions=("tobacco",)).count == 11


def test_what_nobody_can_change_does_not_count_as_a_factor() -> None:
    with pytest.raises(NotActionable):
        figure(what_ifs=(RiskWhatIf("be_younger", "age", "…", 5, 100),))


def test_emptying_a_shown_figure_of_its_actions_is_refused_too() -> None:
    shown = figure(what_ifs=(STOP,))
    with pytest.raises(NotActionable):
        replace(shown, what_ifs=())
    with pytest.raises(AttributeError):
        shown.what_ifs = ()  # type: ignore[misc]


def test_models_without_card_or_not_for_citizens_or_not_for_france_are_refused() -> None:
    from risk_models import card, ids

    assert refusal("no-such-model", ["smoker"], ["tobacco"])
    for model in ids():
        data = card(model).data
        if data.audience != "citizen" or data.fit_for_france == "no":
            with pytest.raises(NotActionable):
                figure(model, (STOP,), ("tobacco",))


def test_a_plan_takes_no_figure_from_outside(smoker: FactSheet) -> None:
    plan = make_plan(smoker)
    with pytest.raises(TypeError):
        type(plan)(smoker, plan.pack, plan.say, risks=[object()])  # type: ignore[call-arg]


def test_who_can_do_nothing_more_is_shown_no_figure() -> None:
    fit = sheet(
        fact("tobacco_status", "never", "2026-05-11"), fact("systolic_bp", 118.0, "2026-05-11", unit="mm[Hg]"),
        fact("diastolic_bp", 74.0, "2026-05-11", unit="mm[Hg]"), fact("total_cholesterol", 4.2, "2026-04-22"),
        fact("hdl_cholesterol", 1.5, "2026-04-22"), fact("hypertension", False, "2026-05-11"),
    )
    assert make_plan(fit).risks == []


@pytest.mark.parametrize(("name", "value"), [
    ("cardiovascular_disease", True), ("diabetes", "type2"), ("familial_hypercholesterolaemia", True),
    ("chronic_kidney_disease", True), ("pregnant", True),
])
def test_excluded_people_are_shown_no_heart_figure(name: str, value: object) -> None:
    assert make_plan(sheet(*SMOKER)).risks
    assert make_plan(sheet(*SMOKER, fact(name, value, "2026-10-01"))).risks == []

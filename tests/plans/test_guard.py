"""The actionability guard: no way round it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.facts.model import FactSheet
from app.guidelines.estimates import MODELS
from app.plans.guard import CitizenRisk, CitizenWords, NotActionable, RiskWhatIf, refusal
from app.plans.plan import make_plan
from app.plans.risks import SHOWN
from risk_models import card, compute, ids, may_see
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


def test_models_without_card_are_refused() -> None:
    assert refusal("no-such-model", ["smoker"], ["tobacco"])
    with pytest.raises(NotActionable):
        CitizenWords("no-such-model", ("low",))


@pytest.mark.parametrize("model", ids())
def test_what_a_card_does_not_let_through_has_no_shape_to_reach_a_citizen(model: str) -> None:
    data = card(model).data
    shown = "citizen" in data.shown_to.get("FR", [])
    if shown and data.shown_as == "figure":
        assert refusal(model, data.modifiable_inputs, ["tobacco"]) is None
    else:
        with pytest.raises(NotActionable):
            figure(model, (STOP,), ("tobacco",))
    if not shown:
        for about in data.words or ["low", "high"]:
            with pytest.raises(NotActionable):
                CitizenWords(model, (about,))


def test_no_door_of_the_application_leads_to_a_model_that_is_not_shown_in_france() -> None:
    """Plans show `SHOWN`; criteria may name `MODELS`; neither holds a model that nobody in France is shown."""
    abroad = {model for model in ids() if not card(model).data.shown_to.get("FR")}
    assert not abroad & {*SHOWN, *MODELS}
    assert all(may_see(model, "citizen") for model in SHOWN)


PHQ = {"items": [0, 0, 0, 0, 0, 0, 0, 0, 1]}


def test_dark_thoughts_are_answered_first_with_somebody_to_call() -> None:
    shown = CitizenWords.of(compute("phq", PHQ))
    assert shown.about == ("item9_flag", "none_minimal")
    assert shown.text("fr").startswith("Vous avez parlé d'idées noires.")
    assert "3114" in {line.number for line in shown.help_lines}
    assert shown.to_json("en")["help_lines"][0]["when"].startswith("Dark thoughts")


def test_a_questionnaire_is_told_in_words_never_in_numbers() -> None:
    estimate = compute("audit-c", {"sex": "female", "items": [3, 2, 1]})
    shown = CitizenWords.of(estimate)
    assert shown.about == ("at_risk",)
    assert not any(letter.isdigit() for letter in shown.text("fr") + shown.text("en"))
    assert [line.number for line in shown.help_lines] == ["0 980 980 930"]


def test_family_scores_lead_to_a_consultation() -> None:
    relatives = [{"branch": "maternal", "cancer": "ovary", "sex": "female", "age": 50},
                 {"branch": "maternal", "cancer": "breast", "sex": "female", "age": 45}]
    assert "oncogénétique" in CitizenWords.of(compute("eisinger", {"relatives": relatives})).text("fr")
    with pytest.raises(NotActionable):
        figure("eisinger", (), ("breast_ovary_genetics",))


@pytest.mark.parametrize("model", [model for model in ids() if card(model).data.words])
def test_words_hold_no_number_and_no_diagnosis(model: str) -> None:
    data = card(model).data
    for words in data.words.values():
        for text in (words.fr, words.en):
            assert not any(letter.isdigit() or letter == "%" for letter in text), text
            named = ("dépression", "alcoolique", "dépendan", "trouble", "malad", "depress", "alcoholic", "disorder")
            assert not any(word in text.lower() for word in named), text


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

from __future__ import annotations

from app.facts.answers import apply_answers
from app.facts.model import FactSheet
from app.guidelines.evaluate import evaluate
from app.guidelines.model import Status
from app.guidelines.pack import load_pack
from app.plans.plan import make_plan
from app.plans.questions import choose_questions
from tests.plans.conftest import fact, sheet


def test_questions_that_decide_most_guidelines_come_first(smoker: FactSheet) -> None:
    say = make_plan(smoker).say
    found = evaluate(load_pack("fr"), smoker)[:4]
    for recommendation, asks in zip(found, (("waist",), ("height",), ("height", "fit"), ()), strict=True):
        recommendation.status, recommendation.unknown = Status.ASK, asks
    asked = choose_questions(found, say)
    assert [q.fact for q in asked] == ["height", "waist", "fit"]
    assert asked[0].changes == (found[1].id, found[2].id)


def test_only_what_waits_is_asked(smoker: FactSheet) -> None:
    found = evaluate(load_pack("fr"), smoker)
    for recommendation in found:
        recommendation.status, recommendation.unknown = Status.DUE, ("waist",)
    assert choose_questions(found, make_plan(smoker).say) == []


def test_what_is_computed_is_asked_through_its_parts() -> None:
    made = sheet(fact("weight", 80.0, "2026-11-01", unit="kg"))
    found = evaluate(load_pack("fr"), made)[:1]
    found[0].status, found[0].unknown = Status.ASK, ("bmi",)
    assert [q.fact for q in choose_questions(found, make_plan(made).say)] == ["height"]


def test_a_person_without_birth_date_is_asked_for_it() -> None:
    asked = make_plan(sheet(born=None)).questions
    assert asked[0].fact == "birth_date"
    assert asked[0].answer == "date"
    assert len(asked[0].changes) > 1


def test_one_may_always_not_know() -> None:
    for question in make_plan(sheet()).questions:
        assert question.choices[-1][0] == "unknown"
        assert question.text.endswith("?")


def test_who_does_not_know_is_not_asked_again() -> None:
    none = fact("family_colorectal_cancer", False, "2026-11-01")
    before = [q.fact for q in make_plan(sheet(none)).questions]
    after = make_plan(apply_answers(sheet(none), dict.fromkeys(before, "unknown")))
    assert not set(before) & {q.fact for q in after.questions}
    assert {item.id for item in after.items} == {item.id for item in make_plan(sheet(none)).items}


def test_an_act_without_result_is_asked_for_its_result() -> None:
    none = fact("family_colorectal_cancer", False, "2026-11-01")
    plan = make_plan(apply_answers(sheet(none), {"fit": "2026-02-01"}))
    found = [item.recommendation for item in plan.items if item.id == "colorectal_cancer_screening"]
    (question,) = choose_questions(found, plan.say)
    assert question.fact == "fit"
    assert question.help == "Nous avons une date ; il nous manque le résultat."

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings

from app.facts.answers import apply_answers
from app.facts.model import FactSheet
from app.guidelines.evaluate import evaluate
from app.guidelines.model import Status
from app.guidelines.pack import load_pack
from app.guidelines.recommendation import Recommendation
from app.plans.plan import make_plan
from app.plans.questions import _to_ask, choose_questions
from app.plans.sentences import Sentences
from tests.guidelines.people import sheets
from tests.plans.conftest import fact, sheet


def test_questions_that_decide_most_guidelines_come_first(smoker: FactSheet) -> None:
    say = make_plan(smoker).say
    found = evaluate(load_pack("fr"), smoker)[:4]
    for recommendation, asks in zip(found, (("waist",), ("height",), ("height", "fit"), ()), strict=True):
        recommendation.status, recommendation.unknown = Status.ASK, asks
    asked = choose_questions(found, say)
    assert [q.fact for q in asked] == ["height", "waist", "fit"]
    assert asked[0].changes == (found[1].id, found[2].id)


def weighed_one_and_all(found: Sequence[Recommendation], say: Sentences) -> list[str]:
    """The same order with every question weighed."""
    waiting: dict[str, list[Recommendation]] = {}
    place: dict[str, int] = {}
    for one in found:
        for at, name in enumerate(_to_ask(one.asks, say) if one.status is Status.ASK else ()):
            waiting.setdefault(name, []).append(one)
            place[name] = min(at, place.get(name, at))

    def rank(name: str) -> tuple[float, int, int, int, str]:
        settles = sum(one.share(name) * one.guideline.priority for one in waiting[name])
        worth = sum(one.guideline.priority for one in waiting[name])
        return -round(settles, 6), -len(waiting[name]), place[name], -worth, name

    return sorted(waiting, key=rank)


@given(sheets())
@settings(max_examples=150)
def test_what_is_not_weighed_could_not_have_been_asked(made: FactSheet) -> None:
    plan = make_plan(made)
    found = [item.recommendation for item in plan.items if not item.set_aside]
    assert [one.fact for one in plan.questions] == weighed_one_and_all(found, plan.say)[:3]


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

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from app.errors import UsageError
from app.facts.model import FactSheet
from app.guidelines.evaluate import evaluate
from app.guidelines.model import Status
from app.guidelines.pack import Pack, PackHead, load_pack
from app.plans.plan import MOST_NOW, arrange, make_plan
from tests.plans.conftest import AS_OF, fact, sheet
from tests.spec.table import guideline

LISTS = {
    "now": {"due", "overdue"}, "next": {"due", "overdue", "due_soon", "ask", "information"},
    "up_to_date": {"up_to_date"}, "to_see_with_doctor": {"see_doctor", "specialist"},
    "not_for_you": {"not_eligible", "not_needed"}, "suspended": set(),
}
ITEM = {"guideline", "status", "track", "title", "why", "benefit", "harm", "action", "where", "cost", "due_from",
        "sources"}


def test_every_guideline_is_in_exactly_one_list(everyone: list[FactSheet]) -> None:
    ids = sorted(g.id for g in load_pack("fr").on(AS_OF))
    for person in everyone:
        plan = make_plan(person).to_json()
        assert sorted(item["guideline"] for name in LISTS for item in plan[name]) == ids
        for name, statuses in LISTS.items():
            assert {item["status"] for item in plan[name]} <= statuses, name
        assert len(plan["now"]) <= 3
        assert len(plan["questions"]) <= 3


def test_the_json_has_the_shape_of_the_contract(smoker: FactSheet) -> None:
    plan = make_plan(smoker).to_json(trace=True)
    json.dumps(plan)
    assert set(plan) >= {*LISTS, "as_of", "pack", "lang", "strong_points", "questions", "risks", "human_review"}
    assert set(plan["pack"]) == {"id", "version", "digest"}
    assert plan["human_review"] == {"state": "awaiting", "by": None}
    for item in (item for name in LISTS for item in plan[name]):
        assert set(item) >= ITEM | {"trace"}
        assert item["sources"]
        assert {"title", "publisher", "date", "url"} == set(item["sources"][0])
        assert all(isinstance(sentence, str) and sentence for sentence in item["why"])
    assert "trace" not in make_plan(smoker).to_json()["not_for_you"][0]


def test_a_plan_is_a_pure_function_of_its_inputs(smoker: FactSheet) -> None:
    before = smoker.to_json()
    assert make_plan(smoker).to_json(trace=True) == make_plan(smoker).to_json(trace=True)
    assert smoker.to_json() == before


def test_what_is_not_for_the_person_asks_nothing(smoker: FactSheet) -> None:
    for item in make_plan(smoker).to_json()["not_for_you"]:
        assert item["why"]
        assert {item[name] for name in ("benefit", "harm", "action", "where", "cost")} == {None}


@pytest.mark.parametrize(("third", "now"), [
    (("information", 49), ["screening", "habits", "information"]),
    (("information", 47), ["screening", "habits", "screening"]),
])
def test_a_small_matter_of_another_kind_does_not_come_before_a_great_one(
    smoker: FactSheet, third: tuple[str, int], now: list[str]
) -> None:
    found = evaluate(load_pack("fr"), smoker)[:4]
    for recommendation, (domain, priority) in zip(
        found, (("screening", 90), ("screening", 80), ("habits", 70), third), strict=True
    ):
        recommendation.status = Status.DUE
        recommendation.guideline = recommendation.guideline.model_copy(
            update={"domain": domain, "priority": priority}
        )
    plan = arrange(found, make_plan(sheet()).__class__(smoker, load_pack("fr"), make_plan(smoker).say))
    assert sorted(item.recommendation.guideline.domain for item in plan.now) == sorted(now)


def test_now_holds_three_things_of_as_many_domains_as_there_are(smoker: FactSheet) -> None:
    found = evaluate(load_pack("fr"), smoker)
    domains = Counter(r.guideline.domain for r in found)
    for recommendation in found:
        recommendation.status = Status.DUE
    plan = arrange(found, make_plan(sheet()).__class__(smoker, load_pack("fr"), make_plan(smoker).say))
    assert len(plan.now) == MOST_NOW
    assert len({item.recommendation.guideline.domain for item in plan.now}) == min(MOST_NOW, len(domains))
    first = max(found, key=lambda r: r.guideline.priority)
    assert plan.now[0].id == first.id
    assert len(plan.items) == len(found)


def test_long_due_passes_before_what_matters_about_as_much_not_far_more(smoker: FactSheet) -> None:
    first, second, *_ = sorted(evaluate(load_pack("fr"), smoker), key=lambda r: -r.guideline.priority)
    close = replace(second, guideline=second.guideline.model_copy(update={"priority": first.guideline.priority - 1}))
    far = replace(second, guideline=second.guideline.model_copy(update={"priority": first.guideline.priority // 2}))
    for other, leads in ((close, close.id), (far, first.id)):
        first.status, other.status = Status.DUE, Status.OVERDUE
        plan = make_plan(smoker)
        plan = arrange([first, other], plan.__class__(smoker, plan.pack, plan.say))
        assert plan.now[0].id == leads


def test_an_unanswered_positive_test_comes_first_at_the_doctor() -> None:
    person = sheet(
        fact("fit", "positive", "2026-09-10"), fact("symptom_breast_lump", True, "2026-11-10"),
        fact("systolic_bp", 150.0, "2026-11-01", unit="mm[Hg]"),
        fact("diastolic_bp", 95.0, "2026-11-01", unit="mm[Hg]"), fact("hypertension", False, "2026-11-01"),
    )
    plan = make_plan(person)
    told = [item.id for item in plan.to_see_with_doctor]
    assert told[0] == "colorectal_cancer_screening"
    assert plan.to_see_with_doctor[0].urgent
    assert {"breast_cancer_screening", "blood_pressure_check"} <= set(told[1:])


@pytest.mark.parametrize(("test", "result", "first"), [
    ("mammography", "abnormal", "breast_cancer_screening"), ("hiv_test", "positive", "hiv_test"),
    ("hepatitis_c_test", "positive", "hepatitis_c_test"), ("skin_examination", "abnormal", "skin_cancer_check"),
])
def test_a_positive_test_comes_before_a_very_high_pressure(test: str, result: str, first: str) -> None:
    person = sheet(
        fact(test, result, "2026-01-10"), fact("hypertension", False, "2026-11-01"),
        fact("systolic_bp", 185.0, "2026-11-10", unit="mm[Hg]"),
        fact("diastolic_bp", 115.0, "2026-11-10", unit="mm[Hg]"), sex="unknown",
    )
    assert [item.id for item in make_plan(person).to_see_with_doctor][:2] == [first, "blood_pressure_check"]


def test_an_empty_record_is_not_told_that_all_is_well() -> None:
    plan = make_plan(sheet(sections=frozenset())).to_json()
    assert plan["up_to_date"] == []
    assert plan["strong_points"] == []
    assert plan["questions"]


def test_last_winters_flu_vaccine_is_no_merit_for_the_next() -> None:
    dose = fact("influenza_vaccine", "dose", "2025-11-02")
    summer = replace(sheet(dose, born="1950-01-01"), as_of=date(2027, 6, 1))
    winter = replace(sheet(dose, born="1950-01-01"), as_of=date(2026, 1, 5))
    assert "influenza_vaccination" in {item.id for item in make_plan(summer).up_to_date}
    assert "influenza_vaccination" not in {point.id for point in make_plan(summer).strong_points}
    assert "influenza_vaccination" in {point.id for point in make_plan(winter).strong_points}


def test_a_day_before_birth_and_an_unknown_language_are_refused() -> None:
    with pytest.raises(UsageError) as early:
        make_plan(sheet(born="2027-01-01"))
    assert early.value.code == "as_of"
    with pytest.raises(UsageError) as babel:
        make_plan(sheet(), "xx")
    assert babel.value.code == "language"


def test_born_during_the_partial_year_is_not_refused() -> None:
    assert make_plan(sheet(born="2026")).not_for_you


def test_a_positive_test_without_follow_up_comes_before_everything_else() -> None:
    """Then what is urgent, the soonest first; then what a doctor should see, then particular follow-ups."""
    everyone = "when: {age: {from: 18}}"
    rules = {
        "follow_up": f"- {{id: t, level: elevated, {everyone}, status: specialist, urgency: days}}",
        "routine": f"- {{id: t, level: abnormal, {everyone}, status: see_doctor, urgency: routine}}",
        "weeks": f"- {{id: t, level: abnormal, {everyone}, status: see_doctor, urgency: weeks}}",
        "sign_days": f"- {{id: t, level: symptom, {everyone}, status: see_doctor, urgent: true, urgency: days}}",
        "sign_today": f"- {{id: t, level: symptom, {everyone}, status: see_doctor, urgent: true, urgency: today}}",
        "positive_test": f"- {{id: t, level: abnormal, {everyone}, status: see_doctor, urgent: true, urgency: weeks}}",
    }
    head = PackHead(id="spec", version="1", country="FR", title="…", released=AS_OF)
    pack = Pack(head, [guideline(tracks, name).guideline for name, tracks in rules.items()], "sha256:0")
    plan = make_plan(sheet(), pack=pack)
    assert [item.id for item in plan.to_see_with_doctor] == [
        "positive_test", "sign_today", "sign_days", "weeks", "routine", "follow_up"
    ]

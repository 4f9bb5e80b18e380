"""Cards of CDS Hooks 2.0: short, sourced, without anything that a record could smuggle into the caller's page."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from fhir.resources.R4B.servicerequest import ServiceRequest

from app.cds.cards import LONGEST_SUMMARY, markdown, patient_cards, shortened
from app.cds.content import decision_support
from app.cds.hooks import HookCall
from app.cds.orders import order_cards
from app.cds.prefetch import OtherPatient, PrefetchMissing, facts_of, missing
from app.guidelines.stops import NOTHING_STOPPED, Stop, Stops
from app.plans.plan import make_plan
from tests.cds.calls import call

AS_OF = date(2026, 11, 15)

def cards(sent: dict[str, Any]) -> list[dict[str, Any]]:
    parsed = HookCall.model_validate(sent)
    plan = make_plan(facts_of(parsed, AS_OF))
    return patient_cards(plan, missing(parsed), parsed.context.patientId)


@pytest.fixture(params=["claudine", "gerard", "lea"])
def sent(request: pytest.FixtureRequest) -> dict[str, Any]:
    return call(request.param)


def test_cards_are_what_the_plan_says(sent: dict[str, Any]) -> None:
    plan = make_plan(facts_of(HookCall.model_validate(sent), AS_OF))
    wanted = [item.id for item in (*plan.to_see_with_doctor, *plan.now)][: decision_support().most_cards]
    found = cards(sent)
    topics = [card["source"]["topic"]["code"] for card in found if "topic" in card["source"]]
    assert wanted
    assert topics == wanted


def test_cards_keep_the_bounds_of_the_specification(sent: dict[str, Any]) -> None:
    for card in cards(sent):
        assert 0 < len(card["summary"]) <= LONGEST_SUMMARY
        assert card["indicator"] in {"info", "warning", "critical"}
        assert card["source"]["label"]
        uuid.UUID(card["uuid"])
        for suggestion in card.get("suggestions", []):
            assert (suggestion["label"] != "", card["selectionBehavior"]) == (True, "any")
            for action in suggestion["actions"]:
                assert (action["type"], action["description"] != "") == ("create", True)
                request = ServiceRequest.model_validate(action["resource"])
                assert (request.status, request.intent) == ("draft", "proposal")
                assert request.subject.reference == f"Patient/{sent['context']['patientId']}"


def test_what_was_not_sent_is_said_and_not_guessed() -> None:
    whole = call("claudine")
    bare = whole | {"prefetch": {"patient": whole["prefetch"]["patient"], "observations": None}}
    last = cards(bare)[-1]
    assert "topic" not in last["source"]
    assert all(key in last["detail"] for key in ("observations", "conditions"))


def test_without_the_patient_nothing_is_answered() -> None:
    with pytest.raises(PrefetchMissing, match=r"prefetch\.patient"):
        cards(call("claudine") | {"prefetch": {}})


@pytest.mark.parametrize("where", ["patient", "resource", "included"])
def test_another_patient_anywhere_refuses_all(where: str) -> None:
    sent, other = call("claudine"), {"resourceType": "Patient", "id": "somebody-else"}
    if where == "patient":
        sent["prefetch"]["patient"] = sent["prefetch"]["patient"] | other
    elif where == "resource":
        sent["prefetch"]["observations"]["entry"][0]["resource"]["subject"] = {"reference": "Patient/somebody-else"}
    else:
        sent["prefetch"]["observations"]["entry"].append({"resource": other})
    with pytest.raises(OtherPatient):
        cards(sent)


def test_words_of_a_record_cannot_become_markup() -> None:
    assert markdown("[x](javascript:1) <img src=x> `y` *z*\n# a") == (
        r"\[x\](javascript:1) \<img src=x\> \`y\` \*z\* \# a"
    )


def test_a_summary_is_cut_between_words() -> None:
    said = shortened("mot " * 60)
    assert len(said) <= LONGEST_SUMMARY
    assert said.endswith("mot…")
    assert shortened("court") == "court"


def order(system: str, code: str) -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest", "id": "r1", "status": "draft", "intent": "order",
        "code": {"coding": [{"system": system, "code": code}]}, "subject": {"reference": "Patient/x"},
    }  # fmt: skip


def ordered(
    person: str, *orders: dict[str, Any], selections: tuple[str, ...] = ("ServiceRequest/r1",),
    stops: Stops = NOTHING_STOPPED,
) -> list[dict[str, Any]]:
    drafts = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in orders]}
    parsed = HookCall.model_validate(call(person, "order-select", selections=list(selections), draftOrders=drafts))
    return order_cards(make_plan(facts_of(parsed, AS_OF), stops=stops), parsed.context, parsed.context.patientId)


def test_an_act_outside_the_recommendations_is_told_and_one_that_is_due_is_not() -> None:
    mammography = ("http://loinc.org", "24606-6")
    assert [card["source"]["topic"]["code"] for card in ordered("rachid", order(*mammography))] == [
        "breast_cancer_screening"
    ]
    assert ordered("rachid", order("http://loinc.org", "0-0")) == []
    assert ordered("rachid", order(*mammography), selections=("ServiceRequest/other",)) == []


def stopped(name: str) -> Stops:
    return Stops((Stop("a", "guideline", name, None, date(2026, 11, 1), "un seuil est *faux*"),))


def test_a_suspended_recommendation_says_so_and_orders_nothing(sent: dict[str, Any]) -> None:
    parsed = HookCall.model_validate(sent)
    facts, patient = facts_of(parsed, AS_OF), parsed.context.patientId
    before = make_plan(facts)
    first = [*before.to_see_with_doctor, *before.now][0]
    found = patient_cards(make_plan(facts, stops=stopped(first.id)), missing(parsed), patient)
    [card] = [one for one in found if one["source"].get("topic", {}).get("code") == first.id]
    assert "suggestions" not in card
    assert card["extension"]["org.jalon.recommendation"]["status"] == "suspended"
    assert "suspendue" in card["summary"]
    assert "*faux*" not in card["detail"].replace("\\*", ""), "words of a reason are words"
    assert card["indicator"] == ("warning" if first.status == "see_doctor" else "info")


def test_ordering_the_act_of_a_suspended_recommendation_says_so() -> None:
    mammography, name = ("http://loinc.org", "24606-6"), "breast_cancer_screening"
    found = ordered("claudine", order(*mammography), stops=stopped(name))
    about = [one["extension"]["org.jalon.recommendation"] for one in found]
    assert (name, "suspended") in [(one["guideline"], one["status"]) for one in about]
    assert name not in [card["source"]["topic"]["code"] for card in ordered("claudine", order(*mammography))]

"""A doctor reviews a patient's plan: what they decide is kept, signed, told to the patient, and used next time."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.content import samples_dir
from app.services.demo import PracticeFile, _load_practice
from app.services.services import Services
from tests.api.conftest import sign_in

BREAST = "breast_cancer_screening"


@pytest.fixture
async def doctor(services: Services, client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The client, signed in as the doctor whom claudine named."""
    from app.content import load_model

    _load_practice(services, load_model(samples_dir() / "practice.yaml", PracticeFile))
    return await sign_in(client, "cabinet")


async def patient_of(doctor: httpx.AsyncClient) -> str:
    [one] = (await doctor.get("/v1/practice/patients")).json()["patients"]
    return f"/v1/practice/patients/{one['id']}/review"


async def decide(doctor: httpx.AsyncClient, at: str, *decisions: dict[str, Any], **more: Any) -> httpx.Response:
    etag = (await doctor.get(at)).headers["etag"]
    return await doctor.post(at, json={"decisions": list(decisions), **more}, headers={"If-Match": etag})


async def own_plan(client: httpx.AsyncClient) -> dict[str, Any]:
    """Claudine's plan, as she reads it."""
    await sign_in(client, "claudine")
    return dict((await client.get("/v1/me/plan")).json())


def item(plan: dict[str, Any], guideline: str) -> dict[str, Any]:
    lists = ("now", "next", "up_to_date", "to_see_with_doctor", "not_for_you")
    return next(one for name in lists for one in plan[name] if one["guideline"] == guideline)


async def test_half_a_page_with_the_facts_behind_each_thing(doctor: httpx.AsyncClient) -> None:
    shown = (await doctor.get(await patient_of(doctor))).json()
    assert 1 <= len(shown["first"]) <= 3
    facts = [fact for one in shown["first"] for fact in one["facts"]]
    assert facts
    assert all(fact["text"] and fact["sources"] for fact in facts)
    assert shown["patient"]["age"] > 40
    assert [reason["code"] for reason in shown["reasons"]][:2] == ["done_elsewhere", "patient_declines"]


async def test_all_is_accepted_in_one_gesture_and_the_patient_reads_by_whom(doctor: httpx.AsyncClient) -> None:
    at = await patient_of(doctor)
    first = [one["guideline"] for one in (await doctor.get(at)).json()["first"]]
    done = await decide(doctor, at, accept_rest=True)
    assert done.status_code == 200
    assert done.json()["version"] == len(first)
    plan = await own_plan(doctor)
    for guideline in first:
        review = item(plan, guideline)["review"]
        assert review["decision"] == "accept"
        assert "TEST-MARTIN" in review["text"]


async def test_set_aside_does_not_come_back_before_its_day_or_a_change_of_facts(
    doctor: httpx.AsyncClient, services: Services
) -> None:
    at, until = await patient_of(doctor), services.today() + timedelta(days=60)
    done = await decide(doctor, at, {"guideline": BREAST, "decision": "set_aside", "reason": "not_now",
                                     "until": until.isoformat(), "words": "Après l’opération."})  # fmt: skip
    assert done.status_code == 200, done.text
    assert BREAST not in [one["guideline"] for one in done.json()["first"]]
    plan = await own_plan(doctor)
    assert BREAST not in [one["guideline"] for one in plan["now"]]
    told = item(plan, BREAST)["review"]["text"]
    assert "ce n’est pas le moment" in told
    assert "Après l’opération." in told
    start = services.now()
    for day, expected in ((until - timedelta(days=1), False), (until, True)):
        services.door.clock = lambda day=day: start + (day - start.date())
        assert (BREAST in [one["guideline"] for one in (await own_plan(doctor))["now"]]) is expected
    services.door.clock = lambda: start
    await sign_in(doctor, "claudine")
    sister = {"family_breast_cancer": [{"relation": "sister", "age_at_diagnosis": 38}]}  # the record names the mother
    assert (await doctor.put("/v1/me/answers", json=sister)).status_code == 200
    changed = item((await doctor.get("/v1/me/plan")).json(), BREAST)
    assert changed["review"] is None, "the facts changed: the former decision does not hold"


async def test_adapting_says_when_how_often_and_in_the_doctors_words(
    doctor: httpx.AsyncClient, services: Services
) -> None:
    at, due = await patient_of(doctor), services.today() + timedelta(days=90)
    words = "Prenez rendez-vous à la clinique, avec votre sœur."
    done = await decide(doctor, at, {"guideline": BREAST, "decision": "adapt", "due": due.isoformat(),
                                     "interval": "P1Y", "act": "mammography", "words": words})  # fmt: skip
    assert done.status_code == 200, done.text
    found = item(await own_plan(doctor), BREAST)
    assert found["action"] == words
    assert found["due_from"] == due.isoformat()
    assert "1 an" in found["review"]["text"]
    assert BREAST not in [one["guideline"] for one in (await own_plan(doctor))["now"]]


async def test_done_today_counts_as_what_a_professional_wrote(doctor: httpx.AsyncClient, services: Services) -> None:
    at = await patient_of(doctor)
    done = await decide(doctor, at, {"guideline": BREAST, "decision": "done", "fact": "mammography"})
    assert done.status_code == 200, done.text
    found = item(await own_plan(doctor), BREAST)
    assert found["status"] == "up_to_date"
    assert found["last_done"] == services.today().isoformat()
    act = next(one for one in found["acts"] if one["date"] == services.today().isoformat())
    assert act["author"] == "professional"


async def test_the_second_doctor_sees_the_first_ones_decision_and_nothing_is_overwritten(
    doctor: httpx.AsyncClient
) -> None:
    at = await patient_of(doctor)
    etag = (await doctor.get(at)).headers["etag"]
    first = {"decisions": [{"guideline": BREAST, "decision": "set_aside", "reason": "patient_declines"}]}
    assert (await doctor.post(at, json=first, headers={"If-Match": etag})).status_code == 200
    late = await doctor.post(at, json={"accept_rest": True}, headers={"If-Match": etag})
    assert (late.status_code, late.json()["type"]) == (412, "/problems/changed-meanwhile")
    [told] = [one for one in late.json()["changed"] if one["what"] == "decision"]
    assert (told["guideline"], told["by"]) == (BREAST, "Dr Denis TEST-MARTIN")
    assert (await doctor.get(at)).json()["version"] == 1


async def test_facts_that_changed_meanwhile_are_told(doctor: httpx.AsyncClient) -> None:
    at = await patient_of(doctor)
    etag = (await doctor.get(at)).headers["etag"]
    await sign_in(doctor, "claudine")
    await doctor.put("/v1/me/answers", json={"blood_in_stool": True})
    await sign_in(doctor, "cabinet")
    late = await doctor.post(at, json={"accept_rest": True}, headers={"If-Match": etag})
    assert late.status_code == 412
    changed = [one["guideline"] for one in late.json()["changed"] if one["what"] == "recommendation"]
    assert "colorectal_cancer_screening" in changed
    assert BREAST not in changed
    nonsense = await doctor.post(at, json={"accept_rest": True}, headers={"If-Match": '"other"'})
    assert nonsense.status_code == 412
    assert (await doctor.post(at, json={"accept_rest": True})).status_code == 428


@pytest.mark.parametrize("wrong", [
    {"decision": "set_aside"}, {"decision": "set_aside", "reason": "my-secret-9177"}, {"decision": "adapt"},
    {"decision": "adapt", "due": "2020-01-01"}, {"decision": "adapt", "interval": "9177 years"},
    {"decision": "adapt", "act": "weight"}, {"decision": "accept", "until": "2027-01-01"}, {"decision": "forget"},
    {"decision": "done", "result": "9177"}, {"decision": "ask_patient", "words": "x" * 501},
])  # fmt: skip
async def test_a_decision_that_makes_no_sense_keeps_nothing(doctor: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    at = await patient_of(doctor)
    done = await decide(doctor, at, {"guideline": "tobacco", "decision": "accept"}, {"guideline": BREAST, **wrong})
    assert done.status_code == 422
    assert "9177" not in done.text
    assert (await doctor.get(at)).json()["version"] == 0


async def test_a_doctor_without_relation_is_refused_and_the_attempt_is_in_the_log(
    doctor: httpx.AsyncClient, services: Services
) -> None:
    at = await patient_of(doctor)
    etag = (await doctor.get(at)).headers["etag"]
    with services.engine.begin() as connection:
        connection.execute(text("DELETE FROM account_member"))
    for answer in (
        await doctor.get(at), await doctor.post(at, json={"accept_rest": True}, headers={"If-Match": etag}),
    ):  # fmt: skip
        assert answer.status_code == 403
    with services.engine.connect() as connection:
        rows = connection.execute(text("SELECT tag, outcome FROM audit_entry ORDER BY seq DESC LIMIT 2")).all()
    assert {tuple(row) for row in rows} == {("professional:plan:read", "refused_not_yours")}


async def test_decisions_are_sealed_logged_copied_and_erased(doctor: httpx.AsyncClient, services: Services) -> None:
    at = await patient_of(doctor)
    await decide(doctor, at, {"guideline": BREAST, "decision": "set_aside", "reason": "other", "words": "SECRET-9177"})
    with services.engine.connect() as connection:
        kept = connection.execute(text("SELECT reviews FROM health_facts WHERE reviews IS NOT NULL")).scalars().all()
        log = connection.execute(text("SELECT tag, actor, subject, detail FROM audit_entry")).all()
    assert kept
    assert not any(b"9177" in bytes(one) for one in kept)
    [entry] = [row for row in log if row.tag == "professional:review:decide"]
    assert entry.actor != entry.subject
    assert "9177" not in repr(log)
    await sign_in(doctor, "claudine")
    words = (await doctor.get("/v1/me/access-log")).text
    assert "professional:review:decide" in words
    await doctor.post("/v1/me/erasure", json={"confirm": True})
    with services.engine.connect() as connection:
        assert not connection.execute(text("SELECT * FROM health_facts WHERE reviews IS NOT NULL AND person_id = :p"),
                                      {"p": entry.subject}).all()  # fmt: skip


def test_every_reason_is_told_to_the_person() -> None:
    from app.cds.content import decision_support
    from app.plans.review_content import load_review

    assert set(load_review().words) == {one.code for one in decision_support().override_reasons}


def test_a_decision_is_kept_as_it_was_taken() -> None:
    from app.plans.review import Reviewed

    one = Reviewed(1, BREAST, "adapt", date(2026, 11, 15), "a", "Dr", "due", "average", "b", due=date(2027, 1, 1))
    assert Reviewed.from_json(json.loads(json.dumps(one.to_json()))) == one


async def test_the_worklist_puts_first_whom_a_visit_changes_most(
    doctor: httpx.AsyncClient, services: Services
) -> None:
    listed = (await doctor.get("/v1/practice/worklist")).json()
    [one] = listed["patients"]
    assert one["family"].startswith("TEST-")
    assert (one["known"], listed["preparing"], listed["total"]) == (True, 0, 1)
    assert {group["id"]: group["count"] for group in listed["groups"]}[one["group"]] == 1
    assert one["reasons"][0]["title"]
    order = [group["id"] for group in listed["groups"]]
    await sign_in(doctor, "claudine")
    await doctor.put("/v1/me/answers", json={"blood_in_stool": True})
    await sign_in(doctor, "cabinet")
    [now] = (await doctor.get("/v1/practice/worklist")).json()["patients"]
    assert order.index(now["group"]) < order.index(one["group"]), "the facts changed: so does the place"
    assert now["awaits_review"]
    assert (await doctor.get("/v1/practice/worklist", params={"group": "due"})).json()["patients"] == []
    assert (await doctor.get("/v1/practice/worklist", params={"waiting": True})).json()["total"] == 1
    at = await patient_of(doctor)
    await decide(doctor, at, accept_rest=True)
    [done] = (await doctor.get("/v1/practice/worklist")).json()["patients"]
    assert done["reviewed"] == {"on": services.today().isoformat(), "by": "Dr Denis TEST-MARTIN"}


@pytest.mark.parametrize("wrong", [
    {"limit": 101}, {"limit": 0}, {"after": -1}, {"group": "no_such"}, {"limit": "many"}, {"after": 10**9},
])  # fmt: skip
async def test_page_sizes_are_bounded(doctor: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    assert (await doctor.get("/v1/practice/worklist", params=wrong)).status_code == 422


async def test_who_withdraws_leaves_the_worklist_at_once(doctor: httpx.AsyncClient, services: Services) -> None:
    assert (await doctor.get("/v1/practice/worklist")).json()["total"] == 1
    digest = services.door.consents["doctor_review"].texts["fr"].digest
    await sign_in(doctor, "claudine")
    await doctor.put("/v1/me/consents", json={"purpose": "doctor_review", "categories": [], "text_digest": digest})
    await sign_in(doctor, "cabinet")
    assert (await doctor.get("/v1/practice/worklist")).json()["total"] == 0

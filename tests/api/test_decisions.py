"""What a person decides about an item of their plan: kept, honoured, taken back, sealed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import httpx
import icalendar
import pytest
from sqlalchemy import text

from app.services.services import Services
from tests.api.conftest import sign_in

BREAST = "breast_cancer_screening"


def at(guideline: str, what: str = "") -> str:
    return f"/v1/me/plan/items/{guideline}{what}"


async def plan(client: httpx.AsyncClient) -> dict[str, Any]:
    return dict((await client.get("/v1/me/plan")).json())


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["guideline"] for item in items]


async def decide(client: httpx.AsyncClient, guideline: str, **body: Any) -> httpx.Response:
    return await client.put(at(guideline, "/decision"), json=body)


async def on_day(services: Services, client: httpx.AsyncClient, day: date) -> None:
    """Signed in again, on another day."""
    moment = services.now() + (day - services.today())
    services.door.clock = lambda: moment
    await sign_in(client, "claudine")


async def test_not_now_leaves_the_first_things_until_its_day(claudine: httpx.AsyncClient, services: Services) -> None:
    before = await plan(claudine)
    assert BREAST in ids(before["now"])
    until = services.today() + timedelta(days=40)
    done = await decide(claudine, BREAST, decision="later", until=until.isoformat())
    assert done.status_code == 200
    assert done.json()["decision"]["until"] == until.isoformat()
    after = await plan(claudine)
    assert BREAST not in ids(after["now"])
    assert after["next"][-1]["guideline"] == BREAST, "it is last of what comes next, not hidden"
    assert after["next"][-1]["decision"]["decision"] == "later"
    await on_day(services, claudine, until - timedelta(days=1))
    assert BREAST not in ids((await plan(claudine))["now"])
    await on_day(services, claudine, until)
    back = await plan(claudine)
    assert BREAST in ids(back["now"])
    assert next(item for item in back["now"] if item["guideline"] == BREAST)["decision"] is None


async def test_not_for_me_lasts_and_is_taken_back_in_one_go(claudine: httpx.AsyncClient, services: Services) -> None:
    assert (await decide(claudine, BREAST, decision="not_for_me", reason="no_wish")).status_code == 200
    await on_day(services, claudine, services.today() + timedelta(days=365))
    assert BREAST not in ids((await plan(claudine))["now"])
    assert (await claudine.delete(at(BREAST, "/decision"))).json() == {"guideline": BREAST, "decision": None}
    assert BREAST in ids((await plan(claudine))["now"])


async def test_nothing_is_asked_about_what_is_set_aside(claudine: httpx.AsyncClient) -> None:
    asked = (await plan(claudine))["questions"][0]
    for guideline in asked["changes"]:
        await decide(claudine, guideline, decision="not_for_me")
    assert asked["fact"] not in [question["fact"] for question in (await plan(claudine))["questions"]]


async def test_every_guideline_is_still_in_exactly_one_list(claudine: httpx.AsyncClient) -> None:
    lists = ("now", "next", "up_to_date", "to_see_with_doctor", "not_for_you")
    await claudine.put("/v1/me/answers", json={"blood_in_stool": True})
    before = await plan(claudine)
    everything = sorted(name for each in lists for name in ids(before[each]))
    for item in before["now"] + before["to_see_with_doctor"]:
        await decide(claudine, item["guideline"], decision="not_for_me")
    after = await plan(claudine)
    assert sorted(name for each in lists for name in ids(after[each])) == everything
    shown = [set(ids(each["to_see_with_doctor"])) for each in (before, after)]
    assert shown[0] == shown[1] != set(), "what a doctor should see stays in sight"
    assert not set(ids(after["now"])) & set(ids(before["now"]))


async def test_setting_a_screening_aside_does_not_hide_a_sign(claudine: httpx.AsyncClient) -> None:
    await decide(claudine, "colorectal_cancer_screening", decision="not_for_me")
    await claudine.put("/v1/me/answers", json={"blood_in_stool": True})
    found = (await claudine.get(at("colorectal_cancer_screening"))).json()
    assert found["status"] == "see_doctor"
    assert found["decision"] is None


async def test_asking_the_doctor_marks_and_moves_nothing(claudine: httpx.AsyncClient) -> None:
    before = await plan(claudine)
    await decide(claudine, BREAST, decision="ask_doctor")
    after = await plan(claudine)
    assert ids(after["now"]) == ids(before["now"])
    assert (await claudine.get(at(BREAST))).json()["decision"]["decision"] == "ask_doctor"


async def test_already_done_updates_the_plan(claudine: httpx.AsyncClient, services: Services) -> None:
    today = services.today()
    done = await claudine.post(at(BREAST, "/done"), json={"date": today.isoformat()})
    assert done.status_code == 200
    assert done.json()["fact"] == "mammography"
    assert (await claudine.get(at(BREAST))).json()["status"] == "up_to_date"
    again = await claudine.post(at(BREAST, "/done"), json={"date": today.isoformat()})
    assert again.status_code == 200
    kept = (await claudine.get("/v1/me/answers")).json()["mammography"]["value"]
    assert kept == [today.isoformat()], "told twice, it counts once"


@pytest.mark.parametrize("body", [
    {"decision": "later"}, {"decision": "later", "until": "2020-01-01"}, {"decision": "later", "until": "2999-01-01"},
    {"decision": "later", "until": "tomorrow"}, {"decision": "ask_doctor", "until": "2027-06-01"},
    {"decision": "ask_doctor", "reason": "no_wish"}, {"decision": "not_for_me", "reason": "my-secret-9177"},
    {"decision": "never"}, {"decision": "ask_doctor", "more": 1}, {}, [],
])  # fmt: skip
async def test_a_decision_that_makes_no_sense_is_a_problem(claudine: httpx.AsyncClient, body: Any) -> None:
    before = await plan(claudine)
    answer = await claudine.put(at(BREAST, "/decision"), json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "9177" not in answer.text
    assert await plan(claudine) == before


@pytest.mark.parametrize(("method", "what", "body"), [
    ("PUT", "/decision", {"decision": "ask_doctor"}), ("DELETE", "/decision", None), ("GET", "", None),
    ("POST", "/done", {"date": "2026"}), ("GET", "/calendar", None),
])  # fmt: skip
async def test_an_unknown_guideline_is_not_found(
    claudine: httpx.AsyncClient, method: str, what: str, body: Any
) -> None:
    answer = await claudine.request(method, at("no_such_thing", what), json=body)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-guideline")


@pytest.mark.parametrize("body", [
    {"date": "2999"}, {"date": "2026-13-01"}, {"date": "yesterday"}, {"date": "2026", "fact": "weight"},
    {"date": "1900"}, {"date": "2026", "result": "purple-9177"},
])  # fmt: skip
async def test_a_day_or_act_that_cannot_be_is_a_problem_and_nothing_is_kept(
    claudine: httpx.AsyncClient, body: Any
) -> None:
    answer = await claudine.post(at(BREAST, "/done"), json=body)
    assert answer.status_code == 422
    assert "9177" not in answer.text
    assert (await claudine.get("/v1/me/answers")).json() == {}


async def test_the_same_key_twice_is_one_decision(claudine: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "one"}
    first = await claudine.put(at(BREAST, "/decision"), json={"decision": "ask_doctor"}, headers=key)
    await claudine.delete(at(BREAST, "/decision"))
    again = await claudine.put(at(BREAST, "/decision"), json={"decision": "ask_doctor"}, headers=key)
    assert again.json() == first.json()
    assert (await claudine.get(at(BREAST))).json()["decision"] is None, "the second sending did nothing"
    other = await claudine.put(at("tobacco", "/decision"), json={"decision": "ask_doctor"}, headers=key)
    assert other.json()["type"] == "/problems/idempotency-key-reused"


async def test_decisions_are_sealed_and_outlive_a_new_record(claudine: httpx.AsyncClient, services: Services) -> None:
    await decide(claudine, BREAST, decision="not_for_me", reason="worried")
    with services.engine.connect() as connection:
        kept = bytes(connection.execute(
            text("SELECT decisions FROM health_facts WHERE decisions IS NOT NULL ORDER BY at DESC")
        ).scalars().first())  # fmt: skip
        log = repr(connection.execute(text("SELECT * FROM audit_entry")).all())
    assert BREAST.encode() not in kept
    assert "breast" not in log
    assert "citizen:decisions:change" in log
    await claudine.put("/v1/me/answers", json={"weight": 60})
    assert (await claudine.get(at(BREAST))).json()["decision"]["reason"] == "worried"


async def test_an_event_for_a_calendar(claudine: httpx.AsyncClient, services: Services) -> None:
    answer = await claudine.get(at(BREAST, "/calendar"))
    assert answer.headers["content-type"].startswith("text/calendar")
    event = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event["SUMMARY"] == (await claudine.get(at(BREAST))).json()["title"]
    assert event["DTSTART"].dt == services.today() + timedelta(days=7)
    on = (services.today() + timedelta(days=30)).isoformat()
    quiet = await claudine.get(at(BREAST, "/calendar"), params={"on": on, "discreet": True, "lang": "en"})
    event = icalendar.Calendar.from_ical(quiet.content).walk("VEVENT")[0]
    assert str(event["DTSTART"].dt) == on
    assert "mammo" not in quiet.text.lower()
    assert event["CLASS"] == "PRIVATE"
    past = await claudine.get(at(BREAST, "/calendar"), params={"on": "2020-01-01"})
    assert (past.status_code, past.json()["type"]) == (422, "/problems/wrong-day")

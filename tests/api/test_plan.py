"""The plan and its explanations over HTTP: contents, entity tags, caching that never outlives a consent, queries."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import event

from app.services.services import Services

URL = "/v1/me/plan"
KEYS = {
    "as_of", "pack", "lang", "strong_points", "now", "next", "up_to_date", "questions", "to_see_with_doctor",
    "not_for_you", "risks", "human_review",
}  # fmt: skip


async def test_the_contract(claudine: httpx.AsyncClient) -> None:
    answer = await claudine.get(URL)
    assert answer.status_code == 200
    plan = answer.json()
    assert set(plan) >= KEYS
    assert plan["lang"] == "fr"
    assert len(plan["now"]) <= 3
    assert len(plan["questions"]) <= 3


async def test_language_by_parameter_then_by_header(claudine: httpx.AsyncClient) -> None:
    english = await claudine.get(URL, headers={"Accept-Language": "de, en;q=0.8, fr;q=0.5"})
    assert (english.json()["lang"], english.headers["content-language"]) == ("en", "en")
    french = await claudine.get(URL, params={"lang": "fr"}, headers={"Accept-Language": "en"})
    assert french.json()["lang"] == "fr"
    assert french.json()["now"][0]["title"] != english.json()["now"][0]["title"]


async def test_the_day_is_a_question(claudine: httpx.AsyncClient) -> None:
    later = (await claudine.get(URL, params={"as_of": "2031-01-01"})).json()
    assert later["as_of"] == "2031-01-01"
    assert later != (await claudine.get(URL)).json()


async def test_the_trace_is_on_request(claudine: httpx.AsyncClient) -> None:
    def traces(plan: Any) -> list[Any]:
        return [item["trace"] for item in plan["now"] if item.get("trace")]

    assert traces((await claudine.get(URL)).json()) == []
    assert traces((await claudine.get(URL, params={"trace": "true"})).json())


async def test_an_unchanged_plan_is_not_sent_again(claudine: httpx.AsyncClient) -> None:
    first = await claudine.get(URL)
    again = await claudine.get(URL, headers={"If-None-Match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    other = await claudine.get(URL, params={"lang": "en"}, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


async def test_a_cached_plan_does_not_outlive_its_consent(claudine: httpx.AsyncClient) -> None:
    first = await claudine.get(URL)
    shown = (await claudine.get("/v1/me/consents")).json()["consents"][0]
    digest = shown["text"]["digest"]
    await claudine.put("/v1/me/consents", json={"categories": [], "text_digest": digest})
    for headers in ({}, {"If-None-Match": first.headers["etag"]}):
        refused = await claudine.get(URL, headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/consent-required")
    await claudine.put("/v1/me/consents", json={"categories": ["identity"], "text_digest": digest})
    less = await claudine.get(URL)
    assert less.status_code == 200
    assert less.json() != first.json()


async def test_a_plan_changes_with_an_answer(claudine: httpx.AsyncClient) -> None:
    first = await claudine.get(URL)
    answers = {"colonoscopy": "2025-02-03"}
    done = await claudine.put("/v1/me/answers", json=answers)
    assert done.status_code == 200, done.text
    assert (await claudine.get(URL)).headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("guideline", ["breast_cancer_screening", "colorectal_cancer_screening"])
async def test_explanations(claudine: httpx.AsyncClient, guideline: str) -> None:
    answer = await claudine.get(f"{URL}/{guideline}/explanation")
    assert answer.status_code == 200
    assert answer.json()


@pytest.mark.parametrize(
    ("url", "params", "status", "kind"),
    [
        (URL, {"lang": "xx"}, 422, "unknown-language"),
        (URL, {"lang": "../../etc"}, 422, "unknown-language"),
        (URL, {"as_of": "1930-01-01"}, 422, "wrong-day"),
        (URL, {"as_of": "9999-12-31"}, 422, "wrong-day"),
        (URL, {"as_of": "2026-02-30"}, 422, "wrong-day"),
        (URL, {"as_of": "20261124"}, 422, "wrong-day"),
        (URL, {"as_of": ""}, 422, "wrong-day"),
        (URL, {"trace": "perhaps"}, 422, "invalid-request"),
        (f"{URL}/no_such_thing/explanation", {}, 404, "unknown-guideline"),
        (f"{URL}/breast_cancer_screening/explanation", {"as_of": "1930-01-01"}, 422, "wrong-day"),
        ("/v1/me/facts", {"as_of": "1930-01-01"}, 422, "wrong-day"),
        ("/v1/me/nothing", {}, 404, "not-found"),
        ("/v1/me/access-log", {"limit": "100000"}, 422, "invalid-request"),
        ("/v1/me/access-log", {"before": "-1"}, 422, "invalid-request"),
    ],
)
async def test_wrong_questions_are_problems(
    claudine: httpx.AsyncClient, url: str, params: dict[str, str], status: int, kind: str
) -> None:
    for language, title_is_french in (("fr", True), ("en", False)):
        answer = await claudine.get(url, params=params, headers={"Accept-Language": language})
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (status, f"/problems/{kind}"), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        explained = (await claudine.get(problem["type"])).json()
        assert problem["title"] == explained["fr" if title_is_french else "en"]["title"]
        for value in params.values():
            assert len(value) < 4 or value not in answer.text


async def test_queries_of_the_plan(claudine: httpx.AsyncClient, services: Services) -> None:
    """What is stopped, session with consents, number in the log, entry in the log; and the facts when the plan is not
    made yet."""
    counted: list[str] = []

    def count(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.startswith("BEGIN"):
            counted.append(" ".join(statement.split())[:40])

    await claudine.get("/v1/me/consents")
    event.listen(services.engine, "before_cursor_execute", count)
    try:
        await claudine.get(URL)
        assert len(counted) == 5, counted
        counted.clear()
        await claudine.get(URL)
        assert len(counted) == 4, counted
    finally:
        event.remove(services.engine, "before_cursor_execute", count)


async def test_someone_who_sent_nothing_is_asked_not_told(
    client: httpx.AsyncClient, services: Services
) -> None:
    """An empty record is not "nothing due": the plan asks."""
    from app.trust import people

    services.door.account(lambda c: people.add_sample(c, "nouveau", "Nouveau", "fr", services.now()))
    token = (await client.post("/v1/demo/sign-in", json={"person": "nouveau"})).json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    text = (await client.get("/v1/me/consents")).json()["consents"][0]
    allowed = [category["id"] for category in text["categories"]]
    await client.put("/v1/me/consents", json={"categories": allowed, "text_digest": text["text"]["digest"]})
    plan = (await client.get(URL)).json()
    assert plan["questions"]
    assert plan["up_to_date"] == []
    assert (await client.get("/v1/me/facts")).json()["facts"] == []

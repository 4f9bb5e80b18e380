"""Answers: replaced as a whole, checked one by one, kept with their day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.services.services import Services

URL = "/v1/me/answers"


async def test_answers_are_kept_with_the_day_they_were_first_given(
    claudine: httpx.AsyncClient, services: Services
) -> None:
    first = services.today().isoformat()
    assert (await claudine.put(URL, json={"tobacco_status": "never"})).status_code == 200
    now = services.door.clock() + timedelta(days=3)
    services.door.clock = lambda: now
    from tests.api.conftest import sign_in

    await sign_in(claudine, "claudine")
    await claudine.put(URL, json={"tobacco_status": "never", "alcohol_drinks_per_week": 2})
    kept = (await claudine.get(URL)).json()
    assert kept["tobacco_status"] == {"value": "never", "on": first}
    assert kept["alcohol_drinks_per_week"] == {"value": 2, "on": services.today().isoformat()}
    facts = (await claudine.get("/v1/me/facts")).json()["facts"]
    mine = [fact for fact in facts if fact["author"] == "citizen" and fact["id"] == "tobacco_status"]
    assert [fact["date"] for fact in mine] == [first]


async def test_putting_fewer_answers_takes_the_others_back(claudine: httpx.AsyncClient) -> None:
    await claudine.put(URL, json={"tobacco_status": "never", "alcohol_drinks_per_week": 2})
    await claudine.put(URL, json={"alcohol_drinks_per_week": 2})
    assert set((await claudine.get(URL)).json()) == {"alcohol_drinks_per_week"}
    await claudine.put(URL, json={})
    assert (await claudine.get(URL)).json() == {}


async def test_every_wrong_answer_is_told_with_its_pointer_and_nothing_is_kept(
    claudine: httpx.AsyncClient,
) -> None:
    sent = {"tobacco_status": "sometimes", "alcohol_drinks_per_week": "many-9177", "no/such": 1, "weight": 60}
    answer = await claudine.put(URL, json=sent)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-answers")
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/tobacco_status",
        "/alcohol_drinks_per_week",
        "/no~1such",
    }
    assert "9177" not in answer.text
    assert (await claudine.get(URL)).json() == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'"x"',
        b"null",
        b"{",
        b'{"weight": NaN}',
        b'{"weight": 1e999}',
        b'{"weight": Infinity}',
        b'{"weight": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"weight": {"a": [1]}}',
        b'{"weight": true}',
        b'{"birth_date": "1900-01-01"}',
        b'{"tobacco_status": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b"\xff\xfe",
        b'{"weight": 60}' + b" " * 2_000_000,
    ],
    ids=lambda content: content[:24].decode("latin-1"),
)
async def test_nonsense_is_a_problem(claudine: httpx.AsyncClient, content: bytes) -> None:
    answer = await claudine.put(URL, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 413, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await claudine.get(URL)).json() == {}


async def test_an_answer_in_a_category_not_allowed_is_refused(claudine: httpx.AsyncClient) -> None:
    text = (await claudine.get("/v1/me/consents")).json()["consents"][0]["text"]["digest"]
    await claudine.put(URL, json={"weight": 60, "tobacco_status": "never"})
    await claudine.put("/v1/me/consents", json={"categories": ["habits"], "text_digest": text})
    answer = await claudine.put(URL, json={"weight": 61})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/category-not-allowed")
    assert set((await claudine.get(URL)).json()) == {"tobacco_status"}
    await claudine.put(URL, json={})
    everything: list[Any] = ["habits", "measures"]
    await claudine.put("/v1/me/consents", json={"categories": everything, "text_digest": text})
    assert set((await claudine.get(URL)).json()) == {"weight"}, "what was not seen was not taken back"


async def test_if_match_protects_from_a_lost_update(claudine: httpx.AsyncClient) -> None:
    etag = (await claudine.get(URL)).headers["etag"]
    done = await claudine.put(URL, json={"weight": 60}, headers={"If-Match": etag})
    assert done.status_code == 200
    late = await claudine.put(URL, json={"weight": 61}, headers={"If-Match": etag})
    assert (late.status_code, late.json()["type"]) == (412, "/problems/changed-meanwhile")
    again = await claudine.put(URL, json={"weight": 62}, headers={"If-Match": done.headers["etag"]})
    assert again.status_code == 200

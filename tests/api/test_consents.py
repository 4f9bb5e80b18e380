"""Consent: asked with its text, given by category, taken back, with its history."""

from __future__ import annotations

import httpx
import pytest

URL = "/v1/me/consents"


async def test_someone_never_asked_sees_the_question(lea: httpx.AsyncClient) -> None:
    shown = (await lea.get(URL)).json()
    consent = shown["consents"][0]
    assert (consent["state"], consent["since"]) == ("never_asked", None)
    assert not any(category["granted"] for category in consent["categories"])
    assert consent["text"]["body"]
    assert {"insurance", "employment", "credit", "advertising"} <= {item["id"] for item in shown["never"]}
    refused = (await lea.get("/v1/me/plan")).json()
    assert refused["type"] == "/problems/consent-required"
    assert "/v1/me/consents" in refused["detail"]


async def test_giving_changing_withdrawing_is_kept_as_history(lea: httpx.AsyncClient) -> None:
    digest = (await lea.get(URL, params={"lang": "en"})).json()["consents"][0]["text"]["digest"]
    for categories in (["identity", "habits"], ["identity"], ["identity"], []):
        answer = await lea.put(URL, json={"categories": categories, "text_digest": digest})
        assert answer.status_code == 200, answer.text
    shown = (await lea.get(URL)).json()
    assert [change["categories"] for change in shown["history"]] == [["habits", "identity"], ["identity"], []]
    assert {(change["language"], change["text_digest"]) for change in shown["history"]} == {("en", digest)}
    assert shown["consents"][0]["state"] == "withdrawn"
    assert (await lea.get("/v1/me/plan")).status_code == 403


async def test_partial_consent_gives_a_plan_of_what_is_allowed(lea: httpx.AsyncClient) -> None:
    digest = (await lea.get(URL)).json()["consents"][0]["text"]["digest"]
    await lea.put(URL, json={"categories": ["identity"], "text_digest": digest})
    facts = (await lea.get("/v1/me/facts")).json()
    assert facts["subject"]["birth_date"]
    assert "screening" in facts["withheld"]
    assert not [fact for fact in facts["facts"] if fact["id"] not in {"birth_date", "administrative_sex"}]
    assert facts["set_aside"] == facts["documents"] == []
    assert (await lea.get("/v1/me/plan")).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"categories": ["identity"], "text_digest": "sha256:" + "0" * 64}, 409),
        ({"categories": ["identity"]}, 422),
        ({"categories": ["everything"], "text_digest": "{digest}"}, 422),
        ({"categories": "identity", "text_digest": "{digest}"}, 422),
        ({"purpose": "insurance", "categories": ["identity"], "text_digest": "{digest}"}, 422),
        ({"purpose": "own_rights", "categories": ["identity"], "text_digest": "{digest}"}, 422),
        ({"categories": ["identity"], "text_digest": "{digest}", "more": 1}, 422),
    ],
)
async def test_what_is_not_a_decision_on_the_text_shown_changes_nothing(
    lea: httpx.AsyncClient, body: dict[str, object], status: int
) -> None:
    digest = (await lea.get(URL)).json()["consents"][0]["text"]["digest"]
    sent = {name: digest if value == "{digest}" else value for name, value in body.items()}
    answer = await lea.put(URL, json=sent)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await lea.get(URL)).json()["history"] == []


async def test_repeated_with_its_key_a_decision_is_one_decision(lea: httpx.AsyncClient) -> None:
    digest = (await lea.get(URL)).json()["consents"][0]["text"]["digest"]
    body = {"categories": ["identity"], "text_digest": digest}
    first = await lea.put(URL, json=body, headers={"Idempotency-Key": "a"})
    await lea.put(URL, json={"categories": [], "text_digest": digest})
    again = await lea.put(URL, json=body, headers={"Idempotency-Key": "a"})
    assert again.text == first.text
    assert len((await lea.get(URL)).json()["history"]) == 2
    assert (await lea.get("/v1/me/plan")).status_code == 403


@pytest.mark.parametrize(
    ("purpose", "outcome"),
    [("insurance", "refused_forbidden_purpose"), ("advertising", "refused_forbidden_purpose"),
     ("research", "refused_unknown_purpose"), ("own_rights", "refused_act")],
)  # fmt: skip
async def test_a_caller_who_says_another_purpose_is_refused_and_logged(
    claudine: httpx.AsyncClient, purpose: str, outcome: str
) -> None:
    answer = await claudine.get("/v1/me/plan", headers={"Jalon-Purpose": purpose})
    assert answer.status_code == 403
    entry = (await claudine.get("/v1/me/access-log")).json()["entries"][1]
    assert (entry["tag"], entry["outcome"]) == ("citizen:plan:read", outcome)

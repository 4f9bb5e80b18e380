"""Consent: asked with its text, given by category, taken back, with its history."""

from __future__ import annotations

import httpx
import pytest

from app.services.services import Services
from app.trust import people
from app.trust.door import Job, Refused
from app.trust.rules import Asked
from app.trust.vocabulary import CATEGORIES, Tag

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
        ({"purpose": "reminders", "categories": ["identity"], "text_digest": "{digest}"}, 422),
        ({"purpose": "reminders", "channels": ["pigeon"], "text_digest": "{reminders}"}, 422),
        ({"purpose": "reminders", "channels": ["email"], "text_digest": "{digest}"}, 409),
        ({"channels": ["email"], "text_digest": "{digest}"}, 422),
        ({"categories": ["identity"], "channels": ["email"], "text_digest": "{digest}"}, 422),
        ({"text_digest": "{digest}"}, 422),
        ({"purpose": "own_rights", "categories": ["identity"], "text_digest": "{digest}"}, 422),
        ({"categories": ["identity"], "text_digest": "{digest}", "more": 1}, 422),
    ],
)
async def test_what_is_not_a_decision_on_the_text_shown_changes_nothing(
    lea: httpx.AsyncClient, body: dict[str, object], status: int
) -> None:
    asked = {one["purpose"]: one["text"]["digest"] for one in (await lea.get(URL)).json()["consents"]}
    digests = {"{digest}": asked["own_prevention"], "{reminders}": asked["reminders"]}
    sent = {name: digests.get(str(value), value) for name, value in body.items()}
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


async def test_reminders_are_allowed_channel_by_channel_and_taken_back(
    claudine: httpx.AsyncClient, services: Services
) -> None:
    shown = {one["purpose"]: one for one in (await claudine.get(URL)).json()["consents"]}
    asked = shown["reminders"]
    assert asked["state"] == "never_asked"
    assert not any(channel["granted"] for channel in asked["channels"]), "off by default"
    assert [channel["id"] for channel in asked["channels"]] == ["email", "sms", "push", "post"]
    assert asked["categories"] == []
    assert not shown["own_prevention"]["channels"]
    who = Job(services.door.account(people.samples)[0].id)
    email = Asked(Tag.FACTS_READ, "read", "facts", "reminders", frozenset(CATEGORIES), channels=frozenset({"email"}))
    digest = asked["text"]["digest"]

    async def outcome() -> str:
        try:
            return ",".join(sorted(await services.door.enter(who, email, lambda grant: grant.channels)))
        except Refused as refused:
            return refused.code

    found = [await outcome()]
    for channels in (["email", "post"], ["post"], []):
        sent = {"purpose": "reminders", "channels": channels, "text_digest": digest}
        assert (await claudine.put(URL, json=sent)).status_code == 200
        found.append(await outcome())
    assert found == ["refused_no_consent", "email", "refused_channel", "refused_no_consent"]
    history = (await claudine.get(URL)).json()["history"]
    assert [one["channels"] for one in history if one["purpose"] == "reminders"] == [["email", "post"], ["post"], []]
    assert not any(one["categories"] for one in history if one["purpose"] == "reminders")


async def test_statistics_are_allowed_apart_category_by_category(lea: httpx.AsyncClient) -> None:
    shown = {one["purpose"]: one for one in (await lea.get(URL)).json()["consents"]}
    digest = shown["campaign_statistics"]["text"]["digest"]
    sent = {"purpose": "campaign_statistics", "categories": ["screening"], "text_digest": digest}
    answer = (await lea.put(URL, json=sent)).json()
    states = {one["purpose"]: one["state"] for one in answer["consents"]}
    assert states["campaign_statistics"] == "given"
    assert states["own_prevention"] == states["reminders"] == "never_asked", "one consent never gives another"

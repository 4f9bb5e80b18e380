"""The family as the citizen sees it: relatives, words and drawing, as far as the category is allowed."""

from __future__ import annotations

from typing import Any

import httpx

from app.facts.dedupe import ONE_OF_A_KIND
from app.trust.vocabulary import CATEGORIES

URL = "/v1/me/family"


async def test_the_family_in_words_data_and_picture(claudine: httpx.AsyncClient) -> None:
    answer = await claudine.get(URL, params={"lang": "fr"})
    shown = answer.json()
    assert answer.headers["etag"]
    assert shown["allowed"] is True
    relations = [relative["relation"] for relative in shown["relatives"]]
    assert relations
    assert shown["drawing"].startswith("<svg")
    for relative in shown["relatives"]:
        assert f"- {relative['text']}" in [line["text"] for line in shown["lines"]]


async def test_an_answer_to_the_plan_is_in_the_family(claudine: httpx.AsyncClient) -> None:
    told = {"family_ovarian_cancer": [{"relation": "paternal_aunt", "age_at_diagnosis": 51}]}
    assert (await claudine.put("/v1/me/answers", json=told)).status_code == 200
    relatives = (await claudine.get(URL)).json()["relatives"]
    aunt = next(relative for relative in relatives if relative["relation"] == "paternal_aunt")
    assert (aunt["author"], aunt["conditions"][0]["condition"]) == ("citizen", "ovarian_cancer")


async def test_who_does_not_allow_the_category_shows_nobody(lea: httpx.AsyncClient) -> None:
    consents = "/v1/me/consents"
    digest = (await lea.get(consents)).json()["consents"][0]["text"]["digest"]
    await lea.put(consents, json={"categories": ["identity", "screening"], "text_digest": digest})
    shown = (await lea.get(URL)).json()
    assert (shown["allowed"], shown["relatives"]) == (False, [])


MOTHER = {"relation": "mother", "conditions": [{"condition": "breast_cancer", "age_at_diagnosis": 47}]}


async def told(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(URL)).json()["told"]["relatives"]
    return found


async def test_a_relative_is_told_changed_and_taken_back(claudine: httpx.AsyncClient) -> None:
    before = (await claudine.get("/v1/me/answers")).json()
    made = (await claudine.post(f"{URL}/relatives", json=MOTHER)).json()["id"]
    assert [one["id"] for one in await told(claudine)] == [made]
    changed = MOTHER | {"deceased": True, "age_at_death": 71}
    assert (await claudine.put(f"{URL}/relatives/{made}", json=changed)).status_code == 204
    assert (await told(claudine))[0]["age_at_death"] == 71
    assert (await claudine.delete(f"{URL}/relatives/{made}")).status_code == 204
    assert await told(claudine) == []
    after = (await claudine.get("/v1/me/answers")).json()
    assert before == {name: answer for name, answer in after.items() if name != "family"}
    for method in ("PUT", "DELETE"):
        answer = await claudine.request(method, f"{URL}/relatives/{made}", json=MOTHER if method == "PUT" else None)
        assert answer.status_code == 404


async def test_what_cannot_be_true_is_refused_and_nothing_kept(claudine: httpx.AsyncClient) -> None:
    for wrong in (
        {"relation": "godmother"}, {"relation": "mother", "sex": "male"},
        {"relation": "mother", "deceased": False, "age_at_death": 70},
        {"relation": "mother", "age_at_death": 40, "conditions": [{"condition": "stroke", "age_at_diagnosis": 60}]},
        {"relation": "mother", "conditions": [{"condition": "no_such_disease"}]}, {"relation": "mother", "born": "x"},
        {"relation": "mother", "name": "Anne"},
    ):
        assert (await claudine.post(f"{URL}/relatives", json=wrong)).status_code == 422, wrong
    assert await told(claudine) == []


async def test_the_same_sending_twice_is_one_relative(claudine: httpx.AsyncClient) -> None:
    twice = [
        await claudine.post(f"{URL}/relatives", json=MOTHER, headers={"Idempotency-Key": "one"}) for _ in range(2)
    ]
    assert twice[0].json() == twice[1].json()
    assert len(await told(claudine)) == 1


async def test_who_saw_another_state_changes_nothing(claudine: httpx.AsyncClient) -> None:
    made = (await claudine.post(f"{URL}/relatives", json=MOTHER)).json()["id"]
    tag = (await claudine.get("/v1/me/answers")).headers["etag"]
    await claudine.post(f"{URL}/relatives", json={"relation": "sister"})
    answer = await claudine.delete(f"{URL}/relatives/{made}", headers={"If-Match": tag})
    assert answer.status_code == 412
    assert len(await told(claudine)) == 2


async def test_a_relative_of_the_record_told_again_counts_once_and_a_conflict_stays_visible(
    claudine: httpx.AsyncClient,
) -> None:
    """Whoever the record of the sample names, its fact is not doubled, and both ages are shown."""
    recorded = next(
        relative for relative in (await claudine.get(URL)).json()["relatives"]
        if relative["relation"] in ONE_OF_A_KIND and relative["conditions"]
    )
    condition = recorded["conditions"][0]
    fact = f"family_{condition['condition']}"

    async def count() -> int:
        facts = (await claudine.get("/v1/me/facts")).json()["facts"]
        return len([one for one in facts if one["id"] == fact and one["value"] == recorded["relation"]])

    assert await count() == 1
    age = int(condition["onset_low"] or 40) + 5
    sent = {
        "relation": recorded["relation"], "conditions": [{"condition": condition["condition"], "age_at_diagnosis": age}]
    }
    await claudine.post(f"{URL}/relatives", json=sent)
    shown = (await claudine.get(URL, params={"lang": "fr"})).json()
    assert await count() == 1
    assert len([one for one in shown["relatives"] if one["relation"] == recorded["relation"]]) == 1
    if condition["onset_low"] is not None:
        assert f"{age} ans" in shown["differences"][0]["told"]
        assert f"{age} ans" not in shown["differences"][0]["recorded"]
    made = (await told(claudine))[0]["id"]
    denied = {"relation": recorded["relation"], "conditions": [{"condition": condition["condition"], "absent": True}]}
    await claudine.put(f"{URL}/relatives/{made}", json=denied)
    assert (await claudine.get(URL)).json()["differences"][0]["relation"] == recorded["relation"]
    assert await count() == 1, "a denial removes nothing of the record"


async def test_what_the_family_changes_is_told(lea: httpx.AsyncClient) -> None:
    consents = "/v1/me/consents"
    digest = (await lea.get(consents)).json()["consents"][0]["text"]["digest"]
    await lea.put(consents, json={"categories": [*CATEGORIES], "text_digest": digest})
    before = {one["guideline"] for one in (await lea.get(f"{URL}/effects")).json()["changes"]}
    for relation in ("mother", "maternal_aunt", "sister"):
        await lea.post(f"{URL}/relatives", json=MOTHER | {"relation": relation})
    effects = (await lea.get(f"{URL}/effects")).json()["changes"]
    moved = {one["guideline"] for one in effects}
    assert "breast_ovary_genetics" in moved - before
    assert all(one["after"] for one in effects)


async def test_a_disease_that_all_was_told_of_is_nobodys_else(lea: httpx.AsyncClient) -> None:
    consents = "/v1/me/consents"
    digest = (await lea.get(consents)).json()["consents"][0]["text"]["digest"]
    await lea.put(consents, json={"categories": ["identity", "family"], "text_digest": digest})
    assert (await lea.put(f"{URL}/about", json={"asked": ["colorectal_cancer"]})).status_code == 204
    facts = {one["id"]: one["value"] for one in (await lea.get("/v1/me/facts")).json()["facts"]}
    assert facts["family_colorectal_cancer"] is False
    assert (await lea.put(f"{URL}/about", json={"asked": ["no_such_disease"]})).status_code == 422


async def test_without_the_category_nothing_can_be_told(lea: httpx.AsyncClient) -> None:
    consents = "/v1/me/consents"
    digest = (await lea.get(consents)).json()["consents"][0]["text"]["digest"]
    await lea.put(consents, json={"categories": ["identity", "screening"], "text_digest": digest})
    assert (await lea.post(f"{URL}/relatives", json=MOTHER)).status_code == 403


async def test_there_is_one_mother_however_often_she_is_told(claudine: httpx.AsyncClient) -> None:
    """Twice in one answer (an app may send it so), she counts once; telling of her again is refused."""
    await claudine.put("/v1/me/answers", json={"family": {"relatives": [MOTHER, MOTHER]}})
    facts = (await claudine.get("/v1/me/facts")).json()["facts"]
    assert len([f for f in facts if f["id"] == "family_breast_cancer" and f["value"] == "mother"]) == 1
    answer = await claudine.post(f"{URL}/relatives", json=MOTHER)
    assert (answer.status_code, answer.json()["code"]) == (422, "relative_twice")


async def test_two_sisters_told_are_two(lea: httpx.AsyncClient) -> None:
    consents = "/v1/me/consents"
    digest = (await lea.get(consents)).json()["consents"][0]["text"]["digest"]
    await lea.put(consents, json={"categories": [*CATEGORIES], "text_digest": digest})
    for _ in range(2):
        await lea.post(f"{URL}/relatives", json=MOTHER | {"relation": "sister"})
    facts = (await lea.get("/v1/me/facts")).json()["facts"]
    assert len([f for f in facts if f["id"] == "family_breast_cancer" and f["value"] == "sister"]) == 2

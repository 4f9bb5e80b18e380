"""The family as the citizen sees it: relatives, words and drawing, as far as the category is allowed."""

from __future__ import annotations

import httpx

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

"""Laboratory results as the citizen sees them, as far as the category is allowed."""

from __future__ import annotations

import httpx

URL = "/v1/me/results"


async def test_results_in_words_with_their_sources(claudine: httpx.AsyncClient) -> None:
    answer = await claudine.get(URL, params={"lang": "fr"})
    shown = answer.json()
    assert (answer.status_code, shown["allowed"]) == (200, True)
    facts = {result["fact"]: result for group in shown["groups"] for result in group["results"]}
    assert facts["ldl_cholesterol"]["other_units"] == ["1,24 g/L"]
    for result in facts.values():
        for said in result["sentences"].values():
            assert said["text"]
            assert said["source"]["publisher"]
            assert said["source"]["date"]
    again = await claudine.get(URL, params={"lang": "fr"}, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_who_does_not_allow_the_laboratory_shows_nothing(claudine: httpx.AsyncClient) -> None:
    digest = (await claudine.get("/v1/me/consents")).json()["consents"][0]["text"]["digest"]
    await claudine.put(
        "/v1/me/consents", json={"categories": ["identity", "measures"], "text_digest": digest}
    )
    shown = (await claudine.get(URL)).json()
    assert (shown["allowed"], shown["alarms"], shown["groups"]) == (False, [], [])

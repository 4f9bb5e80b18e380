"""The citizen's view of the log."""

from __future__ import annotations

import httpx


async def test_reading_the_log_is_in_the_log(claudine: httpx.AsyncClient) -> None:
    await claudine.get("/v1/me/plan")
    entries = (await claudine.get("/v1/me/access-log")).json()["entries"]
    assert [entry["tag"] for entry in entries[:3]] == [
        "citizen:access_log:read",
        "citizen:plan:read",
        "account:session:open",
    ]
    assert entries[0]["by"] == "you"
    assert entries[-1]["by"] == "jalon"
    assert entries[1]["legal_basis"] == "gdpr_6_1_a_9_2_a"


async def test_pages_follow_links_to_the_first_entry(claudine: httpx.AsyncClient) -> None:
    for _ in range(6):
        await claudine.get("/v1/me/plan")
    url, seen = "/v1/me/access-log?limit=4", []
    while url:
        answer = await claudine.get(url)
        page = answer.json()
        seen += page["entries"]
        url = page["next"]
        assert ("link" in answer.headers) is bool(url)
    numbers = [entry["number"] for entry in seen]
    assert numbers == sorted(set(numbers), reverse=True)
    assert seen[-1]["tag"] == "system:sample:load"


async def test_nobody_sees_the_entries_of_another(claudine: httpx.AsyncClient) -> None:
    mine = {entry["number"] for entry in (await claudine.get("/v1/me/access-log")).json()["entries"]}
    from tests.api.conftest import sign_in

    lea = await sign_in(claudine, "lea")
    hers = {entry["number"] for entry in (await lea.get("/v1/me/access-log")).json()["entries"]}
    assert not mine & hers

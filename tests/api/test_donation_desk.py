"""The donation desk: an agent records somebody's choice, with the account number that they were given."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from app.services.services import Services
from app.trust import people
from app.trust.log.receipt import read
from tests.api.conftest import sign_in
from tests.api.test_authorization import agent

URL = "/v1/donation-desk/choices"
PAPER = "sha256:" + "ab" * 32


async def desk(services: Services, client: httpx.AsyncClient, *, account: str, **said: str) -> httpx.Response:
    """What an agent records, on a session of their own."""
    token = await services.door.sign_in(agent(services), "agent", None)
    sent = {"account": account, "choice": "opposed", "channel": "paper", "evidence": PAPER} | said
    client.cookies.clear()
    return await client.post(URL, json=sent, headers={"Authorization": f"Bearer {token}"})


async def account_of(client: httpx.AsyncClient, person: str = "claudine") -> str:
    """As the person reads it on their page, to give it to the agent."""
    client = await sign_in(client, person)
    shown: dict[str, Any] = (await client.get("/v1/me/donation")).json()
    client.headers.pop("Authorization", None)
    return str(shown["account"])


async def test_a_choice_recorded_at_the_desk_holds_at_once_and_the_person_sees_who(
    client: httpx.AsyncClient, services: Services
) -> None:
    account = await account_of(client)
    first = await desk(services, client, account=account)
    assert first.status_code == 201, first.text
    kind, content = read(first.json()["receipt"], services.log_key.verifier)
    assert kind == "donation"
    assert (content["choice"], content["channel"]) == ("opposed", "paper")
    assert account not in first.text, "a receipt names nobody"
    again = await desk(services, client, account=account)
    assert again.json() == first.json(), "recorded twice is recorded once"
    me = await sign_in(client, "claudine")
    shown = (await me.get("/v1/me/donation")).json()
    assert shown["state"] == "opposed"
    assert [one["channel"] for one in shown["history"]] == ["paper"]
    entries = (await me.get("/v1/me/access-log")).json()["entries"]
    seen = [one for one in entries if one["tag"] == "agent:donation:record"]
    assert {(one["by"], one["role"], one["purpose"], one["through"]) for one in seen} == {
        ("agent", "agent", "donation_desk", "paper")
    }
    digest = shown["information"]["digest"]
    back = await me.put("/v1/me/donation", json={"choice": "included", "text_digest": digest})
    assert back.json()["state"] == "included", "the person changes it whenever they like"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"account": "0" * 32}, 403),
        ({"account": "x"}, 422),
        ({"channel": "self"}, 422),
        ({"channel": "external"}, 422),
        ({"channel": "relatives", "choice": "included"}, 422),
        ({"evidence": "none"}, 422),
        ({"more": "1"}, 422),
    ],
)
async def test_what_cannot_be_recorded_changes_nothing(
    client: httpx.AsyncClient, services: Services, said: dict[str, str], status: int
) -> None:
    account = await account_of(client)
    answer = await desk(services, client, **{"account": account} | said)
    assert answer.status_code == status, answer.text
    assert account not in answer.text
    me = await sign_in(client, "claudine")
    assert (await me.get("/v1/me/donation")).json()["history"] == []


async def test_an_agent_reads_nothing_of_whoever_came_to_the_desk(
    client: httpx.AsyncClient, services: Services
) -> None:
    account = await account_of(client)
    token = await services.door.sign_in(agent(services), "agent", None)
    for path in ("plan", "donation", "consents", "access-log", "facts", "export"):
        for acting in ({}, {"Jalon-For": account}):
            answer = await client.get(f"/v1/me/{path}", headers={"Authorization": f"Bearer {token}"} | acting)
            assert answer.status_code == 403, (path, acting)
    me = await sign_in(client, "claudine")
    entries = (await me.get("/v1/me/access-log?limit=200")).json()["entries"]
    assert sum(one["by"] == "agent" and one["outcome"] == "refused_role" for one in entries) == 6, "each attempt shows"


async def test_nobody_else_records_at_the_desk(client: httpx.AsyncClient, services: Services) -> None:
    account = await account_of(client)
    for role in ("citizen", "professional", "team", "demo"):
        token = await services.door.sign_in(agent(services), role, None)  # type: ignore[arg-type]
        sent = {"account": account, "choice": "opposed", "channel": "paper", "evidence": PAPER}
        answer = await client.post(URL, json=sent, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 403, role
        client.cookies.clear()


async def test_an_account_that_was_erased_has_no_desk_any_more(client: httpx.AsyncClient, services: Services) -> None:
    account = await account_of(client, "lea")
    me = await sign_in(client, "lea")
    assert (await me.post("/v1/me/erasure", json={"confirm": True})).status_code == 200
    client.headers.pop("Authorization", None)
    answer = await desk(services, client, account=account)
    assert answer.status_code == 403
    assert json.loads(answer.text)["type"] == "/problems/forbidden"


async def test_a_real_account_and_an_invented_agent_never_meet(client: httpx.AsyncClient, services: Services) -> None:
    real, _ = services.door.account(lambda c: people.add_professional(c, "x", "x", "{}", services.now()))
    with services.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE account_person SET sample = NULL WHERE id = '{real}'")
    assert (await desk(services, client, account=real)).status_code == 403

"""Requests that somebody makes for another: forged forms, ids of others, redirections elsewhere, tampered sessions.

Every route is tried, and a kind of id that this test does not know fails it."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest

from app.api.examples import EXAMPLES
from app.services.services import Services
from app.store.tables import stamp
from app.trust import consents, outbox, people
from app.trust.authorization import load_authorization
from app.trust.door import Job, SignedIn
from app.trust.rules import Asked
from app.trust.sessions import token_hash
from app.trust.vocabulary import CATEGORIES, Tag
from app.web.browser import form_token
from tests.api.conftest import sign_in
from tests.api.test_authorization import PRACTICE, doctor, reading_of
from tests.api.test_every_route import ROUTES, request_of

PUBLIC = {
    "ehr", "screen", "guideline", "model", "kind", "name", "profile", "service", "fact", "project",
    "stop", "campaign", "issue",
}
"""Names of what is the same for everybody: no id of anybody's."""
WITHIN = {"resource_id", "plan_id", "version", "number", "relative", "signal"}
"""Ids within the record of the person asked about: the caller's own, or a `{patient}`'s, which is tried."""
BEARER = {"secret", "feed"}
"""Secrets: whoever holds one may do what it opens, and no more (tests/nudges/test_links.py)."""
NO_FORM = {
    "POST /m/{secret}/stop": "one click (RFC 8058): the secret of the address is what is asked for",
    "POST /m/{secret}/pause": "the secret of the address is what is asked for",
    "POST /connexion/{profile}/deconnexion": "the provider's own call, with a signed token",
    "POST /a-mon-age": "nobody's: it computes from what is typed, and keeps nothing",
    "POST /ou-aller": "nobody's: it looks in public directories, and keeps nothing",
}
OUTSIDE = (
    "https://evil.example/", "//evil.example", "/\\evil.example", "https:evil.example", "/mon-plan/../..//evil",
    "javascript:alert(1)", "/mon-plan\r\nSet-Cookie: a=b", " /mon-plan", "/mon-plan?x=//evil.example",
)  # fmt: skip


async def token_of(client: httpx.AsyncClient, person: str) -> str:
    token: str = (await client.post("/v1/demo/sign-in", json={"person": person})).json()["token"]
    client.cookies.clear()
    return token


def size(services: Services) -> int:
    with services.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT size FROM audit_head").scalar_one())


async def test_no_form_works_from_elsewhere(client: httpx.AsyncClient, services: Services) -> None:
    """Without our token, with that of another browser or of somebody else's session, nothing happens."""
    mine, theirs = await token_of(client, "claudine"), await token_of(client, "lea")
    forms = [route for route in ROUTES if route.get("page") and route["route"].startswith("POST")]
    assert len(forms) >= 10
    for route in forms:
        if route["route"] in NO_FORM:
            continue
        assert {"form", "upload"} & set(route), f"{route['route']} has no form to try"
        for forged in (None, "", "0" * 64, form_token("another-visitor"), form_token(theirs)):
            request = request_of(route, services, mine)
            fields = {name: value for name, value in request["data"].items() if name != "csrf"}
            request["data"] = fields if forged is None else fields | {"csrf": forged}
            before = size(services)
            answer = await client.request(**request)
            client.cookies.clear()
            assert answer.status_code == 403, (route["route"], forged, answer.text[:200])
            assert size(services) == before, route["route"]
    assert (await client.get("/v1/me/plan", headers={"Authorization": f"Bearer {mine}"})).status_code == 200


async def test_the_cookie_of_a_browser_does_nothing_for_another_site(
    client: httpx.AsyncClient, services: Services
) -> None:
    token = await token_of(client, "claudine")
    for route in ROUTES:
        method, _ = route["route"].split(" ")
        group = load_authorization().group(route["route"])
        assert group, route["route"]
        if route.get("page") or method == "GET" or (group.open is not None and not group.session):
            continue  # pages have forms of their own; what is open acts for nobody's session
        request = request_of(route, services, None)
        before = size(services)
        for sent in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}):
            answer = await client.request(
                **request | {"headers": request["headers"] | {"Cookie": f"jalon_session={token}"} | sent}
            )
            assert answer.status_code == 403, (route["route"], sent, answer.text[:200])
        assert size(services) == before, route["route"]


@pytest.mark.parametrize("person", [None, "claudine"])
async def test_nobody_is_sent_elsewhere(client: httpx.AsyncClient, services: Services, person: str | None) -> None:
    """Whatever an address or a form says of where to go, each redirection stays here."""
    names = ("retour", "next", "url", "redirect", "redirect_uri", "return_to", "after", "pour", "lang", "suite")
    for route in ROUTES:
        if not route.get("page") or route["route"] == "POST /deconnexion" or route.get("erases"):
            continue
        for outside in OUTSIDE:
            request = request_of(route, services, await token_of(client, person) if person else None)
            request["params"] = dict.fromkeys(names, outside)
            if "data" in request:
                request["data"] = dict.fromkeys(names, outside) | request["data"] | {"retour": outside}
            answer = await client.request(**request)
            client.cookies.clear()
            address = answer.headers.get("location", "/")
            assert re.fullmatch(r"/(?![/\\])[^\r\n\\]*", address), (route["route"], outside, address)
            assert "evil" not in address, (route["route"], outside, address)
            assert "a" not in answer.cookies


async def link_of(services: Services) -> str:
    """The secret of a message to claudine."""
    person, _ = services.door.account(lambda c: people.add_sample(c, "claudine", "", "fr", services.now()))
    digest = services.door.consents["reminders"].texts["fr"].digest
    who = SignedIn(token_hash(await services.door.sign_in(person, "demo", None)))
    change = Asked(Tag.CONSENTS_CHANGE, "write", "consents", "own_rights")
    at = stamp(services.now())
    await services.door.enter(who, change, lambda g: consents.change(g, "reminders", ["email"], digest, "fr", at))
    plan = Asked(Tag.REMINDER_PLAN, "write", "messages", "reminders", frozenset(CATEGORIES))
    content = {"kind": "screening", "thanks": False, "items": [], "chosen_on": "2026-11-26", "pack": "fr",
               "techniques": []}  # fmt: skip
    now = services.now()
    await services.door.enter(Job(person), plan, lambda g: outbox.plan(g, "one", "email", content, now, now))
    read = Asked(Tag.REMINDERS_READ, "read", "reminders", "own_rights")
    return (await services.door.enter(who, read, outbox.history))[0].link


async def ids_of_claudine(client: httpx.AsyncClient, services: Services) -> dict[str, str]:
    """An id of each kind that is hers."""
    await sign_in(client, "claudine")
    practices = (await client.post("/v1/me/practices", json={"number": PRACTICE})).json()["practices"]
    digest = next(
        one["text"]["digest"] for one in (await client.get("/v1/me/consents")).json()["consents"]
        if one["purpose"] == "doctor_review"
    )
    choice = {"purpose": "doctor_review", "categories": list(CATEGORIES), "text_digest": digest}
    assert (await client.put("/v1/me/consents", json=choice)).status_code == 200
    child = {"given": "Zoe", "family": "TEST-PETIT", "sex": "female", "birth_date": "2020-05-01"}
    delegation = (await client.post("/v1/me/children", json=child)).json()["id"]
    me = services.door.account(lambda c: next(one.id for one in people.samples(c) if one.sample == "claudine"))
    reading = reading_of(services, me, doctor(services))
    device = (await client.post("/v1/me/push-subscriptions", json=EXAMPLES["post_push_subscription"])).json()["id"]
    return {
        "reading": reading,
        "practice_id": practices[0]["id"], "patient": practices[0]["id"], "delegation": delegation,
        "subscription": device, "link": await link_of(services),
    }


async def test_ids_of_others_open_and_change_nothing(client: httpx.AsyncClient, services: Services) -> None:
    ids = await ids_of_claudine(client, services)
    named, given = [(await client.get(path)).json() for path in ("/v1/me/practices", "/v1/me/delegations")]
    lea = await token_of(client, "lea")
    stranger = await services.door.sign_in(doctor(services), "professional", None)
    del client.headers["Authorization"]
    tried = 0
    for route in ROUTES:
        parameters = set(re.findall(r"\{(\w+)\}", route["route"]))
        for name in parameters - PUBLIC - WITHIN - BEARER:
            assert name in ids, f"{route['route']}: say here whose {name} is, and try it as somebody else"
            for token in (lea, stranger) if name not in {"patient", "reading"} else (lea,):
                request = request_of(route, services, token)
                request["url"] = re.sub(r"nothing|\{\w+\}", ids[name], request["url"])
                answer = await client.request(**request)
                client.cookies.clear()
                assert answer.status_code in {403, 404}, (route["route"], answer.status_code, answer.text[:200])
                tried += 1
    assert tried >= 8
    answer = await client.get("/v1/me/plan", headers={"Authorization": f"Bearer {lea}", "Jalon-For": ids["delegation"]})
    assert answer.status_code == 403
    await sign_in(client, "claudine")
    assert (await client.get("/v1/me/practices")).json() == named
    assert (await client.get("/v1/me/delegations")).json() == given


async def test_numbers_of_entries_of_others_show_nothing_of_theirs(client: httpx.AsyncClient) -> None:
    await sign_in(client, "claudine")
    hers = {one["number"] for one in (await client.get("/v1/me/access-log")).json()["entries"]}
    await sign_in(client, "lea")
    for number in (*hers, 0, 2**62):
        shown = (await client.get(f"/v1/me/access-log?before={number}")).json()["entries"]
        assert not hers & {one["number"] for one in shown}


async def test_a_tampered_session_is_nobodys(client: httpx.AsyncClient) -> None:
    token = await token_of(client, "claudine")
    swapped = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (swapped, token[:-1], token + "A", token.lower(), token[::-1], "", " ", "\x00", "é", "a" * 5000):
        for headers in ({"Authorization": b"Bearer " + wrong.encode()}, {"Cookie": b"jalon_session=" + wrong.encode()}):
            answer = await client.get("/v1/me/consents", headers=headers)  # type: ignore[arg-type]
            assert answer.status_code == 401, (wrong[:60], headers)
    assert (await client.get("/v1/me/consents", headers={"Authorization": f"Bearer {token}"})).status_code == 200


async def test_of_two_consents_at_the_same_time_one_holds_and_the_other_is_told(claudine: httpx.AsyncClient) -> None:
    """Both read the same state; whoever comes second gets 412, and nothing of theirs is kept."""
    shown = await claudine.get("/v1/me/consents")
    digest, tag = shown.json()["consents"][0]["text"]["digest"], shown.headers["ETag"]

    def put(categories: list[str]) -> Any:
        choice = {"categories": categories, "text_digest": digest}
        return claudine.put("/v1/me/consents", json=choice, headers={"If-Match": tag})

    answers = await asyncio.gather(put(["biology"]), put(["habits"]))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    won = next(answer for answer in answers if answer.status_code == 200).json()
    kept = (await claudine.get("/v1/me/consents")).json()
    assert kept["consents"] == won["consents"]
    assert sum(one["granted"] for one in kept["consents"][0]["categories"]) == 1

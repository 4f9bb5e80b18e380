"""The address of a message: what it opens to whoever holds it, and what only its person reads; the pages about
reminders."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import icalendar
import pytest

from app.api.app import create_app
from app.services import reminders
from app.services.services import Services
from app.web.browser import SESSION
from tests.nudges.conftest import Days, Mailbox, allow, look_now, rows, send_now, signed_in, tags, wants

BASE = "https://prevention.example.test"


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(services=services))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.fixture
async def mailed(services: Services, mailbox: Mailbox) -> str:
    """The address in the message that claudine got."""
    await wants(services)
    await look_now(services)
    await send_now(services)
    shown = mailbox.got[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(rf"{BASE}(/m/[\w-]+)\s", shown)
    assert found
    return found[1]


async def session(client: httpx.AsyncClient, person: str) -> httpx.AsyncClient:
    answer = await client.post("/v1/demo/sign-in", json={"person": person})
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client


async def form(client: httpx.AsyncClient, path: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', (await client.get(path)).text)
    assert found
    return found[1]


async def test_whoever_holds_the_address_learns_nothing_of_health(
    client: httpx.AsyncClient, services: Services, mailed: str
) -> None:
    before = len(tags(services))
    page = await client.get(mailed)
    assert page.status_code == 200
    for word in ("ammographie", "VIH", "sein", "screening", "dépist", "claudine", "Claudine"):
        assert word not in page.text
    assert "par e-mail" in page.text
    assert len(tags(services)) == before
    assert page.headers["referrer-policy"] == "no-referrer"
    assert (await client.get(f"/mes-rappels/{mailed[3:]}")).status_code == 303, "its person signs in to read more"
    assert (await client.get("/m/" + "x" * 22)).status_code == 404


async def test_one_click_stops_the_channel_at_once(
    client: httpx.AsyncClient, services: Services, mailbox: Mailbox, clock: Days, mailed: str
) -> None:
    """As a mail program does it: one POST, no cookie, no form of ours (RFC 8058)."""
    looked_at = await client.get(f"{mailed}/stop")
    assert looked_at.status_code == 303, "a program that only opens the address changes nothing"
    assert await channels(services) == {"email"}
    done = await client.post(f"{mailed}/stop", data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 303
    assert await channels(services) == set()
    assert ("system:reminder:stop", "allowed") in tags(services)
    again = await client.post(f"{mailed}/stop", data={"List-Unsubscribe": "One-Click"})
    assert again.status_code == 303
    clock.later(days=60)
    await look_now(services)
    await send_now(services)
    assert len(mailbox.got) == 1


async def channels(services: Services) -> set[str]:
    return set((await reminders.mine(services, await signed_in(services))).allowed)


async def test_the_address_takes_away_and_never_adds(
    client: httpx.AsyncClient, services: Services, mailed: str
) -> None:
    await allow(services, await signed_in(services), "sms")
    await client.post(f"{mailed}/stop")
    assert await channels(services) == {"sms"}, "another channel was not asked about"


async def test_a_pause_from_the_message_holds_until_its_day(
    client: httpx.AsyncClient, services: Services, mailbox: Mailbox, clock: Days, mailed: str
) -> None:
    until = services.today() + timedelta(days=90)
    assert (await client.post(f"{mailed}/pause", data={"until": "2020-01-01"})).status_code == 422
    assert (await client.post(f"{mailed}/pause", data={"until": "hier"})).status_code == 422
    assert (await client.post(f"{mailed}/pause", data={"until": until.isoformat()})).status_code == 303
    for _ in range(11):
        clock.later(days=8)
        await look_now(services)
        await send_now(services)
    assert len(mailbox.got) == 1
    clock.later(days=8)
    await look_now(services)
    await send_now(services)
    assert len(mailbox.got) == 2, "and then reminders go on"


async def test_its_person_reads_why(client: httpx.AsyncClient, services: Services, mailed: str) -> None:
    me = await session(client, "claudine")
    shown = (await me.get(f"/mes-rappels/{mailed[3:]}", headers=cookie(me))).text
    for words in ("Mammographie de dépistage", "17 septembre 2026", "Règle en vigueur depuis", "aide à choisir un jour",
                  "screening/email/fr/discreet", "#pas-pour-moi", "#plus-tard", "#fait"):  # fmt: skip
        assert words in shown, words
    other = await session(client, "lea")
    assert (await other.get(f"/mes-rappels/{mailed[3:]}", headers=cookie(other))).status_code == 404
    told = (await (await session(client, "claudine")).get("/v1/me/reminders")).json()
    assert told["messages"][0]["state"] == "sent"
    assert told["messages"][0]["page"] == mailed


def cookie(client: httpx.AsyncClient) -> dict[str, str]:
    return {"Cookie": f"{SESSION}={client.headers['Authorization'].removeprefix('Bearer ')}"}


async def test_choices_are_made_on_the_page_without_script(client: httpx.AsyncClient, services: Services) -> None:
    me = await session(client, "claudine")
    headers = cookie(me)
    shown = (await me.get("/mes-rappels", headers=headers)).text
    csrf = re.search(r'name="csrf" value="([0-9a-f]{64})"', shown)
    digest = re.search(r'name="digest" value="(sha256:[0-9a-f]{64})"', shown)
    assert csrf
    assert digest
    sent = {
        "csrf": csrf[1], "digest": digest[1], "channel": ["email", "sms"], "email": "claudine@example.org",
        "phone": "06 12 34 56 78", "first": "email", "hours": "evening", "named": "1",
    }  # fmt: skip
    wrong = await me.post("/mes-rappels", data=sent | {"phone": "01 23 45 67 89"}, headers=headers)
    assert wrong.status_code == 422
    assert "mobile" in wrong.text
    assert "01 23 45 67 89" in wrong.text, "what was typed is not lost"
    assert await channels(services) == set()
    done = await me.post("/mes-rappels", data=sent, headers=headers)
    assert done.status_code == 303
    mine = await reminders.mine(services, await signed_in(services))
    assert mine.allowed == {"email", "sms"}
    assert (mine.wants.phone, mine.wants.hours, mine.wants.named) == ("+33612345678", "evening", True)


@pytest.mark.parametrize(("sent", "where"), [
    ({"email": "nobody"}, "/email"), ({"phone": "12"}, "/phone"), ({"hours": "midnight"}, "/hours"),
    ({"paused": True, "paused_until": "2020-01-01"}, "/paused_until"),
    ({"paused_until": "2027-01-01"}, "/paused_until"),
    ({"email": "a@b.fr\r\nBcc: c@d.fr"}, "/email"),
])  # fmt: skip
async def test_bad_settings_are_told_and_nothing_changes(
    client: httpx.AsyncClient, services: Services, sent: dict[str, object], where: str
) -> None:
    me = await session(client, "claudine")
    answer = await me.put("/v1/me/reminders", json=sent)
    assert answer.status_code == 422
    assert "Bcc" not in answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [where]
    assert (await me.get("/v1/me/reminders")).json()["settings"]["email"] is None


async def test_a_calendar_s_address_is_secret_revocable_and_discreet(
    client: httpx.AsyncClient, services: Services
) -> None:
    me = await session(client, "claudine")
    await wants(services)
    first = (await me.post("/v1/me/reminders/calendar")).json()["url"].removeprefix(BASE)
    del me.headers["Authorization"]
    answer = await me.get(first)
    assert answer.headers["content-type"].startswith("text/calendar")
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert {str(event["summary"]) for event in events} == {"Un rendez-vous pour ma santé"}
    assert len(events) >= 5
    assert "claudine" not in answer.text
    assert ("system:calendar:read", "allowed") in tags(services)
    again = icalendar.Calendar.from_ical((await me.get(first)).content).walk("VEVENT")
    assert [event["uid"] for event in again] == [event["uid"] for event in events], "the same events, not new ones"
    await session(client, "claudine")
    second = (await me.post("/v1/me/reminders/calendar")).json()["url"].removeprefix(BASE)
    assert (await me.get(first)).status_code == 404
    assert (await me.delete("/v1/me/reminders/calendar")).status_code == 204
    assert (await me.get(second)).status_code == 404
    assert rows(services) == []


async def test_a_calendar_closes_with_the_last_consent(client: httpx.AsyncClient, services: Services) -> None:
    me = await session(client, "claudine")
    who = await wants(services)
    address = (await me.post("/v1/me/reminders/calendar")).json()["url"].removeprefix(BASE)
    assert (await me.get(address)).status_code == 200
    await allow(services, who)
    assert (await me.get(address)).status_code == 404

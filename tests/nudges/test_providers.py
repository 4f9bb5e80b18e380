"""Providers of SMS and letters that are slow, lose their answer, or refuse: each message is taken once, under its
key."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from app.errors import UsageError
from app.nudges.outgoing import Outgoing, Provider, outgoing
from app.nudges.parcel import Outcome, Parcel
from app.nudges.provider import HttpSender
from app.services.services import Services
from tests.nudges.conftest import (
    Days,
    Mailbox,
    allow,
    look_now,
    send_now,
    wants,
)

ADDRESS = {"name": "Claudine TEST-MOREAU", "street": "1 rue de l’Exemple", "postcode": "99999", "city": "Exemple"}


class Gateway(ThreadingHTTPServer):
    """A provider: takes a message once under its key. `answer` may say otherwise, or take its time."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.answer: Callable[[int], tuple[int, dict[str, Any]] | None] = lambda _: None
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def provider(self) -> Provider:
        return Provider(f"http://127.0.0.1:{self.server_address[1]}/v1", "a-token")


class _Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        key, body = self.headers["Idempotency-Key"], self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Authorization"] == "Bearer a-token"
        assert self.path == "/v1/messages"
        self.server.asked.append(key)
        said = self.server.answer(len(self.server.asked))
        if said is None or said[0] == 0:
            self.server.taken.setdefault(key, json.loads(body))
        status, content = said or (202, {"id": f"p-{len(self.server.taken)}"})
        if status == 0:  # taken, and the answer is lost
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        sent = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    opened = Gateway()
    yield opened
    opened.shutdown()
    opened.server_close()


def through(services: Services, gateway: Gateway) -> None:
    services.settings = replace(
        services.settings, outgoing=Outgoing(services.settings.outgoing.mail, gateway.provider, gateway.provider)
    )


async def test_a_letter_and_an_sms_added_to_it(services: Services, gateway: Gateway) -> None:
    through(services, gateway)
    await wants(services, channels=("post", "sms"), phone="06 12 34 56 78", address=ADDRESS)
    await look_now(services)
    done = await send_now(services)
    assert done.to_json()["became"] == {"letter": {"sent": 1}, "sms": {"sent": 1}}
    taken = {one["channel"]: one for one in gateway.taken.values()}
    assert taken["letter"]["to"] == ["Claudine TEST-MOREAU", "1 rue de l’Exemple", "99999 Exemple"]
    assert taken["sms"]["to"] == "+33612345678"
    assert taken["sms"]["text"].startswith("Vous avez un message de prévention : https://prevention.example.test/m/")
    assert len(taken["sms"]["text"]) <= 160
    for word in ("dépist", "sein", "VIH", "mammo"):
        assert word not in json.dumps(taken, ensure_ascii=False)


async def test_a_provider_that_loses_its_answer_gets_the_same_key_and_delivers_once(
    services: Services, gateway: Gateway, clock: Days
) -> None:
    through(services, gateway)
    await wants(services, channels=("sms",), phone="06 12 34 56 78")
    await look_now(services)
    gateway.answer = lambda number: (0, {}) if number == 1 else (503, {}) if number == 2 else None
    states = []
    for _ in range(3):
        states.append((await send_now(services)).to_json()["became"]["sms"])
        clock.later(minutes=31)
    assert states == [{"again": 1}, {"again": 1}, {"sent": 1}]
    assert len(gateway.asked) == 3
    assert len(set(gateway.asked)) == len(gateway.taken) == 1


@pytest.mark.parametrize(("status", "content", "state"), [
    (200, {"id": "x"}, "sent"), (202, {}, "sent"), (422, {"code": "address"}, "bounced"), (422, {}, "refused"),
    (400, {}, "refused"), (401, {}, "refused"), (409, {}, "again"), (429, {}, "again"), (500, {}, "again"),
    (302, {}, "refused"), (200, {"id": "x" * 100_000}, "sent"),
])  # fmt: skip
def test_what_a_provider_answers(gateway: Gateway, status: int, content: dict[str, Any], state: str) -> None:
    gateway.answer = lambda _: (status, content)
    sender = HttpSender("sms", gateway.provider)
    parcel = Parcel("0" * 32, "sms", "", "words", "l", "s", "fr", "+33612345678")
    assert sender.hand_over(parcel).state == state
    sender.close()


def test_a_provider_that_takes_too_long_is_asked_again(gateway: Gateway) -> None:
    def slow(_: int) -> None:
        time.sleep(0.5)

    gateway.answer = slow
    sender = HttpSender("sms", gateway.provider, httpx.Timeout(0.1))
    parcel = Parcel("0" * 32, "sms", "", "words", "l", "s", "fr", "+33612345678")
    assert sender.hand_over(parcel) == Outcome("again", "timeout")
    sender.close()


@pytest.mark.parametrize(("env", "where"), [
    ({"JALON_SMTP_URL": "http://x"}, "JALON_SMTP_URL"),
    ({"JALON_SMTP_URL": "smtp://mail.example.org?tls=no", "JALON_MAIL_FROM": "a@b.fr"}, "JALON_SMTP_URL"),
    ({"JALON_SMTP_URL": "smtp://mail.example.org"}, "JALON_MAIL_FROM"),
    ({"JALON_SMS_URL": "http://sms.example.org", "JALON_SMS_TOKEN": "x"}, "JALON_SMS_URL"),
    ({"JALON_SMS_URL": "https://sms.example.org"}, "JALON_SMS_TOKEN"),
])  # fmt: skip
def test_settings_that_would_send_in_clear_are_refused(env: dict[str, str], where: str) -> None:
    with pytest.raises(UsageError) as caught:
        outgoing(env)
    assert caught.value.where == where


async def test_a_channel_that_the_person_stops_is_dropped_and_the_others_stay(
    services: Services, gateway: Gateway, mailbox: Mailbox
) -> None:
    through(services, gateway)
    who = await wants(services, channels=("email", "sms"), phone="06 12 34 56 78")
    await look_now(services)
    await allow(services, who, "sms")
    done = await send_now(services)
    assert done.to_json()["became"] == {"sms": {"sent": 1}}
    assert dict(done.kept) == {"withdrawn": 1}
    assert mailbox.got == []

"""Channels that refuse, are late, lie, or vanish: what they say is written down, nobody is contacted twice, and a
storm of refusals stops by itself."""

from __future__ import annotations

import base64
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from py_vapid import Vapid02

from app.errors import UsageError
from app.nudges.outgoing import Outgoing, Provider, outgoing
from app.nudges.parcel import Outcome, Parcel, PushTo
from app.nudges.provider import HttpSender
from app.nudges.push import PushSender
from app.nudges.reports import read_report
from app.services import devices, reminders
from app.services.nudges.bounces import bounced, complained
from app.services.nudges.look import look
from app.services.nudges.send import send
from app.services.services import Services
from app.trust.endpoints import public_addresses
from tests.nudges.conftest import (
    Days,
    Mailbox,
    allow,
    free_port,
    look_now,
    others,
    rows,
    send_now,
    signed_in,
    wants,
)

ADDRESS = {"name": "Claudine TEST-MOREAU", "street": "1 rue de l’Exemple", "postcode": "99999", "city": "Exemple"}


# E-mail


async def test_a_busy_server_is_tried_again_later_each_time_and_then_given_up(
    services: Services, mailbox: Mailbox, clock: Days
) -> None:
    await wants(services)
    await look_now(services)
    mailbox.answers = lambda _: "451 come back later"
    waits = []
    for _ in range(6):
        done = await send_now(services)
        assert (await send_now(services)).became == {}, "not before its moment"
        waits.append(done.to_json()["became"]["email"])
        clock.later(days=2 if services.today().weekday() == 5 else 1)  # nothing leaves on Sunday
    assert waits == [{"again": 1}] * 5 + [{"given_up": 1}]
    assert rows(services) == [("email", "given_up", "busy")]
    mailbox.answers = lambda _: "250 OK"
    assert (await send_now(services)).became == {}
    assert mailbox.got == []


async def test_a_server_that_is_away_forgets_nobody(services: Services, mailbox: Mailbox, clock: Days) -> None:
    await wants(services)
    await look_now(services)
    mail = services.settings.outgoing.mail
    assert mail
    services.settings = replace(services.settings, outgoing=Outgoing(mail=replace(mail, port=free_port())))
    assert (await send_now(services)).to_json()["became"] == {"email": {"again": 1}}
    assert rows(services) == [("email", "planned", "unreachable")]
    services.settings = replace(services.settings, outgoing=Outgoing(mail=mail))
    clock.later(minutes=6)
    assert (await send_now(services)).to_json()["became"] == {"email": {"sent": 1}}
    assert mailbox.to == ["claudine@example.org"]


async def test_a_refused_address_is_not_written_to_again_until_it_changes(
    services: Services, mailbox: Mailbox, clock: Days
) -> None:
    await wants(services)
    await look_now(services)
    mailbox.recipients = lambda _: "550 nobody of that name"
    assert (await send_now(services)).to_json()["became"] == {"email": {"bounced": 1}}
    mailbox.recipients = lambda _: "250 OK"
    clock.later(days=60)
    assert (await look_now(services)).to_json()["passed"] == {"no_channel": 1}
    who = await signed_in(services)
    assert (await reminders.mine(services, who)).wants.bounced == {"email"}
    await reminders.change(services, who, {"email": "claudine@example.org"}, "fr")
    assert (await reminders.mine(services, who)).wants.bounced == {"email"}, "the same address is still refused"
    await reminders.change(services, who, {"email": "claudine@example.net"}, "fr")
    await look_now(services)
    await send_now(services)
    assert mailbox.to == ["claudine@example.net"]


async def test_a_server_that_does_not_want_the_message_gets_it_once(services: Services, mailbox: Mailbox) -> None:
    await wants(services)
    await look_now(services)
    mailbox.answers = lambda _: "554 not here"
    done = await send_now(services)
    assert done.to_json()["became"] == {"email": {"given_up": 1}}
    assert not done.well, "somebody should look"


async def test_a_connection_lost_after_the_message_is_unsure_and_not_repeated(
    services: Services, clock: Days
) -> None:
    """The server takes the message and goes before it answers."""
    await wants(services)
    await look_now(services)
    with vanishing_server() as (port, seen):
        mail = services.settings.outgoing.mail
        assert mail
        services.settings = replace(services.settings, outgoing=Outgoing(mail=replace(mail, port=port)))
        done = await send_now(services)
        assert done.to_json()["became"] == {"email": {"unsure": 1}}
        assert not done.well
        clock.later(days=1)
        await send_now(services)
        assert seen == [1]
    assert rows(services) == [("email", "unsure", "interrupted")]
    assert (await look_now(services)).people == 0, "it may have arrived: it counts as a contact"


class vanishing_server:
    """Speaks SMTP until the end of a message, then closes."""

    def __enter__(self) -> tuple[int, list[int]]:
        self.seen: list[int] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return self._socket.getsockname()[1], self.seen

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as lines:
                lines.write(b"220 here\r\n")
                lines.flush()
                for line in lines:
                    if line.upper().startswith(b"DATA"):
                        lines.write(b"354 go on\r\n")
                        lines.flush()
                        while lines.readline() != b".\r\n":
                            pass
                        self.seen.append(1)
                        break
                    lines.write(b"250 ok\r\n")
                    lines.flush()

    def __exit__(self, *_: object) -> None:
        self._socket.close()


async def test_a_storm_of_refusals_stops_the_channel_and_says_so(
    services: Services, mailbox: Mailbox, clock: Days, caplog: pytest.LogCaptureFixture
) -> None:
    await others(services, 40)
    await look_now(services)
    mailbox.recipients = lambda _: "550 nobody of that name"
    done = await send_now(services)
    bounces = done.to_json()["became"]["email"]["bounced"]
    assert 20 <= bounces <= 21
    assert done.stopped == {"email": f"{bounces} of the last {bounces} addresses were refused"}
    assert not done.well
    assert "reminders by email are stopped" in caplog.text
    assert "@" not in caplog.text
    states = [state for _, state, _ in rows(services)]
    assert states.count("planned") == 40 - bounces, "nobody else is forgotten"
    mailbox.recipients = lambda _: "250 OK"
    again = await send_now(services)
    assert (again.became, list(again.stopped)) == ({}, ["email"]), "the next run does not go on either"
    clock.later(hours=25)
    assert (await send_now(services)).to_json()["became"] == {"email": {"sent": 40 - bounces}}


async def test_what_comes_back_days_later_is_recorded(services: Services, mailbox: Mailbox, clock: Days) -> None:
    await wants(services)
    await look_now(services)
    await send_now(services)
    original = mailbox.got[0].as_bytes()
    (failed,) = read_report(delivery_report(original, "failed", "5.1.1"), "a.eml")
    assert read_report(delivery_report(original, "delayed", "4.4.1"), "b.eml") == []
    assert await bounced(services, failed.key)
    assert rows(services) == [("email", "bounced", "refused")]
    assert not await bounced(services, "0" * 32)
    who = await signed_in(services)
    assert (await reminders.mine(services, who)).wants.bounced == {"email"}
    (complaint,) = read_report(delivery_report(original, "", "", kind="feedback-report"), "c.eml")
    assert await complained(services, complaint.key)
    assert (await reminders.mine(services, who)).allowed == frozenset(), "a complaint is a no"


def delivery_report(original: bytes, action: str, status: str, kind: str = "delivery-status") -> bytes:
    part = (
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\nAction: {action}\r\n"
        f"Status: {status}\r\nFinal-Recipient: rfc822; claudine@example.org\r\n"
        if kind == "delivery-status"
        else "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n"
    )
    head = f'Content-Type: multipart/report; report-type={kind}; boundary="b"\r\nSubject: Undelivered\r\n\r\n'
    words = "--b\r\nContent-Type: text/plain\r\n\r\nSorry\r\n"
    body = f"{words}--b\r\n{part}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    return (head + body).encode() + original + b"\r\n--b--\r\n"


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b'{"key": 1}', b'{"key": "x", "event": "bounced"}', b"{"])
def test_what_is_no_report_is_said(content: bytes) -> None:
    with pytest.raises(UsageError) as caught:
        read_report(content, "x")
    assert caught.value.code == "report"


def test_an_ordinary_message_says_nothing() -> None:
    assert read_report(b"Subject: hello\r\n\r\nI am on holiday.", "x") == []


# SMS and letters


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


# Web Push


class PushService(ThreadingHTTPServer):
    """A push service over TLS, which decrypts as the device would and checks who signs."""

    def __init__(self, folder: Path) -> None:
        self.status, self.got = 201, list[dict[str, Any]]()
        self.device, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        super().__init__(("127.0.0.1", 0), _Push)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.certificate = certificate(folder)
        context.load_cert_chain(self.certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def to(self) -> PushTo:
        point = self.device.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return PushTo("d", f"https://push.example.org:{self.server_address[1]}/send/1", b64(point), b64(self.auth))


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class _Push(BaseHTTPRequestHandler):
    server: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        clear = http_ece.decrypt(
            body, private_key=self.server.device, auth_secret=self.server.auth, version="aes128gcm"
        )
        self.server.got.append({"headers": dict(self.headers), "clear": json.loads(clear), "size": len(body)})
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def certificate(folder: Path) -> Path:
    """A self-signed certificate of push.example.org, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("push.example.org")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "push.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def pushed(tmp_path: Path) -> Iterator[PushService]:
    opened = PushService(tmp_path)
    yield opened
    opened.shutdown()
    opened.server_close()


def push_sender(pushed: PushService, key: ec.EllipticCurvePrivateKey) -> PushSender:
    client = httpx.Client(verify=ssl.create_default_context(cafile=str(pushed.certificate)), timeout=5)
    return PushSender(key, "mailto:prevention@example.test", lambda host, port: ["127.0.0.1"], client)


PARCEL = Parcel("ab" * 16, "push", "Jalon", "Vous avez un message de prévention.", "https://x/m/y", "s", "fr", ())


def test_a_push_is_encrypted_for_the_device_signed_and_says_nothing_of_health(pushed: PushService) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    sender = push_sender(pushed, key)
    assert sender.hand_over(replace(PARCEL, to=(pushed.to,))).state == "sent"
    (got,) = pushed.got
    assert got["clear"] == {"title": "Jalon", "body": "Vous avez un message de prévention.", "url": "https://x/m/y",
                            "tag": "ab" * 16}  # fmt: skip
    assert got["size"] <= 4096
    headers = {name.lower(): value for name, value in got["headers"].items()}
    assert headers["content-encoding"] == "aes128gcm"
    assert int(headers["ttl"]) > 0
    assert len(headers["topic"]) <= 32
    assert headers["host"].startswith("push.example.org")
    assert Vapid02.verify(headers["authorization"])
    token = headers["authorization"].split("t=")[1].split(",")[0]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["aud"] == f"https://push.example.org:{pushed.server_address[1]}"
    assert claims["sub"] == "mailto:prevention@example.test"
    assert claims["exp"] <= time.time() + 24 * 3600
    sender.close()


@pytest.mark.parametrize(("status", "state"), [
    (201, "sent"), (404, "bounced"), (410, "bounced"), (429, "again"), (503, "again"), (400, "refused"),
])  # fmt: skip
def test_what_a_push_service_answers(pushed: PushService, status: int, state: str) -> None:
    pushed.status = status
    sender = push_sender(pushed, ec.generate_private_key(ec.SECP256R1()))
    found = sender.hand_over(replace(PARCEL, to=(pushed.to,)))
    assert found.state == state
    assert found.gone == (("d",) if state == "bounced" else ())
    sender.close()


def test_a_push_service_that_is_inside_the_network_gets_nothing(pushed: PushService) -> None:
    sender = PushSender(ec.generate_private_key(ec.SECP256R1()), "mailto:a@b.fr", public_addresses)
    inside = replace(pushed.to, endpoint=f"https://localhost:{pushed.server_address[1]}/send/1")
    assert sender.hand_over(replace(PARCEL, to=(inside,))).state == "refused"
    assert pushed.got == []
    sender.close()


async def test_a_device_that_is_gone_is_forgotten(services: Services, pushed: PushService) -> None:
    who = await wants(services, channels=("push",))
    wanted = devices.Wanted("https://push.example.org/send/1", pushed.to.p256dh, pushed.to.auth, "Mon téléphone")
    await devices.add(services, who, wanted)
    await look(services, {"push"})
    key = ec.generate_private_key(ec.SECP256R1())
    pushed.status = 410
    sender = push_sender(pushed, key)
    port = pushed.server_address[1]
    sender._resolve = lambda host, _: [f"127.0.0.1:{port}".partition(":")[0]]
    original = sender._request

    def elsewhere(to: PushTo, parcel: Parcel) -> httpx.Request:
        return original(replace(to, endpoint=to.endpoint.replace(".org/", f".org:{port}/")), parcel)

    sender._request = elsewhere  # type: ignore[method-assign]
    done = await send(services, {"push": sender})
    assert done.to_json()["became"] == {"push": {"bounced": 1}}
    assert (await devices.mine(services, await signed_in(services)))["subscriptions"] == []
    sender.close()


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

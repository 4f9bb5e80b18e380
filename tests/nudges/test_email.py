"""A mail server that refuses, is late, or vanishes: what it says is written down, nobody is written to twice, and a
storm of refusals stops by itself."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace

import pytest

from app.errors import UsageError
from app.nudges.outgoing import Outgoing
from app.nudges.reports import read_report
from app.services import reminders
from app.services.nudges.bounces import bounced, complained
from app.services.services import Services
from tests.nudges.conftest import (
    Days,
    Mailbox,
    free_port,
    look_now,
    others,
    rows,
    send_now,
    signed_in,
    wants,
)


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

"""A service on each engine with claudine (for whom screenings are due), a mail server, and a day on which messages
leave."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from sqlalchemy import text

from app.nudges.outgoing import Mail, Outgoing
from app.services import reminders
from app.services.nudges.look import Looked, look
from app.services.nudges.send import Sent, send
from app.services.nudges.ways import able, senders
from app.services.services import Services, open_services
from app.settings import Settings
from app.store.tables import stamp
from app.trust import consents, health, people
from app.trust.door import Job, SignedIn
from app.trust.grant import Grant
from app.trust.rules import Asked
from app.trust.sessions import token_hash
from app.trust.vocabulary import CATEGORIES, Tag
from tests.api.conftest import DEMO_IDENTITIES, Loaded, loaded, samples  # noqa: F401 - fixtures
from tests.databases import database

NOON = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
"""A Thursday, noon in Paris."""


class Mailbox:
    """A real SMTP server. `answers` gives what it answers to the end of a message for an address, `recipients` to the
    address itself; without them, it takes everything."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.answers: Callable[[str], str] = lambda _: "250 OK"
        self.recipients: Callable[[str], str] = lambda _: "250 OK"
        self.before: Callable[[], None] = lambda: None
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, _: Any) -> str:
        answer = self.recipients(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        self.before()
        answer = self.answers(str(envelope.rcpt_tos[0]))
        if answer.startswith("250"):
            made = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
            assert isinstance(made, EmailMessage)
            self.got.append(made)
        return answer

    @property
    def to(self) -> list[str]:
        return sorted(str(one["To"]) for one in self.got)

    def close(self) -> None:
        self._controller.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    opened = Mailbox()
    yield opened
    opened.close()


def settings(url: str, port: int, **more: Any) -> Settings:
    mail = Mail("127.0.0.1", port, "none", "Jalon <prevention@example.test>", "retours@example.test")
    return Settings(
        url, demo=True, accepted_identity=DEMO_IDENTITIES, outgoing=Outgoing(mail=mail, **more),
        base_url="https://prevention.example.test",
    )  # fmt: skip


class Days:
    """The service's clock, which tests turn."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, **length: float) -> datetime:
        self.now += timedelta(**length)
        return self.now


@pytest.fixture
def clock() -> Days:
    return Days()


@pytest.fixture
def services(loaded: Loaded, tmp_path: Path, mailbox: Mailbox, clock: Days) -> Iterator[Services]:  # noqa: F811
    with database(loaded.kind, tmp_path, loaded.url) as url:
        opened = open_services(settings(url, mailbox.port), clock)
        yield opened
        opened.close()


async def signed_in(services: Services, name: str = "claudine") -> SignedIn:
    person, _ = services.door.account(lambda c: people.add_sample(c, name, name, "fr", services.now()))
    return SignedIn(token_hash(await services.door.sign_in(person, "demo", None)))


async def allow(services: Services, who: SignedIn, *channels: str) -> None:
    asked = Asked(Tag.CONSENTS_CHANGE, "write", "consents", "own_rights")
    digest = services.door.consents["reminders"].texts["fr"].digest
    await services.door.enter(
        who, asked, lambda grant: consents.change(grant, "reminders", channels, digest, "fr", stamp(services.now()))
    )


async def wants(
    services: Services, name: str = "claudine", channels: tuple[str, ...] = ("email",), **more: Any
) -> SignedIn:
    """A person who allows these channels, and says where they are."""
    who = await signed_in(services, name)
    await allow(services, who, *channels)
    await reminders.change(services, who, {"email": f"{name}@example.org", **more}, "fr")
    return who


async def others(services: Services, number: int, **more: Any) -> list[str]:
    """More people like claudine, each with an account and an address."""
    read = Asked(Tag.PLAN_READ, "read", "facts", "own_prevention", frozenset(CATEGORIES))
    who = await signed_in(services)
    stored = await services.door.enter(who, read, lambda grant: health.read_facts(grant, services.vocabulary))
    assert stored
    assert stored.sheet
    sheet, load = stored.sheet, Asked(Tag.SAMPLE_LOAD, "write", "sample", "demonstration", frozenset(CATEGORIES))
    digest = services.door.consent.texts["fr"].digest

    def store(grant: Grant) -> None:
        health.write_facts(grant, sheet, services.vocabulary, stamp(services.now()))
        consents.change(grant, "own_prevention", CATEGORIES, digest, "fr", stamp(services.now()))

    names = [f"p{n}-{secrets.token_hex(3)}" for n in range(number)]
    for name in names:
        person, _ = services.door.account(lambda c, name=name: people.add_sample(c, name, name, "fr", services.now()))  # type: ignore[misc]
        services.door.enter_now(Job(person), load, store)
        await wants(services, name, **more)
    return names


async def look_now(services: Services) -> Looked:
    return await look(services, able(services))


async def send_now(services: Services, most: int | None = None) -> Sent:
    with senders(services) as found:
        return await send(services, found, most)


def rows(services: Services, columns: str = "channel, state, reason") -> list[tuple[Any, ...]]:
    with services.engine.connect() as connection:
        found = connection.execute(text(f"SELECT {columns} FROM reminder_message ORDER BY planned_at, id"))
        return [tuple(row) for row in found]


def tags(services: Services) -> list[tuple[str, str]]:
    with services.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT tag, outcome FROM audit_entry ORDER BY seq"))]  # type: ignore[misc]


"""Killed at any moment, and run twice at once: nobody is contacted twice by a channel, and nobody is forgotten."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from app.nudges.outgoing import Outgoing
from app.services.services import Services
from tests.nudges.conftest import Mailbox, look_now, others, rows
from tests.nudges.test_providers import Gateway

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 14
CHILD = """
import asyncio, sys
from app.nudges.outgoing import Outgoing, Provider
from app.services.nudges.send import send
from app.services.nudges.ways import senders
from app.services.services import open_services
from tests.nudges.conftest import NOON, settings
url, port, gateway = sys.argv[1:]
provider = Provider(gateway, "a-token")
services = open_services(settings(url, int(port), sms=provider), lambda: NOON)
print("ready", flush=True)
with senders(services) as found:
    found.pop("push")
    done = asyncio.run(send(services, found))
services.close()
"""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    opened = Gateway()
    yield opened
    opened.shutdown()
    opened.server_close()


def child(services: Services, mailbox: Mailbox, gateway: Gateway) -> subprocess.Popen[str]:
    address = services.engine.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, address, str(mailbox.port), gateway.provider.url], cwd=ROOT, text=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip


def leases_end(services: Services) -> None:
    """Two minutes pass."""
    with services.engine.begin() as connection:
        connection.execute(text("UPDATE reminder_message SET lease_until = '2026-01-01' WHERE lease_until IS NOT NULL"))


async def planned(services: Services, gateway: Gateway) -> None:
    numbers = iter(f"06 00 00 00 {n:02}" for n in range(PEOPLE))
    for _ in range(PEOPLE):
        await others(services, 1, channels=("email", "sms"), phone=next(numbers))
    services.settings = replace(
        services.settings, outgoing=Outgoing(services.settings.outgoing.mail, gateway.provider)
    )
    assert (await look_now(services)).to_json()["planned"] == {"screening": {"email": PEOPLE, "sms": PEOPLE}}


async def test_killed_again_and_again_then_left_to_finish(
    services: Services, mailbox: Mailbox, gateway: Gateway
) -> None:
    draw = random.Random(7)
    await planned(services, gateway)
    mailbox.before = lambda: time.sleep(0.03)
    gateway.answer = lambda _: time.sleep(0.03)
    kills = 0
    for _ in range(4):
        running = child(services, mailbox, gateway)
        assert running.stdout
        assert running.stdout.readline() == "ready\n"
        time.sleep(draw.uniform(0.05, 0.35))
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
            kills += 1
        running.wait()
        leases_end(services)
    assert kills >= 2
    last = child(services, mailbox, gateway)
    assert last.wait(timeout=60) == 0
    leases_end(services)
    assert child(services, mailbox, gateway).wait(timeout=60) == 0
    states = rows(services, "channel, state")
    got = Counter(mailbox.to)
    assert max(got.values()) == 1, "nobody has two e-mails"
    unsure = states.count(("email", "unsure"))
    assert states.count(("email", "sent")) + unsure == PEOPLE, "nobody is forgotten"
    assert unsure <= kills
    assert len(got) >= states.count(("email", "sent"))
    assert states.count(("sms", "sent")) == PEOPLE
    assert Counter(one["to"] for one in gateway.taken.values()) == Counter(
        {f"+336000000{n:02}": 1 for n in range(PEOPLE)}
    ), "each SMS is taken once, under its key"


async def test_three_runs_at_once_contact_each_person_once(
    services: Services, mailbox: Mailbox, gateway: Gateway
) -> None:
    await planned(services, gateway)
    mailbox.before = lambda: time.sleep(0.01)
    running = [child(services, mailbox, gateway) for _ in range(3)]
    assert [one.wait(timeout=120) for one in running] == [0, 0, 0]
    assert Counter(mailbox.to).most_common(1)[0][1] == 1
    assert len(mailbox.got) == PEOPLE
    assert len(gateway.asked) == len(gateway.taken) == PEOPLE
    assert {state for _, state in rows(services, "channel, state")} == {"sent"}

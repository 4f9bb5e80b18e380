"""Reminders: plans looked at, messages through a local mail server, and who is due in a population.

    python -m benchmarks.nudges [--people 2000] [--database sqlite:///…|postgresql://…]
    jalon population generate --people 1000000 --as-of 2026-11-26 --seed 1 people.parquet
    python -m benchmarks.nudges --population people.parquet

The first makes an embedded database of invented people (the facts of one sample person, sealed with a key of their
own), who all ask for e-mails; looks at each plan; then sends to a mail server of another process. Wall and processor
seconds are printed beside the same messages handed to the same server with nothing before them, and memory as it
goes. The second counts the people of a file who have something due that night.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import secrets
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from app.content import samples_dir
from app.facts.extract import extract
from app.facts.storage import to_storage
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack
from app.nudges.email import SMTP, message_of
from app.nudges.model import load_nudges
from app.nudges.outgoing import Mail, Outgoing
from app.nudges.parcel import Parcel
from app.nudges.preferences import Preferences
from app.nudges.tonight import due_tonight
from app.population.files import open_files
from app.records.load import read_record
from app.services.nudges.look import look
from app.services.nudges.send import send
from app.services.nudges.ways import senders
from app.services.services import Services, open_services
from app.settings import Settings
from app.store import tables
from app.store.reminders import ReminderSettings
from app.store.tables import stamp
from app.trust.keys import Sealer
from app.trust.vocabulary import CATEGORIES

NOON = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
AT = stamp(NOON - timedelta(days=1))
SERVER = """
import sys, time
from aiosmtpd.controller import Controller
class Taken:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"
Controller(Taken(), hostname="127.0.0.1", port=int(sys.argv[1])).start()
print("ready", flush=True)
time.sleep(3600)
"""


@contextmanager
def mail_server() -> Iterator[int]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    running = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], stdout=subprocess.PIPE, text=True)
    assert running.stdout
    assert running.stdout.readline() == "ready\n"
    try:
        yield port
    finally:
        running.terminate()
        running.wait()


def fill(services: Services, people: int) -> None:
    """People like the sample person Claudine, who asked for e-mails yesterday."""
    record = read_record([samples_dir() / "claudine"])
    sheet = json.dumps(to_storage(extract(record, NOON.date()))).encode()
    names = ("Person", "DataKey", "HealthFacts", "ConsentChange")
    kinds = [getattr(tables, name).__table__ for name in names]
    wanted = ReminderSettings.__table__  # type: ignore[attr-defined]
    texts = {name: services.door.consents[name].texts["fr"].digest for name in ("own_prevention", "reminders")}
    for first in range(0, people, 1000):
        rows: list[list[dict[str, object]]] = [[] for _ in kinds]
        settings = []
        for number in range(first, min(first + 1000, people)):
            who, key = secrets.token_hex(16), secrets.token_bytes(32)
            sealer = Sealer(key, who)
            rows[0].append({"id": who, "sample": who, "label": None, "language": "fr", "log_key": key,
                            "created_at": AT})  # fmt: skip
            rows[1].append({"person_id": who, "kek": services.door.keys.current,
                            "wrapped": services.door.keys.wrap(key, who), "at": AT})  # fmt: skip
            rows[2].append({"person_id": who, "sheet": sealer.seal("health_facts.sheet", sheet),
                            "answers": sealer.seal("health_facts.answers", b"{}"), "digest": who,
                            "vocabulary": services.vocabulary.digest, "at": AT})  # fmt: skip
            for purpose, allowed in (("own_prevention", ",".join(CATEGORIES)), ("reminders", "email")):
                rows[3].append({"person_id": who, "purpose": purpose, "version": 1, "categories": allowed,
                                "text_digest": texts[purpose], "language": "fr", "by": who, "at": AT})  # fmt: skip
            wants = Preferences(email=f"test-{number}@example.org").model_dump_json().encode()
            settings.append({"person_id": who, "settings": sealer.seal("reminder_settings.settings", wants),
                             "look_on": "2026-11-01", "at": AT})  # fmt: skip
        with services.engine.begin() as connection:
            for table, found in zip(kinds, rows, strict=True):
                connection.execute(insert(table), found)
            connection.execute(insert(wanted), settings)


def memory() -> int:
    """What the process holds now (MB); 0 where the system does not say."""
    path = Path("/proc/self/statm")
    return int(path.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20 if path.exists() else 0


def processor_seconds() -> float:
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def bare(mail: Mail, messages: int) -> float:
    """Messages a second to the same server, one connection, nothing else."""
    parcel = Parcel("0" * 32, "email", "Un message", "Bonjour.\n" * 12, "https://a/m/b", "https://a/m/b/stop", "fr", "")
    started = time.perf_counter()
    with smtplib.SMTP(mail.host, mail.port) as connection:
        for number in range(messages):
            to = f"test-{number}@example.org"
            made = message_of(Parcel(**{**_fields(parcel), "to": to}), mail, NOON)
            connection.sendmail(mail.bounces, [to], made.as_bytes(policy=SMTP))
    return messages / (time.perf_counter() - started)


def _fields(parcel: Parcel) -> dict[str, object]:
    return {name: getattr(parcel, name) for name in Parcel.__slots__}


def through(services: Services, mail: Mail, people: int) -> None:
    started, cpu = time.perf_counter(), time.process_time()
    found = asyncio.run(look(services, {"email"}))
    wall, used = time.perf_counter() - started, time.process_time() - cpu
    print(f"looked at {found.people} plans, planned {found.to_json()['planned']}: {found.people / wall:.0f} people/s, "
          f"{1000 * used / found.people:.2f} ms of processor each; memory {memory()} MB")  # fmt: skip
    with senders(services) as ways:
        only = {"email": ways["email"]}
        step = max(people // 4, 1)
        for _ in range(4):
            started, cpu = time.perf_counter(), time.process_time()
            done = asyncio.run(send(services, only, step))
            wall, used = time.perf_counter() - started, time.process_time() - cpu
            sent = done.to_json()["became"].get("email", {}).get("sent", 0)
            print(f"sent {sent}: {sent / wall:.0f} messages/s, {1000 * used / max(sent, 1):.2f} ms of processor each; "
                  f"memory {memory()} MB")  # fmt: skip
    print(f"beside: {bare(mail, min(people, 1000)):.0f} messages/s bare, to the same server")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--database", help="an empty database; by default an embedded one, deleted at the end")
    parser.add_argument("--population", action="append", type=Path, help="count the people of a file instead")
    parser.add_argument("--as-of", type=date.fromisoformat, default=NOON.date())
    asked = parser.parse_args()
    if asked.population:
        source = open_files(asked.population, asked.as_of, load_vocabulary())
        for _ in ("compiled", "kept in the cache"):
            before = processor_seconds()
            found = due_tonight(load_pack("fr"), load_nudges(), source, asked.as_of)
            print(json.dumps(found), f"{found['people'] / found['seconds']:.0f} people/s, "
                  f"{processor_seconds() - before:.1f} s of processor")  # fmt: skip
        return
    with tempfile.TemporaryDirectory() as folder, mail_server() as port:
        mail = Mail("127.0.0.1", port, "none", "Jalon <prevention@example.org>", "retours@example.org")
        url = asked.database or f"sqlite:///{folder}/people.db"
        settings = Settings(url, demo=True, accepted_identity=frozenset({"test"}), outgoing=Outgoing(mail=mail))
        services = open_services(settings, clock=lambda: NOON)
        started = time.perf_counter()
        fill(services, asked.people)
        print(f"{asked.people} people made in {time.perf_counter() - started:.1f} s; memory {memory()} MB")
        through(services, mail, asked.people)
        services.close()


if __name__ == "__main__":
    main()

"""A process killed at the worst moment, and a log that cannot be written: what was acknowledged is kept with its entry,
and nothing happened without one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
from sqlalchemy import text

from app.services.services import Services, open_services
from app.trust.log.check import findings
from tests.api.conftest import Loaded, demo_settings
from tests.databases import database

ROOT = Path(__file__).resolve().parents[2]
BLANK = (
    "INSERT INTO audit_entry (seq, at, tag, outcome, actor, role, purpose, basis, categories, commitment) "
    "VALUES (:n, '', '', '', '', '', '', '', '', '')"
)
WRITER = """
import asyncio, os, signal, sys
from app.services import answers, demo
from app.services.services import open_services
from app.settings import Settings
from app.trust import repeats
from app.trust.door import SignedIn
from app.trust.repeats import Repeat
from app.trust.sessions import token_hash

async def main(url, deadly):
    services = open_services(Settings(url, demo=True, accepted_identity=frozenset({"test", "demonstration", "none"})))
    who = SignedIn(token_hash(await demo.sign_in(services, "claudine", None)))
    keep = repeats.keep

    def keep_and_die(grant, repeat, given, at):
        keep(grant, repeat, given, at)
        os.kill(os.getpid(), signal.SIGKILL)  # the work is done, the transaction is not

    async def write(client):
        number = 0
        while True:
            number += 1
            name = f"{client}-{number}"
            if deadly and number == 3:
                repeats.keep = keep_and_die
            sent = {"tobacco_status": ["never", "former"][number % 2]}
            await answers.put(services, who, sent, Repeat.of(name, "PUT answers", name.encode()))
            print(Repeat.of(name, "", b"").key_hash, flush=True)  # acknowledged

    await asyncio.gather(*(write(client) for client in range(1 if deadly else 4)))

asyncio.run(main(sys.argv[1], sys.argv[2] == "deadly"))
"""


def acknowledged(url: str, kind: str, tmp_path: Path, seconds: float | None) -> list[str]:
    """Run the writer until it is killed; gives the writes that it was told are done."""
    told = tmp_path / f"told-{time.monotonic_ns()}"
    with told.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, url, kind], cwd=ROOT, stdout=out, stderr=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if not name.startswith("JALON_")},
        )  # fmt: skip
        if seconds is not None:
            while told.stat().st_size == 0 and process.poll() is None:
                time.sleep(0.01)
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, errors.decode()[-2000:]
    return told.read_text().split()


def state(services: Services) -> tuple[set[str], int, list[str]]:
    """Writes that are kept, entries of the log that speak of one, and what is wrong with the log."""
    while services.integrate_log():
        pass
    with services.engine.connect() as connection:
        kept = set(connection.execute(text("SELECT key_hash FROM account_idempotent_write")).scalars())
        query = "SELECT count(*) FROM audit_entry WHERE tag = 'citizen:answers:change' AND outcome = 'allowed'"
        entries = int(connection.execute(text(query)).scalar_one())
        return kept, entries, list(findings(connection, services.log_key.verifier))


def test_what_was_acknowledged_before_a_kill_is_kept_with_its_entry(loaded: Loaded, tmp_path: Path) -> None:
    with database(loaded.kind, tmp_path, loaded.url) as url:
        done: set[str] = set()
        for seconds in (0.03, 0.3):
            before = set(done)
            services = open_services(demo_settings(url))
            with services.engine.begin() as connection:  # the writer's names start anew
                connection.execute(text("UPDATE account_idempotent_write SET key_hash = key_hash || :n"),
                                   {"n": f"-{seconds}"})  # fmt: skip
            services.close()
            told = acknowledged(url, "loop", tmp_path, seconds)
            assert told
            services = open_services(demo_settings(url))
            kept, entries, wrong = state(services)
            services.close()
            assert set(told) <= kept
            assert entries == len(kept)
            assert wrong == []
            done = kept
            assert len(done) > len(before)


def test_what_was_not_committed_at_a_kill_leaves_neither_action_nor_entry(loaded: Loaded, tmp_path: Path) -> None:
    with database(loaded.kind, tmp_path, loaded.url) as url:
        told = acknowledged(url, "deadly", tmp_path, None)
        assert len(told) == 2
        services = open_services(demo_settings(url))
        kept, entries, wrong = state(services)
        services.close()
    assert (kept, entries, wrong) == (set(told), 2, [])


async def test_an_action_whose_entry_cannot_be_written_does_not_happen(
    claudine: httpx.AsyncClient, services: Services
) -> None:
    before = (await claudine.get("/v1/me/answers")).json()
    consents = (await claudine.get("/v1/me/consents")).json()["consents"]
    with services.engine.begin() as connection:  # the next number is taken: the log refuses any entry
        size = connection.execute(text("SELECT size FROM audit_head")).scalar_one()
        connection.execute(text(BLANK), {"n": size})
    requests = [
        ("GET", "/v1/me/plan", None), ("GET", "/v1/me/answers", None), ("GET", "/v1/me/export", None),
        ("PUT", "/v1/me/answers", {"tobacco_status": "current"}),
        ("PUT", "/v1/me/consents", {"categories": [], "text_digest": consents[0]["text"]["digest"]}),
        ("POST", "/v1/me/erasure", {"confirm": True}),
    ]  # fmt: skip
    for method, path, body in requests:
        answer = await claudine.request(method, path, json=body)
        assert answer.status_code >= 500, (method, path)
        assert set(answer.json()) <= {"type", "title", "status", "detail", "code"}, (method, path)
    with services.engine.begin() as connection:  # as the keeper of the database would mend it
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_entry_no_delete"))
        else:
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        connection.execute(text("DELETE FROM audit_entry WHERE seq = :n"), {"n": size})
    assert (await claudine.get("/v1/me/answers")).json() == before
    assert (await claudine.get("/v1/me/consents")).json()["consents"] == consents
    assert (await claudine.get("/v1/me/plan")).status_code == 200

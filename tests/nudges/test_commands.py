"""`jalon nudges` from the shell, the service that sends by itself, and who is due in a population."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from app.cli import cli
from app.content import samples_dir
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack
from app.nudges.model import load_nudges
from app.nudges.tonight import due_tonight
from app.population.answers import write_answers
from app.population.files import open_files
from app.services.nudges import schedule
from app.services.services import Services
from tests.nudges.conftest import Days, Mailbox, wants

DAY = date(2026, 11, 15)
CLAUDINE = str(samples_dir() / "claudine")


def jalon(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, list(words))
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize("lang", ["fr", "fr-falc", "en"])
def test_what_a_person_would_get_is_shown_word_for_word(lang: str) -> None:
    code, out, _ = jalon("nudges", "preview", CLAUDINE, "--as-of", "2026-11-26", "--lang", lang, "--format", "json")
    assert code == 0
    told = json.loads(out)
    assert told["kind"] == "screening"
    assert [one["channel"] for one in told["messages"]] == ["letter", "email", "push", "sms"]
    assert {item["guideline"] for item in told["items"]} == {"breast_cancer_screening", "hiv_test"}
    for message in told["messages"]:
        assert "{" not in message["subject"] + message["text"]


def test_without_a_channel_nothing_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALON_DATA_DIR", str(tmp_path))
    for name in ("JALON_DATA_KEYS", "JALON_LOG_KEY"):
        monkeypatch.setenv(name, ("k:" if name == "JALON_DATA_KEYS" else "") + "A" * 43 + "=")
    code, _, err = jalon("nudges", "send")
    assert code == 2
    assert "no channel is set up" in err


async def test_the_commands_say_what_they_did(
    services: Services, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whatever hour this runs: a message leaves, or waits for the hours in which it may."""
    await wants(services)
    url = services.engine.url.render_as_string(hide_password=False)
    env = {"DATABASE_URL": url, "JALON_DEMO": "1", "JALON_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}?tls=no",
           "JALON_MAIL_FROM": "prevention@example.org"}  # fmt: skip
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    code, out, err = await asyncio.to_thread(jalon, "nudges", "preview", "--format", "json")
    assert code == 0, err
    assert json.loads(out)["planned"] == {"screening": {"email": 1}}
    assert "claudine" not in out
    assert mailbox.got == []
    for planned in ({"screening": {"email": 1}}, {}):
        code, out, err = await asyncio.to_thread(jalon, "nudges", "send", "--format", "json")
        assert (code, json.loads(out)["planned"]) == (0, planned), err
    assert len(mailbox.got) <= 1
    code, out, _ = await asyncio.to_thread(jalon, "nudges", "send")
    assert code == 0
    assert "people looked at: 0" in out


def test_reports_that_say_nothing_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALON_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JALON_DEMO", "1")
    lines = tmp_path / "reports.json"
    lines.write_text(json.dumps({"key": "0" * 32, "event": "bounced"}) + "\n")
    code, out, _ = jalon("nudges", "bounce", str(lines), "--format", "json")
    assert (code, json.loads(out)["unknown"]) == (1, 1)
    lines.write_text("{nonsense")
    assert jalon("nudges", "bounce", str(lines))[0] == 2


async def test_the_service_sends_by_itself_when_it_is_asked_to(
    services: Services, mailbox: Mailbox, clock: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert schedule.scheduled(services) is None
    await wants(services)
    monkeypatch.setattr(schedule, "_FIRST", timedelta(0))
    services.settings = replace(services.settings, nudges_every=timedelta(minutes=10))
    running = schedule.scheduled(services)
    for _ in range(400):
        await asyncio.sleep(0.05)
        if mailbox.got:
            break
    running.shutdown(wait=False)
    assert mailbox.to == ["claudine@example.org"]


def test_who_is_due_in_a_population_is_who_the_answers_say(tmp_path: Path) -> None:
    """Each person once, under the first kind of which something is due: counted again here from everyone's answers."""
    people = tmp_path / "people.parquet"
    code, _, err = jalon("population", "generate", "--people", "400", "--seed", "3", "--as-of", DAY.isoformat(),
                         str(people))  # fmt: skip
    assert code == 0, err
    pack, nudges, out = load_pack("fr"), load_nudges(), tmp_path / "due.parquet"
    source = open_files([people], DAY, load_vocabulary())
    told = due_tonight(pack, nudges, source, DAY, out=out, threads=1)
    write_answers(pack, source, DAY, tmp_path / "answers", threads=1)
    domains = {one.id: one.domain for one in pack.on(DAY)}
    expected = {}
    for row in duckdb.sql(f"SELECT * FROM '{tmp_path}/answers/*.parquet'").fetch_arrow_table().to_pylist():
        for kind in nudges.in_order:
            wanted = {status.value for status in kind.when.statuses}
            if any(row[f"{name}.status"] in wanted for name, domain in domains.items() if domain in kind.when.domains):
                expected[row["person"]] = kind.id
                break
    found = dict(duckdb.sql(f"SELECT person, kind FROM '{out}'").fetchall())
    assert found == expected
    assert sum(told["due"].values()) == len(expected) > 100
    assert len(set(expected.values())) >= 3

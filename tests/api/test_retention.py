"""What has had its time goes, what has not stays, and the log says so."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from datetime import datetime, timedelta

import httpx
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.cli import cli
from app.services.retention import run
from app.services.services import Services
from app.trust import signing_in
from app.trust.log.check import findings


def later(services: Services, monkeypatch: pytest.MonkeyPatch, days: int) -> datetime:
    """Turn the service's clock."""
    now = services.now() + timedelta(days=days)
    monkeypatch.setattr(services.door, "clock", lambda: now)
    return now


def count(services: Services, table: str) -> int:
    with services.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def tags(services: Services) -> Counter[str]:
    with services.engine.connect() as connection:
        return Counter(connection.execute(text("SELECT tag FROM audit_entry")).scalars())


def a_citizen(services: Services) -> str:
    """Somebody real (no sample), signed in through a provider."""
    number = secrets.token_hex(8)

    def made(connection: object) -> tuple[str, bool]:
        return signing_in.account(connection, "citizen", "https://op.test", number, "", "fr", services.now())  # type: ignore[arg-type]

    return services.door.account(made)[0]


def wrong(services: Services) -> list[str]:
    while services.integrate_log():
        pass
    with services.engine.connect() as connection:
        return list(findings(connection, services.log_key.verifier))


async def test_what_had_its_time_goes_and_the_rest_stays(
    claudine: httpx.AsyncClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = {"Idempotency-Key": "once"}
    assert (await claudine.put("/v1/me/answers", json={"tobacco_status": "never"}, headers=key)).status_code == 200
    services.door.account(lambda c: signing_in.begin(c, "citizen", "a browser", services.now()))
    nothing = {"account_session": 0, "account_sign_in": 0, "account_idempotent_write": 0}
    told = run(services)
    assert {name: told["deleted"][name] for name in nothing} == nothing
    later(services, monkeypatch, 4)
    fresh = (await claudine.post("/v1/demo/sign-in", json={"person": "claudine"})).json()["token"]
    due = {"account_session": 1, "account_sign_in": 1, "account_idempotent_write": 1}
    before = tags(services)
    told = run(services, dry_run=True)
    assert {name: told["deleted"][name] for name in due} == due
    assert tags(services) == before
    told = run(services)
    assert {name: told["deleted"][name] for name in due} == due
    assert [count(services, name) for name in due] == [1, 0, 0]
    assert tags(services)["system:retention:run"] == 3
    assert run(services)["deleted"]["account_session"] == 0
    again = await claudine.get("/v1/me/plan", headers={"Authorization": f"Bearer {fresh}"})
    assert again.status_code == 200
    assert wrong(services) == []


async def test_an_unused_account_is_noticed_then_erased(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, back = a_citizen(services), a_citizen(services)
    assert run(services)["noticed"] == []
    later(services, monkeypatch, 731)
    assert run(services, dry_run=True)["noticed"] == sorted([gone, back])
    assert run(services)["noticed"] == sorted([gone, back])
    assert run(services)["noticed"] == []
    later(services, monkeypatch, 300)
    await services.door.sign_in(back, "citizen", None)
    assert run(services)["erased"] == 0
    later(services, monkeypatch, 70)
    assert run(services, dry_run=True)["erased"] == 1
    told = run(services)
    assert (told["erased"], told["noticed"]) == (1, [])
    with services.engine.connect() as connection:
        left = connection.execute(text("SELECT person_id FROM account_identity")).scalars().all()
        proofs = connection.execute(text("SELECT person_id FROM account_erasure")).scalars().all()
    assert (list(left), list(proofs)) == ([back], [gone])
    later(services, monkeypatch, 665)  # two years after they came back: noticed anew, and not erased on the old notice
    told = run(services)
    assert (told["erased"], told["noticed"]) == (0, [back])
    assert wrong(services) == []


async def test_sample_people_are_nobody_s_accounts(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    later(services, monkeypatch, 4000)
    assert run(services)["noticed"] == []


def test_the_command_says_what_it_did(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"DATABASE_URL": services.settings.database_url, "JALON_DEMO": "1"}.items():
        monkeypatch.setenv(name, value)
    dry = CliRunner().invoke(cli, ["retention", "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert "nothing was changed" in dry.stderr
    done = CliRunner().invoke(cli, ["retention", "--format", "json"])
    assert json.loads(done.stdout)["dry_run"] is False

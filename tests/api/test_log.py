"""The log's checkpoints and proofs over HTTP, and a citizen's bundle checked on the command line, offline."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from app.services.services import Services
from app.trust.log.note import VerifierKey
from app.trust.log.verify import continues, read_checkpoint


async def bundle_of(client: httpx.AsyncClient, since: int | None = None) -> dict[str, Any]:
    answer = await client.get("/v1/me/access-log/bundle", params={"since": since} if since else {})
    assert answer.status_code == 200
    return dict(answer.json())


def verify(tmp_path: Path, *files: Any, options: tuple[str, ...] = ()) -> Result:
    paths = []
    for number, data in enumerate(files):
        path = tmp_path / f"{number}.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        paths.append(str(path))
    return CliRunner().invoke(cli, ["audit", "verify", *paths, *options])


async def test_the_log_is_published_with_its_key(client: httpx.AsyncClient, services: Services) -> None:
    assert (await client.get("/v1/transparency/log")).json()["checkpoint"] is None
    assert services.integrate_log()
    told = (await client.get("/v1/transparency/log")).json()
    key = VerifierKey.parse(told["verifier_key"])
    assert read_checkpoint(told["checkpoint"], key).origin == told["origin"]
    assert told["maximum_merge_delay_seconds"] == 60


async def test_a_witness_follows_the_log(claudine: httpx.AsyncClient, services: Services) -> None:
    for _ in range(3):
        await claudine.get("/v1/me/plan")
        assert services.integrate_log()
    told = (await claudine.get("/v1/transparency/log/checkpoints", params={"limit": 2})).json()
    assert len(told["checkpoints"]) == 2
    rest = (await claudine.get("/v1/transparency/log/checkpoints", params={"after": told["next"]})).json()
    assert rest["next"] is None
    key = services.log_key.verifier
    states = [read_checkpoint(one["note"], key) for one in (*told["checkpoints"], *rest["checkpoints"])]
    assert len(states) == 3
    for old, new in pairwise(states):
        query = {"from": old.size, "to": new.size}
        proof = (await claudine.get("/v1/transparency/log/consistency", params=query)).json()["proof"]
        assert continues(old, new, [base64.b64decode(one) for one in proof])


@pytest.mark.parametrize("query", ["from=0&to=1", "from=5&to=2", "from=1&to=999999", "from=x&to=1", "to=1"])
async def test_sizes_that_never_were(client: httpx.AsyncClient, services: Services, query: str) -> None:
    services.integrate_log()
    answer = await client.get(f"/v1/transparency/log/consistency?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_bundle_holds_offline(claudine: httpx.AsyncClient, services: Services, tmp_path: Path) -> None:
    await claudine.get("/v1/me/plan")
    services.integrate_log()
    bundle = await bundle_of(claudine)
    assert "citizen:plan:read" in {entry["tag"] for entry in bundle["entries"]}
    assert [entry["tag"] for entry in bundle["pending"]] == ["citizen:access_log:read"]
    result = verify(tmp_path, bundle, options=("--key", str(services.log_key.verifier)))
    assert result.exit_code == 0, result.output
    assert "holds" in result.output


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an entry": lambda b: b["entries"][0].update(at="2020-01-01T00:00:00.000000Z"),
    "an entry left out of its place": lambda b: b["entries"].reverse(),
    "a number": lambda b: b["entries"][0].update(seq=b["entries"][0]["seq"] + 1),
    "a proof": lambda b: b["entries"][0]["proof"].pop(),
    "a pending entry": lambda b: b["pending"][0].update(outcome="refused_role"),
    "the key": lambda b: b.update(key="00" * 32),
    "the checkpoint": lambda b: b.update(checkpoint=b["checkpoint"].replace("\n", "\n1", 1)),
    "no checkpoint": lambda b: b.update(checkpoint=None),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_changed_bundle_does_not(
    claudine: httpx.AsyncClient, services: Services, tmp_path: Path, change: str
) -> None:
    services.integrate_log()
    bundle = await bundle_of(claudine)
    CHANGES[change](bundle)
    assert verify(tmp_path, bundle).exit_code == 1


async def test_a_bundle_proves_that_it_continues_an_earlier_one(
    claudine: httpx.AsyncClient, services: Services, tmp_path: Path
) -> None:
    services.integrate_log()
    first = await bundle_of(claudine)
    services.integrate_log()
    size = int(first["checkpoint"].split("\n")[1])
    second = await bundle_of(claudine, since=size)
    (tmp_path / "seen").write_text(first["checkpoint"], encoding="utf-8")
    seen = ("--seen", str(tmp_path / "seen"))
    assert verify(tmp_path, second, options=seen).exit_code == 0
    without = {name: value for name, value in second.items() if name != "consistency"}
    assert verify(tmp_path, without, options=seen).exit_code == 1
    (tmp_path / "seen").write_text(second["checkpoint"], encoding="utf-8")
    replayed = verify(tmp_path, first, options=seen)
    assert replayed.exit_code == 1
    assert "older than one already seen" in replayed.output


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "jalon-log-bundle/1"}', "{" * 5000, "\0"])
def test_what_is_no_bundle_is_bad_input(tmp_path: Path, text: str) -> None:
    result = verify(tmp_path, text)
    assert result.exit_code == 2
    assert result.output.startswith("jalon: ")


async def test_the_keeper_checks_and_exports_the_whole_log(
    claudine: httpx.AsyncClient, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"DATABASE_URL": services.settings.database_url, "JALON_DEMO": "1"}.items():
        monkeypatch.setenv(name, value)
    run = CliRunner().invoke
    printed = run(cli, ["audit", "checkpoint"])
    assert read_checkpoint(printed.output, services.log_key.verifier).size > 0
    assert run(cli, ["audit", "check"]).output == "the log holds\n"
    out = tmp_path / "log.json"
    assert run(cli, ["audit", "export", str(out)]).exit_code == 0
    assert run(cli, ["audit", "verify", str(out)]).exit_code == 0
    data = json.loads(out.read_text())
    data["leaves"][-1] = data["leaves"][0]
    assert verify(tmp_path, data).exit_code == 1


def test_a_key_is_made_for_the_environment() -> None:
    result = CliRunner().invoke(cli, ["audit", "key", "--name", "jalon.example.fr/log"])
    assert len(base64.b64decode(result.stdout)) == 32
    assert "publish jalon.example.fr/log+" in result.stderr

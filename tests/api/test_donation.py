"""Donation: who is in, when; opposing in one act, both ways, with a receipt; and a plan that never depends on it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.cli import cli
from app.services.services import Services
from app.trust.donation.projects import load_projects
from app.trust.donation.terms import load_terms

URL = "/v1/me/donation"
DIGEST = load_terms().texts["fr"].digest
NO = {"choice": "opposed", "text_digest": DIGEST}
YES = {"choice": "included", "text_digest": DIGEST}


async def state(client: httpx.AsyncClient) -> str:
    return str((await client.get(URL)).json()["state"])


async def test_silence_counts_only_after_information_and_the_delay(
    claudine: httpx.AsyncClient, services: Services
) -> None:
    start = datetime.now(UTC)
    assert await state(claudine) == "not_informed"
    services.door.clock = lambda: start + timedelta(days=400)  # not informed is never included, however long
    claudine.headers["Authorization"] = await again(claudine)
    assert await state(claudine) == "not_informed"
    assert (await claudine.post(f"{URL}/information", json={"text_digest": DIGEST})).status_code == 204
    shown = (await claudine.get(URL)).json()
    assert shown["state"] == "waiting"
    assert shown["included_from"] == (start + timedelta(days=400 + 42)).date().isoformat()
    for days, expected in ((41, "waiting"), (42, "included")):
        services.door.clock = lambda days=days: start + timedelta(days=400 + days)
        claudine.headers["Authorization"] = await again(claudine)
        assert await state(claudine) == expected
    assert (await claudine.get(URL)).json()["history"] == []


async def again(client: httpx.AsyncClient) -> str:
    token = (await client.post("/v1/demo/sign-in", json={"person": "claudine"})).json()["token"]
    client.cookies.clear()
    return f"Bearer {token}"


async def test_opposing_is_one_act_both_ways_with_its_history(lea: httpx.AsyncClient) -> None:
    for body, expected in ((NO, "opposed"), (YES, "included"), (NO, "opposed"), (NO, "opposed")):
        done = await lea.put(URL, json=body)
        assert done.status_code == 200, done.text
        assert done.json()["state"] == expected == await state(lea)
    history = (await lea.get(URL)).json()["history"]
    assert [one["choice"] for one in history] == ["opposed", "included", "opposed"]
    assert [one["version"] for one in history] == [1, 2, 3]
    assert {one["channel"] for one in history} == {"self"}


async def test_opposing_some_purposes_or_projects(lea: httpx.AsyncClient) -> None:
    projects = list(load_projects())
    body = YES | {"opposed_purposes": ["research"], "opposed_projects": ["exemple_glycemie"]}
    shown = (await lea.put(URL, json=body)).json()
    assert shown["state"] == "included"
    assert [one["id"] for one in shown["purposes"] if one["opposed"]] == ["research"]
    expected = {p.id for p in projects if p.purpose == "research"} | {"exemple_glycemie"}
    assert {one["id"] for one in shown["projects"] if one["opposed"]} == expected
    assert all(one["opposed"] for one in (await lea.put(URL, json=NO)).json()["projects"])


async def test_a_plan_is_the_same_for_opposed_and_included_people(claudine: httpx.AsyncClient) -> None:
    plans = []
    for body in (YES, NO, YES | {"opposed_purposes": ["research"]}, NO):
        assert (await claudine.put(URL, json=body)).status_code == 200
        for path in ("/v1/me/plan?trace=true", "/v1/me/facts", "/v1/me/plan/breast_cancer_screening/explanation"):
            got = await claudine.get(path)
            assert got.status_code == 200
            plans.append((path, got.headers["etag"], got.text))
    assert len(set(plans)) == 3


async def test_a_stale_version_gets_412(lea: httpx.AsyncClient) -> None:
    seen = (await lea.get(URL)).headers["etag"]
    assert (await lea.put(URL, json=NO, headers={"If-Match": seen})).status_code == 200
    late = await lea.put(URL, json=YES, headers={"If-Match": seen})
    assert late.status_code == 412
    assert late.json()["type"] == "/problems/changed-meanwhile"
    assert await state(lea) == "opposed"


async def test_repeated_with_its_key_a_choice_is_one_choice(lea: httpx.AsyncClient) -> None:
    first = await lea.put(URL, json=NO, headers={"Idempotency-Key": "a"})
    await lea.put(URL, json=YES)
    again = await lea.put(URL, json=NO, headers={"Idempotency-Key": "a"})
    assert again.text == first.text
    assert await state(lea) == "included"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"choice": "opposed"}, 422),
        ({"choice": "maybe", "text_digest": DIGEST}, 422),
        (NO | {"text_digest": "sha256:" + "0" * 64}, 409),
        (YES | {"opposed_purposes": ["insurance"]}, 422),
        (YES | {"opposed_projects": ["nothing"]}, 422),
        (NO | {"reason": "because"}, 422),
    ],
)
async def test_what_is_no_choice_changes_nothing(lea: httpx.AsyncClient, body: dict[str, Any], status: int) -> None:
    answer = await lea.put(URL, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await lea.get(URL)).json()["history"] == []


def verify(file: Path, content: object, *more: str) -> tuple[int, str]:
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    done = CliRunner().invoke(cli, ["audit", "verify", str(file), *more])
    return done.exit_code, done.output


async def test_each_choice_has_a_receipt_that_holds_offline(
    lea: httpx.AsyncClient, services: Services, tmp_path: Path
) -> None:
    for body in (NO, YES | {"opposed_purposes": ["policy"]}):
        await lea.put(URL, json=body)
    key = (await lea.get("/v1/transparency/log")).json()["verifier_key"]
    for version, said in ((1, "opposed"), (2, "included")):
        taken = await lea.get(f"{URL}/receipts/{version}")
        assert "attachment" in taken.headers["content-disposition"]
        code, told = verify(tmp_path / "receipt.json", taken.text, "--key", key)
        assert (code, said in told) == (0, True), told
    good = taken.json()
    for bad in (
        good | {"receipt": good["receipt"].replace("included", "opposed")},
        good | {"receipt": good["receipt"].replace("policy", "polity")},
        good | {"receipt": good["receipt"][:-10] + "AAAAAAAA=\n"},
    ):
        assert verify(tmp_path / "bad.json", bad, "--key", key)[0] == 1
    assert verify(tmp_path / "none.json", {"format": "jalon-receipt/1", "verifier_key": key})[0] == 2
    assert (await lea.get(f"{URL}/receipts/3")).status_code == 404


async def test_a_receipt_names_nobody_but_its_holder_can_be_proven(lea: httpx.AsyncClient, services: Services) -> None:
    from app.trust.donation.register import holder
    from app.trust.log import receipt

    await lea.put(URL, json=NO)
    note = (await lea.get(f"{URL}/receipts/1")).json()["receipt"]
    bundle = (await lea.get("/v1/me/access-log/bundle")).json()
    kind, content = receipt.read(note, services.log_key.verifier)
    assert kind == "donation"
    assert content["holder"] == holder(bytes.fromhex(bundle["key"]))
    entries = {entry["seq"]: entry for entry in bundle["entries"] + bundle["pending"]}
    assert entries[content["entry"]]["tag"] == "citizen:donation:choose"
    subject = entries[content["entry"]]["subject"]
    assert subject not in note


async def test_the_register_is_never_rewritten(lea: httpx.AsyncClient, services: Services) -> None:
    await lea.put(URL, json=NO)
    for statement in ("UPDATE donation_choice SET wish = 'included'", "DELETE FROM donation_choice"):
        with pytest.raises(DatabaseError, match="append-only"), services.engine.begin() as connection:
            connection.execute(text(statement))


async def test_the_registry_of_projects_is_public(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1/transparency/projects")).json()["projects"]
    assert [one["id"] for one in listed] == [project.id for project in load_projects()]
    for one in listed:
        assert one["why"]
        shown = (await client.get(f"/v1/transparency/projects/{one['id']}")).json()
        assert shown["ethics"]["decision"]
        assert {column["name"] for column in shown["columns"]}
        assert shown["who"]["contact"]
    assert (await client.get("/v1/transparency/projects/nothing")).json()["type"] == "/problems/unknown-project"

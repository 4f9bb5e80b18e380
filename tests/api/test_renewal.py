"""When the vocabulary changes, facts are extracted again from the files that people sent, under their consent."""

from __future__ import annotations

import copy

import httpx
from sqlalchemy import text

from app.services.demo import load_samples
from app.services.services import Services


def learn(services: Services) -> None:
    """The same vocabulary under another digest, as after an update."""
    services.pack = copy.copy(services.pack)
    services.pack.vocabulary = copy.copy(services.pack.vocabulary)
    services.pack.vocabulary.digest = "sha256:" + "1" * 64


async def test_facts_are_renewed_once_and_the_log_says_so(
    claudine: httpx.AsyncClient, services: Services
) -> None:
    before = (await claudine.get("/v1/me/plan")).json()
    learn(services)
    for _ in range(2):
        assert (await claudine.get("/v1/me/plan")).json() == before
        assert (await claudine.get("/v1/me/facts")).status_code == 200
    entries = (await claudine.get("/v1/me/access-log")).json()["entries"]
    renewals = [entry for entry in entries if entry["tag"] == "system:facts:renew"]
    assert len(renewals) == 2  # one to read the files, one to keep the facts
    assert {(entry["by"], entry["role"], entry["purpose"]) for entry in renewals} == {
        ("jalon", "system", "upkeep")
    }
    with services.engine.connect() as connection:
        kept = connection.execute(
            text(
                "SELECT vocabulary FROM health_facts JOIN account_person ON id = person_id WHERE sample = 'claudine'"
            )
        ).scalar_one()
    assert kept == services.vocabulary.digest


async def test_without_consent_nothing_is_renewed(lea: httpx.AsyncClient, services: Services) -> None:
    learn(services)
    assert (await lea.get("/v1/me/plan")).status_code == 403
    entries = (await lea.get("/v1/me/access-log")).json()["entries"]
    assert "system:facts:renew" not in {entry["tag"] for entry in entries}


async def test_answers_outlive_a_renewal(claudine: httpx.AsyncClient, services: Services) -> None:
    await claudine.put("/v1/me/answers", json={"tobacco_status": "never"})
    learn(services)
    facts = (await claudine.get("/v1/me/facts")).json()["facts"]
    assert [fact["value"] for fact in facts if fact["id"] == "tobacco_status" and fact["author"] == "citizen"]


def test_a_second_start_loads_nothing_again(services: Services, samples: object) -> None:
    assert load_samples(services, samples) == 0  # type: ignore[arg-type]

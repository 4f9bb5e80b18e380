"""Records of people whose name is written from right to left, or holds an emoji, and who are born on 29 February."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.content import samples_dir
from app.services.services import Services
from app.trust import people
from app.trust.vocabulary import CATEGORIES
from tests.api.conftest import sign_in
from tests.api.test_record import URL

NAMES = {
    "arabic": ("ليلى", "TEST-الخطيب"), "hebrew": ("נועה", "TEST-כהן"), "emoji": ("Léa 🌞", "TEST-ROUX👩‍👧"),
    "override": ("Léa\u202e", "TEST-\u2067ROUX\u2069"), "long": ("L" * 190, "TEST-" + "R" * 190),
    "markup": ("<b>Léa</b>", "TEST-\"><script>alert(1)</script>"),
}  # fmt: skip


def record(given: str, family: str, born: str) -> bytes:
    """Claudine's record, of somebody else."""
    data: Any = json.loads((samples_dir() / "claudine" / "dossier.json").read_text(encoding="utf-8"))
    for entry in data["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["resource"] |= {"name": [{"use": "official", "family": family, "given": [given]}], "birthDate": born}
    return json.dumps(data, ensure_ascii=False).encode()


@pytest.fixture
async def newcomer(client: httpx.AsyncClient, services: Services) -> httpx.AsyncClient:
    """Somebody of whom nothing is known yet, not even their name."""
    now = services.now()
    services.door.account(lambda connection: people.add_sample(connection, "nouveau", "Nouveau", "fr", now))
    await sign_in(client, "nouveau")
    await allow_all(client)
    return client


async def allow_all(client: httpx.AsyncClient) -> None:
    digest = (await client.get("/v1/me/consents")).json()["consents"][0]["text"]["digest"]
    answer = await client.put("/v1/me/consents", json={"categories": list(CATEGORIES), "text_digest": digest})
    assert answer.status_code == 200


@pytest.mark.parametrize("name", NAMES)
async def test_any_name_is_read_and_every_paper_is_made(newcomer: httpx.AsyncClient, name: str) -> None:
    given, family = NAMES[name]
    sent = await newcomer.post(URL, content=record(given, family, "1974-05-17"))
    assert sent.status_code == 201, sent.text
    for path in (
        "/v1/me/plan", "/v1/me/facts", "/v1/me/results", "/v1/me/family", "/v1/me/plan/pdf", "/v1/me/export",
        "/fhir/Patient/me", "/mon-plan", "/ma-famille", "/mes-donnees",
    ):  # fmt: skip
        answer = await newcomer.get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.text[:200])
        if answer.headers["content-type"].startswith("text/html"):
            assert "<script>alert" not in answer.text
    again = await newcomer.post(URL, content=record(given, family, "1974-05-17").replace(b'"1974', b' "1974', 1))
    assert again.status_code == 201, "the same person is recognised, in another file"


@pytest.mark.parametrize(("today", "age"), [
    ("2026-02-27", 25), ("2026-02-28", 26), ("2026-03-01", 26), ("2028-02-28", 27), ("2028-02-29", 28),
])  # fmt: skip
async def test_who_is_born_on_29_february_has_a_birthday_every_year(
    newcomer: httpx.AsyncClient, services: Services, today: str, age: int
) -> None:
    """On 28 February in common years (docs/reference/meaning.md): the plan says so in words, and no date is made up."""
    assert (await newcomer.post(URL, content=record("Léa", "TEST-ROUX", "2000-02-29"))).status_code == 201
    moment = datetime.fromisoformat(f"{today}T10:00:00").replace(tzinfo=UTC)
    services.door.clock = lambda: moment
    await sign_in(newcomer, "nouveau")
    plan = await newcomer.get("/v1/me/plan")
    assert plan.status_code == 200
    told = [sentence for item in plan.json()["next"] + plan.json()["now"] for sentence in item["why"]]
    assert f"Vous avez {age} ans." in told

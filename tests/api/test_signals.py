"""Problems, human reviews and complaints: sent, answered within a delay, followed to their end, and erased with the
person, but for an anonymous line."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.services.demo import TeamMember, _load_team
from app.services.services import Services
from tests.api.conftest import sign_in
from tests.api.test_review import doctor  # noqa: F401

ITEM = "/v1/me/plan/items/tobacco"
SECRET = "Je tousse depuis le mois de mars"


@pytest.fixture(autouse=True)
def team(services: Services) -> None:
    _load_team(services, [TeamMember(id="equipe-1", label="1")])


async def report(client: httpx.AsyncClient, problem: str = "wrong_fact", words: str = SECRET) -> str:
    made = await client.post(f"{ITEM}/problem", json={"problem": problem, "words": words})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def mine(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    await sign_in(client, "claudine")
    return list((await client.get("/v1/me/signals")).json()["signals"])


def stored(services: Services) -> str:
    """All that the register's tables hold, and everything in clear of the sealed one."""
    with services.engine.connect() as connection:
        found = [
            [dict(row._mapping) for row in connection.execute(text(f"SELECT * FROM {name}"))]
            for name in ("guarantee_signal", "guarantee_step", "health_signal")
        ]
    return str(found)


async def test_a_problem_keeps_the_whole_reasoning_sealed(claudine: httpx.AsyncClient, services: Services) -> None:
    explained = (await claudine.get("/v1/me/plan/tobacco/explanation?lang=fr")).json()
    name = await report(claudine)
    kept = (await claudine.get(f"/v1/me/signals/{name}")).json()
    assert kept["trace"] == explained
    assert (kept["words"], kept["state"], kept["problem"]) == (SECRET, "received", "wrong_fact")
    assert kept["due"] == (services.today() + timedelta(days=15)).isoformat()
    assert SECRET not in stored(services)
    for sentence in explained["why"][1:]:
        assert sentence not in stored(services)


async def test_a_button_pressed_twice_sends_once(claudine: httpx.AsyncClient) -> None:
    assert await report(claudine) == await report(claudine)
    assert await report(claudine, words="autre chose") != await report(claudine, "harm")
    assert len(await mine(claudine)) == 3


async def test_the_team_follows_it_to_its_end_and_the_person_sees_each_step(claudine: httpx.AsyncClient) -> None:
    name = await report(claudine)
    await sign_in(claudine, "equipe-1")
    [line] = (await claudine.get("/v1/content/register")).json()["signals"]
    assert line["id"] == name
    assert "words" not in line, "the register is about nobody"
    opened = (await claudine.get(f"/v1/content/register/{name}")).json()
    assert (opened["words"], opened["trace"]["guideline"]) == (SECRET, "tobacco")
    at = f"/v1/content/register/{name}"
    too_soon = await claudine.post(at, json={"step": "closed"})
    assert (too_soon.status_code, too_soon.json()["type"]) == (409, "/problems/wrong-step")
    assert (await claudine.post(at, json={"step": "analysed", "analysis": "Seuil faux."})).status_code == 422
    body = {"step": "analysed", "analysis": "Seuil faux.", "impact": "serious", "words": "Vous aviez raison."}
    assert (await claudine.post(at, json=body)).status_code == 200
    assert (await claudine.post(at, json={"step": "closed", "words": "Corrigé."})).status_code == 200
    [shown] = await mine(claudine)
    assert [step["step"] for step in shown["steps"]] == ["received", "analysed", "closed"]
    assert [answer["words"] for answer in shown["answers"]] == ["Vous aviez raison.", "Corrigé."]
    log = (await claudine.get("/v1/me/access-log")).json()["entries"]
    seen = {entry["tag"]: entry for entry in log}
    assert seen["team:signal:open"]["by"] == seen["team:signal:step"]["by"] == "team"
    assert seen["team:signal:open"]["purpose"] == "vigilance"


async def test_the_export_says_what_a_form_asks_and_how_sure_each_code_is(claudine: httpx.AsyncClient) -> None:
    name = await report(claudine, "harm")
    await report(claudine, "missing", words="=1+1")
    await sign_in(claudine, "equipe-1")
    body = {"step": "analysed", "analysis": "=cmd|' /C calc'!A0", "impact": "public_health"}
    assert (await claudine.post(f"/v1/content/register/{name}", json=body)).status_code == 200
    rows = (await claudine.get("/v1/content/register-export")).json()["reports"]
    one = next(row for row in rows if row["report_id"] == name)
    assert (one["impact_code"], one["impact_code_verified"], one["problem_code_verified"]) == ("F20", "yes", "no")
    received, due = one["received"][:10], one["report_to_authority_by"]
    assert due > received
    assert len(rows) == 2
    answer = await claudine.get("/v1/content/register-export?format=csv")
    [first, *_] = [line for line in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))) if line["impact"]]
    assert first["analysis"].startswith("'="), "no cell is run as a formula"
    assert "words" not in first


async def test_a_review_by_the_doctor_and_what_follows(doctor: httpx.AsyncClient) -> None:  # noqa: F811
    await sign_in(doctor, "claudine")
    made = await doctor.post(f"{ITEM}/human-review", json={"to": "doctor", "words": "Pourquoi moi ?"})
    assert made.status_code == 201, made.text
    await sign_in(doctor, "equipe-1")
    other = await doctor.get(f"/v1/content/register/{made.json()['id']}")
    assert other.status_code == 403, "it is the doctor's, until it is late"
    await sign_in(doctor, "cabinet")
    [patient] = (await doctor.get("/v1/practice/worklist")).json()["patients"]
    assert patient["asks_review"]
    at = f"/v1/practice/patients/{patient['id']}/requests"
    [asked] = (await doctor.get(at)).json()["requests"]
    assert asked["words"] == "Pourquoi moi ?"
    assert (await doctor.post(f"{at}/{asked['id']}", json={"words": "Parce que…"})).status_code == 200
    assert (await doctor.post(f"{at}/{asked['id']}", json={"words": "non"})).status_code == 422
    assert (await doctor.post(f"{at}/{asked['id']}", json={"words": "encore une fois"})).status_code == 409
    assert not (await doctor.get("/v1/practice/worklist")).json()["patients"][0]["asks_review"]
    [shown] = await mine(doctor)
    assert shown["state"] == "answered"
    assert shown["answers"][0]["by"] == "Dr Denis TEST-MARTIN"
    contested = await doctor.post(f"/v1/me/signals/{asked['id']}/outcome", json={"step": "contested", "words": "Non."})
    assert contested.status_code == 200
    [again] = await mine(doctor)
    assert (again["state"], again["sent_to"]) == ("contested", "team")
    await sign_in(doctor, "equipe-1")
    body = {"step": "answered", "words": "Nous avons relu."}
    assert (await doctor.post(f"/v1/content/register/{asked['id']}", json=body)).status_code == 200
    await sign_in(doctor, "claudine")
    done = await doctor.post(f"/v1/me/signals/{asked['id']}/outcome", json={"step": "closed"})
    assert done.status_code == 200
    assert [one["state"] for one in await mine(doctor)] == ["closed"]


async def test_what_is_late_is_counted_and_the_team_may_open_it(
    doctor: httpx.AsyncClient, services: Services  # noqa: F811
) -> None:
    await sign_in(doctor, "claudine")
    name = (await doctor.post(f"{ITEM}/human-review", json={"to": "doctor"})).json()["id"]
    now = services.now()
    services.door.clock = lambda: now + timedelta(days=40)
    await sign_in(doctor, "equipe-1")
    found = (await doctor.get("/v1/content/register")).json()
    assert (found["overdue"], found["signals"][0]["overdue"]) == (1, True)
    assert (await doctor.get(f"/v1/content/register/{name}")).status_code == 200


async def test_a_doctor_reports_and_the_patient_sees_it(doctor: httpx.AsyncClient) -> None:  # noqa: F811
    [patient] = (await doctor.get("/v1/practice/patients")).json()["patients"]
    at = f"/v1/practice/patients/{patient['id']}/items/tobacco/problem"
    assert (await doctor.post(at, json={"problem": "wrong_advice"})).status_code == 201
    [shown] = await mine(doctor)
    assert (shown["reporter"], shown["problem"]) == ("professional", "wrong_advice")
    await sign_in(doctor, "cabinet")
    assert (await doctor.get(f"/v1/practice/patients/{patient['id']}/requests")).json()["requests"] == []


async def test_erasing_leaves_an_anonymous_line(claudine: httpx.AsyncClient, services: Services) -> None:
    name = await report(claudine)
    assert (await claudine.post("/v1/me/erasure", json={"confirm": True})).status_code == 200
    with services.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM health_signal")).scalar() == 0
    await sign_in(claudine, "equipe-1")
    left = (await claudine.get(f"/v1/content/register/{name}")).json()
    assert (left["erased"], left["words"], left["trace"], left["problem"]) == (True, None, None, "wrong_fact")
    assert (await claudine.post(f"/v1/content/register/{name}", json={"step": "action"})).status_code == 409


async def test_nobody_opens_what_others_sent(claudine: httpx.AsyncClient) -> None:
    name = await report(claudine)
    await sign_in(claudine, "lea")
    assert (await claudine.get(f"/v1/me/signals/{name}")).status_code == 404
    assert (await claudine.post(f"/v1/me/signals/{name}/outcome", json={"step": "closed"})).status_code == 404
    assert (await claudine.get("/v1/me/signals", headers={"Jalon-For": name})).status_code == 403
    assert (await claudine.get(f"/v1/content/register/{name}")).status_code == 403


@pytest.mark.parametrize(("path", "body", "status"), [
    (f"{ITEM}/problem", {"problem": "no_such"}, 422),
    (f"{ITEM}/problem", {"problem": "harm", "words": "x" * 2001}, 422),
    ("/v1/me/plan/items/no_such/problem", {"problem": "harm"}, 404),
    (f"{ITEM}/human-review", {"to": "somebody"}, 422),
    (f"{ITEM}/human-review", {"to": "doctor"}, 409),
    ("/v1/me/complaints", {"words": "   "}, 422),
    ("/v1/me/complaints", {"words": "Où est ma copie ?"}, 201),
])  # fmt: skip
async def test_what_makes_no_sense_is_refused(
    claudine: httpx.AsyncClient, path: str, body: dict[str, str], status: int
) -> None:
    answer = await claudine.post(path, json=body)
    assert answer.status_code == status, answer.text
    assert "x" * 50 not in json.dumps(answer.json())

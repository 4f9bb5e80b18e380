"""The stop button: what is stopped answers nobody from the next request, says so, and comes back once two lift it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from app.services.demo import TeamMember, _load_team
from app.services.services import Services
from tests.api.conftest import sign_in
from tests.api.test_review import doctor, patient_of  # noqa: F401

BREAST = "breast_cancer_screening"
WHY = "Un seuil d’âge est faux dans cette version."


@pytest.fixture
def team(services: Services) -> None:
    _load_team(services, [TeamMember(id="equipe-1", label="1"), TeamMember(id="equipe-2", label="2")])


async def act(client: httpx.AsyncClient, who: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
    """One call of somebody else; the client is then claudine again."""
    await sign_in(client, who)
    answer = await (client.post(path, json=body) if body else client.get(path))
    await sign_in(client, "claudine")
    return answer


async def stop(client: httpx.AsyncClient, target: str = BREAST, kind: str = "guideline", **more: str) -> str:
    made = await act(client, "equipe-1", "/v1/content/stops", {"kind": kind, "target": target, "reason": WHY, **more})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def lift(client: httpx.AsyncClient, who: str, name: str, step: str) -> httpx.Response:
    body = {"step": step, "reason": "La version est corrigée."}
    return await act(client, who, f"/v1/content/stops/{name}/lift", body)


async def plan(client: httpx.AsyncClient) -> dict[str, Any]:
    return dict((await client.get("/v1/me/plan")).json())


def names(plan: dict[str, Any], *lists: str) -> set[str]:
    return {item["guideline"] for name in lists for item in plan[name]}


OTHERS = ("now", "next", "up_to_date", "to_see_with_doctor", "not_for_you")


@pytest.mark.usefixtures("team")
async def test_a_plan_already_made_changes_at_the_next_request_and_comes_back(claudine: httpx.AsyncClient) -> None:
    before = await plan(claudine)
    assert BREAST in names(before, "now")
    assert before["suspended"] == []
    name = await stop(claudine)
    after = await plan(claudine)
    assert BREAST not in names(after, *OTHERS)
    [shown] = after["suspended"]
    assert (shown["guideline"], shown["status"], shown["action"], shown["due_from"]) == (
        BREAST, "suspended", None, None
    )
    assert shown["suspension"]["reason"] == WHY
    assert "suspendue depuis le" in shown["why"][0]
    assert WHY.rstrip(".") in shown["why"][0]
    assert names(after, *OTHERS) == names(before, *OTHERS) - {BREAST}
    assert (await lift(claudine, "equipe-1", name, "propose")).status_code == 200
    same = await lift(claudine, "equipe-1", name, "confirm")
    assert (same.status_code, same.json()["type"]) == (403, "/problems/same-person")
    assert (await plan(claudine))["suspended"], "a proposal lifts nothing"
    assert (await lift(claudine, "equipe-2", name, "confirm")).status_code == 200
    assert await plan(claudine) == before


@pytest.mark.usefixtures("team")
async def test_it_holds_in_every_form(claudine: httpx.AsyncClient) -> None:
    await stop(claudine)
    explained = (await claudine.get(f"/v1/me/plan/{BREAST}/explanation")).json()
    assert explained["status"] == "suspended"
    assert explained["tracks"] == explained["changes"] == []
    decided = await claudine.put(f"/v1/me/plan/items/{BREAST}/decision", json={"decision": "ask_doctor"})
    assert (decided.status_code, decided.json()["type"]) == (409, "/problems/suspended")
    answers = (await claudine.get("/fhir/GuidanceResponse?_count=200")).json()["entry"]
    stopped = [one["resource"] for one in answers if f":{BREAST}|" in one["resource"]["moduleCanonical"]]
    assert [one["status"] for one in stopped] == ["failure"]
    definitions = (await claudine.get("/fhir/PlanDefinition?_count=200")).json()["entry"]
    retired = {
        one["resource"]["identifier"][0]["value"]
        for one in definitions
        if one["resource"]["status"] == "retired" and "suspendue" in one["resource"]["description"]
    }
    assert retired == {BREAST}
    [ours] = [one["resource"]["id"] for one in definitions if one["resource"]["identifier"][0]["value"] == BREAST]
    applied = await claudine.get(f"/fhir/PlanDefinition/{ours}/$apply")
    assert (applied.status_code, applied.json()["resourceType"]) == (409, "OperationOutcome")
    anyone = (await claudine.post("/v1/check", json={"age": 52, "sex": "female"})).json()
    assert BREAST in names(anyone, "suspended")
    assert BREAST not in names(anyone, "recommended", "maybe")


@pytest.mark.usefixtures("team")
async def test_a_doctor_reads_it_and_decides_nothing_about_it(doctor: httpx.AsyncClient) -> None:  # noqa: F811
    at = await patient_of(doctor)
    seen = await doctor.get(at)
    assert BREAST in {one["guideline"] for one in seen.json()["first"]}
    await stop(doctor)
    await sign_in(doctor, "cabinet")
    late = await doctor.post(at, json={"accept_rest": True}, headers={"If-Match": seen.headers["etag"]})
    assert late.status_code == 412
    assert any("suspendue" in one["text"] for one in late.json()["changed"])
    now = await doctor.get(at)
    assert [one["guideline"] for one in now.json()["suspended"]] == [BREAST]
    assert BREAST not in {one["guideline"] for one in now.json()["first"]}
    decisions = [{"guideline": BREAST, "decision": "accept"}]
    refused = await doctor.post(at, json={"decisions": decisions}, headers={"If-Match": now.headers["etag"]})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/suspended")
    [listed] = (await doctor.get("/v1/practice/worklist")).json()["patients"]
    assert BREAST not in {one["guideline"] for one in listed["reasons"]}
    summary = await doctor.get(at.replace("/review", "/documents/summary"))
    assert "suspendue depuis" in summary.text


@pytest.mark.usefixtures("team")
async def test_a_stopped_model_gives_no_figure_and_decides_nothing(claudine: httpx.AsyncClient) -> None:
    facts = {"systolic_bp": [150, 95], "total_cholesterol": 6.5, "hdl_cholesterol": 1.2, "tobacco_status": "current"}
    for fact, value in facts.items():
        assert (await claudine.put("/v1/me/answers", json={fact: value})).status_code == 200, fact
    before = await plan(claudine)
    assert "score2" in {risk["model"] for risk in before["risks"]}
    await stop(claudine, "score2", "model")
    after = await plan(claudine)
    assert "score2" not in {risk["model"] for risk in after["risks"]}
    assert [one["model"] for one in after["suspended_models"]] == ["score2"]
    text = json.dumps(after, ensure_ascii=False)
    assert "Le calcul de risque dont cette recommandation se sert est suspendu" in text
    assert (await claudine.post("/v1/me/risks/what-if", json={})).json()["suspended_models"]


@pytest.mark.usefixtures("team")
async def test_everybody_reads_what_was_stopped_and_nobody_by_whom(claudine: httpx.AsyncClient) -> None:
    name = await stop(claudine)
    await lift(claudine, "equipe-1", name, "propose")
    await lift(claudine, "equipe-2", name, "refuse")
    claudine.headers.pop("Authorization")
    [one] = (await claudine.get("/v1/transparency/stops")).json()["stops"]
    assert [step["event"] for step in one["steps"]] == ["stopped", "lift_proposed", "lift_refused"]
    assert one["in_force"]
    assert "by" not in json.dumps(list(one) + [list(step) for step in one["steps"]])


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(("body", "status"), [
    ({"kind": "guideline", "target": "no_such_thing", "reason": WHY}, 422),
    ({"kind": "guideline", "target": BREAST, "version": "1999-01-01", "reason": WHY}, 422),
    ({"kind": "model", "target": BREAST, "reason": WHY}, 422),
    ({"kind": "message", "target": "../etc", "reason": WHY}, 422),
    ({"kind": "guideline", "target": BREAST, "reason": " court  "}, 422),
    ({"kind": "guideline", "target": BREAST, "reason": "x" * 501}, 422),
    ({"kind": "everything", "target": BREAST, "reason": WHY}, 422),
    ({"kind": "message", "target": "a_reminder", "reason": WHY}, 201),
])  # fmt: skip
async def test_what_makes_no_sense_is_refused(claudine: httpx.AsyncClient, body: dict[str, str], status: int) -> None:
    assert (await act(claudine, "equipe-1", "/v1/content/stops", body)).status_code == status


@pytest.mark.usefixtures("team")
async def test_who_is_of_no_team_stops_nothing(claudine: httpx.AsyncClient) -> None:
    body = {"kind": "guideline", "target": BREAST, "reason": WHY}
    assert (await claudine.post("/v1/content/stops", json=body)).status_code == 403
    assert (await claudine.get("/v1/content/stops")).status_code == 403
    twice = await stop(claudine)
    again = await act(claudine, "equipe-2", "/v1/content/stops", body)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-stopped")
    assert (await lift(claudine, "equipe-2", twice, "confirm")).json()["type"] == "/problems/wrong-step"
    assert (await lift(claudine, "equipe-2", "nothing", "propose")).status_code == 404

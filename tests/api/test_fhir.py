"""The FHIR façade, driven by a real client (fhirpy) over HTTP, and held against the models of FHIR R4B."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
from typing import Any

import httpx
import pytest
import uvicorn
from fhir.resources.R4B import get_fhir_model_class
from fhirpy import AsyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

from app.api.app import create_app
from app.services.fhir.parameters import PARAMETERS
from app.services.services import Services


def valid(resource: dict[str, Any]) -> dict[str, Any]:
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    return resource


async def get(client: httpx.AsyncClient, path: str, status: int = 200) -> dict[str, Any]:
    answer = await client.get("/fhir" + path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    found: dict[str, Any] = answer.json()
    return valid(found)


async def test_a_real_client_reads_searches_and_pages(services: Services) -> None:
    """Observation by code, the pages of all that is known, one resource by its id, and what does not exist."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    services.settings = dataclasses.replace(services.settings, base_url=base)
    server = uvicorn.Server(uvicorn.Config(create_app(services=services), log_level="error", lifespan="off"))
    running = asyncio.create_task(server.serve([listening]))
    try:
        async with httpx.AsyncClient(base_url=base) as http:
            while not server.started:
                await asyncio.sleep(0.01)
            token = (await http.post("/v1/demo/sign-in", json={"person": "claudine"})).json()["token"]
        client = AsyncFHIRClient(f"{base}/fhir", authorization=f"Bearer {token}")
        pressures = await client.resources("Observation").search(code="systolic_bp").fetch_all()
        assert pressures
        assert all(one["subject"]["reference"] == "Patient/me" for one in pressures)
        again = await client.reference("Observation", pressures[0]["id"]).to_resource()
        assert again["valueQuantity"] == pressures[0]["valueQuantity"]
        everything = await client.resources("Observation").limit(2).fetch_all()
        assert len(everything) == (await client.resources("Observation").limit(1).fetch_raw())["total"]
        assert len({one["id"] for one in everything}) == len(everything)
        with pytest.raises(ResourceNotFound):
            await client.reference("Observation", "me.none").to_resource()
        with pytest.raises(OperationOutcome):
            await client.resources("Observation").search(colour="blue").fetch()
    finally:
        server.should_exit = True
        await running


async def test_every_type_of_the_statement_answers_valid_resources(claudine: httpx.AsyncClient) -> None:
    stated = await get(claudine, "/metadata")
    types = {one["type"]: one for one in stated["rest"][0]["resource"]}
    assert set(types) == set(PARAMETERS)
    for kind in types:
        found = await get(claudine, f"/{kind}?_count=3")
        for entry in found.get("entry", []):
            resource = valid(entry["resource"])
            assert resource["resourceType"] == kind
            assert (await get(claudine, f"/{kind}/{resource['id']}"))["id"] == resource["id"]


async def test_everything_is_what_is_known_once_each(claudine: httpx.AsyncClient) -> None:
    whole = await get(claudine, "/Patient/me/$everything?_count=200")
    ids = [entry["resource"]["id"] for entry in whole["entry"]]
    assert (ids[0], len(ids)) == ("me", len(set(ids)))
    facts = (await claudine.get("/v1/me/facts")).json()["facts"]
    clinical = {"Observation", "Condition", "Procedure", "Immunization"}
    assert sum(e["resource"]["resourceType"] in clinical for e in whole["entry"]) == len(
        [fact for fact in facts if not fact["id"].startswith("family_")]
    )
    recent = await get(claudine, "/Patient/me/$everything?_since=2026-01-01&_count=200")
    assert 1 < recent["total"] < whole["total"]


async def test_what_is_not_allowed_is_not_there(claudine: httpx.AsyncClient, services: Services) -> None:
    digest = services.door.consent.texts["fr"].digest
    allowed = {"categories": ["identity", "measures"], "text_digest": digest}
    assert (await claudine.put("/v1/me/consents", json=allowed)).status_code == 200
    whole = await get(claudine, "/Patient/me/$everything?_count=200")
    codes = {
        entry["resource"]["code"]["coding"][0]["code"]
        for entry in whole["entry"] if entry["resource"]["resourceType"] == "Observation"
    }  # fmt: skip
    assert "systolic_bp" in codes
    assert "total_cholesterol" not in codes
    allowed["categories"] = []
    assert (await claudine.put("/v1/me/consents", json=allowed)).status_code == 200
    refused = await get(claudine, "/Observation", 403)
    assert refused["issue"][0]["code"] == "forbidden"


async def test_apply_proposes_what_the_plan_says(claudine: httpx.AsyncClient) -> None:
    plan = (await claudine.get("/v1/me/plan")).json()
    item = plan["now"][0]
    name = item["guideline"]
    definitions = await get(claudine, "/PlanDefinition?_count=200")
    ids = [
        entry["resource"]["id"] for entry in definitions["entry"]
        if entry["resource"]["identifier"][0]["value"] == name
    ]  # fmt: skip
    care = await get(claudine, f"/PlanDefinition/{ids[0]}/$apply?subject=Patient/me")
    assert (care["status"], care["intent"], care["title"]) == ("draft", "proposal", item["title"])
    group = valid(care["contained"][0])
    assert group["action"][0]["timingDateTime"] == item["due_from"]
    await get(claudine, f"/PlanDefinition/{ids[0]}/$apply?subject=Patient/somebody", 404)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/Observation?colour=blue", 400, "not-supported"),
        ("/Observation?_count=many", 400, "invalid"),
        ("/Observation?date=yesterday", 400, "invalid"),
        ("/Medication", 404, "not-found"),
        ("/Patient/somebody", 404, "not-found"),
        ("/patients/somebody/Observation", 403, "forbidden"),
    ],
)
async def test_what_is_wrong_is_an_operation_outcome(
    claudine: httpx.AsyncClient, path: str, status: int, code: str
) -> None:
    told = await get(claudine, path, status)
    assert told["resourceType"] == "OperationOutcome"
    assert told["issue"][0]["code"] == code


async def test_pages_are_bounded_and_elements_are_few(claudine: httpx.AsyncClient) -> None:
    assert (await get(claudine, "/PlanDefinition?_count=100000"))["link"][0]["url"].count("_count=200")
    one = (await get(claudine, "/PlanDefinition?_count=1&_elements=title"))["entry"][0]["resource"]
    assert one["meta"]["tag"][0]["code"] == "SUBSETTED"
    assert "action" not in one
    assert (await get(claudine, "/Observation?patient=Patient/me"))["total"] > 0
    assert (await get(claudine, "/Observation?patient=Patient/other"))["total"] == 0


async def test_without_a_session_nothing_but_definitions(client: httpx.AsyncClient) -> None:
    await get(client, "/Observation", 401)
    assert (await get(client, "/Library"))["total"] > 0

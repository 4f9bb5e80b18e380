"""The shapes of the contract are those of real answers: a key more or less, or another type, is an error."""

from __future__ import annotations

import httpx
import pytest
from jsonschema import Draft202012Validator

from app.api.examples import EXAMPLES
from app.api.openapi import contract
from app.api.place_shapes import PlacesKnown, PlacesNear
from app.api.shapes import SHAPES, Item, Plan, Results, SessionToken
from app.services.plans import LISTS


@pytest.mark.parametrize("person", ["claudine", "lea"])
async def test_a_real_plan_has_the_shape(client: httpx.AsyncClient, person: str) -> None:
    token = (await client.post("/v1/demo/sign-in", json={"person": person})).json()
    SessionToken.model_validate(token)
    client.headers["Authorization"] = f"Bearer {token['token']}"
    if person == "lea":
        digest = (await client.get("/v1/me/consents")).json()["consents"][0]["text"]["digest"]
        await client.put(
            "/v1/me/consents", json={"categories": ["identity", "screening", "habits"], "text_digest": digest}
        )
    for query in ("", "?trace=true", "?lang=en"):
        plan = (await client.get(f"/v1/me/plan{query}")).json()
        Plan.model_validate(plan)
    shown = next(item["guideline"] for name in LISTS for item in plan[name])
    decided = f"/v1/me/plan/items/{shown}"
    assert (await client.put(f"{decided}/decision", json={"decision": "ask_doctor"})).status_code == 200
    item = (await client.get(decided)).json()
    Item.model_validate(item)
    assert item["decision"] is not None
    Results.model_validate((await client.get("/v1/me/results")).json())


async def test_real_places_have_the_shape(client: httpx.AsyncClient) -> None:
    PlacesKnown.model_validate((await client.get("/v1/places")).json())
    found = PlacesNear.model_validate(
        (await client.post("/v1/places", json={"need": "vaccination", "postcode": "69003"})).json()
    )
    assert found.places
    assert found.more


async def test_real_answers_about_family_devices_and_help_have_the_shape(claudine: httpx.AsyncClient) -> None:
    told = EXAMPLES["post_relative"] | {"conditions": [{"condition": "breast_cancer", "age_at_diagnosis": "unknown"}]}
    sent = {
        "post_relative": ("POST", "/v1/me/family/relatives", told),
        "get_family": ("GET", "/v1/me/family", None), "get_family_effects": ("GET", "/v1/me/family/effects", None),
        "post_push_subscription": ("POST", "/v1/me/push-subscriptions", EXAMPLES["post_push_subscription"]),
        "get_push_subscriptions": ("GET", "/v1/me/push-subscriptions", None),
        "get_push_key": ("GET", "/v1/push-key", None),
        "post_helper_code": ("POST", "/v1/me/helper-codes", EXAMPLES["post_helper_code"]),
        "get_helper_codes": ("GET", "/v1/me/helper-codes", None),
    }  # fmt: skip
    answers = {}
    for name, (method, path, body) in sent.items():
        answer = await claudine.request(method, path, json=body)
        status, shape = SHAPES[name]
        assert answer.status_code == int(status), (name, answer.text)
        shape.model_validate(answer.json())
        answers[name] = answer.json()
    code = {"code": answers["post_helper_code"]["code"]}
    helping = await claudine.post("/v1/helper-session", json=code)
    SHAPES["post_helper_session"][1].model_validate(helping.json())


def test_each_shape_belongs_to_an_operation() -> None:
    document = contract()
    known = {one["operationId"] for operations in document["paths"].values() for one in operations.values()}
    assert SHAPES.keys() <= known
    for _, shape in SHAPES.values():
        assert shape.__name__ in document["components"]["schemas"]


def test_each_body_of_json_has_an_example_that_its_schema_takes() -> None:
    document = contract()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is None or operation["operationId"] == "add_record":  # a whole FHIR bundle: see docs/mobile.md
                continue
            name = content["schema"].get("$ref", "").rpartition("/")[2]
            schema = document["components"]["schemas"].get(name, content["schema"])
            examples = schema.get("examples") or [content.get("example")]
            for example in examples:
                assert example is not None, (path, operation["operationId"])
                validator = Draft202012Validator({**schema, "components": document["components"]})
                assert not list(validator.iter_errors(example)), (path, example)

"""Erasure over HTTP, with its receipt."""

from __future__ import annotations

import httpx
import pytest

from app.services.services import Services
from app.trust.log.receipt import findings, read


async def test_one_request_erases_and_gives_a_receipt(claudine: httpx.AsyncClient, services: Services) -> None:
    assert (await claudine.get("/v1/me/plan")).status_code == 200
    answer = await claudine.post("/v1/me/erasure", json={"confirm": True})
    assert answer.status_code == 200
    told = answer.json()
    kind, content = read(told["receipt"], services.log_key.verifier)
    assert (kind, content["entry"]) == ("erasure", told["entry"])
    assert list(findings(told, services.log_key.verifier)) == [], "jalon audit verify takes it as it is"
    assert list(findings(told | {"receipt": told["receipt"].replace("erasure", "donation")}, services.log_key.verifier))
    assert (await claudine.get("/v1/me/plan")).status_code == 401
    people = (await claudine.get("/v1/demo/people")).json()
    assert "claudine" not in str(people)


@pytest.mark.parametrize("body", [{}, {"confirm": False}, {"confirm": True, "x": 1}, []])
async def test_nothing_is_erased_by_a_slip(claudine: httpx.AsyncClient, body: object) -> None:
    assert (await claudine.post("/v1/me/erasure", json=body)).status_code == 422
    assert (await claudine.get("/v1/me/plan")).status_code == 200

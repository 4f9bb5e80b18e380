"""The three questions of the patient, in their own words: sealed, read by their doctor, taken back, erased."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import text

from app.services.services import Services
from tests.api.conftest import sign_in
from tests.api.test_review import doctor, patient_of  # noqa: F401

URL, ASK = "/v1/me/consultation", "/v1/me/consultation/questions"
MINE = ["Pourquoi cette prise de sang ?", "Et mon genou ?"]


async def test_they_are_kept_sealed_and_taken_back(claudine: httpx.AsyncClient, services: Services) -> None:
    assert (await claudine.get(URL)).json()["own_questions"] == []
    assert (await claudine.put(ASK, json={"questions": [*MINE, "   "]})).json() == {"own_questions": MINE}
    assert (await claudine.get(URL)).json()["own_questions"] == MINE
    with services.engine.connect() as connection:
        row = connection.execute(text("SELECT content FROM health_questions")).scalar_one()
    assert b"genou" not in bytes(row)
    assert (await claudine.put(ASK, json={"questions": []})).json() == {"own_questions": []}
    with services.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM health_questions")).scalar() == 0


async def test_the_doctor_reads_them_as_they_are(doctor: httpx.AsyncClient) -> None:  # noqa: F811
    at = (await patient_of(doctor)).replace("/review", "/consultation")
    await sign_in(doctor, "claudine")
    assert (await doctor.put(ASK, json={"questions": ["<b>Et moi ?</b>"]})).status_code == 200
    await sign_in(doctor, "cabinet")
    assert (await doctor.get(at)).json()["own_questions"] == ["<b>Et moi ?</b>"]


@pytest.mark.parametrize("questions", [["a", "b", "c", "d"], ["x" * 301], "a", [1], [["a"]]])
async def test_what_cannot_be_kept(claudine: httpx.AsyncClient, questions: object) -> None:
    assert (await claudine.put(ASK, json={"questions": questions})).status_code == 422
    assert (await claudine.get(URL)).json()["own_questions"] == []

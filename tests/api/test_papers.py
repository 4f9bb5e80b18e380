"""Papers made of a plan: they say what was decided, and nothing of a reviewable class before a human decided."""

from __future__ import annotations

import httpx
import pytest
from fhir.resources.R4B.careplan import CarePlan
from fhir.resources.R4B.servicerequest import ServiceRequest

from app.plans.consultation import prepared
from app.plans.pdf import prevention_plan
from app.plans.plan import make_plan
from tests.api.conftest import sign_in
from tests.api.test_review import decide, doctor, patient_of
from tests.plans.conftest import SMOKER, sheet

__all__ = ["doctor"]
SIGN = "colorectal_cancer_screening"


async def with_a_sign(doctor: httpx.AsyncClient) -> str:
    """Claudine says that there is blood: a class for which a doctor decides."""
    await sign_in(doctor, "claudine")
    await doctor.put("/v1/me/answers", json={"blood_in_stool": True})
    await sign_in(doctor, "cabinet")
    return await patient_of(doctor)


async def title_of(doctor: httpx.AsyncClient, at: str) -> str:
    shown = (await doctor.get(at)).json()
    return str(next(one["title"] for one in [*shown["first"], *shown["more"]] if one["guideline"] == SIGN))


def papers(at: str) -> str:
    return at.replace("/review", "/documents/")


@pytest.mark.parametrize("kind", ["care-plan", "requests", "summary", "referral"])
async def test_what_waits_for_a_decision_goes_nowhere(doctor: httpx.AsyncClient, kind: str) -> None:
    at = await with_a_sign(doctor)
    title = await title_of(doctor, at)
    before = await doctor.get(papers(at) + kind)
    assert before.status_code == 200
    assert title not in before.text
    await decide(doctor, at, {"guideline": SIGN, "decision": "accept"})
    assert title in (await doctor.get(papers(at) + kind)).text


async def test_fhir_is_valid_and_active_once_reviewed(doctor: httpx.AsyncClient) -> None:
    at = await with_a_sign(doctor)
    draft = (await doctor.get(papers(at) + "care-plan")).json()
    assert (draft["status"], draft["intent"]) == ("draft", "proposal")
    shown = (await doctor.get(at)).json()
    waiting = [one["guideline"] for one in [*shown["first"], *shown["more"]] if one["review_class"]]
    await decide(doctor, at, *({"guideline": name, "decision": "accept"} for name in waiting))
    made = (await doctor.get(papers(at) + "care-plan")).json()
    assert made["status"] == "active"
    assert made["author"]["display"] == "Dr Denis TEST-MARTIN"
    CarePlan.model_validate(made)
    for entry in (await doctor.get(papers(at) + "requests")).json()["entry"]:
        ServiceRequest.model_validate(entry["resource"])


async def test_a_pdf_for_both(doctor: httpx.AsyncClient) -> None:
    at = await patient_of(doctor)
    found = await doctor.get(papers(at) + "pdf")
    assert found.headers["content-type"] == "application/pdf"
    assert found.content.startswith(b"%PDF")
    assert "TEST" not in found.headers["content-disposition"]
    assert (await doctor.get(papers(at) + "everything")).status_code == 422
    await sign_in(doctor, "claudine")
    assert (await doctor.get("/v1/me/plan/pdf")).content.startswith(b"%PDF")


def test_a_name_is_escaped() -> None:
    assert "<script>" not in prevention_plan(make_plan(sheet(*SMOKER)), "<script>alert(1)</script>")


async def test_a_consultation_is_prepared_with_what_is_known_and_the_gaps(doctor: httpx.AsyncClient) -> None:
    at = await patient_of(doctor)
    await sign_in(doctor, "claudine")
    await doctor.put("/v1/me/plan/items/breast_cancer_screening/decision", json={"decision": "ask_doctor"})
    before = (await doctor.get("/v1/me/consultation")).json()
    asked = [gap["fact"] for theme in before["themes"] for gap in theme["gaps"]]
    assert asked
    choice = next(name for name in asked if name in {"phq_1", "sitting_hours", "cannabis_use", "noise_at_work"})
    answers = {"phq_1": "0", "sitting_hours": 6, "cannabis_use": False, "noise_at_work": False}
    assert (await doctor.put("/v1/me/answers", json={choice: answers[choice]})).status_code == 200
    await sign_in(doctor, "cabinet")
    shown = (await doctor.get(at.replace("/review", "/consultation"))).json()
    assert [one["guideline"] for one in shown["questions"]] == ["breast_cancer_screening"]
    assert choice in [each["fact"] for theme in shown["themes"] for each in theme["known"]]
    assert choice not in [gap["fact"] for theme in shown["themes"] for gap in theme["gaps"]]


@pytest.mark.parametrize(("born", "band"), [
    ("2008-11-15", "age_18_25"), ("2008-11-16", None), ("2000-11-16", "age_18_25"), ("2000-11-15", None),
    ("1981-11-15", "age_45_50"), ("1975-11-16", "age_45_50"), ("1966-11-15", "age_60_65"), ("1960-11-15", None),
    ("1956-11-15", "age_70_75"), ("1950-11-15", None), (None, None),
])  # fmt: skip
def test_the_four_ages(born: str | None, band: str | None) -> None:
    found = prepared(make_plan(sheet(born=born)))["band"]
    assert (found["id"] if found else None) == band

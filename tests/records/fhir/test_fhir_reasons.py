"""Every reason of the closed list, by its rule: what is set aside gives no fact and says why."""

from __future__ import annotations

import pytest

from app.records.model import Reason
from tests.records.fhir.builders import (
    ABSENT,
    CIM10,
    DEMO_DOMAIN,
    INS,
    LOINC,
    ME,
    OTHER_INS,
    TEST_DOMAIN,
    Json,
    amount,
    answers,
    concept,
    condition,
    immunization,
    medication,
    observation,
    patient,
    procedure,
    reasons,
    relative,
    sheet,
)

NO_VALUE = {"valueQuantity": None}


def verified(code: str) -> Json:
    return {"verificationStatus": concept("http://terminology.hl7.org/CodeSystem/condition-ver-status", code)}


def clinical(code: str) -> Json:
    return {"clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/condition-clinical", code)}


def request(**more: object) -> Json:
    return {"resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order", "subject": ME, **more}


def document(**more: object) -> Json:
    return {"resourceType": "DocumentReference", "id": "d", "status": "current", "subject": ME, **more}


PDF = {"content": [{"attachment": {"contentType": "application/pdf", "data": "JVBERg=="}}]}
STATEMENT = "https://example.test/modifier"

CASES: list[tuple[Reason, str, Json]] = [
    (Reason.ENTERED_IN_ERROR, "Observation/o", observation(status="entered-in-error")),
    (Reason.ENTERED_IN_ERROR, "Condition/c", condition(**verified("entered-in-error"))),
    (Reason.ENTERED_IN_ERROR, "ServiceRequest/s", request(status="entered-in-error")),
    (Reason.REFUTED, "Condition/c", condition(**verified("refuted"))),
    (Reason.UNCONFIRMED, "Condition/c", condition(**verified("differential"))),
    (Reason.UNCONFIRMED, "Condition/c", condition(**verified("unconfirmed"))),
    (Reason.NOT_DONE, "Procedure/a", procedure(status="not-done")),
    (Reason.NOT_DONE, "Immunization/v", immunization(status="not-done")),
    (Reason.NOT_DONE, "Observation/o", observation(status="cancelled")),
    (Reason.NOT_DONE, "Observation/o", observation(dataAbsentReason=concept(ABSENT, "not-performed"), **NO_VALUE)),
    (Reason.NOT_DONE, "MedicationStatement/m", medication(status="not-taken")),
    (Reason.PLANNED_NOT_DONE, "ServiceRequest/s", request()),
    (Reason.PLANNED_NOT_DONE, "Procedure/a", procedure(status="preparation")),
    (Reason.PLANNED_NOT_DONE, "MedicationRequest/m", medication(resourceType="MedicationRequest", intent="order")),
    (Reason.REVOKED, "ServiceRequest/s", request(status="revoked")),
    (Reason.REVOKED, "DocumentReference/d", document(status="superseded", **PDF)),
    (Reason.NOT_FINAL, "Observation/o", observation(status="preliminary")),
    (Reason.NOT_FINAL, "Observation/o", observation(status=None)),
    (Reason.NOT_FINAL, "Procedure/a", procedure(status="in-progress")),
    (Reason.NOT_FINAL, "QuestionnaireResponse/qr", answers(status="in-progress")),
    (Reason.NO_RESULT, "Observation/o", observation(status="registered")),
    (Reason.NO_RESULT, "Observation/o", observation(**NO_VALUE)),
    (Reason.NO_RESULT, "Observation/o", observation(dataAbsentReason=concept(ABSENT, "unknown"), **NO_VALUE)),
    (Reason.NO_CONTENT, "Condition/c", condition() | {"code": {}}),
    (Reason.NO_CONTENT, "Immunization/v", immunization() | {"vaccineCode": {}}),
    (Reason.NO_CONTENT, "Observation/o", observation(**NO_VALUE) | {"code": {}}),
    (Reason.NO_CONTENT, "FamilyMemberHistory/f", relative(condition=[])),
    (Reason.NO_CONTENT, "DocumentReference/d", document()),
    (Reason.NO_CONTENT, "QuestionnaireResponse/qr", answers()),
    (Reason.MASKED, "Observation/o", observation(dataAbsentReason=concept(ABSENT, "masked"), **NO_VALUE)),
    (Reason.MASKED, "Condition/c", condition(meta={"security": [{"code": "MASKED"}]})),
    (Reason.CONTRADICTORY, "Observation/o", observation(dataAbsentReason=concept(ABSENT, "unknown"))),
    (Reason.CONTRADICTORY, "Observation/o", observation(valueString="5,2 mmol/L")),
    (Reason.CONTRADICTORY, "Condition/c", condition(abatementDateTime="2020", **clinical("active"))),
    (Reason.CONTRADICTORY, "Condition/c", condition(onsetDateTime="2020-05", abatementDateTime="2019")),
    (Reason.CONTRADICTORY, "Procedure/a",
     procedure(performedDateTime=None, performedPeriod={"start": "2024-05-02", "end": "2024-05-01"})),
    (Reason.CONTRADICTORY, "Observation/o", observation(
        code="29771-3", value=False, valueQuantity=None,
        valueCodeableConcept=concept("http://snomed.info/sct", "260385009"),
        interpretation=[concept("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "POS")])),
    (Reason.OTHER_PATIENT, "Observation/o",
     observation(subject={"identifier": {"system": TEST_DOMAIN, "value": OTHER_INS}})),
    (Reason.OTHER_IDENTITY_DOMAIN, "Observation/o",
     observation(subject={"identifier": {"system": DEMO_DOMAIN, "value": INS}})),
    (Reason.UNRESOLVED_SUBJECT, "Observation/o", observation(subject={"reference": "Patient/nobody"})),
    (Reason.UNRESOLVED_SUBJECT, "Observation/o",
     observation(subject={"identifier": {"system": "urn:oid:1.2.3", "value": "77"}})),
    (Reason.NO_SUBJECT, "Observation/o", observation(subject=None)),
    (Reason.NO_SUBJECT, "Observation/o", observation(subject={"display": "TEST-AUBEPINE"})),
    (Reason.NOT_ABOUT_THE_PATIENT, "Observation/o", observation(focus=[{"display": "fœtus"}])),
    (Reason.NOT_ABOUT_THE_PATIENT, "Observation/o", observation(subject={"reference": "Group/g"})),
    (Reason.NOT_ABOUT_THE_PATIENT, "Condition/c", condition(code="Z80.3")),
    (Reason.NOT_A_BLOOD_RELATIVE, "FamilyMemberHistory/f", relative(role="STPMTH")),
    (Reason.NOT_A_BLOOD_RELATIVE, "FamilyMemberHistory/f", relative(role="MTHINLAW")),
    (Reason.FUTURE_DATE, "Observation/o", observation(effectiveDateTime="2026-11-16")),
    (Reason.FUTURE_DATE, "Immunization/v", immunization(occurrenceDateTime="2027")),
    (Reason.BEFORE_BIRTH, "Observation/o", observation(effectiveDateTime="1969-12-31")),
    (Reason.BEFORE_BIRTH, "Condition/c", condition(onsetDateTime="1969")),
    (Reason.NO_DATE, "Observation/o", observation(effectiveDateTime=None)),
    (Reason.NO_DATE, "Procedure/a", procedure(performedDateTime=None)),
    (Reason.NO_DATE, "Immunization/v", immunization(occurrenceDateTime=None, occurrenceString="enfance")),
    (Reason.IMPLAUSIBLE_VALUE, "Observation/o", observation(value=amount(45, "mmol/L"))),
    (Reason.IMPLAUSIBLE_VALUE, "FamilyMemberHistory/f", relative(
        condition=[{"code": concept(CIM10, "C50.9"), "onsetAge": amount(130, "a")}])),
    (Reason.SUSPECT_UNIT, "Observation/o", observation(code="1558-6", value=amount(1.05, "mmol/L"))),
    (Reason.UNIT_NOT_FOR_CODE, "Observation/o", observation(value=amount(5, "kg"))),
    (Reason.NO_UNIT, "Observation/o", observation(value=amount(5, None))),
    (Reason.UNTYPED_VALUE, "Observation/o", observation(valueString="5,2 mmol/L", **NO_VALUE)),
    (Reason.UNKNOWN_CODE, "Observation/o", observation() | {"code": concept("https://labo.example.test", "X")}),
    (Reason.UNKNOWN_CODE, "RiskAssessment/r", {"resourceType": "RiskAssessment", "id": "r", "subject": ME}),
    (Reason.UNCODED, "Condition/c", condition() | {"code": {"text": "Goutte"}}),
    (Reason.UNCODED, "Condition/c", condition() | {"code": concept(CIM10, "R69", text="Goutte")}),
    (Reason.UNCODED, "FamilyMemberHistory/f", relative(condition=[{"code": {"text": "Diabète"}}])),
    (Reason.UNKNOWN_MODIFIER, "Observation/o", observation(modifierExtension=[{"url": STATEMENT}])),
    (Reason.UNKNOWN_MODIFIER, "Condition/c", condition(implicitRules="https://example.test/rules")),
    (Reason.INVALID_DOSE, "Immunization/v", immunization(isSubpotent=True)),
    (Reason.INVALID_DOSE, "Immunization/v", immunization(expirationDate="2020-05-03")),
    (Reason.FREE_TEXT_ONLY, "Observation/o", observation(code="48767-8", valueString="à revoir", **NO_VALUE)),
    (Reason.FREE_TEXT_ONLY, "DiagnosticReport/d", {
        "resourceType": "DiagnosticReport", "id": "d", "status": "final", "subject": ME, "issued": "2025-01-02",
        "code": concept(LOINC, "18748-4"), "conclusion": "Aorte de calibre normal."}),
    (Reason.UNREADABLE_DOCUMENT, "DocumentReference/d", document(**PDF)),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "entry", "resource"), CASES, ids=lambda value: str(value)[:40])
def test_reason(reason: Reason, entry: str, resource: Json) -> None:
    if resource["resourceType"] == "QuestionnaireResponse" and reason is Reason.NOT_FINAL:
        resource["item"] = [{"linkId": "chutes-12-mois", "answer": [{"valueInteger": 1}]}]
    facts = sheet(resource)
    assert reasons(facts) == {entry: reason.value}
    assert facts.all() == []
    assert all(item.detail for item in facts.set_aside)


def test_near_duplicate_is_the_last_reason_of_the_closed_list() -> None:
    retyped = observation("typed", value=amount(5.69, "mmol/L"), performer=[ME])
    facts = sheet(observation("lab", value=amount(2.2, "g/L")), retyped)
    assert reasons(facts) == {"Observation/typed": "near_duplicate"}
    assert {reason for reason, _, _ in CASES} | {Reason.NEAR_DUPLICATE} == set(Reason)


def test_a_second_person_is_set_aside_with_all_that_is_theirs() -> None:
    theirs = {"reference": "Patient/x"}
    facts = sheet(
        observation("a"), observation("b", "2085-9", amount(1.2, "mmol/L")),
        observation("c", "8867-4", amount(60, "/min")), patient("x", OTHER_INS), observation("d", subject=theirs),
    )
    assert reasons(facts) == {"Patient/x": "other_patient", "Observation/d": "other_patient"}
    assert len(facts.all()) == 3


def test_every_entry_is_used_or_set_aside() -> None:
    resources = [resource | {"id": f"n{number}"} for number, (_, _, resource) in enumerate(CASES)]
    good = [observation(f"g{number}", effectiveDateTime=f"2020-01-{number + 1:02}") for number in range(20)]
    facts = sheet(*good, *resources)
    told = {source.entry for fact in facts.all() for source in fact.sources} | set(reasons(facts))
    names = {f"{resource['resourceType']}/{resource['id']}" for resource in (*good, *resources)}
    assert {name.split("#")[0] for name in told} >= names

"""Small FHIR bundles of invented people, built in Python: one function a resource, keyword arguments override."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.facts.extract import extract
from app.facts.model import FactSheet
from app.records.fhir import read_fhir
from app.records.model import Record

Json = dict[str, Any]
AS_OF = date(2026, 11, 15)
TEST_DOMAIN = "urn:oid:1.2.250.1.213.1.4.10"
DEMO_DOMAIN = "urn:oid:1.2.250.1.213.1.4.11"
INS = "270019912300012"
OTHER_INS = "180019912300034"
LOINC = "http://loinc.org"
CIM10 = "https://smt.esante.gouv.fr/terminologie-cim-10"
CCAM = "https://smt.esante.gouv.fr/terminologie-ccam"
ATC = "http://www.whocc.no/atc"
ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


def concept(system: str, code: str, **more: Any) -> Json:
    return {"coding": [{"system": system, "code": code}], **more}


def amount(value: float, unit: str | None, **more: Any) -> Json:
    return {"value": value, **({"unit": unit, "code": unit} if unit else {}), **more}


def patient(key: str = "p", ins: str = INS, domain: str = TEST_DOMAIN, **more: Any) -> Json:
    return {
        "resourceType": "Patient", "id": key, "gender": "female", "birthDate": "1970-01-15",
        "identifier": [{"system": domain, "value": ins}],
        "name": [{"use": "official", "family": "TEST-AUBEPINE", "given": ["LOUISE"]}],
        **more,
    }


ME = {"reference": "Patient/p"}


def observation(identifier: str = "o", code: str = "2093-3", value: Any = None, **more: Any) -> Json:
    return _kept({
        "resourceType": "Observation", "id": identifier, "status": "final", "code": concept(LOINC, code),
        "subject": ME, "effectiveDateTime": "2026-03-02",
        "valueQuantity": amount(5.2, "mmol/L") if value is None else value, **more,
    })


def condition(identifier: str = "c", code: str = "I10", **more: Any) -> Json:
    return _kept({"resourceType": "Condition", "id": identifier, "subject": ME, "code": concept(CIM10, code), **more})


def procedure(identifier: str = "a", code: str = "QEQK004", **more: Any) -> Json:
    return _kept({
        "resourceType": "Procedure", "id": identifier, "status": "completed", "subject": ME,
        "code": concept(CCAM, code), "performedDateTime": "2025-03-02", **more,
    })


def immunization(identifier: str = "v", code: str = "J07CA01", **more: Any) -> Json:
    return _kept({
        "resourceType": "Immunization", "id": identifier, "status": "completed", "patient": ME,
        "vaccineCode": concept(ATC, code), "occurrenceDateTime": "2020-05-04", **more,
    })


def medication(identifier: str = "m", code: str = "C10AA05", **more: Any) -> Json:
    return _kept({
        "resourceType": "MedicationStatement", "id": identifier, "status": "active", "subject": ME,
        "medicationCodeableConcept": concept(ATC, code), "effectivePeriod": {"start": "2021-02-01"}, **more,
    })


def relative(identifier: str = "f", role: str = "MTH", code: str = "C50.9", **more: Any) -> Json:
    return _kept({
        "resourceType": "FamilyMemberHistory", "id": identifier, "status": "completed", "patient": ME,
        "relationship": concept(ROLE, role), "condition": [{"code": concept(CIM10, code)}], **more,
    })


def answers(*items: Json, **more: Any) -> Json:
    return _kept({
        "resourceType": "QuestionnaireResponse", "id": "qr", "status": "completed", "subject": ME, "author": ME,
        "authored": "2026-10-01T09:00:00+02:00", "item": list(items), **more,
    })


def bundle(*resources: Json, kind: str = "searchset") -> Json:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": resource} for resource in resources]}


def record(*resources: Json) -> Record:
    """The record of our person (whose Patient is added) with these resources."""
    return read_fhir(bundle(patient(), *resources), "r.json")


def sheet(*resources: Json) -> FactSheet:
    return extract(record(*resources), AS_OF)


def reasons(facts: FactSheet) -> dict[str, str]:
    return {item.source.entry: item.reason.value for item in facts.set_aside}


def _kept(resource: Json) -> Json:
    """Without the keys that a test set to None."""
    return {key: value for key, value in resource.items() if value is not None}

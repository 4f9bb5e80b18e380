"""Whose record is it? Numbers within one domain first, then strict traits; never a name and a birth date alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.dates import PartialDate
from app.facts.storage import subject_from_storage, subject_to_storage
from app.records.load import read_record_bytes
from app.records.model import Subject
from app.trust.identity import accepted, compare

TEST, DEMO, REAL = (f"urn:oid:1.2.250.1.213.1.4.{n}" for n in (10, 11, 8))
KNOWN = Subject(
    PartialDate.parse("1968-02-03"), "female", ((TEST, "2680299000001"),), "TEST-DURAND", None, "ANNE MARIE"
)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "same"),
        ({"identifiers": ((TEST, "2 68 02 99 000 001"),)}, "same"),
        ({"birth_name": None, "given": None}, "same"),
        ({"birth_name": "test durand"}, "same"),
        ({"given": "Anne"}, "same"),
        ({"birth_date": PartialDate.parse("1968")}, "same"),
        ({"identifiers": ((TEST, "2680299000002"),)}, "other"),
        ({"birth_date": PartialDate.parse("1968-02-04")}, "other"),
        ({"birth_date": PartialDate.parse("1969")}, "other"),
        ({"administrative_sex": "male"}, "other"),
        ({"birth_name": "TEST-DUPONT"}, "other"),
        ({"given": "ANNE LAURE"}, "other"),
        ({"identifiers": ((DEMO, "2680299000001"),)}, "same"),  # all four traits agree
        ({"identifiers": ((DEMO, "2680299000001"),), "given": None}, "not_proven"),
        ({"reliability": "QUAL", "given": None}, "same"),
        ({"reliability": "PROV"}, "same"),  # all four traits agree
        ({"reliability": "PROV", "given": None}, "not_proven"),
        ({"reliability": "RECUP", "given": None}, "not_proven"),
        ({"reliability": "VALI", "identifiers": ((TEST, "2680299000002"),)}, "other"),
        ({"identifiers": ()}, "same"),
        ({"identifiers": (), "administrative_sex": "unknown"}, "not_proven"),
        ({"identifiers": (), "birth_date": PartialDate.parse("1968-02")}, "not_proven"),
        ({"identifiers": (), "given": "JEANNE"}, "other"),
        ({"identifiers": (), "given": "-"}, "other"),
    ],
)
def test_compare(change: dict[str, object], expected: str) -> None:
    sent = replace(KNOWN, **change)  # type: ignore[arg-type]
    assert compare(KNOWN, sent) == expected
    assert compare(sent, KNOWN) == expected


@pytest.mark.parametrize(("ours", "theirs", "expected"), [
    (("ليلى", "TEST-الخطيب"), ("ليلى", "TEST-الخطيب"), "same"),
    (("ليلى", "TEST-الخطيب"), ("سلمى", "TEST-الخطيب"), "other"),
    (("ليلى", "TEST-الخطيب"), ("ليلى", "TEST-حداد"), "other"), (("נועה", "TEST-כהן"), ("נועה", "TEST-לוי"), "other"),
    (("Léa 🌞", "TEST-ROUX"), ("LEA", "TEST-ROUX"), "same"), (("Léa\u202e", "TEST-ROUX"), ("LEA", "TEST-ROUX"), "same"),
    (("Ελένη", "TEST-ΝΙΚΟΥ"), ("ΕΛΕΝΗ", "test νικου"), "same"),
    (("🌞", "TEST-ROUX"), ("🌞", "TEST-ROUX"), "not_proven"),
    (("🌞", "TEST-ROUX"), ("LEA", "TEST-ROUX"), "other"),
])  # fmt: skip
def test_names_of_every_script(ours: tuple[str, str], theirs: tuple[str, str], expected: str) -> None:
    """Without a number, the four traits decide, in whatever script they are written."""
    one, other = (
        replace(KNOWN, identifiers=(), given=given, birth_name=family) for given, family in (ours, theirs)
    )
    assert compare(one, other) == expected
    assert compare(other, one) == expected


@pytest.mark.parametrize(
    ("identifiers", "domains", "expected"),
    [
        (((TEST, "1"),), {"test"}, True),
        (((TEST, "1"), (REAL, "2")), {"test"}, False),
        (((REAL, "1"),), {"test", "demonstration", "none"}, False),
        (((TEST, "1"),), {"production", "production_nia"}, False),
        ((("urn:oid:1.2.3", "1"),), {"none"}, True),
        ((), {"production"}, False),
    ],
)
def test_a_deployment_accepts_domains(
    identifiers: tuple[tuple[str, str], ...], domains: set[str], expected: bool
) -> None:
    assert accepted(replace(KNOWN, identifiers=identifiers), domains) is expected


@pytest.mark.parametrize("status", ["QUAL", "PROV", None])
def test_the_status_of_the_identity_is_read_and_kept(status: str | None) -> None:
    extension = {
        "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability",
        "extension": [{"url": "identityStatus", "valueCoding": {"code": status}}],
    }
    patient = {"resourceType": "Patient", "birthDate": "1968-02-03", "extension": [extension] if status else []}
    record = read_record_bytes("a.json", json.dumps(patient).encode())
    assert record.subject is not None
    assert record.subject.reliability == status
    assert subject_from_storage(subject_to_storage(record.subject)).reliability == status

"""The treating doctor whom a record names: by number, from a CDA header or a FHIR Patient; names alone prove nobody."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.facts.extract import extract
from app.records.fhir import read_fhir
from app.records.load import read_record
from app.records.model import Record
from tests.records.cda.builders import document, read
from tests.records.fhir.builders import patient

PCP = '<functionCode code="PCP" codeSystem="2.16.840.1.113883.5.88"/>'
NAME = "<name><given>Luc</given><family>TEST-SORBIER</family></name>"
AS_OF = date(2026, 11, 15)


def participant(number: str, *, function: str = PCP, root: str = "1.2.250.1.71.4.2.1", since: str = "") -> str:
    return f"""<participant typeCode="INF">{function}<time><low value="{since}"/></time>
    <associatedEntity classCode="PROV"><id root="{root}" extension="{number}"/>
    <associatedPerson>{NAME}</associatedPerson></associatedEntity></participant>"""


def numbers(record: Record) -> list[tuple[str, str | None, str]]:
    return [(one.number, one.name, str(one.date)) for one in extract(record, AS_OF).treating]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (participant("810101234567"), [("10101234567", "Luc TEST-SORBIER", "2024-05-02")]),
        (participant("810101234567", since="20230901"), [("10101234567", "Luc TEST-SORBIER", "2023-09-01")]),
        (participant("0921234567"), []),  # ADELI: another register
        (participant("00B1057294"), []),  # a number of the examples that is in no register
        (participant("810101234567", root="1.2.250.1.999"), []),  # a local number
        (participant("810101234567", function=""), []),  # a participant without a function
        (participant("810101234567", function='<functionCode code="ATTPHYS"/>'), []),  # who treats here, today
        (participant("810101234567", since="20990101"), []),  # not yet
    ],
)
def test_a_document_names_the_treating_doctor_by_number(header: str, expected: list[tuple[str, str, str]]) -> None:
    assert numbers(read(document(events=header))) == expected


def test_an_author_who_signs_as_treating_doctor_is_named_too() -> None:
    author = f"""<author>{PCP}<time value="20240502"/><assignedAuthor><id root="1.2.250.1.71.4.2.1"
    extension="810101234567"/><assignedPerson>{NAME}</assignedPerson></assignedAuthor></author>"""
    assert numbers(read(document(author=author))) == [("10101234567", "Luc TEST-SORBIER", "2024-05-02")]


def practitioner(system: str = "https://rpps.esante.gouv.fr", value: str = "10101234567") -> dict[str, Any]:
    return {"resourceType": "Practitioner", "id": "d", "identifier": [{"system": system, "value": value}],
            "name": [{"family": "TEST-SORBIER", "given": ["Luc"]}]}  # fmt: skip


NATIONAL = practitioner(system="urn:oid:1.2.250.1.71.4.2.1", value="810101234567")
ROLE = {"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "Practitioner/d"}}
FOUND = [("10101234567", "Luc TEST-SORBIER", "None")]


@pytest.mark.parametrize(
    ("reference", "others", "expected"),
    [
        ({"reference": "Practitioner/d"}, [practitioner()], FOUND),
        ({"reference": "Practitioner/d"}, [NATIONAL], FOUND),
        ({"reference": "PractitionerRole/r"}, [ROLE, practitioner()], FOUND),
        ({"identifier": {"system": "https://rpps.esante.gouv.fr", "value": "10101234567"}}, [],
         [("10101234567", None, "None")]),
        ({"reference": "Practitioner/d"}, [practitioner(system="urn:oid:1.2.3")], []),
        ({"reference": "Practitioner/nobody"}, [practitioner()], []),
        ({"display": "Dr Luc TEST-SORBIER"}, [practitioner()], []),
        ("not a reference", [practitioner()], []),
    ],
)  # fmt: skip
def test_a_fhir_record_names_the_treating_doctor_by_number(
    reference: Any, others: list[dict[str, Any]], expected: list[tuple[str, str | None, str]]
) -> None:
    resources = [patient(generalPractitioner=[reference]), *others]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    assert numbers(read_fhir(bundle, "a.json")) == expected


def test_the_doctor_of_somebody_else_is_not_mine() -> None:
    """A bundle that also holds another person's Patient resource."""
    other = patient("q", "180019912300034", generalPractitioner=[{"reference": "Practitioner/d"}])
    observation = {"resourceType": "Observation", "status": "final", "subject": {"reference": "Patient/p"}}
    resources = [patient(), other, practitioner(), observation]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    assert numbers(read_fhir(bundle, "a.json")) == []


def test_of_several_documents_the_latest_comes_first_and_each_doctor_once() -> None:
    record = read(document(events=participant("810101234567", since="20200101")))
    for number, since in (("810199999999", "20240101"), ("810101234567", "20230101")):
        record.treating += read(document(events=participant(number, since=since))).treating
    assert [(number, day) for number, _, day in numbers(record)] == [
        ("10199999999", "2024-01-01"), ("10101234567", "2023-01-01"),
    ]  # fmt: skip


def test_a_published_example_names_one(shared_data: Path) -> None:
    record = read_record([shared_data / "fr-cda" / "IPS-FR_2024.01.xml"])
    assert [one.number for one in extract(record, AS_OF).treating] == ["01234567897"]

"""The sample people: invented, in the national test domain, and well-formed."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from lxml import etree

from app.content import read_yaml, samples_dir
from app.facts.extract import extract
from app.plans.plan import make_plan
from app.records.load import read_record

PEOPLE = sorted(path.parent for path in samples_dir().glob("*/person.yaml"))
TEST_DOMAIN = "1.2.250.1.213.1.4.10"
V3 = {"v3": "urn:hl7-org:v3"}

person = pytest.mark.parametrize("folder", PEOPLE, ids=lambda path: path.name)


def _bundle(folder: Path) -> dict[str, Any]:
    bundle: dict[str, Any] = json.loads((folder / "dossier.json").read_text(encoding="utf-8"))
    return bundle


def _resources(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [e["resource"] for e in _bundle(folder)["entry"] if e["resource"]["resourceType"] == kind]


def _documents(folder: Path) -> list[etree._Element]:
    return [etree.parse(path).getroot() for path in sorted(folder.glob("*.xml"))]


def _assert_test_number(number: str, birth: str) -> None:
    """Department 99 and order 000 are not given to anybody; the key is 97 - (13 digits mod 97)."""
    assert re.fullmatch(r"[12]\d{4}99\d{3}000\d{2}", number)
    assert number[1:5] == birth[2:4] + birth[5:7]
    assert int(number[13:]) == 97 - int(number[:13]) % 97


def test_the_eight_people_are_there() -> None:
    assert [folder.name for folder in PEOPLE] == [
        "claudine", "gerard", "ines", "lea", "monique", "rachid", "thierry", "youssef",
    ]  # fmt: skip


@person
def test_person_file_says_who_and_what_it_shows(folder: Path) -> None:
    described = read_yaml(folder / "person.yaml")
    assert described.keys() == {"id", "label", "language", "consents", "note"}
    assert described["id"] == folder.name
    assert described["language"] == "fr"
    assert described["consents"] == ("none" if folder.name == "lea" else "all")
    assert described["label"]
    assert described["note"]


@person
def test_bundle_is_valid_fhir_r4(folder: Path) -> None:
    Bundle.model_validate(_bundle(folder))


@person
def test_references_of_the_bundle_resolve(folder: Path) -> None:
    bundle = _bundle(folder)
    known = {f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in bundle["entry"]}
    assert len(known) == len(bundle["entry"]), "two resources share a type and id"
    assert set(re.findall(r'"reference": "([^"]+)"', json.dumps(bundle))) <= known


@person
def test_every_resource_is_marked_as_test_data(folder: Path) -> None:
    for entry in _bundle(folder)["entry"]:
        assert entry["resource"]["meta"]["tag"][0]["code"] == "HTEST"


@person
def test_fhir_identity_is_in_the_test_domain(folder: Path) -> None:
    (patient,) = _resources(folder, "Patient")
    (identifier,) = patient["identifier"]
    assert identifier["system"] == f"urn:oid:{TEST_DOMAIN}"
    _assert_test_number(identifier["value"], patient["birthDate"])
    assert (identifier["value"][0] == "1") == (patient["gender"] == "male")
    assert all(name["family"].startswith("TEST-") for name in patient["name"])


@person
def test_professionals_are_invented(folder: Path) -> None:
    for practitioner in _resources(folder, "Practitioner"):
        assert practitioner["name"][0]["family"].startswith("TEST-")
        assert {i["value"] for i in practitioner["identifier"]} == {"800000000000", "00000000000"}


@person
def test_documents_are_about_the_same_person(folder: Path) -> None:
    (patient,) = _resources(folder, "Patient")
    for root in _documents(folder):
        assert root.tag == "{urn:hl7-org:v3}ClinicalDocument"
        (role,) = root.findall("v3:recordTarget/v3:patientRole", V3)
        (identifier,) = role.findall("v3:id", V3)
        assert identifier.attrib == {"root": TEST_DOMAIN, "extension": patient["identifier"][0]["value"]}
        birth = role.find("v3:patient/v3:birthTime", V3)
        assert birth is not None
        assert birth.get("value") == patient["birthDate"].replace("-", "")
        families = [e.text or "" for e in root.iterfind(".//v3:family", V3)]
        assert families
        assert all(name.startswith("TEST-") for name in families)


@person
def test_narrative_references_resolve(folder: Path) -> None:
    for root in _documents(folder):
        shown = {e.get("ID") for e in root.iterfind(".//v3:content[@ID]", V3)}
        for reference in root.iterfind(".//v3:reference", V3):
            assert (reference.get("value") or "").removeprefix("#") in shown


def test_levels_and_kinds_of_documents() -> None:
    levels: dict[str, set[str]] = {}
    for folder in PEOPLE:
        for root in _documents(folder):
            code = root.find("v3:code", V3)
            assert code is not None
            level = "1" if root.find(".//v3:nonXMLBody", V3) is not None else "3"
            levels.setdefault(level, set()).add(code.get("code") or "")
    assert levels == {"1": {"11488-4"}, "3": {"11502-2", "11369-6", "60591-5"}}


@person
def test_the_record_is_read_whole(folder: Path) -> None:
    """Nothing is set aside but what the sample shows on purpose: a letter that is a picture, a section in words."""
    record = read_record([folder])
    assert record.subject is not None
    assert record.subject.identity_status == "test"
    refused = {entry.refusal.reason.value for entry in record.entries if entry.refusal}
    assert refused == {"gerard": {"unreadable_document"}, "lea": {"free_text_only"}}.get(folder.name, set())
    assert len(record.documents) >= len(list(folder.glob("*.xml")))


SHOWN = {
    "claudine": {"breast_cancer_screening": "due"},
    "rachid": {"tobacco": "due", "blood_pressure_check": "see_doctor"},
    "ines": {"influenza_vaccination": "due"},
    "gerard": {"pneumococcal_vaccination": "overdue"},
    "lea": {"cervical_cancer_screening": "due"},
    "thierry": {"colorectal_cancer_screening": "specialist"},
    "monique": {"breast_cancer_screening": "up_to_date", "influenza_vaccination": "up_to_date"},
    "youssef": {"colorectal_cancer_screening": "see_doctor"},
}
"""What each sample is there to show, in mid-November 2026."""


@person
def test_the_plan_shows_what_the_sample_is_for(folder: Path) -> None:
    plan = make_plan(extract(read_record([folder]), date(2026, 11, 15)))
    found = {item.id: item.status.value for item in plan.items}
    assert {name: found[name] for name in SHOWN[folder.name]} == SHOWN[folder.name]


def test_men_are_not_asked_about_a_womb() -> None:
    for name in ("gerard", "rachid", "thierry", "youssef"):
        plan = make_plan(extract(read_record([samples_dir() / name]), date(2026, 11, 15)))
        assert "cervical_cancer_screening" in {item.id for item in plan.not_for_you}, name

"""Bytes that are FHIR, nearly FHIR, or not: a record, or one RecordError that says what and where."""

from __future__ import annotations

import json

import pytest

from app.errors import RecordError
from app.records.fhir import read_fhir
from tests.records.fhir.builders import (
    INS,
    ME,
    TEST_DOMAIN,
    bundle,
    observation,
    patient,
)

WHOLE = json.dumps(bundle(patient(), observation())).encode()
DEEP = b'{"resourceType":"Observation","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (WHOLE[: len(WHOLE) // 2], "truncated"),
        (WHOLE[:-1], "truncated"),
        (WHOLE[:-40] + b'"', "truncated"),
        ("{\"resourceType\": \"Pati\xe9nt\"}".encode("latin-1"), "encoding"),
        (b"<ClinicalDocument/>", "unknown_format"),
        (b"[]", "unknown_format"),
        (b"42", "unknown_format"),
        (b'{"a": 1}', "unknown_format"),
        (b'{"resourceType": 3}', "unknown_format"),
        (b'{"resourceType": "Observation", "valueQuantity": {"value": NaN}}', "unknown_format"),
        (b'{"resourceType": "Bundle", "entry": []}', "empty"),
        (DEEP, "too_deep"),
        (json.dumps(bundle(observation())).encode(), "no_patient"),
        (json.dumps(observation()).encode(), "no_patient"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_cannot_be_read_is_one_error(data: bytes, code: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_fhir(data, "r.json")
    assert caught.value.code == code


def test_error_messages_hold_no_content() -> None:
    with pytest.raises(RecordError) as caught:
        read_fhir(b'{"resourceType": "Patient", "name": TEST-SECRET', "r.json")
    assert "SECRET" not in str(caught.value)
    assert caught.value.where == "r.json"


def test_bundles_in_a_bundle_are_opened_but_not_for_ever() -> None:
    inner = bundle(patient(), observation())
    assert len(read_fhir(bundle(inner), "r.json").entries) == 1
    for _ in range(6):
        inner = bundle(inner)
    with pytest.raises(RecordError) as caught:
        read_fhir(inner, "r.json")
    assert caught.value.code == "too_deep"


def test_ndjson_is_one_record() -> None:
    lines = "\n".join(json.dumps(resource) for resource in (patient(), observation("a"), observation("b")))
    assert len(read_fhir(lines.encode() + b"\n", "r.ndjson").entries) == 2


def test_a_broken_line_of_ndjson_is_named() -> None:
    with pytest.raises(RecordError) as caught:
        read_fhir(json.dumps(patient()).encode() + b'\n{"resourceType": "Observ', "r.ndjson")
    assert caught.value.where == "r.ndjson:2"


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert len(read_fhir(b"\xef\xbb\xbf" + WHOLE, "r.json").entries) == 1


def test_one_resource_names_its_person_by_national_identity() -> None:
    reference = {"identifier": {"system": TEST_DOMAIN, "value": INS}}
    record = read_fhir(observation(subject=reference), "r.json")
    assert record.subject is not None
    assert record.subject.identifiers == ((TEST_DOMAIN, INS),)
    assert record.entries[0].refusal is None


def test_the_latest_version_of_a_resource_stands() -> None:
    old = observation(meta={"versionId": "1"}, status="preliminary")
    new = observation(meta={"versionId": "2"})
    for order in ((old, new), (new, old)):
        entries = read_fhir(bundle(patient(), *order), "r.json").entries
        assert [entry.refusal for entry in entries] == [None]


def test_two_resources_of_one_name_are_both_told() -> None:
    twice = [observation(), observation(effectiveDateTime="2025-01-01")]
    entries = read_fhir(bundle(patient(), *twice), "r.json").entries
    assert [entry.source.entry for entry in entries] == ["Observation/o", "Observation/o#3"]


def test_a_resource_without_id_has_a_name_all_the_same() -> None:
    nameless = observation()
    del nameless["id"]
    data = bundle(patient())
    data["entry"].append({"fullUrl": "urn:uuid:11111111-2222-4333-8444-555555555555", "resource": nameless})
    record = read_fhir(data, "r.json")
    assert record.entries[0].source.entry == "Observation/11111111-2222-4333-8444-555555555555"


def test_references_by_uuid_absolute_url_and_version_lead_home() -> None:
    base = "https://record.example.test/fhir/Patient/p"
    data = {
        "resourceType": "Bundle",
        "entry": [
            {"fullUrl": "urn:uuid:0d3fc203-537c-4b46-9301-c9352d28fc77", "resource": patient(id="p")},
            {"resource": observation("a", subject={"reference": "urn:uuid:0d3fc203-537c-4b46-9301-c9352d28fc77"})},
            {"resource": observation("b", subject=ME)},
            {"resource": observation("c", subject={"reference": "Patient/p/_history/3"})},
            {"resource": observation("d", subject={"reference": "#me"}, contained=[patient("me")])},
            {"resource": observation("e", subject={"reference": base})},
        ],
    }
    refused = [entry.source.entry for entry in read_fhir(data, "r.json").entries if entry.refusal]
    assert refused == ["Observation/e"]
    data["entry"][0]["fullUrl"] = base
    refused = [entry.source.entry for entry in read_fhir(data, "r.json").entries if entry.refusal]
    assert refused == ["Observation/a"]

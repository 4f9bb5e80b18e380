"""What each resource says: dates, authors, parts, relatives, answers, attached documents."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from app.errors import RecordError
from app.records.fhir import read_fhir
from app.records.model import Record, RecordEntry, Source, Subject
from tests.records.fhir.builders import (
    CIM10,
    INS,
    LOINC,
    ME,
    OTHER_INS,
    TEST_DOMAIN,
    Json,
    amount,
    answers,
    bundle,
    concept,
    condition,
    immunization,
    medication,
    observation,
    patient,
    record,
    relative,
    sheet,
)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-06-30T23:30:00Z", "2026-07-01"),
        ("2026-01-31T23:30:00.123Z", "2026-02-01"),
        ("2026-06-30T23:30:00+01:00", "2026-06-30"),
        ("2026-06-30T20:30:00-05:00", "2026-07-01"),
        ("2026-06-30T23:30:00", "2026-06-30"),
        ("2014", "2014"),
        ("2014-05", "2014-05"),
        ("2014-13-45", "None"),
        ("hier", "None"),
        ("", "None"),
    ],
)
def test_the_day_in_france(written: str, day: str) -> None:
    assert str(record(observation(effectiveDateTime=written)).entries[0].when) == day


@pytest.mark.parametrize(
    ("more", "author"),
    [
        ({}, "professional"),
        ({"performer": [{"reference": "Organization/labo"}]}, "professional"),
        ({"performer": [ME]}, "citizen"),
        ({"performer": [{"reference": "RelatedPerson/r"}]}, "citizen"),
        ({"performer": [ME], "device": {"reference": "Device/d"}}, "device"),
        ({"device": {"display": "montre"}}, "device"),
        ({"performer": [{"reference": "Practitioner/d"}], "device": {"reference": "Device/d"}}, "professional"),
        ({"performer": [{"type": "Patient", "identifier": {"value": "1"}}]}, "citizen"),
    ],
)
def test_who_says_so(more: Json, author: str) -> None:
    assert record(observation(**more)).entries[0].author == author


def test_a_panel_gives_its_components_and_a_day_of_issue_is_labelled() -> None:
    parts = [{"code": concept(LOINC, code), "valueQuantity": amount(value, "mm[Hg]")}
             for code, value in (("8480-6", 120), ("8462-4", 80))]  # fmt: skip
    panel = observation(code="85354-9", valueQuantity=None, effectiveDateTime=None, component=parts,
                        issued="2026-02-03T10:00:00+01:00")  # fmt: skip
    entries = record(panel).entries
    assert [entry.codes[0].code for entry in entries] == ["8480-6", "8462-4"]
    assert {entry.part_of for entry in entries} == {"Observation/o"}
    assert {(str(entry.when), entry.date_basis) for entry in entries} == {("2026-02-03", "issued")}


def test_a_panel_that_only_groups_is_silent_and_its_members_know_it() -> None:
    panel = observation("panel", "85354-9", valueQuantity=None, hasMember=[{"reference": "Observation/s"}])
    entries = record(panel, observation("s", "8480-6", amount(120, "mm[Hg]"))).entries
    assert [(entry.source.entry, entry.part_of) for entry in entries] == [("Observation/s", "Observation/panel")]


def test_a_modifier_on_one_component_spares_the_other() -> None:
    parts = [{"code": concept(LOINC, code), "valueQuantity": amount(value, "mm[Hg]")}
             for code, value in (("8480-6", 120), ("8462-4", 80))]  # fmt: skip
    parts[0]["modifierExtension"] = [{"url": "https://example.test/x"}]
    entries = record(observation(code="85354-9", valueQuantity=None, component=parts)).entries
    assert [entry.refusal is None for entry in entries] == [False, True]


@pytest.mark.parametrize(
    ("onset", "bounds"),
    [
        ({"onsetAge": amount(47, "a")}, (47, 47)),
        ({"onsetAge": amount(564, "mo")}, (47, 47)),
        ({"onsetRange": {"low": amount(40, "a"), "high": amount(49, "a")}}, (40, 49)),
        ({"onsetRange": {"low": amount(40, "a")}}, (40, None)),
        ({"onsetString": "vers la cinquantaine"}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_age_at_onset_of_a_relative(onset: Json, bounds: tuple[float | None, float | None]) -> None:
    entry = record(relative(condition=[{"code": concept(CIM10, "C50.9"), **onset}])).entries[0]
    assert entry.relative is not None
    disease = entry.relative.conditions[0]
    assert (disease.onset_low, disease.onset_high) == bounds


def test_a_relative_not_told_is_kept_without_degree() -> None:
    facts = sheet(relative(role="FAMMEMB")).facts["family_breast_cancer"]
    assert facts[0].value == "unknown"
    assert facts[0].details["degree"] is None


def test_a_relative_with_several_diseases_is_one_entry_and_several_facts() -> None:
    both = relative(condition=[{"code": concept(CIM10, code)} for code in ("C50.9", "C56", "Z99.9")])
    facts = sheet(both)
    assert sorted(facts.facts) == ["family_breast_cancer", "family_other_condition", "family_ovarian_cancer"]


def test_a_stopped_treatment_has_two_days() -> None:
    facts = sheet(medication(status="stopped", effectivePeriod={"start": "2021-02", "end": "2022-03"}))
    told = [(fact.value, str(fact.date)) for fact in facts.facts["lipid_lowering_treatment"]]
    assert told == [(True, "2021-02"), (False, "2022-03")]


def test_a_prescription_is_asked_about() -> None:
    order = medication(resourceType="MedicationRequest", intent="order", authoredOn="2026-01-02")
    facts = sheet(order)
    assert [unknown.id for unknown in facts.unknown] == ["lipid_lowering_treatment"]


def test_onset_at_an_age_is_a_span_of_years() -> None:
    entry = record(condition(onsetAge=amount(50, "a"))).entries[0]
    assert entry.when is not None
    assert (entry.when.earliest.year, entry.when.latest.year) == (2020, 2021)


def test_a_dose_keeps_lot_and_rank() -> None:
    protocol = [{"series": "Rappel", "doseNumberString": "2"}]
    entry = record(immunization(lotNumber="TEST-L", protocolApplied=protocol)).entries[0]
    assert (entry.lot, entry.dose_number) == ("TEST-L", 2)


def test_a_medicine_may_be_contained_or_referenced() -> None:
    drug = {"resourceType": "Medication", "id": "d", "code": concept("http://www.whocc.no/atc", "C10AA05")}
    within = medication(medicationCodeableConcept=None, medicationReference={"reference": "#d"}, contained=[drug])
    beside = medication("n", medicationCodeableConcept=None, medicationReference={"reference": "Medication/d"})
    codes = [entry.codes[0].code for entry in record(within, beside, drug).entries]
    assert codes == ["C10AA05", "C10AA05"]


def test_answers_nest_and_take_the_codes_of_their_questionnaire() -> None:
    form = {"resourceType": "Questionnaire", "id": "f", "item": [
        {"linkId": "a", "item": [{"linkId": "a.1", "code": [{"system": LOINC, "code": "63640-7"}]}]}]}  # fmt: skip
    filled = answers({"linkId": "a", "item": [{"linkId": "a.1", "answer": [{"valueInteger": 12}]}]},
                     questionnaire="#f", contained=[form])  # fmt: skip
    facts = sheet(filled).facts["cigarettes_per_day"]
    assert [(fact.value, fact.author, fact.sources[0].entry) for fact in facts] == [
        (12, "citizen", "QuestionnaireResponse/qr#a.1")
    ]  # fmt: skip


def _cda(subject_ins: str) -> Any:
    def read(data: bytes, file: str, entry: str) -> Record:
        assert data == b"<ClinicalDocument/>"
        subject = Subject(None, "female", ((TEST_DOMAIN, subject_ins),))
        return Record(subject, [RecordEntry(Source(file, "section/1"), "condition")])

    return read


def _attached() -> Json:
    data = base64.b64encode(b"<ClinicalDocument/>").decode()
    return {
        "resourceType": "DocumentReference", "id": "d", "status": "current", "subject": ME,
        "content": [{"attachment": {"contentType": "text/xml; charset=utf-8", "data": data}}],
    }  # fmt: skip


def test_an_attached_cda_document_is_read() -> None:
    read = read_fhir(bundle(patient(), _attached()), "r.json", _cda(INS))
    assert [entry.source.entry for entry in read.entries] == ["section/1"]


def test_an_attached_document_of_somebody_else_is_set_aside_whole() -> None:
    read = read_fhir(bundle(patient(), _attached()), "r.json", _cda(OTHER_INS))
    assert [(e.source.entry, e.refusal and e.refusal.reason.value) for e in read.entries] == [
        ("DocumentReference/d", "other_patient")
    ]  # fmt: skip


def test_an_attached_document_that_cannot_be_read_says_so() -> None:
    def fail(data: bytes, file: str, entry: str) -> Record:
        raise RecordError("XML coupé", code="truncated")

    read = read_fhir(bundle(patient(), _attached()), "r.json", fail)
    assert read.entries[0].refusal is not None
    assert "XML coupé" in read.entries[0].refusal.detail


def test_sections_say_what_is_not_there() -> None:
    sections = [
        {"code": concept(LOINC, "47519-4"), "emptyReason": concept("x", "unavailable")},
        {"code": concept(LOINC, "48765-2"), "emptyReason": concept("x", "nilknown")},
        {"code": concept(LOINC, "11450-4"), "entry": [{"reference": "Condition/c"}]},
    ]
    composition = {"resourceType": "Composition", "id": "k", "status": "final", "subject": ME, "section": sections}
    stated = record(composition, condition()).sections_stated
    assert stated == {"procedures": "unavailable", "allergies": "none_known", "problems": "listed"}

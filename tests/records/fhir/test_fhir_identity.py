"""Whose record it is: one person, established before any content is read."""

from __future__ import annotations

import pytest

from app.errors import RecordError
from app.records.fhir import read_fhir
from tests.records.fhir.builders import (
    DEMO_DOMAIN,
    INS,
    LOINC,
    OTHER_INS,
    Json,
    bundle,
    concept,
    observation,
    patient,
)

HERS = {"reference": "Patient/p"}
HIS = {"reference": "Patient/x"}


def of(subject: Json, count: int, start: int = 0) -> list[Json]:
    return [observation(f"o{start + n}", subject=subject) for n in range(count)]


@pytest.mark.parametrize(("hers", "his"), [(1, 1), (2, 1), (3, 2), (0, 0)])
def test_two_people_of_comparable_size_are_refused(hers: int, his: int) -> None:
    data = bundle(patient(), patient("x", OTHER_INS), *of(HERS, hers), *of(HIS, his, 50))
    with pytest.raises(RecordError) as caught:
        read_fhir(data, "r.json")
    assert caught.value.code == "several_patients"
    assert INS not in str(caught.value)


@pytest.mark.parametrize(("hers", "his"), [(3, 1), (12, 5), (5, 0)])
def test_the_person_of_most_statements_is_that_of_the_record(hers: int, his: int) -> None:
    data = bundle(patient("x", OTHER_INS, gender="male"), patient(), *of(HERS, hers), *of(HIS, his, 50))
    record = read_fhir(data, "r.json")
    assert record.subject is not None
    assert record.subject.administrative_sex == "female"
    assert sum(entry.refusal is None for entry in record.entries) == hers


def test_a_composition_decides() -> None:
    composition = {"resourceType": "Composition", "id": "k", "status": "final", "subject": HIS,
                   "type": concept(LOINC, "60591-5")}  # fmt: skip
    data = bundle(composition, patient(), patient("x", OTHER_INS, gender="male"), *of(HERS, 9), *of(HIS, 1, 50))
    record = read_fhir(data, "r.json")
    assert record.subject is not None
    assert record.subject.administrative_sex == "male"


def test_two_resources_with_one_national_identity_are_one_person() -> None:
    data = bundle(patient(), patient("x", INS), *of(HERS, 1), *of(HIS, 1, 50))
    assert all(entry.refusal is None for entry in read_fhir(data, "r.json").entries)


def test_the_same_digits_in_another_domain_prove_nothing() -> None:
    data = bundle(patient(), patient("x", INS, DEMO_DOMAIN), *of(HERS, 4), *of(HIS, 1, 50))
    refused = {e.source.entry: e.refusal.reason.value for e in read_fhir(data, "r.json").entries if e.refusal}
    assert refused == {"Patient/x": "other_identity_domain", "Observation/o50": "other_identity_domain"}


def test_same_name_and_birth_date_are_not_the_same_person() -> None:
    data = bundle(patient(), patient("x", OTHER_INS), *of(HERS, 4), *of(HIS, 1, 50))
    refused = {e.source.entry: e.refusal.reason.value for e in read_fhir(data, "r.json").entries if e.refusal}
    assert refused == {"Patient/x": "other_patient", "Observation/o50": "other_patient"}


def test_a_replaced_patient_is_followed() -> None:
    old = patient("x", identifier=[], active=False,
                  link=[{"type": "replaced-by", "other": HERS}])  # fmt: skip
    for order in ((patient(), old), (old, patient())):
        record = read_fhir(bundle(*order, *of(HERS, 1), *of(HIS, 1, 50)), "r.json")
        assert all(entry.refusal is None for entry in record.entries)
        assert record.subject is not None
        assert record.subject.identifiers


def test_the_traits_of_the_person() -> None:
    data = bundle(patient(
        birthDate="1970-01", deceasedDateTime="2026-02-03T10:00:00+01:00",
        name=[{"use": "usual", "family": "TEST-USAGE"}, {"use": "official", "family": "TEST-NAISSANCE",
                                                        "given": ["LOUISE", "ANNE"]}],
    ))  # fmt: skip
    subject = read_fhir(data, "r.json").subject
    assert subject is not None
    assert (subject.birth_name, subject.used_name, subject.given) == ("TEST-NAISSANCE", "TEST-USAGE", "LOUISE")
    assert (str(subject.birth_date), str(subject.deceased)) == ("1970-01", "2026-02-03")
    assert subject.identity_status == "test"


@pytest.mark.parametrize(("gender", "read"), [("other", "unknown"), (None, "unknown"), ("male", "male")])
def test_sex_is_that_of_the_traits_never_of_the_number(gender: str | None, read: str) -> None:
    subject = read_fhir(bundle(patient(gender=gender)), "r.json").subject
    assert subject is not None
    assert subject.administrative_sex == read

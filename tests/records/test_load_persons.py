"""One record, one person: identity is checked before any content is used."""

from __future__ import annotations

import pytest

from app.errors import RecordError
from app.records.load import read_record_bytes
from app.records.model import Reason, Record
from tests.records.cda.builders import (
    DEMONSTRATION_DOMAIN,
    NIR,
    OTHER_NIR,
    document,
    observation,
    person,
    pq,
    section,
)
from tests.records.test_load import archive_of

HEIGHT = section("8716-3", observation("8302-2", pq("1.70", "m")))


def _document(number: int, patient: str | None = None) -> bytes:
    return document(HEIGHT, identifier=f"2.25.{number}", patient=patient)


def _read(*documents: bytes) -> Record:
    return read_record_bytes("a.zip", archive_of({f"{n}.xml": data for n, data in enumerate(documents)}))


def _aside(record: Record) -> list[Reason]:
    return [e.refusal.reason for e in record.entries if e.refusal and e.source.entry == "ClinicalDocument"]


def test_two_people_and_no_main_one_is_an_error() -> None:
    with pytest.raises(RecordError) as error:
        _read(_document(1), _document(2, person(nir=OTHER_NIR, birth="19550701", sex="M")))
    assert error.value.code == "several_patients"
    assert NIR not in str(error.value)
    assert "TEST-" not in str(error.value)


def test_one_stray_document_is_set_aside_whole() -> None:
    stray = _document(3, person(nir=OTHER_NIR, birth="19550701", sex="M", family="TEST-AUTRE"))
    record = _read(_document(1), _document(2), stray)
    assert _aside(record) == [Reason.OTHER_PATIENT]
    assert [e.source.file for e in record.entries if e.refusal is None] == ["a.zip/0.xml", "a.zip/1.xml"]
    assert len(record.documents) == 2
    assert record.subject is not None
    assert record.subject.birth_name == "TEST-MARTIN"


def test_the_same_digits_in_two_domains_prove_nothing() -> None:
    stray = _document(3, person(domain=DEMONSTRATION_DOMAIN))
    assert _aside(_read(_document(1), _document(2), stray)) == [Reason.OTHER_IDENTITY_DOMAIN]


@pytest.mark.parametrize("traits", [{"birth": "19740311"}, {"sex": "M"}])
def test_the_same_number_with_other_traits_is_not_the_same_person(traits: dict[str, str]) -> None:
    assert _aside(_read(_document(1), _document(2), _document(3, person(**traits)))) == [Reason.OTHER_PATIENT]


@pytest.mark.parametrize("traits", [{"birth": "197403"}, {"sex": "UN"}, {"family": "TEST-MARTAIN"}])
def test_traits_less_known_or_misspelt_do_not_part_people(traits: dict[str, str]) -> None:
    assert _aside(_read(_document(1), _document(2, person(**traits)))) == []


def test_a_number_without_its_key_is_the_same_number() -> None:
    assert _aside(_read(_document(1), _document(2, person(nir=NIR[:13])))) == []


def test_name_and_birth_date_alone_never_join() -> None:
    with pytest.raises(RecordError) as error:
        _read(_document(1), _document(2, person(nir=OTHER_NIR)))
    assert error.value.code == "several_patients"


def test_a_number_of_one_issuer_joins_when_no_national_one_is_there() -> None:
    local = person().replace('<id root="1.2.250.1.213.1.4.10"', '<id root="1.2.3.9"')
    assert _aside(_read(_document(1, local), _document(2, local))) == []


def test_a_replaced_document_is_found_across_files() -> None:
    header = '<relatedDocument typeCode="RPLC"><parentDocument><id root="2.25.1"/></parentDocument></relatedDocument>'
    record = _read(_document(1), document(HEIGHT, identifier="2.25.2", header=header))
    assert _aside(record) == [Reason.REVOKED]
    assert [d.readable for d in record.documents] == [False, True]


def test_the_same_document_twice_counts_once() -> None:
    record = _read(_document(1), _document(1))
    assert _aside(record) == [Reason.NEAR_DUPLICATE]
    assert len(record.documents) == 1

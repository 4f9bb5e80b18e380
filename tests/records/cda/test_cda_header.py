"""Which document, about whom, by whom."""

from __future__ import annotations

import pytest

from app.dates import PartialDate
from app.errors import RecordError
from app.records.cda import read_document
from tests.records.cda.builders import (
    CITIZEN,
    DEMONSTRATION_DOMAIN,
    FEED,
    NIR,
    OTHER_NIR,
    TEST_DOMAIN,
    document,
    observation,
    person,
    pq,
    read,
    section,
    templates,
)


def test_the_volet_is_told_by_its_template_not_by_code_or_title() -> None:
    header = read_document(document(volet="27", kind="18748-4"), "CR-BIO.xml").header
    assert (header.kind, header.code) == ("D2LM-FIN", "18748-4")


def test_the_most_specific_volet_wins() -> None:
    data = document(volet="5", header="").replace(
        b"<realmCode", templates("1.2.250.1.213.1.1.1.5.2").encode() + b"<realmCode"
    )
    assert read_document(data, "x").header.kind == "CSE-CS9"


def test_an_international_template_names_a_biology_report() -> None:
    data = document(volet="").replace(
        b"<realmCode", templates("1.3.6.1.4.1.19376.1.3.3").encode() + b"<realmCode"
    )
    assert read_document(data, "x").header.kind == "CR-BIO"


def test_an_unknown_volet_is_read_and_labelled_so() -> None:
    record = read(document(section("8716-3", observation("8302-2", pq("1.70", "m"))), volet="999"))
    assert [e.value.raw for e in record.entries] == ["1.70 m"]  # type: ignore[union-attr]
    assert record.documents[0].readable
    assert "inconnu" in (record.documents[0].reason or "")


def test_names_are_grouped_by_qualifier_whatever_their_order() -> None:
    subject = read(document()).subject
    assert subject is not None
    assert (subject.birth_name, subject.used_name, subject.given) == ("TEST-MARTIN", "TEST-USAGE", "Alix")
    assert subject.birth_date == PartialDate.parse("1974-03-10")
    assert subject.administrative_sex == "female"


def test_the_national_identifier_comes_first() -> None:
    subject = read(document(patient=person(domain=DEMONSTRATION_DOMAIN))).subject
    assert subject is not None
    assert subject.identifiers[0] == (f"urn:oid:{DEMONSTRATION_DOMAIN}", NIR)
    assert subject.identity_status == "demonstration"


def test_a_birth_year_alone_stays_a_year() -> None:
    subject = read(document(patient=person(birth="1974"))).subject
    assert subject is not None
    assert str(subject.birth_date) == "1974"


@pytest.mark.parametrize(
    ("authors", "kind"),
    [(FEED, "system"), (CITIZEN, "citizen"), (FEED + CITIZEN, "citizen")],
)
def test_who_wrote_the_document(authors: str, kind: str) -> None:
    record = read(document(section("8716-3", observation("8302-2", pq("1.70", "m"))), author=authors))
    assert [e.author for e in record.entries] == [kind]


def test_an_author_on_the_statement_decides_over_the_document() -> None:
    told = observation("8302-2", pq("1.70", "m"), inner=CITIZEN)
    assert [e.author for e in read(document(section("8716-3", told))).entries] == ["citizen"]


def test_no_patient_is_an_error() -> None:
    with pytest.raises(RecordError) as error:
        read(document(patient="<recordTarget/>"))
    assert error.value.code == "no_patient"


def test_two_patients_are_an_error() -> None:
    with pytest.raises(RecordError) as error:
        read(document(patient=person() + person(nir=OTHER_NIR)))
    assert error.value.code == "several_patients"


def test_entry_paths_never_hold_a_persons_number() -> None:
    numbered = observation("8302-2", pq("1.70", "m"), inner="").replace(
        "<statusCode", f'<id root="{TEST_DOMAIN}" extension="{NIR}"/><statusCode', 1
    )
    (entry,) = read(document(section("8716-3", numbered))).entries
    assert NIR not in entry.source.entry
    assert entry.identifiers == ()

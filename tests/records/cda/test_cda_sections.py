"""Narrative, attachments, unreadable bodies and versions: present, never "none"."""

from __future__ import annotations

from datetime import date

import pytest

from app.facts.extract import extract
from app.records.cda import read_document
from app.records.cda.versions import standing
from app.records.model import Reason
from tests.records.cda.builders import (
    DOCTOR,
    ENTRY,
    SNOMED,
    TA_ASIP,
    cd,
    code,
    document,
    entries,
    observation,
    only,
    pq,
    problem,
    read,
    section,
    templates,
)

HEIGHT = observation("8302-2", pq("1.70", "m"))


def test_a_section_with_words_only_is_present_not_structured() -> None:
    entry = only(section("11348-0", text="Appendicectomie en 1990", title="Antécédents"))
    assert entry.refusal is not None
    assert entry.refusal.reason == Reason.FREE_TEXT_ONLY
    assert "Antécédents" in entry.refusal.detail
    assert "1990" not in entry.refusal.detail
    assert entry.text == "Appendicectomie en 1990"


def test_an_empty_section_says_nothing() -> None:
    assert not entries(section("11348-0"))


def test_sections_are_stated_with_what_they_hold() -> None:
    record = read(
        document(
            section("11450-4", problem("E11")), section("10160-0", text="Paracétamol"), section("10157-6")
        )
    )
    assert record.sections_stated == {"problems": "listed", "medications": "not_structured"}


@pytest.mark.parametrize(
    ("volet", "code", "whole"),
    [("51", "11450-4", True), ("51", "11348-0", True), ("27", "11348-0", False), ("26", "72135-7", False),
     ("", "11450-4", True), ("", "11348-0", False), ("55", "42349-1", False)],
)  # fmt: skip
def test_only_a_summary_holds_a_whole_list_of_problems(volet: str, code: str, whole: bool) -> None:
    record = read(document(section(code, problem("E11")), volet=volet))
    sheet = extract(record, date(2026, 11, 15))
    assert ("problems" in sheet.sections) is whole
    assert [e.listed for e in record.entries] == [whole]


def test_a_summary_may_say_that_there_is_no_problem() -> None:
    none = section("11450-4", problem("no-known-problems", "2.16.840.1.113883.5.1150.1"))
    record = read(document(none))
    assert record.sections_stated == {"problems": "none_known"}
    assert "other_condition" not in extract(record, date(2026, 11, 15)).facts


def test_a_section_that_is_not_available_is_not_empty() -> None:
    closed = section("10160-0").replace("<section>", '<section nullFlavor="NASK">')
    assert read(document(closed)).sections_stated == {"medications": "notasked"}


def test_two_sections_of_one_code_keep_two_paths() -> None:
    first, second = entries(section("8716-3", HEIGHT), section("8716-3", HEIGHT))
    assert (first.source.entry, second.source.entry) == ("8716-3/1", "8716-3[2]/1")


def test_administrative_sections_give_no_entry() -> None:
    assert not entries(section("48768-6", observation("48768-6")))


def test_a_level_1_document_is_listed_as_unreadable() -> None:
    body = '<nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0=</text></nonXMLBody>'
    record = read(document(volet="", kind="11502-2", body=body))
    (listed,) = record.documents
    assert (listed.readable, str(listed.date), listed.author) == (False, "2024-05-02", "Médecin généraliste")
    assert "application/pdf" in (listed.reason or "")
    assert [e.refusal.reason for e in record.entries if e.refusal] == [Reason.UNREADABLE_DOCUMENT]


def _attachment(kind: str) -> str:
    return f"""<organizer classCode="CLUSTER" moodCode="EVN">{templates(ENTRY + "18")}{code("55107-7")}
    <component>{observation("69764-9", cd(kind))}</component><component><observationMedia>
    <value mediaType="application/pdf" representation="B64">JVBERi0=</value></observationMedia></component>
    </organizer>"""


def test_an_attached_file_is_a_document_but_the_documents_own_copy_is_not() -> None:
    attached = read(document(section("55107-7", _attachment("18748-4"))))
    assert [d.readable for d in attached.documents] == [True, False]
    copy = read(document(section("55108-5", _attachment("55108-5"))))
    assert len(copy.documents) == 1


def test_a_document_that_says_it_is_not_final_is_told_with_each_statement() -> None:
    status = section("33557-0", observation(code("GEN-065", TA_ASIP), cd("385651009", SNOMED)))
    entry = only(status, section("8716-3", HEIGHT))
    assert any("non définitif" in note for note in entry.notes)


def _parent(identifier: str) -> str:
    parent = f'<parentDocument><id root="{identifier}"/></parentDocument>'
    return f'<relatedDocument typeCode="RPLC">{parent}</relatedDocument>'


def _reasons(*documents: bytes) -> list[str]:
    records = standing([read_document(data, f"{n}.xml") for n, data in enumerate(documents)])
    return [r.entries[0].refusal.reason.value if r.entries[0].refusal else "stands" for r in records]


def test_a_replaced_document_gives_nothing_in_either_order() -> None:
    old = document(section("8716-3", HEIGHT), identifier="2.25.1")
    new = document(section("8716-3", HEIGHT), identifier="2.25.2", header=_parent("2.25.1"))
    assert _reasons(old, new) == ["revoked", "stands"]
    assert _reasons(new, old) == ["stands", "revoked"]


def test_a_lower_version_of_a_set_is_replaced() -> None:
    sets = '<setId root="2.25.9"/><versionNumber value="{}"/>'
    first, second = (
        document(section("8716-3", HEIGHT), identifier=f"2.25.{n}", header=sets.format(n)) for n in (1, 2)
    )
    assert _reasons(first, second) == ["revoked", "stands"]


def test_the_same_document_twice_is_read_once() -> None:
    one = document(section("8716-3", HEIGHT))
    assert _reasons(one, one) == ["stands", "near_duplicate"]


def test_a_section_author_speaks_for_its_statements() -> None:
    signed = section("8716-3", HEIGHT, inner=DOCTOR)
    data = document(signed, author="").replace(b"Document d'essai", b"x")
    assert [e.author for e in read(data).entries] == ["professional"]

"""Broken and hostile files: one clear RecordError, never anything else."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import RecordError
from app.records import limits, xdm
from app.records.load import read_record_bytes
from tests.records.cda.builders import (
    cd,
    disease,
    document,
    event,
    laboratory,
    observation,
    pq,
    problem,
    relative,
    section,
    vaccine,
)
from tests.records.test_load import BUNDLE, CDA, archive_of, as_json

RICH = document(
    section("11450-4", problem("E11.9")),
    section("10157-6", relative("MTH", disease("C50.9"))),
    section("11369-6", vaccine(lot="A1")),
    laboratory(observation("2093-3", pq("2,1", "g/L"), template="80"), sample="20240402"),
    section("29762-2", observation("72166-2", cd("LA18976-3")), text="Texte"),
    events=event("QEQK004"),
)
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;">]><ClinicalDocument xmlns="urn:hl7-org:v3"><title>&c;</title></ClinicalDocument>"""
OUTSIDE = b"""<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>&x;</title></ClinicalDocument>"""


def _zip(data: bytes, method: int = zipfile.ZIP_DEFLATED, copies: int = 1) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for number in range(copies):
            made.writestr(f"{number}.xml", data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (archive_of({}), "empty"),
        (RICH[:-40], "truncated"),
        (RICH[: len(RICH) // 2], "truncated"),
        (as_json(BUNDLE)[:-30], "truncated"),
        (archive_of({"a.xml": CDA})[:-30], "truncated"),
        (RICH.replace(b"Document d'essai", "Résumé".encode("latin-1")), "encoding"),
        (as_json(BUNDLE).replace(b"TEST-MARTIN", b"TEST-\xe9"), "encoding"),
        (RICH.replace(b'encoding="UTF-8"', b'encoding="KLINGON"'), "encoding"),
        (LAUGHS, "forbidden_xml"),
        (OUTSIDE, "forbidden_xml"),
        (b"<a>" * 400 + b"</a>" * 400, "too_deep"),
        (b'{"resourceType": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "too_deep"),
        (b"%PDF-1.7 ...", "unknown_format"),
        (b"hello", "unknown_format"),
        (b"<html/>", "unknown_format"),
        (b'<Bundle xmlns="http://hl7.org/fhir"/>', "unknown_format"),
        (b"<ClinicalDocument><a></ClinicalDocument>", "unknown_format"),
        (b'{"name": "x"}', "unknown_format"),
        (b"[1, 2]", "unknown_format"),
        (archive_of({"a.txt": b"x"}), "unknown_format"),
        (_zip(CDA, zipfile.ZIP_BZIP2), "unknown_format"),
        (archive_of({"a.zip": archive_of({"b.xml": CDA})}), "zip_bomb"),
        (_zip(b" " * (8 * 1024 * 1024)), "zip_bomb"),
        (_zip(b"", copies=limits.MAX_FILES + 1), "zip_bomb"),
    ],
)
def test_each_wrong_has_its_code(data: bytes, expected: str) -> None:
    with pytest.raises(RecordError) as error:
        read_record_bytes("fichier", data)
    assert error.value.code == expected
    assert "fichier" in str(error.value)


def test_a_wrong_byte_is_told_by_its_place() -> None:
    with pytest.raises(RecordError) as error:
        read_record_bytes("a.xml", CDA[:200] + b"\xff" + CDA[200:])
    assert "octet 200" in str(error.value)


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_RECORD_BYTES", 1000)
    with pytest.raises(RecordError) as error:
        read_record_bytes("a.xml", RICH)
    assert error.value.code == "too_large"


def test_an_archive_is_bounded_by_what_it_expands_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xdm, "MAX_RECORD_BYTES", 3 * len(CDA))
    with pytest.raises(RecordError) as error:
        read_record_bytes("a.zip", _zip(CDA, copies=4))
    assert error.value.code == "zip_bomb"


def test_an_encrypted_archive_is_refused() -> None:
    locked = bytearray(_zip(CDA))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    with pytest.raises(RecordError) as error:
        read_record_bytes("a.zip", bytes(locked))
    assert error.value.code == "unknown_format"


def test_a_very_deep_narrative_does_not_exhaust_the_reader() -> None:
    deep = "<paragraph>" * 200 + "x" + "</paragraph>" * 200
    assert read_record_bytes("a.xml", document(section("11348-0", text=deep))).entries


def test_deeply_held_statements_do_not_exhaust_the_reader() -> None:
    held = observation("8302-2", pq("1.7", "m"))
    for _ in range(100):
        held = observation("8302-2", pq("1.7", "m"), inner=f"<entryRelationship>{held}</entryRelationship>")
    assert read_record_bytes("a.xml", document(section("8716-3", held))).entries


def test_errors_never_repeat_the_content() -> None:
    broken = RICH.replace(b"TEST-MARTIN</family>", b"TEST-MARTIN</famille>")
    with pytest.raises(RecordError) as error:
        read_record_bytes("a.xml", broken)
    assert "famil" not in str(error.value)
    assert error.value.__cause__ is None


ORIGINALS = [RICH, as_json(BUNDLE), archive_of({"a.xml": RICH, "b.json": as_json(BUNDLE)})]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A file of ours, cut, with bytes changed, removed, repeated or swapped."""
    data = bytearray(draw(st.sampled_from(ORIGINALS)))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(1, 40))
        match draw(st.sampled_from(("flip", "cut", "drop", "repeat", "insert"))):
            case "flip" if data:
                data[place] ^= draw(st.integers(1, 255))
            case "cut":
                del data[place:]
            case "drop":
                del data[place : place + length]
            case "repeat":
                data[place:place] = data[place : place + length]
            case "insert":
                data[place:place] = draw(
                    st.sampled_from((b"<", b"&x;", b'"', b"\0", b"-", b"9999999999", b"\xff", b"{"))
                )
    return bytes(data)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_damaged_file_is_a_record_or_a_record_error(data: bytes) -> None:
    try:
        read_record_bytes("fichier", data)
    except RecordError as error:
        assert error.code  # noqa: PT017 - the only exception allowed out


_WORDS = st.sampled_from(
    [
        "",
        " ",
        "x",
        "-1",
        "99999999",
        "00000000",
        "20241301",
        "1e99",
        "NaN",
        "true",
        "é",
        "#x",
        "a" * 600,
        "²",
        "1,5",
        "∞",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_absurd_attributes_are_read_or_refused(data: st.DataObject) -> None:
    text = RICH.decode()
    for name in (
        "value=",
        "code=",
        "root=",
        "extension=",
        "nullFlavor=",
        "moodCode=",
        "xsi:type=",
        "unit=",
        "typeCode=",
    ):
        if name in text and data.draw(st.booleans()):
            places = [i for i in range(len(text)) if text.startswith(name, i)]
            start = data.draw(st.sampled_from(places)) + len(name) + 1
            text = text[:start] + data.draw(_WORDS) + text[text.index(text[start - 1], start) :]
    try:
        read_record_bytes("a.xml", text.encode())
    except RecordError as error:
        assert error.code  # noqa: PT017 - the only exception allowed out


def test_the_builders_document_is_rich() -> None:
    kinds = {entry.kind for entry in read_record_bytes("a.xml", RICH).entries}
    assert kinds >= {"condition", "family_member", "immunization", "observation", "procedure"}

"""What a file is is read in it; several files make one record."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path

import pytest

from app.errors import RecordError
from app.records.load import read_record, read_record_bytes
from app.records.model import Reason, Record
from tests.records.cda.builders import NIR, TEST_DOMAIN, document, observation, pq, section

HEIGHT = section("8716-3", observation("8302-2", pq("1.70", "m")))
WEIGHT = section("8716-3", observation("29463-7", pq("70", "kg")))
CDA = document(HEIGHT)
PATIENT = {
    "resourceType": "Patient",
    "id": "p",
    "identifier": [{"system": f"urn:oid:{TEST_DOMAIN}", "value": NIR}],
    "name": [{"use": "official", "family": "TEST-MARTIN", "given": ["Alix"]}],
    "gender": "female",
    "birthDate": "1974-03-10",
}
WEIGHT_RESOURCE = {
    "resourceType": "Observation",
    "id": "w",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"reference": "Patient/p"},
    "effectiveDateTime": "2024-04-01",
    "valueQuantity": {"value": 70, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
}
BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [{"resource": PATIENT}, {"resource": WEIGHT_RESOURCE}],
}


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


def archive_of(members: dict[str, bytes]) -> bytes:
    return archive(**{name.replace("/", "__"): data for name, data in members.items()})


def as_json(data: object) -> bytes:
    return json.dumps(data).encode()


def codes(record: Record) -> set[str]:
    return {c.code for e in record.entries if e.refusal is None for c in e.codes}


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.json", CDA, {"8302-2"}),
        ("a.xml", as_json(BUNDLE), {"29463-7"}),
        ("a.txt", b"\xef\xbb\xbf" + CDA, {"8302-2"}),
        ("a.bin", as_json(PATIENT) + b"\n" + as_json(WEIGHT_RESOURCE) + b"\n", {"29463-7"}),
        ("a", archive_of({"x": CDA, "y": as_json(BUNDLE)}), {"8302-2", "29463-7"}),
        ("a.xml", CDA.decode().replace("UTF-8", "UTF-16").encode("utf-16"), {"8302-2"}),
        ("a.xml", CDA.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"), {"8302-2"}),
    ],
)
def test_the_content_tells_the_format_not_the_name(name: str, data: bytes, expected: set[str]) -> None:
    assert codes(read_record_bytes(name, data)) == expected


def test_files_of_one_person_are_one_record(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(CDA)
    (tmp_path / "b.json").write_bytes(as_json(BUNDLE))
    record = read_record([tmp_path / "a.xml", tmp_path / "b.json"])
    assert codes(record) == {"8302-2", "29463-7"}
    assert {e.source.file for e in record.entries if e.codes} == {"a.xml", "b.json"}


def test_fhir_resources_may_lie_in_several_files(tmp_path: Path) -> None:
    (tmp_path / "patient.json").write_bytes(as_json(PATIENT))
    (tmp_path / "weight.json").write_bytes(as_json(WEIGHT_RESOURCE))
    assert codes(read_record([tmp_path])) == {"29463-7"}


def test_a_folder_lists_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.xml").write_bytes(CDA)
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4 ...")
    (tmp_path / "notes.yaml").write_bytes(b"a: 1")
    (tmp_path / "package.json").write_bytes(b'{"name": "x"}')
    (tmp_path / ".hidden").write_bytes(b"\0")
    record = read_record([tmp_path])
    assert codes(record) == {"8302-2"}
    unread = {d.file for d in record.documents if not d.readable}
    assert unread == {"scan.pdf", "notes.yaml", "package.json"}
    assert {e.source.file for e in record.entries if e.refusal} == unread


def test_two_files_of_one_name_stay_apart(tmp_path: Path) -> None:
    for folder, data in (("one", CDA), ("two", document(WEIGHT, identifier="2.25.2"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.xml").write_bytes(data)
    record = read_record([tmp_path / "one" / "a.xml", tmp_path / "two" / "a.xml"])
    assert {e.source.file for e in record.entries} == {"a.xml", "two/a.xml"}


def test_an_attached_cda_document_is_read() -> None:
    reference = {
        "resourceType": "DocumentReference",
        "id": "d",
        "status": "current",
        "subject": {"reference": "Patient/p"},
        "content": [{"attachment": {"contentType": "text/xml", "data": base64.b64encode(CDA).decode()}}],
    }
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": PATIENT}, {"resource": reference}],
    }
    assert codes(read_record_bytes("a.json", as_json(bundle))) == {"8302-2"}


METADATA = """<SubmitObjectsRequest xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
 xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>{}</rim:RegistryObjectList>
</SubmitObjectsRequest>"""
LISTED = """<rim:ExtrinsicObject id="{0}" status="urn:oasis:names:tc:ebxml-regrep:StatusType:{1}">
<rim:Slot name="URI"><rim:ValueList><rim:Value>{0}</rim:Value></rim:ValueList></rim:Slot></rim:ExtrinsicObject>"""


def xdm(documents: dict[str, bytes], **status: str) -> bytes:
    listed = "".join(
        LISTED.format(n, status.get(n.split(".")[0], "Approved")) for n in (*documents, "LOST.XML")
    )
    folder = "IHE_XDM/SUBSET01/"
    return archive_of(
        {
            "INDEX.HTM": b"<html/>",
            "README.TXT": b"Lisez-moi",
            folder + "METADATA.XML": METADATA.format(listed).encode(),
            **{folder + name: data for name, data in documents.items()},
        }
    )


def test_an_xdm_archive_is_read_by_its_index() -> None:
    record = read_record_bytes(
        "x.zip", xdm({"DOC1.XML": CDA, "DOC2.XML": document(WEIGHT, identifier="2.25.2")})
    )
    assert codes(record) == {"8302-2", "29463-7"}
    assert [d.file for d in record.documents if not d.readable] == ["x.zip/IHE_XDM/SUBSET01/LOST.XML"]


def test_a_deprecated_document_of_an_xdm_archive_gives_nothing() -> None:
    documents = {"DOC1.XML": CDA, "DOC2.XML": document(WEIGHT, identifier="2.25.2")}
    record = read_record_bytes("x.zip", xdm(documents, DOC1="Deprecated"))
    assert codes(record) == {"29463-7"}
    assert [e.refusal.reason for e in record.entries if e.refusal and "DOC1" in e.source.file] == [
        Reason.REVOKED
    ]


@pytest.mark.parametrize("paths", [[], [Path("does-not-exist.json")]])
def test_nothing_to_read_is_an_error(paths: list[Path]) -> None:
    with pytest.raises(RecordError):
        read_record(paths)

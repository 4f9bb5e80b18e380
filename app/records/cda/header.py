"""The header of a CDA document: which document, about whom, by whom, when, and what it replaces."""

from __future__ import annotations

from dataclasses import dataclass

from app.dates import PartialDate
from app.errors import RecordError
from app.records.cda.authors import document_author
from app.records.cda.datatypes import birth_day, day
from app.records.cda.volets import Volet, volet_of
from app.records.cda.xml import V3, Element, attribute, child, children, name, template_ids, words
from app.records.model import INS_DOMAINS, Author, Subject

_SEX = {"M": "male", "F": "female"}


@dataclass(frozen=True, slots=True)
class Header:
    """`identifier`, `set_id` and `replaces` are `root|extension`; `volet` is None when it is not known."""

    file: str
    volet: Volet | None
    code: str | None
    code_display: str | None
    title: str | None
    date: PartialDate | None
    author: Author
    author_role: str | None
    subject: Subject
    identifier: str | None
    set_id: str | None
    version: int
    replaces: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.volet.name if self.volet else self.code_display or self.code or "document"


def read_header(root: Element, file: str) -> Header:
    """Raises RecordError: `unknown_format` (not a CDA document), `no_patient`, `several_patients`."""
    if root.tag != V3 + "ClinicalDocument":
        hint = " : envoyez FHIR en JSON" if "hl7.org/fhir" in str(root.tag) else ""
        raise RecordError(f"ce XML n'est pas un document CDA{hint}", code="unknown_format", where=file)
    author, role = document_author(root)
    code = child(root, "code")
    parents = children(root, "relatedDocument[@typeCode='RPLC']/parentDocument/id")
    version = attribute(child(root, "versionNumber"), "value") or ""
    return Header(
        file=file,
        volet=volet_of(template_ids(root)),
        code=attribute(code, "code"),
        code_display=attribute(code, "displayName"),
        title=words(child(root, "title"), 200),
        date=day(attribute(child(root, "effectiveTime"), "value")),
        author=author,
        author_role=role,
        subject=_subject(root, file),
        identifier=instance_id(child(root, "id")),
        set_id=instance_id(child(root, "setId")),
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
        replaces=tuple(key for parent in parents if (key := instance_id(parent))),
    )


def instance_id(element: Element | None) -> str | None:
    """An `id` as `root|extension`, None when it is null."""
    root = attribute(element, "root")
    return None if root is None else f"{root}|{attribute(element, 'extension') or ''}"


def _subject(root: Element, file: str) -> Subject:
    targets = children(root, "recordTarget/patientRole")
    if not targets:
        raise RecordError("le document ne dit pas de qui il parle", code="no_patient", where=file)
    subjects = [_person(target) for target in targets]
    if any(set(other.identifiers) != set(subjects[0].identifiers) for other in subjects[1:]):
        raise RecordError("le document parle de plusieurs personnes", code="several_patients", where=file)
    return subjects[0]


def _person(role: Element) -> Subject:
    pairs = [
        (f"urn:oid:{root}", extension)
        for i in children(role, "id")
        if (root := attribute(i, "root")) and (extension := attribute(i, "extension"))
    ]
    patient = child(role, "patient")
    if patient is None:
        return Subject(None, "unknown", tuple(_national_first(pairs)))
    sex = _SEX.get(attribute(child(patient, "administrativeGenderCode"), "code") or "", "unknown")
    deceased = next((item for item in patient.iterchildren() if name(item) == "deceasedTime"), None)
    given = _name_part(patient, "given", "CL") or _name_part(patient, "given", "BR")
    return Subject(
        birth_date=birth_day(attribute(child(patient, "birthTime"), "value")),
        administrative_sex=sex,  # type: ignore[arg-type]
        identifiers=tuple(_national_first(pairs)),
        birth_name=_name_part(patient, "family", "BR") or _name_part(patient, "family", None),
        used_name=_name_part(patient, "family", "CL") or _name_part(patient, "family", "SP"),
        given=given or _name_part(patient, "given", None),
        deceased=day(attribute(deceased, "value")),
    )


def _national_first(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(dict.fromkeys(pairs), key=lambda pair: pair[0] not in INS_DOMAINS)


def _name_part(patient: Element, part: str, qualifier: str | None) -> str | None:
    """Names are interleaved: they are grouped by qualifier, not by position."""
    parts = [item for item in children(patient, f"name/{part}") if attribute(item, "qualifier") == qualifier]
    return words(parts[0], 200) if parts else None

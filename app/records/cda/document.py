"""One CDA document → a Record: identity first, then the sections, then what no section could code.

A PDF (level 1) is a document present and unreadable, never an error. A section with words and no entry is said
"present, not structured", never "none".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from app.records.cda import acts, mammography
from app.records.cda.context import Context, Output, unreadable
from app.records.cda.header import Header, read_header
from app.records.cda.sections import STATED_AS, Section, sections
from app.records.cda.treating import treating_doctors
from app.records.cda.walk import read_section
from app.records.cda.xml import Element, Narrative, attribute, child, parse
from app.records.model import Document, Reason, Record, RecordEntry, Refusal, Source

_PRELIMINARY = "385651009"
_STATUS_SECTION = "33557-0"
_NOT_FINAL = "Le document se dit en cours, non définitif."


@dataclass(frozen=True, slots=True)
class CdaDocument:
    """A document read on its own; the header lets several of them be put in order."""

    header: Header
    record: Record


def read_cda(data: bytes, file: str) -> Record:
    """Read one CDA document. Raises RecordError (see `parse` and `read_header`)."""
    return read_document(data, file).record


def read_document(data: bytes, file: str) -> CdaDocument:
    """Read one CDA document and keep its header. Raises RecordError."""
    root = parse(data, file)
    header = read_header(root, file)
    record = Record(header.subject)
    body = child(root, "component/structuredBody")
    narrative = Narrative(root)
    out = Output()
    top = Section(root, "other", (), "", header.title or header.kind, frozenset())
    context = Context(header, top, narrative, out, header.author, "")
    events = acts.read_service_events(root, context)
    if body is not None:
        for section in sections(body):
            _read(section, replace(context, section=section, path=section.path))
    mammography.settle_readings(context, events)
    _forget_reused_ids(out.entries)
    if body is not None and _is_preliminary(body):
        for entry in out.entries:
            entry.notes = (*entry.notes, _NOT_FINAL)
    document = _document(root, header, readable=body is not None)
    if document.source and document.reason and not document.readable:
        unreadable(document.source, context, document.title, document.reason)
    record.entries = out.entries
    record.sections_stated = out.stated
    record.treating = treating_doctors(root, header)
    record.documents = [document, *out.documents]
    return CdaDocument(header, record)


_EMPTY = {"NASK": "notasked", "MSK": "withheld"}
"""Null flavors of a section, in FHIR's words for an empty list."""


def _read(section: Section, context: Context) -> None:
    if section.kind == "administrative":
        return
    stated, said = STATED_AS.get(section.kind), context.out.stated
    if stated and section.entries and (context.listed or stated != "problems"):
        said[stated] = "listed"
    read_section(context)
    if section.entries:
        return
    flavor = attribute(section.element, "nullFlavor")
    if stated and flavor:
        said.setdefault(stated, _EMPTY.get(flavor, "unavailable"))
    if words := section.narrative:
        if stated:
            said.setdefault(stated, "not_structured")
        detail = f"Section « {section.title} » présente, non structurée."
        context.out.entries.append(
            RecordEntry(
                source=Source(context.header.file, context.out.unique(section.path)),
                kind="report",
                text=words,
                when=context.header.date,
                date_basis="recorded",
                author=context.author,
                refusal=Refusal(Reason.FREE_TEXT_ONLY, detail),
            )
        )


def _document(root: Element, header: Header, *, readable: bool) -> Document:
    media = attribute(child(root, "component/nonXMLBody/text"), "mediaType") or "type inconnu"
    reason = None if readable else f"Document non structuré ({media}) : présent, à ouvrir pour le lire."
    if readable and header.volet is None:
        reason = "Type de document inconnu : lu avec les règles générales."
    return Document(
        file=header.file,
        kind=header.kind,
        title=header.title,
        date=header.date,
        author=header.author_role,
        readable=readable,
        reason=reason,
        source=Source(header.file, "ClinicalDocument"),
    )


def _forget_reused_ids(entries: list[RecordEntry]) -> None:
    """Examples give one id to two statements (right and left breast): such an id identifies nothing."""
    uses = Counter(identifier for entry in entries for identifier in entry.identifiers)
    for entry in entries:
        entry.identifiers = tuple(i for i in entry.identifiers if uses[i] == 1)


def _is_preliminary(body: Element) -> bool:
    values = (
        attribute(value, "code")
        for section in sections(body)
        if _STATUS_SECTION in section.marks
        for value in section.element.iter("{urn:hl7-org:v3}value")
    )
    return _PRELIMINARY in values

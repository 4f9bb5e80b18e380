"""DiagnosticReport, DocumentReference, ImagingStudy and QuestionnaireResponse → entries and documents."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.errors import RecordError
from app.records.fhir.entries import Context, dated, no_content, statement
from app.records.fhir.observations import value_of
from app.records.fhir.references import Located, contained
from app.records.fhir.status import by_absence
from app.records.fhir.values import (
    Json,
    a_dict,
    choice,
    codes_of,
    date_of,
    dicts,
    text_of,
)
from app.records.model import Code, Document, Quantity, Reason, Record, RecordEntry, Refusal, Source

_XML = {"text/xml", "application/xml", "application/hl7-v3+xml", "application/cda+xml"}
_LOINC = re.compile(r"\d{1,6}-\d\Z")


def read_report(item: Located, context: Context, record: Record) -> list[RecordEntry]:
    """A report may prove an act; its conclusion is shown, never coded."""
    resource = item.resource
    entry = dated(
        statement(item, context, "report", resource.get("code")),
        resource,
        "effective",
        recorded="issued",
        basis="issued",
    )
    entry.when = entry.when or entry.end
    entry.status = text_of(resource.get("status"))
    entry.qualifiers = codes_of(
        {
            "coding": [
                coding
                for concept in dicts(resource.get("category"))
                for coding in dicts(concept.get("coding"))
            ]
        }
    )
    forms = list(dicts(resource.get("presentedForm")))
    conclusion = text_of(resource.get("conclusion"))
    entry.value = codes_of(next(iter(dicts(resource.get("conclusionCode"))), None)) or None
    if conclusion:
        entry.notes += (conclusion,)
    if entry.refusal is None and (forms or conclusion):
        record.documents.append(_document(item, entry, forms[0] if forms else None))
    if not (entry.codes or entry.text or conclusion or forms or resource.get("result")):
        no_content(entry, "Compte rendu vide.")
    return [entry]


def _document(item: Located, entry: RecordEntry, attachment: Json | None) -> Document:
    kind = next((code.code for code in entry.codes), item.type)
    title = entry.text or text_of(a_dict(attachment).get("title"))
    reason = None if attachment is None else "Fichier joint (PDF, image ou texte), non structuré."
    return Document(
        item.file, kind, title, entry.when, entry.author, attachment is None, reason, entry.source
    )


def read_document_reference(item: Located, context: Context, record: Record) -> list[RecordEntry]:
    """Hand an attached CDA document to its reader; list anything else as unreadable."""
    resource = item.resource
    entry = statement(item, context, "other", resource.get("type"))
    entry.when, entry.date_basis = date_of(resource.get("date")), "recorded"
    if entry.refusal is None and resource.get("docStatus") in ("preliminary", "entered-in-error"):
        in_error = resource["docStatus"] == "entered-in-error"
        reason = Reason.ENTERED_IN_ERROR if in_error else Reason.NOT_FINAL
        entry.refusal = Refusal(reason, "Document provisoire ou enregistré par erreur.")
    attachments = [a_dict(content.get("attachment")) for content in dicts(resource.get("content"))]
    attachments = [attachment for attachment in attachments if attachment]
    if entry.refusal is not None:
        return [entry]
    if not attachments:
        return [no_content(entry, "Document sans fichier joint.")]
    entry.text = text_of(resource.get("description")) or entry.text
    for attachment in attachments:
        if (inner := _cda(attachment, item, context)) is not None:
            return _adopt(inner, entry, context, record)
    record.documents.append(_document(item, entry, attachments[0]))
    entry.refusal = Refusal(Reason.UNREADABLE_DOCUMENT, "Document joint non structuré : listé, non lu.")
    return [entry]


def _cda(attachment: Json, item: Located, context: Context) -> Record | RecordError | None:
    kind = (text_of(attachment.get("contentType")) or "").split(";")[0].strip().lower()
    if kind not in _XML or context.read_document is None:
        return None
    data = _bytes(attachment.get("data"))
    if data is None and (url := text_of(attachment.get("url"))) and (binary := context.index.find(url)):
        data = _bytes(binary.resource.get("data"))
    if data is None:
        return None
    try:
        return context.read_document(data, item.file, item.entry)
    except RecordError as error:
        return error


def _bytes(data: object) -> bytes | None:
    try:
        return base64.b64decode(data, validate=False) if isinstance(data, str) else None
    except (binascii.Error, ValueError):
        return None


def _adopt(
    inner: Record | RecordError, entry: RecordEntry, context: Context, record: Record
) -> list[RecordEntry]:
    """Take over the entries of an attached document, once it is known to be about the same person."""
    if isinstance(inner, RecordError):
        entry.refusal = Refusal(Reason.UNREADABLE_DOCUMENT, f"Document joint illisible : {inner.message}.")
        return [entry]
    pairs = inner.subject.identifiers if inner.subject else ()
    entry.refusal = context.identity.check_identifiers(pairs)
    if entry.refusal is not None:
        return [entry]
    record.documents.extend(inner.documents)
    record.treating.extend(inner.treating)
    for name, state in inner.sections_stated.items():
        record.sections_stated.setdefault(name, state)
    return inner.entries


def read_imaging(item: Located, context: Context) -> list[RecordEntry]:
    resource = item.resource
    entry = statement(item, context, "procedure", next(iter(dicts(resource.get("procedureCode"))), None))
    entry.when = date_of(resource.get("started"))
    entry.text = entry.text or text_of(resource.get("description"))
    if not entry.codes and not entry.text:
        return [no_content(entry, "Examen d'imagerie sans nom.")]
    return [entry]


def read_answers(item: Located, context: Context) -> list[RecordEntry]:
    """One entry an answer, named `QuestionnaireResponse/qr#linkId`."""
    resource = item.resource
    whole = statement(item, context, "answer")
    whole.when, whole.date_basis = date_of(resource.get("authored")), "clinical"
    whole.status = text_of(resource.get("status"))
    known = _questions(resource, context)
    items = list(_items(resource, depth=0))
    answers = [answer for question in items for answer in _answers(question, whole, known)]
    if whole.refusal is not None and not answers:
        return [whole]
    if not answers:
        return [no_content(whole, "Questionnaire sans réponse.")]
    return answers if whole.refusal is None else [whole]


def _items(parent: Json, depth: int) -> Iterator[Json]:
    for item in dicts(parent.get("item")):
        yield item
        if depth < 20:
            yield from _items(item, depth + 1)
            for answer in dicts(item.get("answer")):
                yield from _items(answer, depth + 1)


def _answers(item: Json, whole: RecordEntry, known: dict[str, Question]) -> Iterator[RecordEntry]:
    link = text_of(item.get("linkId"))
    if link is None:
        return
    question = known.get(link, Question())
    codes = (Code("link", link), *question.codes, *_loinc_link(link))
    for answer in dicts(item.get("answer")):
        found = choice(answer, "value")
        if found is None:
            continue
        entry = RecordEntry(
            source=Source(whole.source.file, f"{whole.source.entry}#{link}"),
            kind="answer",
            codes=codes,
            text=text_of(item.get("text")),
            value=value_of(*found),
            when=whole.when,
            author=whole.author,
            identifiers=(),
            part_of=whole.source.entry,
            status=whole.status,
        )
        if isinstance(entry.value, Quantity) and entry.value.unit is None and question.unit:
            entry.value = replace(entry.value, unit=question.unit, raw=f"{entry.value.raw} {question.unit}")
        coded = entry.value if isinstance(entry.value, tuple) else ()
        if coded and all(code.system in ("absent", "null") for code in coded):
            entry.value, entry.unknown = None, coded[0].code
            if coded[0].code == "masked":
                entry.refusal = by_absence("masked")
        yield entry


@dataclass(frozen=True, slots=True)
class Question:
    """What the Questionnaire says of a question: its codes, and the unit of a number that is answered bare."""

    codes: tuple[Code, ...] = ()
    unit: str | None = None


def _questions(resource: Json, context: Context) -> dict[str, Question]:
    """linkId → question, from the Questionnaire when it travels with the answers."""
    name = (text_of(resource.get("questionnaire")) or "").split("|", 1)[0]
    if name.startswith("#"):
        form = contained(resource, name[1:])
    else:
        found = context.index.find(name) if name else None
        form = found.resource if found else None
    return {
        link: Question(codes_of({"coding": question.get("code")}), _unit(question))
        for question in (_items(form, 0) if form else ())
        if (link := text_of(question.get("linkId")))
    }


def _unit(question: Json) -> str | None:
    for extension in dicts(question.get("extension")):
        if extension.get("url") == "http://hl7.org/fhir/StructureDefinition/questionnaire-unit":
            return text_of(a_dict(extension.get("valueCoding")).get("code"))
    return None


def _loinc_link(link: str) -> tuple[Code, ...]:
    """Forms made from LOINC panels name their questions by the code: `/29463-7`, or a path of them."""
    last = link.rsplit("/", 1)[-1]
    return (Code("loinc", last),) if _LOINC.match(last) else ()

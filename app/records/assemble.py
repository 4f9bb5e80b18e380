"""Parts of a record (documents, FHIR files) → one Record: one person, superseded versions apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.errors import RecordError
from app.records.cda import CdaDocument
from app.records.cda.versions import set_aside, standing
from app.records.model import Record, RecordEntry, Source, Subject
from app.records.persons import merged, same_person, why_another

_STATED_RANK = ("listed", "none_known")


@dataclass(slots=True)
class Part:
    """What one reading gave: a CDA document, or the record of all FHIR files. `weight` counts its files."""

    subject: Subject | None
    document: CdaDocument | None = None
    record: Record | None = None
    weight: int = 1


def assemble(parts: Sequence[Part], withdrawn: Collection[str] = ()) -> Record:
    """Merge parts about one person; those of another person are set aside whole when the main one is clear.

    Raises RecordError `several_patients` when it is not (no person holds more than half of several documents).
    """
    subject, ours = _main_person(parts)
    record = Record(subject)
    documents = [part.document for part in ours if part.document]
    readings = [*standing(documents, withdrawn), *(part.record for part in ours if part.record)]
    for reading in readings:
        record.entries.extend(reading.entries)
        record.documents.extend(reading.documents)
        record.treating.extend(reading.treating)
        for name, said in reading.sections_stated.items():
            if _rank(said) < _rank(record.sections_stated.get(name)):
                record.sections_stated[name] = said
    for part in parts:
        if not any(part is one for one in ours):
            record.entries.extend(_foreign(part, subject))
    return record


def _main_person(parts: Sequence[Part]) -> tuple[Subject, list[Part]]:
    people: list[tuple[Subject, list[Part]]] = []
    for part in parts:
        if part.subject is None:
            continue
        for position, (known, theirs) in enumerate(people):
            if same_person(known, part.subject):
                people[position] = (merged(known, part.subject), [*theirs, part])
                break
        else:
            people.append((part.subject, [part]))
    if not people:
        raise RecordError("le dossier ne dit pas de qui il parle", code="no_patient")
    people.sort(key=lambda person: -sum(part.weight for part in person[1]))
    weights = [sum(part.weight for part in theirs) for _, theirs in people]
    if len(people) > 1 and weights[0] <= sum(weights[1:]):
        raise RecordError(
            f"les fichiers parlent de {len(people)} personnes (ou rien ne prouve que c'est la même) : "
            "envoyez les documents d'une seule",
            code="several_patients",
        )
    return people[0]


def _foreign(part: Part, main: Subject) -> list[RecordEntry]:
    """One entry for each file of somebody else: nothing of its content is kept, not even its title."""
    if part.subject is None:
        return []
    refusal = why_another(part.subject, main)
    if part.document:
        return [set_aside(part.document.header.file, refusal)]
    files = dict.fromkeys(entry.source.file for entry in part.record.entries) if part.record else {}
    return [RecordEntry(Source(file, "Bundle"), "report", refusal=refusal) for file in files]


def _rank(said: str | None) -> int:
    if said is None:
        return len(_STATED_RANK) + 1
    return _STATED_RANK.index(said) if said in _STATED_RANK else len(_STATED_RANK)

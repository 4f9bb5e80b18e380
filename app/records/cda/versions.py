"""Several CDA documents of one person: which ones still stand.

A document is out of date when another one replaces it (`relatedDocument` RPLC) or carries a higher version of the
same set; the same identifier twice is the same document. Source: HL7 CDA R2, CI-SIS document core.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.records.cda.document import CdaDocument
from app.records.cda.header import Header
from app.records.model import Document, Reason, Record, RecordEntry, Refusal, Source

_REPLACED = "Document remplacé par une version plus récente."
_TWICE = "Document déjà présent dans le dossier."
_WITHDRAWN = "Document retiré du dossier par son auteur ou par vous."


def standing(documents: Sequence[CdaDocument], withdrawn: Collection[str] = ()) -> list[Record]:
    """Each document's record, emptied (with the reason) when it no longer stands.

    `withdrawn` are files that the folder's own index (IHE XDM) says are deprecated.
    """
    return [_settled(document, _why_not(document, documents, withdrawn)) for document in documents]


def _why_not(
    document: CdaDocument, documents: Sequence[CdaDocument], withdrawn: Collection[str]
) -> Refusal | None:
    mine = document.header
    if mine.file in withdrawn:
        return Refusal(Reason.REVOKED, _WITHDRAWN)
    before = True
    for other in documents:
        theirs = other.header
        if other is document:
            before = False
        elif _follows(theirs, mine):
            return Refusal(Reason.REVOKED, _REPLACED)
        elif (
            before
            and mine.identifier
            and mine.identifier == theirs.identifier
            and theirs.version == mine.version
        ):
            return Refusal(Reason.NEAR_DUPLICATE, _TWICE)
    return None


def _follows(later: Header, earlier: Header) -> bool:
    """Whether one document takes the place of another."""
    if earlier.identifier and earlier.identifier in later.replaces and later.identifier != earlier.identifier:
        return True
    same_id = earlier.identifier is not None and earlier.identifier == later.identifier
    same_set = earlier.set_id is not None and earlier.set_id == later.set_id
    return (same_id or same_set) and later.version > earlier.version


def _settled(document: CdaDocument, refusal: Refusal | None) -> Record:
    if refusal is None:
        return document.record
    header, record = document.header, document.record
    listed: list[Document] = []
    if refusal.reason == Reason.REVOKED:
        first = record.documents[0]
        listed = [
            Document(first.file, first.kind, first.title, first.date, first.author, False, refusal.detail)
        ]
    return Record(record.subject, [set_aside(header.file, refusal)], listed)


def set_aside(file: str, refusal: Refusal) -> RecordEntry:
    """A whole document set aside, as one entry."""
    return RecordEntry(Source(file, "ClinicalDocument"), "report", refusal=refusal)

"""Original files → one record → facts, outside of any transaction (it takes long, and may fail)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.errors import RecordError
from app.facts.extract import extract
from app.facts.model import FactSheet
from app.records.load import Progress, read_record_bytes
from app.records.model import Record, Subject
from app.trust import identity
from app.trust.health import Upload


class OtherPerson(RecordError):
    """The record is about somebody else than the person who is signed in."""


class NotProven(RecordError):
    """Nothing proves that the record is about the person who is signed in."""


def read_all(uploads: Sequence[Upload], progress: Progress | None = None) -> list[Record]:
    """Each file as a record. Raises RecordError for the first that cannot be read."""
    return [read_record_bytes(upload.name, upload.content, progress) for upload in uploads]


def check_identity(known: Subject | None, records: Sequence[Record], accepted: frozenset[str]) -> Subject:
    """The identity that all the records share with the account (the first one's, for a new account).

    Raises OtherPerson or NotProven.
    """
    for record in records:
        if record.subject is None:
            raise NotProven("the file does not say whose record it is", code="no_patient")
        if not identity.accepted(record.subject, accepted):
            raise NotProven("this kind of identity is not accepted here", code="identity_domain")
        match = identity.compare(known, record.subject) if known else "same"
        if match == "other":
            raise OtherPerson("the record is about another person", code="other_person")
        if match == "not_proven":
            raise NotProven("nothing proves that the record is yours", code="identity_not_proven")
        known = known or record.subject
    if known is None:
        raise NotProven("the file does not say whose record it is", code="no_patient")
    return known


def facts_of(records: Sequence[Record], as_of: date) -> FactSheet:
    """The facts of all files together, so that the same statement in two of them is one fact."""
    merged = replace(
        records[0],
        subject=_subject([record.subject for record in records if record.subject]),
        entries=[entry for record in records for entry in record.entries],
        documents=[document for record in records for document in record.documents],
        treating=[doctor for record in records for doctor in record.treating],
    )
    return extract(merged, as_of)


def _subject(subjects: Sequence[Subject]) -> Subject | None:
    """The latest file's subject, completed by what only earlier ones say."""
    found: Subject | None = None
    for subject in reversed(subjects):
        if found is None:
            found = subject
            continue
        found = replace(
            found,
            birth_date=found.birth_date or subject.birth_date,
            administrative_sex=(
                subject.administrative_sex
                if found.administrative_sex == "unknown"
                else found.administrative_sex
            ),
            identifiers=tuple(dict.fromkeys((*found.identifiers, *subject.identifiers))),
            deceased=found.deceased or subject.deceased,
        )
    return found

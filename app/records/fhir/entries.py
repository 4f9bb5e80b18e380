"""The part that every statement shares: source, author, identity and status checks, in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.dates import PartialDate
from app.records.fhir.people import author_of
from app.records.fhir.references import Index, Located
from app.records.fhir.status import by_status, contradiction, masked, modifier
from app.records.fhir.subject import Identity, refusal
from app.records.fhir.values import (
    Json,
    a_dict,
    choice,
    codes_of,
    date_of,
    dicts,
    identifiers_of,
    notes_of,
    period_of,
    words_of,
)
from app.records.model import Code, DateBasis, EntryKind, Reason, Record, RecordEntry, Refusal, Source

ReadDocument = Callable[[bytes, str, str], Record]
"""Reads an attached CDA document: (bytes, file, entry) → Record; may raise RecordError."""


@dataclass(slots=True)
class Context:
    """What a reader of one resource may need of the others."""

    index: Index
    identity: Identity
    groups: dict[str, str] = field(default_factory=dict)
    """Entry of a member → entry of the panel or report that holds it."""
    read_document: ReadDocument | None = None


def statement(item: Located, context: Context, kind: EntryKind, concept: Any = None) -> RecordEntry:
    """An entry with what all resources have in common, refused when the resource itself must not be used."""
    resource = item.resource
    return RecordEntry(
        source=Source(item.file, item.entry),
        kind=kind,
        codes=codes_of(concept),
        text=words_of(concept),
        author=author_of(resource, context.index),
        refusal=_first_refusal(item, context),
        identifiers=identifiers_of(resource),
        notes=notes_of(resource),
        part_of=context.groups.get(item.entry),
    )


def _first_refusal(item: Located, context: Context) -> Refusal | None:
    resource, kind = item.resource, item.type
    return (
        context.identity.check(resource)
        or _focus(resource, context)
        or masked(resource)
        or modifier(resource)
        or by_status(resource, kind)
        or contradiction(resource, kind)
    )


def _focus(resource: Json, context: Context) -> Refusal | None:
    """An observation about a fetus, a donor or a device sits in the mother's record: it is not about her."""
    for focus in dicts(resource.get("focus")):
        target = context.index.resolve(focus, resource)
        if (
            target is None
            or target.get("resourceType") != "Patient"
            or context.identity.check_patient(target)
        ):
            return refusal(Reason.NOT_ABOUT_THE_PATIENT)
    return None


def dated(
    entry: RecordEntry,
    resource: Json,
    stem: str,
    *,
    recorded: str | None = None,
    basis: DateBasis = "recorded",
) -> RecordEntry:
    """Set the clinical day from `stem[x]`; else, labelled as such, the day it was issued or written down."""
    entry.when, entry.end = moment(resource, stem)
    if entry.when is None and entry.end is None and recorded and (day := date_of(resource.get(recorded))):
        entry.when, entry.date_basis = day, basis
    return entry


def moment(resource: Json, stem: str) -> tuple[PartialDate | None, PartialDate | None]:
    """(start, end) of a date, instant, period or timing element."""
    found = choice(resource, stem)
    if found is None:
        return None, None
    kind, content = found
    if kind == "Period":
        return period_of(content)
    if kind == "Timing":
        events = a_dict(content).get("event")
        return (date_of(events[0]), None) if isinstance(events, list) and events else (None, None)
    return date_of(content), None


def no_content(entry: RecordEntry, detail: str) -> RecordEntry:
    """Refuse an entry that holds nothing, unless it is refused already."""
    entry.refusal = entry.refusal or Refusal(Reason.NO_CONTENT, detail)
    return entry


def qualifiers_of(*concepts: Any) -> tuple[Code, ...]:
    return tuple(code for concept in concepts for item in dicts(concept) for code in codes_of(item))

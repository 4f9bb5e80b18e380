"""What a statement inherits (document, section, author, day, refusal), and the making of one entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.dates import PartialDate
from app.records.cda.datatypes import Interval, codes
from app.records.cda.header import Header
from app.records.cda.sections import Section
from app.records.cda.xml import Element, Narrative, attribute, child, children, name
from app.records.model import (
    INS_DOMAINS,
    Author,
    Document,
    EntryKind,
    Reason,
    RecordEntry,
    Refusal,
    Source,
)

PLANNED = Refusal(Reason.PLANNED_NOT_DONE, "Prévu, demandé ou prescrit : rien ne dit que c'est fait.")
_MOODS = {
    **dict.fromkeys(("INT", "ARQ", "PRP", "PRMS", "RQO", "APT", "SLOT"), PLANNED),
    "GOL": Refusal(Reason.PLANNED_NOT_DONE, "Un objectif, pas un fait."),
    "DEF": Refusal(Reason.NO_CONTENT, "Une définition, pas un fait."),
    "EVN.CRT": Refusal(Reason.NO_CONTENT, "Un critère, pas un fait."),
}
_STATUSES = {
    "nullified": Refusal(Reason.ENTERED_IN_ERROR, "Annulé : saisi par erreur."),
    "cancelled": Refusal(Reason.NOT_DONE, "Annulé avant d'être fait."),
    "aborted": Refusal(Reason.NOT_DONE, "Interrompu."),
    "held": Refusal(Reason.NOT_FINAL, "En attente."),
    "suspended": Refusal(Reason.NOT_FINAL, "Suspendu."),
    "new": Refusal(Reason.NOT_FINAL, "Pas encore commencé."),
    "active": Refusal(Reason.NOT_FINAL, "En cours : pas de résultat définitif."),
}
STATES = frozenset({"active", "suspended"})
"""Statuses that a lasting state (disease, allergy, treatment) may have while true."""

_INS_ROOTS = {domain.removeprefix("urn:oid:") for domain in INS_DOMAINS}


@dataclass(slots=True)
class Output:
    """What the document gives so far; paths are made unique here."""

    entries: list[RecordEntry] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    paths: dict[str, int] = field(default_factory=dict)
    stated: dict[str, str] = field(default_factory=dict)
    """What the document says that it holds, as in `Record.sections_stated`."""

    def unique(self, path: str) -> str:
        self.paths[path] = count = self.paths.get(path, 0) + 1
        return path if count == 1 else f"{path}#{count}"


@dataclass(frozen=True, slots=True)
class Context:
    """`sample` is the day of the laboratory sample, `when` that of the enclosing organizer or act, `refusal` what
    stands against what encloses, `part_of` its path."""

    header: Header
    section: Section
    narrative: Narrative
    out: Output
    author: Author
    path: str
    when: PartialDate | None = None
    sample: PartialDate | None = None
    refusal: Refusal | None = None
    part_of: str | None = None

    @property
    def listed(self) -> bool:
        """Whether statements here belong to a list meant to be whole: a summary's problems and history, or a list of
        active problems in a document of unknown kind."""
        volet = self.header.volet
        if self.section.kind in {"problems", "history"}:
            return volet.summary if volet else self.section.kind == "problems"
        return self.section.kind != "reason"

    def label(self, statement: Element, index: int) -> str:
        """The path of a statement: its own id where it has one (never a person's number), else its rank."""
        for item in children(statement, "id"):
            root, extension = attribute(item, "root"), attribute(item, "extension")
            if root and root not in _INS_ROOTS:
                return f"{self.section.path}/{extension or root}"
        return f"{self.path}{'.' if self.path != self.section.path else '/'}{index}"


def is_negated(statement: Element) -> bool:
    """`negationInd`: the statement is said NOT to hold. It is read before any code."""
    return attribute(statement, "negationInd") in {"true", "1"}


def refusal_of(
    statement: Element, context: Context, *, allowed: frozenset[str] = frozenset()
) -> Refusal | None:
    """What the format itself says against a statement: mood, negation, status, subject, then what it inherits."""
    mood = attribute(statement, "moodCode")
    if refusal := _MOODS.get(mood or "EVN"):
        return refusal
    if is_negated(statement):
        if name(statement) == "observation":
            return Refusal(Reason.REFUTED, "Le document dit que ce n'est pas le cas.")
        return Refusal(Reason.NOT_DONE, "Le document dit que ce n'est pas fait.")
    status = attribute(child(statement, "statusCode"), "code") or "completed"
    if status not in allowed and (refusal := _STATUSES.get(status)):
        return refusal
    if child(statement, "subject/relatedSubject") is not None:
        return Refusal(Reason.NOT_ABOUT_THE_PATIENT, "Concerne une autre personne (parent, enfant…).")
    if "newborn" in context.section.kinds:
        return Refusal(Reason.NOT_ABOUT_THE_PATIENT, "Concerne la naissance ou le nouveau-né.")
    return context.refusal


def identifiers(statement: Element) -> tuple[str, ...]:
    """`root|extension` of a statement's ids, to recognise it when it is read twice."""
    return tuple(
        f"urn:oid:{root}|{attribute(item, 'extension') or ''}"
        for item in children(statement, "id")
        if (root := attribute(item, "root")) and root not in _INS_ROOTS
    )


def dated(own: Interval, context: Context, *, recorded: bool) -> dict[str, Any]:
    """`when`, `end` and `date_basis`: own day, else the enclosing one, else (for states) the document's."""
    if own.best:
        end = own.end if own.start else None
        return {"when": own.best, "end": end}
    if context.when:
        return {"when": context.when}
    if recorded and context.header.date:
        return {"when": context.header.date, "date_basis": "recorded"}
    return {}


def status_of(statement: Element) -> str | None:
    """The statement's status when it says something; `completed` only says that it was written to the end."""
    status = attribute(child(statement, "statusCode"), "code")
    return None if status == "completed" else status


def words_of(statement: Element, context: Context) -> str | None:
    """The words to show for a statement: what it points to in the narrative, else its code's display."""
    code = child(statement, "code")
    pointed = context.narrative.of(child(statement, "text"))
    original = context.narrative.of(child(statement, "code/originalText"))
    return original or attribute(code, "displayName") or pointed


def unreadable(source: Source, context: Context, title: str | None, detail: str) -> None:
    """A part that is there and cannot be read is set aside like a statement, besides being listed."""
    context.out.entries.append(
        RecordEntry(
            source=source,
            kind="report",
            text=title,
            when=context.header.date,
            date_basis="recorded",
            author=context.author,
            refusal=Refusal(Reason.UNREADABLE_DOCUMENT, detail),
        )
    )


def make(kind: EntryKind, statement: Element, path: str, context: Context, **more: Any) -> RecordEntry:
    """One entry of the record, added to the document's output."""
    more.setdefault("codes", codes(child(statement, "code")))
    more.setdefault("text", words_of(statement, context))
    entry = RecordEntry(
        source=Source(context.header.file, context.out.unique(path)),
        kind=kind,
        author=more.pop("author", context.author),
        identifiers=identifiers(statement),
        part_of=context.part_of,
        **more,
    )
    context.out.entries.append(entry)
    return entry

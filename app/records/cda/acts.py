"""Acts: procedures, encounters, and what the header says was done (`serviceEvent`)."""

from __future__ import annotations

from app.records.cda.context import PLANNED, Context, dated, make, refusal_of, status_of
from app.records.cda.datatypes import codes, effective_time, interval, qualifiers
from app.records.cda.xml import Element, attribute, child, children
from app.records.model import RecordEntry, Refusal, Source

_EXAMINATIONS = {"ccam", "loinc", "dicom"}
_IMAGING = {"CR-IMG", "D2LM-FIN", "D2LM-FIDD"}


def read_procedure(statement: Element, context: Context, path: str) -> None:
    """An act; its result, if any, is told elsewhere. A billed act supports a date, nothing more."""
    sites = [c for site in children(statement, "targetSiteCode") for c in (*codes(site), *qualifiers(site))]
    when = dated(effective_time(statement), context, recorded=False)
    make(
        "procedure", statement, path, context,
        refusal=_refusal(statement, context),
        qualifiers=(*qualifiers(child(statement, "code")), *sites),
        notes=("Acte remboursé : sans résultat.",) if context.author == "system" else (),
        status=status_of(statement),
        **when,
    )  # fmt: skip


def _refusal(statement: Element, context: Context) -> Refusal | None:
    status = attribute(child(statement, "statusCode"), "code")
    if "plan" in context.section.kinds and status == "active":
        return PLANNED
    volet = context.header.volet
    return refusal_of(statement, context) or (PLANNED if volet and volet.intention else None)


def read_encounter(statement: Element, context: Context, path: str) -> None:
    when = dated(effective_time(statement), context, recorded=False)
    make("other", statement, path, context, refusal=refusal_of(statement, context), **when)


def read_act(statement: Element, context: Context, path: str) -> None:
    """Any other coded act."""
    when = dated(effective_time(statement), context, recorded=False)
    make("other", statement, path, context, refusal=refusal_of(statement, context), **when)


def read_service_events(root: Element, context: Context) -> list[RecordEntry]:
    """What the header says was done: acts of CCAM, and the examination of an imaging report.

    Other service events (a chapter of biology, a reason in CIM-10) repeat the document's kind or its motive.
    """
    volet = context.header.volet
    imaging = volet is not None and volet.name in _IMAGING
    made = []
    for event in children(root, "documentationOf/serviceEvent"):
        code = child(event, "code")
        found = codes(code)
        wanted = _EXAMINATIONS if imaging else {"ccam"}
        if not any(c.system in wanted for c in found):
            continue
        time = interval(child(event, "effectiveTime"))
        entry = RecordEntry(
            source=Source(context.header.file, context.out.unique(f"serviceEvent/{found[0].code}")),
            kind="procedure",
            codes=found,
            text=attribute(code, "displayName"),
            when=time.best,
            end=time.end if time.start else None,
            author=context.author,
            refusal=PLANNED if volet and volet.intention else None,
        )
        context.out.entries.append(entry)
        made.append(entry)
    return made

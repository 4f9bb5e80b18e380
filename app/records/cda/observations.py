"""Observations: biology, measures, lifestyle, pregnancy, screening, and any other coded statement."""

from __future__ import annotations

from app.records.cda.context import Context, dated, make, refusal_of, status_of, words_of
from app.records.cda.datatypes import Reading, codes, effective_time, qualifiers, read_value, reference_range
from app.records.cda.xml import Element, attribute, child, children, template_ids
from app.records.model import Author, Reason, Refusal

_LAB_OBSERVATION = {"1.2.250.1.213.1.1.3.80", "1.3.6.1.4.1.19376.1.3.1.6"}
_STATE_SECTIONS = {"problems", "history", "habits", "pregnancy", "allergies", "family"}
"""Their statements hold on the day of the document when they carry no date."""
REPORTED_BY_PATIENT = "418799008"
PREVIOUS = "Résultat antérieur, rappelé par le compte rendu."


def read_observation(statement: Element, context: Context, path: str) -> None:
    """One entry for each `value` (usually one)."""
    refusal = refusal_of(statement, context)
    previous = _is_previous(statement)
    own = effective_time(statement)
    recorded = context.section.kind in _STATE_SECTIONS
    when = dated(own, context, recorded=recorded)
    if previous:
        when = {"when": own.best}
    elif context.sample and template_ids(statement) & _LAB_OBSERVATION:
        when = {"when": context.sample}
    values: list[Element | None] = [*children(statement, "value")]
    for value in values or [None]:
        reading = read_value(value, context.narrative)
        if _performed(statement, reading):
            _read_examination(statement, context, path, reading, refusal)
            continue
        code = child(statement, "code")
        sites = [
            c for site in children(statement, "targetSiteCode") for c in (*codes(site), *qualifiers(site))
        ]
        make(
            "observation", statement, path, context,
            value=reading.value,
            text=words_of(statement, context) or reading.text,
            unknown=reading.unknown,
            refusal=refusal or reading.refusal or _reason_only(context),
            interpretation=tuple(c for i in children(statement, "interpretationCode") for c in codes(i)),
            qualifiers=(*qualifiers(code), *reading.qualifiers, *sites),
            reference_ranges=_ranges(statement, context),
            notes=(PREVIOUS,) if previous else (),
            status=status_of(statement),
            author=_reporter(statement, context),
            **when,
        )  # fmt: skip


def _ranges(statement: Element, context: Context) -> tuple[str, ...]:
    found = (
        reference_range(r, context.narrative) for r in children(statement, "referenceRange/observationRange")
    )
    return tuple(text for text in found if text)


def _is_previous(statement: Element) -> bool:
    """A result of an earlier report, recalled beside the new one (`REFR` inside a laboratory observation)."""
    link = statement.getparent()
    holder = link.getparent() if link is not None else None
    if link is None or holder is None or attribute(link, "typeCode") != "REFR":
        return False
    return bool(template_ids(holder) & _LAB_OBSERVATION)


def _reporter(statement: Element, context: Context) -> Author:
    said_by_patient = attribute(child(statement, "code"), "code") == REPORTED_BY_PATIENT
    return "citizen" if said_by_patient else context.author


def _reason_only(context: Context) -> Refusal | None:
    if context.section.kind != "reason":
        return None
    return Refusal(Reason.NO_CONTENT, "Le contexte de l'examen, pas un résultat.")


def _performed(statement: Element, reading: Reading) -> bool:
    """A yes/no on an examination (a DICOM modality): « mammographie antérieure : oui, en 2007 »."""
    own = codes(child(statement, "code"))
    return isinstance(reading.value, bool) and bool(own) and own[0].system == "dicom"


def _read_examination(
    statement: Element, context: Context, path: str, reading: Reading, refusal: Refusal | None
) -> None:
    if reading.value is False:
        refusal = refusal or Refusal(Reason.NOT_DONE, "Le document dit que l'examen n'a pas été fait.")
    own = dated(effective_time(statement), context, recorded=False)
    make("procedure", statement, path, context, refusal=refusal, **own)

"""Breast-screening sheet (D2LM): which of several readings stands, side by side.

Two radiologists read in turn, with an immediate work-up between them when the first finds something. For each side
the second reading stands, else the final ACR after the work-up, else the first reading. The others are told: as
duplicates when they agree, as contradictions when they do not. The examination itself (the header's act) gets the
worst of what stands and of the final ACR, so that a disagreement is never "normal".
Source: CI-SIS volet D2LM-FIN 2022.01; national breast-screening specifications (double reading).
"""

from __future__ import annotations

from app.records.cda.context import Context
from app.records.model import Code, Reason, RecordEntry, Refusal, Source

FIRST, FINAL, SECOND = "MED-1104", "MED-121", "MED-043"
_ORDER = (SECOND, FINAL, FIRST)
_NORMAL = {"MED-129"}
_ABNORMAL = {"MED-048", "MED-131"}
"""TA_ASIP codes seen in published sheets (ACR 1; ACR 0, 3, 4 or 5; ACR 3). Any other is neither: not guessed."""
_EXAMINATION = Code("dicom", "MG", "Mammographie")


def settle_readings(context: Context, acts: list[RecordEntry]) -> None:
    """Set aside the readings that another overrides, and give the examination its result."""
    readings = [e for e in context.out.entries if e.refusal is None and _reading(e) and _result(e)]
    if not readings:
        return
    standing: dict[tuple[str, ...], RecordEntry] = {}
    for entry in sorted(readings, key=lambda e: _ORDER.index(_reading(e) or FIRST)):
        first = standing.setdefault(_side(entry), entry)
        if first is not entry:
            entry.refusal = _overridden(entry, first)
    decisive = [*standing.values(), *(e for e in readings if _reading(e) == FINAL)]
    results = [code for entry in decisive if (code := _result(entry))]
    examination = acts[0] if acts else _examination(context, readings[0])
    examination.value = (max(results, key=_severity),)
    others = [e for e in readings if e.refusal and e.refusal.reason == Reason.CONTRADICTORY]
    if others:
        examination.notes = (
            *examination.notes,
            "Les lecteurs ne concordent pas : voir les lectures écartées.",
        )


def _reading(entry: RecordEntry) -> str | None:
    return next((c.code for c in entry.codes if c.system == "ta_asip" and c.code in _ORDER), None)


def _result(entry: RecordEntry) -> Code | None:
    return entry.value[0] if isinstance(entry.value, tuple) else None


def _side(entry: RecordEntry) -> tuple[str, ...]:
    return tuple(sorted(code.code for code in entry.qualifiers if code.system == "snomed"))


def _severity(result: Code) -> int:
    """Abnormal, then not known, then normal: what is not known is never read as normal."""
    return 2 if result.code in _ABNORMAL else int(result.code not in _NORMAL)


def _overridden(entry: RecordEntry, standing: RecordEntry) -> Refusal:
    mine, theirs = _result(entry), _result(standing)
    agree = mine == theirs or {c.code for c in (mine, theirs) if c} <= _ABNORMAL
    if agree:
        return Refusal(Reason.NEAR_DUPLICATE, "Une lecture du même cliché fait foi et conclut de même.")
    return Refusal(
        Reason.CONTRADICTORY, "Une autre lecture du même cliché fait foi ; elle ne conclut pas de même."
    )


def _examination(context: Context, reading: RecordEntry) -> RecordEntry:
    """A sheet whose header names no act is a mammography all the same."""
    entry = RecordEntry(
        source=Source(context.header.file, context.out.unique("serviceEvent/MG")),
        kind="procedure",
        codes=(_EXAMINATION,),
        text=_EXAMINATION.display,
        when=reading.when,
        author=context.author,
    )
    context.out.entries.append(entry)
    return entry

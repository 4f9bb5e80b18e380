"""The treating doctor whom a CDA document names: the function code PCP, on a participant or on the author.

Source: CI-SIS document core (`participant`, « Médecin traitant »; `author/functionCode`).
"""

from __future__ import annotations

from app.records.cda.datatypes import day
from app.records.cda.header import Header
from app.records.cda.xml import Element, attribute, child, children, words
from app.records.codes import NATIONAL_PROFESSIONALS, rpps_of
from app.records.model import Source, TreatingDoctor

_WHO = (
    ("participant", "associatedEntity", "associatedPerson"), ("author", "assignedAuthor", "assignedPerson"),
)  # fmt: skip


def treating_doctors(root: Element, header: Header) -> list[TreatingDoctor]:
    """Those with a national number; names alone prove nobody."""
    found = []
    for element, role, person in _WHO:
        for number, item in enumerate(children(root, element), 1):
            if attribute(child(item, "functionCode"), "code") != "PCP":
                continue
            entity = child(item, role)
            known = _number(entity) if entity is not None else None
            if known is None or entity is None:
                continue
            name = child(entity, f"{person}/name")
            parts = [words(child(name, part), 100) for part in ("given", "family")] if name is not None else []
            since = day(attribute(child(item, "time/low"), "value"))
            found.append(
                TreatingDoctor(
                    known, " ".join(part for part in parts if part) or None, since or header.date,
                    Source(header.file, f"{element}[{number}]"),
                )
            )  # fmt: skip
    return found


def _number(entity: Element) -> str | None:
    for item in children(entity, "id"):
        if attribute(item, "root") == NATIONAL_PROFESSIONALS:
            return rpps_of(attribute(item, "extension") or "")
    return None

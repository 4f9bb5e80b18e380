"""What the sections of a Composition say: listed, known to be empty, or not available."""

from __future__ import annotations

from collections.abc import Iterator

from app.records.fhir.references import Located
from app.records.fhir.subject import Identity
from app.records.fhir.values import Json, codes_of, dicts, first_code

SECTIONS = {
    "11450-4": "problems",
    "11348-0": "problems",
    "46241-6": "problems",
    "42545-4": "problems",
    "48765-2": "allergies",
    "10160-0": "medications",
    "11369-6": "immunizations",
    "10157-6": "family",
    "47519-4": "procedures",
    "30954-2": "results",
    "8716-3": "measures",
    "29762-2": "habits",
    "10162-6": "pregnancy",
    "46264-8": "devices",
}
"""LOINC code of a section → its short name (CI-SIS, IPS)."""


def stated_sections(resources: list[Located], identity: Identity) -> dict[str, str]:
    """Section name → `listed`, `none_known`, or why it is empty, for the compositions of the person."""
    stated: dict[str, str] = {}
    for item in resources:
        if item.type == "Composition" and identity.check(item.resource) is None:
            for section in _sections(item.resource, 0):
                names = {
                    SECTIONS[code.code] for code in codes_of(section.get("code")) if code.code in SECTIONS
                }
                for name in names:
                    state = _state(section)
                    if stated.get(name) != "listed":
                        stated[name] = state
    return stated


def _state(section: Json) -> str:
    if section.get("entry"):
        return "listed"
    reason = first_code(section.get("emptyReason"))
    return "none_known" if reason == "nilknown" else reason or "empty"


def _sections(parent: Json, depth: int) -> Iterator[Json]:
    for section in dicts(parent.get("section")):
        yield section
        if depth < 10:
            yield from _sections(section, depth + 1)

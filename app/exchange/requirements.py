"""What must be known of a person: each fact that a guideline reads, and where FHIR records hold it."""

from __future__ import annotations

from collections.abc import Iterator

from app.exchange.terms import Resource, extension
from app.exchange.words import told
from app.facts.derive import DEPENDS
from app.facts.vocabulary import Fact, Vocabulary
from app.guidelines import criteria as c
from app.guidelines.check import criteria_of, names_used
from app.guidelines.model import Guideline
from app.records.codes import address_of

_PLACES = {
    "dose": ("Immunization", "vaccineCode"), "family": ("FamilyMemberHistory", "condition.code"),
    "quantity": ("Observation", "code"), "coded": ("Observation", "code"), "date": ("Observation", "code"),
    "event": ("Procedure", "code"), "boolean": ("Condition", "code"),
}
"""Type of fact → resource and element, unless the code system says more."""
_BY_SYSTEM = {
    "loinc": ("Observation", "code"), "ccam": ("Procedure", "code"), "atc": ("MedicationStatement", "medication"),
}
_TYPES = {
    "quantity": "Quantity", "coded": "code", "boolean": "boolean", "event": "date", "dose": "date",
    "family": "FamilyMemberHistory", "date": "date", "text": "string", "derived": "Quantity",
}


def facts_of(guideline: Guideline, vocabulary: Vocabulary) -> list[Fact]:
    """The facts behind every name that its criteria and schedules read, and those from which they are computed."""
    found: dict[str, Fact] = {}

    def add(name: str) -> None:
        base = vocabulary.reductions[name][0].id if name in vocabulary.reductions else name
        if base not in found and base in vocabulary.facts:
            found[base] = vocabulary.facts[base]
            for part in DEPENDS.get(base, ()):
                add(part)

    for used in names_used(guideline):
        if used.kind == "fact":
            add(used.name)
    return list(found.values())


def parameters(guideline: Guideline, vocabulary: Vocabulary) -> list[Resource]:
    """Every fact by name, whether a code is known for it or a person is asked."""
    found = [
        {"name": fact.id, "use": "in", "min": 0, "max": "*", "documentation": fact.label, "type": _TYPES[fact.type]}
        for fact in facts_of(guideline, vocabulary)
    ]
    risks = dict.fromkeys(one.risk for _, one in criteria_of(guideline) if isinstance(one, c.Risk))
    return found + [
        {"name": risk, "use": "in", "min": 0, "max": "1", "documentation": "Risk estimate", "type": "decimal"}
        for risk in risks
    ]


def data_requirements(guideline: Guideline, vocabulary: Vocabulary) -> list[Resource]:
    """Where codes are known. Prefixes (`C50*`) are no FHIR codes: the vocabulary's own file, beside, has them all."""
    born = {"type": "Patient", "mustSupport": ["birthDate", "gender"]}
    return [born, *(one for fact in facts_of(guideline, vocabulary) for one in _of_fact(fact))]


def _of_fact(fact: Fact) -> Iterator[Resource]:
    places: dict[tuple[str, str], list[Resource]] = {}
    for short, codes in fact.codes.items():
        exact = [code for code in codes if not code.endswith("*")]
        if (address := address_of(short)) is None or not exact:
            continue
        place = _PLACES.get(fact.type, ("Observation", "code"))
        if fact.type not in ("dose", "family"):
            place = _BY_SYSTEM.get(short, place)
        places.setdefault(place, []).extend({"system": address, "code": code} for code in exact)
    for (resource, path), listed in places.items():
        yield {
            "extension": [extension("fact", valueCode=fact.id), told("label", fact.label)],
            "type": resource,
            "codeFilter": [{"path": path, "code": listed}],
        }

"""Family history: which relative, which disease, at what age, and what the record says they do NOT have.

The observation's time is often the document's: it is never an age at onset. Ages are numbers, bands, or a
nested age observation. Sources: CI-SIS entries 59 and 51; breast-screening sheet D2LM 2022.01 (bands).
"""

from __future__ import annotations

from app.records.cda.context import Context, dated, is_negated, make, refusal_of
from app.records.cda.datatypes import codes, effective_time, pq, qualifiers
from app.records.cda.xml import V3, Element, attribute, child, children, statements, template_ids
from app.records.model import Reason, Refusal, Relative, RelativeCondition
from app.records.relatives import is_blood_relative, kinship_of

_AGE_QUALIFIER = "30525-0"
_AGE_OBSERVATION = {"445518008", "30525-0", "397659008"}
_AGE_TEMPLATE = "2.16.840.1.113883.10.20.1.38"
_BANDS = {
    "GEN-287": (0.0, 29.0),
    "GEN-288": (30.0, 39.0),
    "GEN-289": (40.0, 49.0),
    "GEN-290": (50.0, 59.0),
    "GEN-291": (0.0, 69.0),
}
"""Age bands of TA_ASIP, in years: before 30, 30-39, 40-49, 50-59, before 70."""
_YEARS = {"a": 1.0, "an": 1.0, "ans": 1.0, "y": 1.0, "mo": 1 / 12, "wk": 7 / 365.25, "d": 1 / 365.25}

_NOT_BLOOD = Refusal(Reason.NOT_A_BLOOD_RELATIVE, "Parenté par alliance ou adoption : pas d'hérédité.")
_ABSENT = Refusal(Reason.REFUTED, "Le document dit que ce parent n'a pas cette maladie.")


def read_organizer(organizer: Element, context: Context, path: str) -> None:
    """One relative and their diseases: one entry a disease."""
    role = attribute(child(organizer, "subject/relatedSubject/code"), "code")
    group = 0
    for link in organizer.iterchildren(V3 + "component", V3 + "entryRelationship"):
        for statement in statements(link):
            group += 1
            read_relative(statement, role, context, context.label(statement, group))


def read_relative(statement: Element, role: str | None, context: Context, path: str) -> None:
    """One disease of one relative; `role` is the RoleCode of the enclosing organizer."""
    role = role or attribute(child(statement, "subject/relatedSubject/code"), "code")
    kinship = kinship_of(role) if role else None
    value = child(statement, "value")
    found = codes(value)
    text = attribute(value, "displayName") or context.narrative.of(child(statement, "text"))
    absent = is_negated(statement)
    low, high = _age(statement, value)
    refusal = _ABSENT if absent else None
    if refusal is None and role and not is_blood_relative(role):
        refusal = _NOT_BLOOD
    if refusal is None and (child(statement, "subject") is None or role is None):
        refusal = refusal_of(statement, context)
    condition = RelativeCondition(found, text, low, high, absent)
    make(
        "family_member", statement, path, context,
        codes=found,
        text=text,
        refusal=refusal or (None if found else Refusal(Reason.UNCODED, "Maladie du parent non codée.")),
        relative=Relative(kinship.relation if kinship else None, (condition,)),
        qualifiers=qualifiers(value),
        **{**dated(effective_time(statement), context, recorded=True), "date_basis": "recorded"},
    )  # fmt: skip


def _age(statement: Element, value: Element | None) -> tuple[float | None, float | None]:
    """The age at onset in years, as bounds."""
    for qualifier in children(value, "qualifier") if value is not None else ():
        if attribute(child(qualifier, "name"), "code") == _AGE_QUALIFIER:
            said = child(qualifier, "value")
            band = _BANDS.get(attribute(said, "code") or "")
            if band:
                return band
            years = _years(said)
            if years is not None:
                return years, years
    for link in statement.iterchildren(V3 + "entryRelationship"):
        for inner in statements(link):
            code = attribute(child(inner, "code"), "code")
            if code in _AGE_OBSERVATION or _AGE_TEMPLATE in template_ids(inner):
                years = _years(child(inner, "value"))
                return years, years
    return None, None


def _years(element: Element | None) -> float | None:
    quantity = pq(element)
    if quantity is None:
        return None
    factor = _YEARS.get((quantity.unit or "a").strip("{}"))
    return None if factor is None else float(quantity.value) * factor

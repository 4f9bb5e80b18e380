"""Family history: which relative, which disease, at what age, and what the record says they do NOT have.

The observation's time is often the document's: it is never an age at onset. Ages are numbers, bands, or a
nested age observation. Sources: CI-SIS entries 59 and 51; breast-screening sheet D2LM 2022.01 (bands).
"""

from __future__ import annotations

from dataclasses import replace

from app.dates import age_on
from app.records.cda.context import Context, dated, is_negated, make, refusal_of
from app.records.cda.datatypes import codes, day, effective_time, pq, qualifiers
from app.records.cda.xml import SDTC, V3, Element, attribute, child, children, statements, template_ids
from app.records.model import Reason, Refusal, Relative, RelativeCondition, Sex
from app.records.relatives import adoption_of, is_blood_relative, kinship_of

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
_SEXES: dict[str, Sex] = {"F": "female", "M": "male"}

_NOTHING = Refusal(Reason.NO_CONTENT, "Parent cité sans aucune maladie.")
_ABSENT = Refusal(Reason.REFUTED, "Le document dit que ce parent n'a pas cette maladie.")


def read_organizer(organizer: Element, context: Context, path: str) -> None:
    """One relative and their diseases: one entry a disease."""
    who = relative_of(child(organizer, "subject"), path)
    group = 0
    for link in organizer.iterchildren(V3 + "component", V3 + "entryRelationship"):
        for statement in statements(link):
            group += 1
            read_relative(statement, who, context, context.label(statement, group))
    if group == 0:
        make("family_member", organizer, path, context, relative=who[1], refusal=_NOTHING)


def relative_of(subject: Element | None, path: str) -> tuple[str | None, Relative]:
    """The RoleCode of a `subject`, and what it says of the person. `path` tells them from others of the document."""
    role = None if subject is None else attribute(child(subject, "relatedSubject/code"), "code")
    kinship, adoption = kinship_of(role) if role else None, None
    if role and (adopted := adoption_of(role)):
        kinship, adoption = adopted
    relative = Relative(
        kinship.relation if kinship else None, key=path, sex=kinship.sex if kinship else None, adoption=adoption
    )
    person = None if subject is None else child(subject, "relatedSubject/subject")
    return role, relative if person is None else _person(relative, person)


def _person(relative: Relative, person: Element) -> Relative:
    """With sex, birth and death, where the document tells them."""
    born = day(attribute(child(person, "birthTime"), "value"))
    died = day(attribute(person.find(f"{SDTC}deceasedTime"), "value"))
    dead = {"true": True, "false": False}.get(attribute(person.find(f"{SDTC}deceasedInd"), "value") or "")
    age = age_on(born.latest, died.earliest) if born and died else -1
    return replace(
        relative,
        sex=_SEXES.get(attribute(child(person, "administrativeGenderCode"), "code") or "") or relative.sex,
        born=born,
        deceased=True if died else dead,
        age_at_death=float(age) if age >= 0 else None,
    )


def read_relative(statement: Element, who: tuple[str | None, Relative] | None, context: Context, path: str) -> None:
    """One disease of one relative; `who` is what the enclosing organizer says of them."""
    role, relative = who if who and who[0] else relative_of(child(statement, "subject"), path)
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
        relative=replace(relative, conditions=(condition,)),
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

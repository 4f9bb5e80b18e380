"""Condition, Procedure, FamilyMemberHistory and AllergyIntolerance → entries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.dates import PartialDate, age_on
from app.records.fhir.entries import Context, dated, moment, no_content, qualifiers_of, statement
from app.records.fhir.references import Located
from app.records.fhir.status import modifier
from app.records.fhir.values import (
    Json,
    a_dict,
    choice,
    codes_of,
    date_of,
    dicts,
    first_code,
    period_of,
    quantity_of,
    text_of,
    words_of,
)
from app.records.model import Adoption, Reason, RecordEntry, Refusal, Relative, RelativeCondition, Sex
from app.records.relatives import adoption_of, is_blood_relative, kinship_of


def read_condition(item: Located, context: Context) -> list[RecordEntry]:
    resource = item.resource
    entry = statement(item, context, "condition", resource.get("code"))
    dated(entry, resource, "onset", recorded="recordedDate")
    entry.end = moment(resource, "abatement")[0] or entry.end
    entry.status = first_code(resource.get("clinicalStatus"))
    entry.qualifiers = qualifiers_of(resource.get("bodySite"), resource.get("severity"))
    if age := _years(a_dict(resource.get("onsetAge"))):
        entry.when, entry.date_basis = _birthday_year(context, age), "clinical"
    if words := text_of(resource.get("onsetString")):
        entry.notes += (words,)
    if not entry.codes and not entry.text:
        return [no_content(entry, "Problème sans code ni texte.")]
    return [entry]


def _birthday_year(context: Context, age: float) -> PartialDate | None:
    """The two calendar years that an age in years may fall in."""
    subject = context.identity.subject()
    if subject is None or subject.birth_date is None:
        return None
    first, last = subject.birth_date.earliest.year + int(age), subject.birth_date.latest.year + int(age) + 1
    if not 1 <= first <= last <= 9999:
        return None
    return PartialDate(date(first, 1, 1), date(last, 12, 31))


def read_procedure(item: Located, context: Context) -> list[RecordEntry]:
    resource = item.resource
    entry = dated(statement(item, context, "procedure", resource.get("code")), resource, "performed")
    entry.when = entry.when or entry.end
    entry.status = text_of(resource.get("status"))
    entry.qualifiers = qualifiers_of(resource.get("bodySite"))
    entry.value = codes_of(resource.get("outcome")) or None
    if not entry.codes and not entry.text:
        return [no_content(entry, "Acte sans code ni texte.")]
    return [entry]


def read_allergy(item: Located, context: Context) -> list[RecordEntry]:
    resource = item.resource
    entry = statement(item, context, "allergy", resource.get("code"))
    dated(entry, resource, "onset", recorded="recordedDate")
    entry.status = first_code(resource.get("clinicalStatus"))
    if criticality := text_of(resource.get("criticality")):
        entry.notes += (f"criticité : {criticality}",)
    if not entry.codes and not entry.text:
        return [no_content(entry, "Allergie sans code ni texte.")]
    return [entry]


def read_family(item: Located, context: Context) -> list[RecordEntry]:
    """One entry for a relative, with one item a disease. The record's date is not an age at onset."""
    resource = item.resource
    entry = statement(item, context, "family_member", resource.get("relationship"))
    roles = [code.code for code in entry.codes if code.system == "role"]
    diseases = list(dicts(resource.get("condition")))
    entry.relative = _relative(entry, roles, resource, tuple(_disease(disease, resource) for disease in diseases))
    entry.status = text_of(resource.get("status"))
    if entry.refusal is None and any(modifier(disease) for disease in diseases):
        entry.refusal = modifier(next(disease for disease in diseases if modifier(disease)))
    if entry.refusal is None and roles and not any(is_blood_relative(role) for role in roles):
        entry.refusal = Refusal(
            Reason.NOT_A_BLOOD_RELATIVE, "Parenté sans lien de sang (alliance, adoption…)."
        )
    absent = first_code(resource.get("dataAbsentReason"))
    if not diseases:
        if absent or entry.status == "health-unknown":
            entry.unknown = absent or "health-unknown"
        else:
            no_content(entry, "Parent cité sans aucune maladie.")
    return [entry]


_SEXES: dict[str, Sex] = {"female": "female", "male": "male"}
ADOPTED_OUT = "urn:jalon:family-adopted-out"
"""Extension of ours: a blood relative who was adopted by another family (no code of FHIR says it)."""


def _relative(
    entry: RecordEntry, roles: list[str], resource: Json, conditions: tuple[RelativeCondition, ...]
) -> Relative:
    kinship = next((found for role in roles if (found := kinship_of(role))), None)
    adoption: Adoption | None = None
    if any(extension.get("url") == ADOPTED_OUT for extension in dicts(resource.get("extension"))):
        adoption = "out"
    for role in roles:
        if adopted := adoption_of(role):
            kinship, adoption = adopted
    born = date_of(resource.get("bornDate"))
    first, last = period_of(resource.get("bornPeriod"))
    if born is None and first and last:
        born = PartialDate(first.earliest, last.latest)
    deceased, age_at_death = _death(resource, born)
    sex = _SEXES.get(first_code(resource.get("sex")) or "") or (kinship.sex if kinship else None)
    relation = kinship.relation if kinship else None
    return Relative(relation, conditions, entry.source.entry, sex, born, deceased, age_at_death, adoption)


def _death(resource: Json, born: PartialDate | None) -> tuple[bool | None, float | None]:
    """Whether the relative has died, and at what age (completed years)."""
    found = choice(resource, "deceased")
    if found is None:
        return None, None
    kind, content = found
    if kind == "Boolean":
        return (content, None) if isinstance(content, bool) else (None, None)
    if kind == "Age":
        return True, _years(content)
    day = date_of(content) if kind == "Date" else None
    if day is not None and born is not None and (age := age_on(born.latest, day.earliest)) >= 0:
        return True, float(age)
    return True, None


def _disease(disease: Json, resource: Json) -> RelativeCondition:
    low, high = _onset(disease, resource)
    return RelativeCondition(codes_of(disease.get("code")), words_of(disease.get("code")), low, high)


def _onset(disease: Json, resource: Json) -> tuple[float | None, float | None]:
    """Bounds of the age at onset, in years. Words (« vers la cinquantaine ») give none."""
    found = choice(disease, "onset")
    if found is None:
        return None, None
    kind, content = found
    if kind == "Age":
        age = _years(content)
        return age, age
    if kind == "Range":
        return _years(a_dict(content).get("low")), _years(a_dict(content).get("high"))
    if kind == "Period":
        start, end = period_of(content)
        born = date_of(resource.get("bornDate")) or period_of(resource.get("bornPeriod"))[0]
        if born and start:
            last = age_on(born.earliest, (end or start).latest)
            return float(max(age_on(born.latest, start.earliest), 0)), float(last)
    return None, None


_PER_YEAR = {
    "a": Decimal(1),
    "mo": Decimal(12),
    "wk": Decimal("52.1775"),
    "d": Decimal("365.2425"),
    "an": Decimal(1),
    "ans": Decimal(1),
    "years": Decimal(1),
    "mois": Decimal(12),
}


def _years(content: object) -> float | None:
    """An Age in years, whatever its unit."""
    quantity = quantity_of(content)
    per_year = _PER_YEAR.get(quantity.unit or "") if quantity else None
    return float(quantity.value / per_year) if quantity and per_year else None

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
from app.records.model import Reason, RecordEntry, Refusal, Relative, RelativeCondition
from app.records.relatives import is_blood_relative, kinship_of


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
    kinship = next((found for role in roles if (found := kinship_of(role))), None)
    diseases = list(dicts(resource.get("condition")))
    entry.relative = Relative(
        kinship.relation if kinship else None, tuple(_disease(disease, resource) for disease in diseases)
    )
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

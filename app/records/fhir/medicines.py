"""Immunization and medicines → entries. A dose bought or prescribed is not a dose given."""

from __future__ import annotations

from app.records.fhir.entries import Context, dated, moment, no_content, qualifiers_of, statement
from app.records.fhir.references import Located
from app.records.fhir.status import refuse
from app.records.fhir.values import Json, a_dict, date_of, dicts, first_code, text_of
from app.records.model import Reason, RecordEntry


def read_immunization(item: Located, context: Context) -> list[RecordEntry]:
    resource = item.resource
    entry = dated(
        statement(item, context, "immunization", resource.get("vaccineCode")), resource, "occurrence"
    )
    entry.lot = text_of(resource.get("lotNumber"))
    entry.status = text_of(resource.get("status"))
    protocols = list(dicts(resource.get("protocolApplied")))
    entry.dose_number = next((number for protocol in protocols if (number := _rank(protocol))), None)
    entry.qualifiers = tuple(
        code for protocol in protocols for code in qualifiers_of(protocol.get("targetDisease"))
    )
    if resource.get("primarySource") is False and first_code(resource.get("reportOrigin")) == "recall":
        entry.author = "citizen"
    if entry.refusal is None and resource.get("isSubpotent") is True:
        entry.refusal = refuse(Reason.INVALID_DOSE)
    expiry = date_of(resource.get("expirationDate"))
    if entry.refusal is None and expiry and entry.when and expiry.latest < entry.when.earliest:
        entry.refusal = refuse(Reason.INVALID_DOSE, "Dose donnée après la date de péremption du vaccin.")
    if not entry.codes and not entry.text:
        return [no_content(entry, "Vaccination sans nom de vaccin.")]
    return [entry]


def _rank(protocol: Json) -> int | None:
    number = protocol.get("doseNumberPositiveInt")
    if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 100:
        return number
    words = text_of(protocol.get("doseNumberString")) or ""
    return int(words) if words.isascii() and words.isdigit() and 0 < int(words[:3]) < 100 else None


def read_medication(item: Located, context: Context) -> list[RecordEntry]:
    """MedicationStatement, -Administration and -Dispense; orders are refused by their type (`status.PLANS`)."""
    resource = item.resource
    concept = a_dict(resource.get("medicationCodeableConcept"))
    if not concept:
        target = context.index.resolve(a_dict(resource.get("medicationReference")), resource)
        concept = a_dict(a_dict(target).get("code"))
    entry = statement(item, context, "medication", concept)
    dated(entry, resource, "effective", recorded="dateAsserted")
    if entry.when is None and item.type == "MedicationDispense":
        entry.when = date_of(resource.get("whenHandedOver"))
    if entry.when is None and item.type == "MedicationRequest":
        entry.when, entry.date_basis = date_of(resource.get("authoredOn")), "recorded"
    if (
        item.type == "MedicationStatement"
    ):  # elsewhere `completed` says that it was given, not that it is over
        entry.status = text_of(resource.get("status"))
    if not entry.codes and not entry.text:
        return [no_content(entry, "Médicament sans nom.")]
    return [entry]


def read_plan(item: Located, context: Context) -> list[RecordEntry]:
    """A request, order or appointment: kept with its code, refused as not done."""
    resource = item.resource
    entry = statement(item, context, "request", resource.get("code") or resource.get("vaccineCode"))
    entry.when = moment(resource, "occurrence")[0] or date_of(resource.get("authoredOn"))
    entry.date_basis = "recorded"
    return [entry]

"""The treating doctor whom a FHIR record names: `Patient.generalPractitioner`, a Practitioner or the role of one."""

from __future__ import annotations

from app.records.codes import NATIONAL_PROFESSIONALS, RPPS, rpps_of
from app.records.fhir.references import Index, Located, logical
from app.records.fhir.values import Json, a_dict, date_of, dicts, text_of
from app.records.model import Source, TreatingDoctor

_SYSTEMS = {RPPS, f"urn:oid:{NATIONAL_PROFESSIONALS}"}
_MOST = 20


def treating_doctors(patients: list[Located], index: Index) -> list[TreatingDoctor]:
    """Those with a national number; names alone prove nobody."""
    found = []
    for item in patients:
        when = date_of(text_of(a_dict(item.resource.get("meta")).get("lastUpdated")))
        for reference in list(dicts(item.resource.get("generalPractitioner")))[:_MOST]:
            who = index.resolve(reference, item.resource)
            if who is not None and who.get("resourceType") == "PractitionerRole":
                inner = a_dict(who.get("practitioner"))
                reference, who = inner, index.resolve(inner, who)
            number = _number(who, reference)
            if number is not None:
                found.append(TreatingDoctor(number, _name(who), when, Source(item.file, item.entry)))
    return found


def _number(who: Json | None, reference: Json) -> str | None:
    pairs = [
        (text_of(one.get("system")), text_of(one.get("value"))) for one in dicts((who or {}).get("identifier"))
    ]
    if pair := logical(reference):
        pairs.append(pair)
    numbers = (rpps_of(value) for system, value in pairs if system in _SYSTEMS and value)
    return next((number for number in numbers if number), None)


def _name(who: Json | None) -> str | None:
    name = next(iter(dicts((who or {}).get("name"))), {})
    given = name.get("given")
    first = text_of(given[0]) if isinstance(given, list) and given else None
    parts = [part[:100] for part in (first, text_of(name.get("family"))) if part]
    return " ".join(parts) or text_of(name.get("text"))

"""Who says so: professional, citizen, device or an automatic feed."""

from __future__ import annotations

from app.records.fhir.references import Index
from app.records.fhir.values import Json, a_dict, dicts
from app.records.model import Author

_PROFESSIONALS = {"Practitioner", "PractitionerRole", "Organization", "CareTeam", "HealthcareService"}
_CITIZENS = {"Patient", "RelatedPerson"}
_KEYS = ("performer", "asserter", "informationSource", "source", "author", "recorder", "requester")


def author_of(resource: Json, index: Index) -> Author:
    """The author of a statement; `professional` when the resource does not say.

    A professional who uses a device remains the author; a device that the person uses at home is the author.
    """
    speakers = _references(resource)
    if not speakers and "device" not in resource:
        return "professional"
    types = {index.type_of(reference, resource) for reference in speakers}
    if types & _PROFESSIONALS:
        return "professional"
    if "Device" in types or a_dict(resource.get("device")):
        return "device"
    if types & _CITIZENS:
        return "citizen"
    return "professional"


def _references(resource: Json) -> list[Json]:
    """Those who speak in the first element that names somebody (performer before recorder)."""
    for key in _KEYS:
        if key not in resource:
            continue
        found = [a_dict(item.get("actor")) or item for item in dicts(resource.get(key))]
        if found:
            return found
    return []

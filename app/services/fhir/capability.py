"""What this server can do (CapabilityStatement), written from the tables that the routes themselves use."""

from __future__ import annotations

from datetime import date

from app.exchange.terms import Resource
from app.identity.scopes import supported
from app.services.fhir.parameters import PARAMETERS

_DEFINITIONS = "http://hl7.org/fhir/OperationDefinition"
_SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_OPERATIONS = {
    "Patient": [{"name": "everything", "definition": f"{_DEFINITIONS}/Patient-everything"}],
    "PlanDefinition": [{"name": "apply", "definition": f"{_DEFINITIONS}/PlanDefinition-apply"}],
}


def capability(base: str, released: date, version: str) -> Resource:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": released.isoformat(),
        "publisher": "Jalon",
        "kind": "instance",
        "software": {"name": "Jalon", "version": version},
        "implementation": {"description": "Jalon", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [{
            "mode": "server",
            "documentation": "Read only. A person's resources are made from what they allow, at each request.",
            "security": {
                "service": [{"coding": [
                    {"system": _SERVICE, "code": "SMART-on-FHIR"}, {"system": _SERVICE, "code": "OAuth"},
                ]}],
                "description": (
                    "Bearer tokens (RFC 9068) or DPoP (RFC 9449), of the citizen or of their doctor. "
                    f"{base}/.well-known/smart-configuration says where they are given. Scopes: "
                    + ", ".join(supported()) + ". A token with another SMART scope is refused."
                ),
            },
            "resource": [_resource(kind) for kind in PARAMETERS],
        }],
    }  # fmt: skip


def _resource(kind: str) -> Resource:
    found: Resource = {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [{"name": name, "type": form} for name, (form, _) in PARAMETERS[kind].items()],
    }
    return found | ({"operation": _OPERATIONS[kind]} if kind in _OPERATIONS else {})

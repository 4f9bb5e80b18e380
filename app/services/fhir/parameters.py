"""Type → the search parameters that it has: FHIR's kind of parameter, and how it matches (None: it says whose)."""

from __future__ import annotations

from collections.abc import Mapping

from app.services.fhir.search import Match, by_code, by_date, by_id, by_member

Known = Mapping[str, tuple[str, Match | None]]

_ID: Known = {"_id": ("token", by_id)}
_WHOSE: Known = {"patient": ("reference", None), "subject": ("reference", None)}
_DEFINED: Known = {
    **_ID, "url": ("uri", by_member("url")), "status": ("token", by_member("status")),
    "name": ("string", by_member("name")), "version": ("token", by_member("version")),
}  # fmt: skip

PARAMETERS: Mapping[str, Known] = {
    "PlanDefinition": _DEFINED,
    "ActivityDefinition": _DEFINED,
    "Library": _DEFINED,
    "Patient": _ID,
    "Observation": {
        **_ID, **_WHOSE, "code": ("token", by_code("code")), "date": ("date", by_date("effectiveDateTime")),
    },
    "Condition": {**_ID, **_WHOSE, "code": ("token", by_code("code"))},
    "Procedure": {**_ID, **_WHOSE, "code": ("token", by_code("code")), "date": ("date", by_date("performedDateTime"))},
    "Immunization": {
        **_ID, **_WHOSE, "vaccine-code": ("token", by_code("vaccineCode")),
        "date": ("date", by_date("occurrenceDateTime")),
    },
    "FamilyMemberHistory": {**_ID, **_WHOSE, "relationship": ("token", by_code("relationship"))},
    "RiskAssessment": {**_ID, **_WHOSE, "method": ("token", by_code("method"))},
    "GuidanceResponse": {**_ID, **_WHOSE},
    "Provenance": {
        **_ID, **_WHOSE,
        "target": ("reference", lambda resource, value: any(one["reference"] == value for one in resource["target"])),
    },
    "Consent": {**_ID, **_WHOSE, "status": ("token", by_member("status"))},
    "AuditEvent": {**_ID, **_WHOSE, "date": ("date", by_date("recorded"))},
}  # fmt: skip

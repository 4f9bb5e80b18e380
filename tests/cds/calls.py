"""Calls as a client makes them from its own server, of the sample people."""

from __future__ import annotations

import json
import uuid
from typing import Any

from app.content import samples_dir

_KEYS = {
    "Condition": "conditions", "Observation": "observations", "Procedure": "procedures", "DiagnosticReport": "reports",
    "Immunization": "immunizations", "MedicationStatement": "medications", "FamilyMemberHistory": "family",
}


def call(person: str, hook: str = "patient-view", **context: Any) -> dict[str, Any]:
    """A call as a client makes it from its own server: each kind of resource under its prefetch key."""
    bundle = json.loads((samples_dir() / person / "dossier.json").read_text())
    prefetch: dict[str, Any] = {}
    for resource in (entry["resource"] for entry in bundle["entry"]):
        if resource["resourceType"] == "Patient":
            prefetch["patient"] = resource
        elif key := _KEYS.get(resource["resourceType"]):
            found = prefetch.setdefault(key, {"resourceType": "Bundle", "type": "searchset", "entry": []})
            found["entry"].append({"resource": resource})
    return {
        "hook": hook, "hookInstance": str(uuid.uuid4()), "fhirServer": "https://dossier.example.test/fhir",
        "context": {"userId": "Practitioner/1", "patientId": prefetch["patient"]["id"], **context},
        "prefetch": prefetch,
    }  # fmt: skip

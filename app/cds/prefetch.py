"""The resources of a call → the facts of one patient, or a refusal that says what is missing."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from app.cds.content import decision_support
from app.cds.hooks import HookCall
from app.errors import JalonError, RecordError
from app.facts.extract import extract
from app.facts.model import FactSheet
from app.records.load import read_record_bytes


class PrefetchMissing(JalonError):
    """What a decision needs was not sent: the client fetches it and calls again (412)."""

    code = "prefetch_missing"


class OtherPatient(JalonError):
    """A resource is about somebody else than the patient of the call: nothing is answered (422)."""

    code = "prefetch_other_patient"


def facts_of(call: HookCall, as_of: date) -> FactSheet:
    """Raises PrefetchMissing, OtherPatient, RecordError."""
    patient, others = _patient(call), _resources(call)
    for resource in others:
        _check_subject(resource, call.context.patientId)
    bundle = {"resourceType": "Bundle", "type": "collection",
              "entry": [{"resource": resource} for resource in (patient, *others)]}
    try:
        record = read_record_bytes("prefetch.json", json.dumps(bundle).encode())
    except RecordError as error:
        if error.code == "other_patient":
            raise OtherPatient("a resource is about another patient") from None
        raise
    return extract(record, as_of)


def missing(call: HookCall) -> list[str]:
    """The keys of our templates that the client did not fill: their facts are unknown, and the cards say so."""
    return [key for key in decision_support().prefetch if not call.prefetch.get(key)]


def _patient(call: HookCall) -> dict[str, Any]:
    for key in decision_support().needed:
        if not call.prefetch.get(key):
            raise PrefetchMissing("what the service needs was not sent", where=f"prefetch.{key}")
    patient = call.prefetch["patient"] or {}
    if patient.get("resourceType") != "Patient":
        raise PrefetchMissing("this is not a Patient", where="prefetch.patient")
    if patient.get("id") != call.context.patientId:
        raise OtherPatient("the Patient is not that of the context", where="prefetch.patient")
    return patient


def _resources(call: HookCall) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for key, value in call.prefetch.items():
        if key == "patient" or not value:
            continue
        if value.get("resourceType") != "Bundle":
            found.append(value)
            continue
        entries = value.get("entry")
        listed = entries if isinstance(entries, list) else []
        inside = [entry.get("resource") for entry in listed if isinstance(entry, dict)]
        found += [each for each in inside if isinstance(each, dict) and each.get("resourceType") != "OperationOutcome"]
    return [resource for resource in found if resource.get("resourceType") != "Patient" or _other(resource, call)]


def _other(patient: dict[str, Any], call: HookCall) -> bool:
    """The same patient may come twice (`_include`); another one is a mistake that must be told."""
    if patient.get("id") == call.context.patientId:
        return False
    raise OtherPatient("a Patient is not that of the context", where="prefetch")


def _check_subject(resource: dict[str, Any], patient: str) -> None:
    """Literal references to a Patient must be to this one; what has none is judged by the reader of records."""
    for member in ("subject", "patient"):
        reference = resource.get(member)
        literal = reference.get("reference") if isinstance(reference, dict) else None
        if isinstance(literal, str) and "Patient/" in literal:
            name = literal.rpartition("Patient/")[2].partition("/")[0]
            if name != patient:
                raise OtherPatient("a resource is about another patient", where="prefetch")

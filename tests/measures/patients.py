"""Invented patients written in short, as FHIR resources. The value sets are invented too: one code each.

    {encounter: office_visit, from: 2025-03-01T09:00:00Z, to: …}    also `at` for one instant, any FHIR element
    {condition: advanced_illness, onset: 2024-05-01, abatement: …, clinical: active}
    {assessment: housing_status, value: lives_in_nursing_home, at: …}      category survey; also laboratory_test, study
    {procedure: …}  {service_order: …}  {device_order: …}  {medication: …, days: 90}

The first key is the kind; its word is the name of a value set or of a code of the measure.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from app.measures.catalog import Scope
from app.measures.valuesets import Codes

INVENTED = "http://example.org/codes"
HERE = Path(__file__).resolve().parent
CASES = HERE.parent / "cases" / "us"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_KINDS = {
    "encounter": ("Encounter", "type", "period", {"status": "finished"}),
    "procedure": ("Procedure", "code", "performed", {"status": "completed"}),
    "assessment": ("Observation", "code", "effective", {"status": "final", "category": "survey"}),
    "laboratory_test": ("Observation", "code", "effective", {"status": "final", "category": "laboratory"}),
    "study": ("Observation", "code", "effective", {"status": "final", "category": "imaging"}),
    "condition": ("Condition", "code", "onset", {"clinical": "active"}),
    "service_order": ("ServiceRequest", "code", "authoredOn", {"status": "active", "intent": "order"}),
    "device_order": ("DeviceRequest", "codeCodeableConcept", "authoredOn", {"status": "active", "intent": "order"}),
    "medication": (
        "MedicationRequest", "medicationCodeableConcept", "authoredOn", {"status": "active", "intent": "order"},
    ),
    "immunization": ("Immunization", "vaccineCode", "occurrence", {"status": "completed"}),
    "coverage": ("Coverage", "type", "period", {"status": "active"}),
}


def value_sets_of(scope: Scope) -> dict[str, Codes | None]:
    """One invented code for each value set of a measure: its name."""
    return {oid: frozenset({(INVENTED, name)}) for name, oid in scope.names["value_sets"].items()}


def patient(scope: Scope, case: dict[str, Any]) -> list[dict[str, Any]]:
    """The resources of a case: `born`, `gender`, `who` (other elements), `has` (short resources)."""
    who: dict[str, Any] = {"resourceType": "Patient", "id": case["id"], "name": [{"family": "TEST-MESURE"}]}
    who |= case.get("who", {})
    if case.get("born"):
        who["birthDate"] = str(case["born"])
    if case.get("gender"):
        who["gender"] = case["gender"]
    return [who, *(resource(scope, short, f"{case['id']}-{n}") for n, short in enumerate(case.get("has", ())))]


def concept(scope: Scope, name: str) -> dict[str, Any]:
    if name in scope.names["codes"]:
        system, code = scope.code(name)
    else:
        assert name in scope.names["value_sets"] or name.startswith("not_"), name
        system, code = INVENTED, name
    return {"coding": [{"system": "http://example.org/other", "code": "x"}, {"system": system, "code": code}]}


def resource(scope: Scope, short: dict[str, Any], identifier: str) -> dict[str, Any]:
    kind = next(iter(short))
    type_, code, when, defaults = _KINDS[kind]
    given = {name: _text(value) if name in _TIMES else value for name, value in (defaults | short).items()}
    name = given.pop(kind)
    out: dict[str, Any] = {"resourceType": type_, "id": identifier} | ({code: concept(scope, name)} if name else {})
    if type_ == "Encounter":
        out["type"] = [out["type"]]
    if "at" in given:
        out[when if when in ("authoredOn", "period") else f"{when}DateTime"] = given.pop("at")
    if "from" in given or "to" in given:
        bounds = {"start": given.pop("from", None), "end": given.pop("to", None)}
        out["period" if when == "period" else f"{when}Period"] = {k: v for k, v in bounds.items() if v}
    for name, value in given.items():
        out |= _element(scope, name, value)
    return out


def _text(value: Any) -> str:
    """YAML reads an unquoted time; FHIR writes it with a T and a Z."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)


_TIMES = ("at", "from", "to", "onset", "abatement")


def _element(scope: Scope, name: str, value: Any) -> dict[str, Any]:
    """One short element as FHIR; a name that is not short is taken as it stands."""
    if name == "category":
        return {"category": [{"coding": [{"system": _CATEGORY, "code": value}]}]}
    if name == "clinical":
        return {"clinicalStatus": {"coding": [{"code": value}]}} if value else {}
    if name in ("onset", "abatement"):
        return {f"{name}DateTime": value}
    if name == "value":
        return {"valueCodeableConcept": concept(scope, value)} if isinstance(value, str) else {"valueInteger": value}
    if name == "body_site":
        return {"bodySite": [concept(scope, value)]}
    if name == "discharge":
        return {"hospitalization": {"dischargeDisposition": concept(scope, value)}}
    if name == "components":
        parts = [{"code": concept(scope, of), "valueQuantity": {"value": number, "code": "mm[Hg]"}}
                 for of, number in value.items()]
        return {"component": parts}
    if name == "days":
        return {"dispenseRequest": {"expectedSupplyDuration": {"value": value, "code": "d"}}}
    if name == "not_to_do":
        return {"modifierExtension": [{"url": value, "valueBoolean": True}]}
    return {name: value}

"""The family as FHIR R4: a Bundle with the person (sex and birth only) and a FamilyMemberHistory for each relative.

Read again by `app.records`, it gives the same family. What a relative does *not* have is left out: FHIR R4 has no
element for it in this resource.
"""

from __future__ import annotations

from typing import Any

from app.dates import PartialDate
from app.facts.kin import Kin, KinCondition
from app.pedigree.build import Pedigree
from app.pedigree.content import load_content
from app.records.codes import address_of
from app.records.fhir.history import ADOPTED_OUT
from app.records.model import Code
from app.records.relatives import role_of

PATIENT = "urn:uuid:00000000-0000-4000-8000-000000000001"
_ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
_GENDER = "http://hl7.org/fhir/administrative-gender"


def family_bundle(pedigree: Pedigree) -> dict[str, Any]:
    """A Bundle of type `collection`."""
    person = pedigree.person
    patient: dict[str, Any] = {"resourceType": "Patient", "gender": person.sex or "unknown"}
    if person.born:
        patient["birthDate"] = str(person.born)
    everyone = [*pedigree.relatives]
    if pedigree.adopted:
        everyone.append(Kin("parent", adoption="adopter"))
    entries = [{"fullUrl": PATIENT, "resource": patient}]
    for place, kin in enumerate(everyone, 2):
        url = f"urn:uuid:00000000-0000-4000-8000-{place:012d}"
        entries.append({"fullUrl": url, "resource": _history(kin)})
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _history(kin: Kin) -> dict[str, Any]:
    role = role_of(kin.relation, kin.adoption)
    resource: dict[str, Any] = {
        "resourceType": "FamilyMemberHistory",
        "status": "completed" if kin.health_known else "health-unknown",
        "patient": {"reference": PATIENT},
        "relationship": {"coding": [{"system": _ROLE, "code": role}]},
    }
    if kin.adoption == "out":
        resource["extension"] = [{"url": ADOPTED_OUT, "valueBoolean": True}]
    if kin.sex:
        resource["sex"] = {"coding": [{"system": _GENDER, "code": kin.sex}]}
    if kin.born:
        resource |= _born(kin.born)
    if kin.age_at_death is not None:
        resource["deceasedAge"] = _age(kin.age_at_death)
    elif kin.deceased is not None:
        resource["deceasedBoolean"] = kin.deceased
    conditions = [_condition(condition) for condition in kin.conditions if not condition.absent]
    if conditions:
        resource["condition"] = conditions
    return resource


def _born(born: PartialDate) -> dict[str, Any]:
    if PartialDate.parse(str(born)) == born:
        return {"bornDate": str(born)}
    return {"bornPeriod": {"start": born.earliest.isoformat(), "end": born.latest.isoformat()}}


def _condition(condition: KinCondition) -> dict[str, Any]:
    known = {known.id: known for known in load_content().conditions}.get(condition.name or "")
    codes = condition.codes or ((Code("cim10", known.code),) if known and known.code else ())
    said: dict[str, Any] = {}
    if codes:
        said["coding"] = [{"system": address_of(code.system) or code.system, "code": code.code} for code in codes]
    if text := condition.text or (known.label if known else None):
        said["text"] = text
    found: dict[str, Any] = {"code": said}
    low, high = condition.onset_low, condition.onset_high
    if low is not None and low == high:
        found["onsetAge"] = _age(low)
    elif low is not None or high is not None:
        ends = {"low": low, "high": high}
        found["onsetRange"] = {name: _age(age) for name, age in ends.items() if age is not None}
    return found


def _age(years: float) -> dict[str, Any]:
    return {"value": years, "unit": "a", "system": "http://unitsofmeasure.org", "code": "a"}

"""A synthetic person as a FHIR R4 bundle, in the codes of the vocabulary: `jalon facts` reads the same facts back.

Each resource carries the `HTEST` tag (test health data), the patient is called TEST-…, no identifier is given.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from app.errors import ContentError
from app.facts.vocabulary import Fact, Vocabulary
from app.population.synthetic.person import Person, Statement

Json = dict[str, Any]
SYSTEMS = {
    "loinc": "http://loinc.org", "snomed": "http://snomed.info/sct", "cim10": "http://hl7.org/fhir/sid/icd-10",
    "atc": "http://www.whocc.no/atc", "ccam": "urn:oid:1.2.250.1.213.2.5", "cvx": "http://hl7.org/fhir/sid/cvx",
    "cis": "https://base-donnees-publique.medicaments.gouv.fr",
}  # fmt: skip
_RESOURCES: dict[str, tuple[tuple[str, str], ...]] = {
    "condition": (("cim10", "Condition"), ("snomed", "Condition")),
    "medication": (("atc", "MedicationStatement"),),
    "procedure": (("ccam", "Procedure"),),
    "observation": (("loinc", "Observation"), ("snomed", "Observation")),
    "immunization": (("cvx", "Immunization"), ("snomed", "Immunization"), ("cis", "Immunization"),
                     ("atc", "Immunization")),
    "family_member": (("cim10", "FamilyMemberHistory"), ("snomed", "FamilyMemberHistory")),
}  # fmt: skip
_KINDS: dict[str, tuple[str, ...]] = {
    "quantity": ("observation",), "date": ("observation",), "event": ("observation", "procedure"),
    "dose": ("immunization",), "family": ("family_member",),
}  # fmt: skip
_STATES = ("condition", "medication", "procedure")
_RESULTS = {
    "negative": "260385009", "positive": "10828004", "normal": "17621005", "abnormal": "263654008",
}  # fmt: skip
_TAG = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST", "display": "test health data"}
_LISTS = {"problems": ("11450-4", "Condition"), "medications": ("10160-0", "MedicationStatement")}


def bundle_of(person: Person, vocabulary: Vocabulary, as_of: date) -> Json:
    """Raises ContentError for a fact that no code can carry."""
    patient = {
        "resourceType": "Patient", "id": person.id, "birthDate": person.birth.isoformat(), "gender": person.sex,
        "name": [{"family": person.id, "given": ["Synthetic"]}],
    }  # fmt: skip
    resources = [
        _resource(statement, number, person, vocabulary) for number, statement in enumerate(person.statements)
    ]
    lists = [_lists(person, resources, as_of)] if person.listed else []
    return {
        "resourceType": "Bundle", "type": "collection", "meta": {"tag": [_TAG]},
        "entry": [
            {"fullUrl": f"urn:synthetic:{one['resourceType']}/{one['id']}",
             "resource": {**one, "meta": {"tag": [_TAG]}}}
            for one in (patient, *lists, *resources)
        ],
    }  # fmt: skip


def _resource(said: Statement, number: int, person: Person, vocabulary: Vocabulary) -> Json:
    definition = vocabulary.facts[said.fact]
    type_, system, code = _carrier(vocabulary, said.fact, said.value if definition.type == "coded" else None)
    subject = {"reference": f"Patient/{person.id}"}
    coded = {"coding": [{"system": SYSTEMS[system], "code": code, "display": definition.label}]}
    day = said.day.isoformat() if said.day else None
    resource: Json = {"resourceType": type_, "id": f"r{number}"}
    if type_ == "Observation":
        resource |= {"status": "final", "code": coded, "subject": subject, "effectiveDateTime": day,
                     **_value(said, definition)}  # fmt: skip
        if said.author == "citizen":
            resource["performer"] = [subject]
    elif type_ == "Condition":
        resource |= {
            "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                                           "code": "active"}]},
            "code": coded, "subject": subject, "onsetDateTime": day,
        }  # fmt: skip
    elif type_ == "MedicationStatement":
        resource |= {"status": "active", "medicationCodeableConcept": coded, "subject": subject,
                     "effectivePeriod": {"start": day}}  # fmt: skip
    elif type_ == "Procedure":
        resource |= {"status": "completed", "code": coded, "subject": subject, "performedDateTime": day}
        if (result := _RESULTS.get(str(said.value))) is not None:
            resource["outcome"] = {"coding": [{"system": SYSTEMS["snomed"], "code": result}]}
    elif type_ == "Immunization":
        resource |= {"status": "completed", "vaccineCode": coded, "patient": subject, "occurrenceDateTime": day}
    else:
        resource |= _relative(said, coded, subject)
    return resource


def _value(said: Statement, definition: Fact) -> Json:
    value = said.value
    if definition.type == "quantity":
        return {"valueQuantity": {"value": value, "unit": definition.unit, "code": definition.unit,
                                  "system": "http://unitsofmeasure.org"}}  # fmt: skip
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, date):
        return {"valueDateTime": value.isoformat()}
    if definition.type == "coded":
        system, code = next(
            (system, code) for system, codes in definition.value_codes.items()
            for code, word in codes.items() if word == value
        )  # fmt: skip
        return {"valueCodeableConcept": {"coding": [{"system": SYSTEMS[system], "code": code}]}}
    return {"valueCodeableConcept": {"coding": [{"system": SYSTEMS["snomed"], "code": _RESULTS[str(value)]}]}}


def _relative(said: Statement, coded: Json, subject: Json) -> Json:
    assert said.kinship is not None
    condition: Json = {"code": coded}
    if said.onset is not None:
        condition["onsetAge"] = {"value": said.onset, "unit": "a", "code": "a", "system": "http://unitsofmeasure.org"}
    role = {"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": _ROLES[said.kinship.relation]}
    return {"status": "completed", "patient": subject, "relationship": {"coding": [role]}, "condition": [condition]}


_ROLES = {
    "mother": "MTH", "father": "FTH", "sister": "SIS", "brother": "BRO", "daughter": "DAU", "son": "SON",
    "maternal_grandmother": "MGRMTH", "maternal_grandfather": "MGRFTH", "paternal_grandmother": "PGRMTH",
    "paternal_grandfather": "PGRFTH", "maternal_aunt": "MAUNT", "paternal_aunt": "PAUNT", "maternal_uncle": "MUNCLE",
    "paternal_uncle": "PUNCLE",
}  # fmt: skip


def _lists(person: Person, resources: list[Json], as_of: date) -> Json:
    """A summary whose sections say that the lists are there, with what they hold."""
    sections = []
    for code, type_ in _LISTS.values():
        entries = [{"reference": f"{type_}/{one['id']}"} for one in resources if one["resourceType"] == type_]
        told: Json = {"entry": entries} if entries else {"emptyReason": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "nilknown"}]}}  # fmt: skip
        sections.append({"code": {"coding": [{"system": SYSTEMS["loinc"], "code": code}]}, **told})
    return {
        "resourceType": "Composition", "id": "lists", "status": "final", "title": "Synthetic record",
        "type": {"coding": [{"system": SYSTEMS["loinc"], "code": "60591-5"}]}, "date": as_of.isoformat(),
        "subject": {"reference": f"Patient/{person.id}"}, "section": sections,
    }  # fmt: skip


@lru_cache(maxsize=512)
def _carrier(vocabulary: Vocabulary, fact: str, word: Any) -> tuple[str, str, str]:
    """(resource type, system, code): the first code that feeds this fact alone, and with this word."""
    definition = vocabulary.facts[fact]
    kinds = _KINDS.get(definition.type, ("observation", *_STATES) if _asked(definition) else _STATES)
    for kind in kinds:
        for system, type_ in _RESOURCES[kind]:
            codes = definition.codes.get(system, {})
            for pattern in codes:
                meaning = codes[pattern] if isinstance(codes, dict) else None
                if meaning in ("ambiguous", "part"):
                    continue
                if kind in _STATES and definition.type == "coded" and meaning != word:
                    continue
                code = pattern.rstrip("*")
                found = vocabulary.find(system, code, kind)  # type: ignore[arg-type]
                if [one.id for one, _ in found] == [fact]:
                    return type_, system, code
    raise ContentError(f"{fact} has no code of its own that a bundle could carry",
                       remedy="draw another fact in content/population, or give it a code in content/vocabulary")


def _asked(definition: Fact) -> bool:
    """Told by an answer with a code for it, rather than by its place in a list."""
    return bool(definition.value_codes)

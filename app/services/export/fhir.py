"""What is held about a person as one FHIR R4 Bundle, for another health service.

Facts keep the words of Jalon's vocabulary (`urn:jalon:vocabulary`), with a standard code where the vocabulary has one
only; what a record said word for word is in the files that were sent. Answers are QuestionnaireResponses, decisions are
Consents, the access log is AuditEvents, the files are DocumentReferences.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.dates import PartialDate
from app.facts.model import Fact, FactSheet
from app.facts.vocabulary import Fact as Definition
from app.facts.vocabulary import Vocabulary
from app.pedigree.build import pedigree_of
from app.pedigree.fhir import PATIENT, family_bundle
from app.records.model import Subject
from app.services.export.copied import Copied
from app.store.tables import stamp

VOCABULARY, LOG = "urn:jalon:vocabulary", "urn:jalon:access-log"
_SYSTEMS = {"loinc": "http://loinc.org", "snomed": "http://snomed.info/sct", "cim10": "http://hl7.org/fhir/sid/icd-10"}
_UCUM = "http://unitsofmeasure.org"
_HL7 = "http://terminology.hl7.org/CodeSystem"
Resource = dict[str, Any]


def bundle_of(copied: Copied, sheet: FactSheet, vocabulary: Vocabulary) -> Resource:
    """A Bundle of type `collection`; the person comes first."""
    resources = [
        *_family(sheet),
        *(fact_resource(fact, vocabulary) for fact in sheet.all() if not _told_by_family(fact, vocabulary)),
        *_answers(copied, vocabulary),
        *(consent_resource(row) for row in copied.consents),
        *(_file(row) for row in copied.files),
        *(event_resource(entry, _by(entry, copied)) for entry in copied.entries),
    ]
    entries = [{"fullUrl": PATIENT, "resource": patient_resource(sheet.subject)}]
    for place, resource in enumerate(resources, 2):
        entries.append({"fullUrl": f"urn:uuid:00000000-0000-4000-8000-{place:012d}", "resource": resource})
    return {"resourceType": "Bundle", "type": "collection", "timestamp": stamp(copied.at), "entry": entries}


def patient_resource(subject: Subject | None) -> Resource:
    found: Resource = {"resourceType": "Patient", "gender": subject.administrative_sex if subject else "unknown"}
    if subject is None:
        return found
    names = [("official", subject.birth_name), ("usual", subject.used_name)]
    given = {"given": [subject.given]} if subject.given else {}
    told = [{"use": use, "family": family, **given} for use, family in names if family]
    if told or given:
        found["name"] = told or [given]
    if subject.identifiers:
        found["identifier"] = [{"system": system, "value": value} for system, value in subject.identifiers]
    if subject.birth_date:
        found["birthDate"] = _date(subject.birth_date)
    if subject.deceased:
        found["deceasedDateTime"] = _date(subject.deceased)
    return found


def _family(sheet: FactSheet) -> Iterator[Resource]:
    for entry in family_bundle(pedigree_of(sheet))["entry"]:
        if entry["resource"]["resourceType"] != "Patient":
            yield entry["resource"]


def _told_by_family(fact: Fact, vocabulary: Vocabulary) -> bool:
    definition = vocabulary.facts.get(fact.id)
    return definition is not None and definition.type == "family"


def fact_resource(fact: Fact, vocabulary: Vocabulary) -> Resource:
    definition = vocabulary.facts.get(fact.id)
    kind, code, when = definition.type if definition else None, _code(fact.id, definition), fact.date
    notes = {"note": [{"text": text} for text in _notes(fact)]}
    person = {"reference": PATIENT}
    if kind == "dose":
        given = {"occurrenceDateTime": _date(when)} if when else {"occurrenceString": "unknown"}
        return {"resourceType": "Immunization", "status": "completed", "vaccineCode": code, "patient": person,
                **given, **notes}  # fmt: skip
    if kind == "event":
        done = {"performedDateTime": _date(when)} if when else {}
        result = {"outcome": {"text": str(fact.value)}} if fact.value is not True else {}
        return {"resourceType": "Procedure", "status": "completed", "code": code, "subject": person,
                **done, **result, **notes}  # fmt: skip
    if kind == "boolean" and fact.value is True and definition and definition.category == "conditions":
        since = {"onsetDateTime" if fact.basis == "clinical" else "recordedDate": _date(when)} if when else {}
        return {"resourceType": "Condition", "code": code, "subject": person, **since, **notes}
    said = {"effectiveDateTime": _date(when)} if when else {}
    return {"resourceType": "Observation", "status": "final", "code": code, "subject": person, **said,
            **_value(fact), **notes}  # fmt: skip


def _code(name: str, definition: Definition | None) -> Resource:
    label = definition.label if definition else name
    coding = [{"system": VOCABULARY, "code": name, "display": label}]
    for system, url in _SYSTEMS.items():
        codes = list(definition.codes.get(system, ())) if definition else []
        if len(codes) == 1 and "*" not in codes[0]:
            coding.append({"system": url, "code": codes[0]})
    return {"coding": coding, "text": label}


def _value(fact: Fact) -> Resource:
    value = fact.value
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int | float):
        unit = {"unit": fact.unit, "system": _UCUM, "code": fact.unit} if fact.unit else {}
        compared = {"comparator": fact.comparator} if fact.comparator else {}
        return {"valueQuantity": {"value": value, **compared, **unit}}
    return {"valueDateTime": _date(value)} if isinstance(value, PartialDate) else {"valueString": value}


def _notes(fact: Fact) -> Iterator[str]:
    """Who says so, where, as written, and the rest of what is known."""
    yield f"author: {fact.author}"
    for source in fact.sources:
        yield f"source: {source.file} {source.entry}"
    if fact.as_recorded:
        yield f"as recorded: {fact.as_recorded}"
    for name, value in fact.details.items():
        yield f"{name}: {value}"


def _date(day: PartialDate) -> str:
    """To the precision that FHIR can say: a span of days that is no month nor year is told by its first day."""
    told = str(day)
    try:
        PartialDate.parse(told)
    except ValueError:
        return day.earliest.isoformat()
    return told


def _answers(copied: Copied, vocabulary: Vocabulary) -> Iterator[Resource]:
    """One response for each day on which questions were answered."""
    days: dict[str, list[Resource]] = {}
    for fact, answer in copied.answers.items():
        definition = vocabulary.facts.get(fact)
        asked = definition.question.text if definition and definition.question else fact
        item = {"linkId": fact, "text": asked, "answer": [_answer(answer["value"])]}
        days.setdefault(str(answer["on"]), []).append(item)
    for day, items in days.items():
        yield {"resourceType": "QuestionnaireResponse", "status": "completed", "subject": {"reference": PATIENT},
               "source": {"reference": PATIENT}, "authored": day, "item": items}  # fmt: skip


def _answer(value: Any) -> Resource:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int | float):
        return {"valueDecimal": value}
    return {"valueString": value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)}


def consent_resource(row: Mapping[str, Any]) -> Resource:
    allowed = [name for name in row["categories"].split(",") if name]
    provision = {"provision": {"type": "permit", "code": [{"text": name} for name in allowed]}} if allowed else {}
    return {
        "resourceType": "Consent",
        "status": "active" if allowed else "rejected",
        "scope": {"coding": [{"system": f"{_HL7}/consentscope", "code": "patient-privacy"}]},
        "category": [{"text": row["purpose"]}],
        "patient": {"reference": PATIENT},
        "dateTime": row["at"],
        "policyRule": {"text": row["text_digest"]},
        **provision,
    }


def _file(row: Mapping[str, Any]) -> Resource:
    attachment = {"url": row["path"], "title": row["name"]}
    return {"resourceType": "DocumentReference", "status": "current", "subject": {"reference": PATIENT},
            "date": row["at"], "content": [{"attachment": attachment}]}  # fmt: skip


def _by(entry: Mapping[str, Any], copied: Copied) -> Resource:
    if entry["actor"] == copied.person:
        return {"reference": PATIENT}
    return {"display": copied.professionals.get(entry["actor"]) or "Jalon"}


def event_resource(entry: Mapping[str, Any], who: Resource) -> Resource:
    refused = entry["outcome"].startswith("refused")
    return {
        "resourceType": "AuditEvent",
        "type": {"system": LOG, "code": entry["tag"]},
        "recorded": entry["at"],
        "outcome": "4" if refused else "0",
        "outcomeDesc": entry["outcome"],
        "purposeOfEvent": [{"text": entry["purpose"]}],
        "agent": [{"who": who, "requestor": True, "role": [{"text": entry["role"]}]}],
        "source": {"observer": {"display": "Jalon"}},
        "entity": [{"what": {"reference": PATIENT}, "name": f"{entry['seq']}"}],
    }

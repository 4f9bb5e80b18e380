"""One person's resources, as far as they allow: facts, with where each comes from, and what is advised."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from app.dates import PartialDate
from app.exchange.terms import Resource, address, system, version_of
from app.facts.model import Fact, FactSheet
from app.guidelines.model import Guideline, Status
from app.guidelines.pack import Pack
from app.pedigree.build import pedigree_of
from app.pedigree.fhir import PATIENT, family_bundle
from app.plans.model import Item, Plan
from app.plans.suspended import SUSPENDED, Suspended
from app.services.export.fhir import fact_resource, patient_resource

ME = "me"


@dataclass(frozen=True, slots=True)
class Known:
    """What the door let see of a person, and the plan made of it."""

    patient: str
    sheet: FactSheet
    plan: Plan


def resources(known: Known, kind: str | None = None) -> list[Resource]:
    """Everything, the Patient first, or one type alone. Ids are `<patient>.<digest>`: the same statement keeps its
    own."""
    made = [one for make in _MAKERS[kind] for one in make(known)]
    return [one for one in made if kind in (None, one["resourceType"])]


def _person(known: Known) -> Iterator[Resource]:
    person = {"resourceType": "Patient", "id": known.patient, **patient_resource(known.sheet.subject)}
    yield _about(person, known.patient)


def _facts(known: Known) -> Iterator[Resource]:
    for fact in known.sheet.all():
        definition = known.plan.pack.vocabulary.facts.get(fact.id)
        if definition is None or definition.type == "family":
            continue  # told as FamilyMemberHistory
        statement = named(fact_resource(fact, known.plan.pack.vocabulary), known.patient)
        yield statement
        yield from _provenance(fact, statement, known)


def _family(known: Known) -> Iterator[Resource]:
    for entry in family_bundle(pedigree_of(known.sheet))["entry"]:
        if entry["resource"]["resourceType"] == "FamilyMemberHistory":
            yield named(entry["resource"], known.patient)


def _guidance(known: Known) -> Iterator[Resource]:
    answers = [_answer(known, item) for item in known.plan.items]
    return (named(one, known.patient) for one in (*answers, *(_stopped(known, one) for one in known.plan.suspended)))


def _stopped(known: Known, one: Suspended) -> Resource:
    """A guideline that was stopped gives no answer; the note says why."""
    pack = known.plan.pack
    return {
        "resourceType": "GuidanceResponse",
        "moduleCanonical": _canonical(pack, one.guideline),
        "status": "failure",
        "subject": {"reference": PATIENT},
        "occurrenceDateTime": known.plan.as_of.isoformat(),
        "reasonCode": [{"coding": [{"system": system("status"), "code": SUSPENDED}], "text": one.text}],
        "note": [{"text": sentence} for sentence in one.sentences],
    }


def _answer(known: Known, item: Item) -> Resource:
    """What one guideline answers: `data-required` when a fact is missing, which is then named."""
    pack, found = known.plan.pack, item.recommendation
    out: Resource = {
        "resourceType": "GuidanceResponse",
        "moduleCanonical": canonical(pack, item),
        "status": "data-required" if item.status is Status.ASK else "success",
        "subject": {"reference": PATIENT},
        "occurrenceDateTime": known.plan.as_of.isoformat(),
        "reasonCode": [{"coding": [{"system": system("status"), "code": item.status.value}], "text": item.when}],
        "note": [{"text": sentence} for sentence in item.why],
    }
    if found.asks:
        out["dataRequirement"] = [
            {"type": "Observation", "codeFilter": [
                {"path": "code", "code": [{"system": system("vocabulary"), "code": name}]}
            ]}
            for name in found.asks
        ]
    return out


def canonical(pack: Pack, item: Item) -> str:
    return _canonical(pack, item.recommendation.guideline)


def _canonical(pack: Pack, guideline: Guideline) -> str:
    return f"{address('guideline', pack.head.id, guideline.id)}|{version_of(guideline, pack.head)}"


def _risks(known: Known) -> Iterator[Resource]:
    """Figures that passed the guard: nobody is shown one about which nothing can be done."""
    for risk in known.plan.risks:
        prediction: Resource = {"probabilityDecimal": risk.count / risk.per, "rationale": risk.text}
        if risk.horizon_years:
            years = {"value": risk.horizon_years, "unit": "a", "system": "http://unitsofmeasure.org", "code": "a"}
            prediction["whenRange"] = {"high": years}
        yield named({
            "resourceType": "RiskAssessment", "status": "preliminary",
            "method": {"coding": [{"system": system("model"), "code": risk.model}], "text": risk.model},
            "subject": {"reference": PATIENT}, "occurrenceDateTime": known.plan.as_of.isoformat(),
            "prediction": [prediction], "mitigation": " ; ".join(w.text for w in risk.what_ifs),
            "note": [{"text": risk.limits}],
        }, known.patient)  # fmt: skip


def _provenance(fact: Fact, statement: Resource, known: Known) -> Iterator[Resource]:
    if not fact.sources:
        return
    yield named({
        "resourceType": "Provenance",
        "target": [{"reference": f"{statement['resourceType']}/{statement['id']}"}],
        "recorded": f"{_day(fact, known)}T00:00:00Z",
        "agent": [{"who": {"display": fact.author}}],
        "entity": [{"role": "source", "what": {"display": f"{one.file} {one.entry}"}} for one in fact.sources],
    }, known.patient)  # fmt: skip


def _day(fact: Fact, known: Known) -> str:
    day: PartialDate | None = fact.date
    return (day.latest if day else known.sheet.as_of).isoformat()


def named(resource: Resource, patient: str) -> Resource:
    """With an id, and about this patient of this server."""
    digest = sha256(json.dumps(resource, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
    return _about({"resourceType": resource["resourceType"], "id": f"{patient}.{digest[:20]}", **resource}, patient)


def _about(resource: Resource, patient: str) -> Resource:
    """References to the person become those of this server; FHIR knows no empty list, and no empty text."""
    text = json.dumps(resource, ensure_ascii=False, default=str).replace(PATIENT, f"Patient/{patient}")
    found: dict[str, Any] = json.loads(text)
    return {name: value for name, value in found.items() if value not in ([], "", None)}


_MAKERS: Mapping[str | None, tuple[Callable[[Known], Iterator[Resource]], ...]] = {
    None: (_person, _facts, _family, _risks, _guidance),
    "Patient": (_person,), "FamilyMemberHistory": (_family,), "RiskAssessment": (_risks,),
    "GuidanceResponse": (_guidance,),
    **dict.fromkeys(("Observation", "Condition", "Procedure", "Immunization", "Provenance"), (_facts,)),
}  # fmt: skip
"""Type → what makes it; None: everything, in the order in which it is given."""
TYPES = tuple(kind for kind in _MAKERS if kind is not None)

"""A doctor and their patients: those who named the practice, and nobody else.

What a doctor reads of a patient goes through the door for "review by my doctor", with `of(who, patient)`; the patient
sees each reading in their log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.errors import UsageError
from app.records.model import TreatingDoctor
from app.services import asks, plans
from app.services.cache import Rendered
from app.services.services import Services
from app.store.tables import stamp
from app.trust import health, relations
from app.trust.door import Refused, SignedIn
from app.trust.grant import Grant
from app.trust.relations import Kind, Patient, Practice
from app.trust.rules import Asked
from app.trust.vocabulary import Tag

_LIST = Asked(Tag.PATIENTS_READ, "read", "patients", relations.REVIEW)
_IDENTITY = Asked(Tag.PATIENT_IDENTITY_READ, "read", "identity", relations.REVIEW, frozenset({"identity"}))
_RECORD = Asked(Tag.FACTS_READ, "read", "facts", asks.PREVENTION, frozenset({"identity"}))
_PLAN = asks.review(Tag.PATIENT_PLAN_READ, "plan")
_SHOW = asks.right(Tag.PRACTICES_READ, "read", "practices")
_CHANGE = asks.right(Tag.PRACTICES_CHANGE, "write", "practices")


@dataclass(frozen=True, slots=True)
class Listed:
    """A patient as listed: `family`, `given` and `birth_date` as far as they allow their identity to be seen."""

    patient: Patient
    family: str | None = None
    given: str | None = None
    birth_date: str | None = None


def of(who: SignedIn, patient: str) -> SignedIn:
    """The same session, about one of its patients (`Patient.id`)."""
    return replace(who, about=patient)


async def patients_of(services: Services, professional: SignedIn) -> list[Patient]:
    """Who named this professional's practice and allows a review, latest first. Raises Refused for another role."""
    texts = services.door.consents
    return await services.door.enter(professional, _LIST, lambda grant: relations.patients(grant, texts))


async def listed(services: Services, professional: SignedIn) -> list[Listed]:
    """`patients_of`, with who they are."""
    return await identified(services, professional, await patients_of(services, professional))


async def identified(services: Services, professional: SignedIn, patients: Sequence[Patient]) -> list[Listed]:
    """Who these are. Each reading of a name is in the log of the person named."""

    async def one(patient: Patient) -> Listed:
        try:
            who = await services.door.enter(of(professional, patient.id), _IDENTITY, health.read_traits)
        except Refused:  # they do not share their identity, or have just withdrawn
            who = None
        birth = str(who.birth_date) if who and who.birth_date else None
        return Listed(patient, who.birth_name if who else None, who.given if who else None, birth)

    return list(await asyncio.gather(*(one(patient) for patient in patients)))


async def name_of(services: Services, professional: SignedIn, patient: str) -> str | None:
    """How a patient is called, if they let it be seen. Raises Refused."""
    [found] = await identified(services, professional, [Patient(patient, "named", "")])
    return " ".join(part for part in (found.family, found.given) if part) or None


async def plan(
    services: Services, professional: SignedIn, patient: str, *, lang: str, as_of: str | None = None
) -> Rendered:
    """A patient's plan, from what they share with their doctor. Raises Refused (`refused_not_yours` for anybody who is
    not one of the patients)."""
    return await plans.plan(services, of(professional, patient), lang=lang, as_of=as_of, asked=_PLAN)


async def named(services: Services, who: SignedIn) -> list[Practice]:
    """The practices that the signed-in person names."""
    return await services.door.enter(who, _SHOW, relations.named)


async def name(services: Services, who: SignedIn, number: str, kind: Kind = "named") -> list[Practice]:
    """Name a practice by its number. What it may see is another choice: the consent to `doctor_review`."""
    at = stamp(services.now())
    relations.normal(number)  # before anything is opened

    def work(grant: Grant) -> list[Practice]:
        relations.name(grant, number, kind, at)
        return relations.named_within(grant)

    return await services.door.enter(who, _CHANGE, work)


async def recorded(services: Services, who: SignedIn) -> tuple[TreatingDoctor, ...]:
    """The treating doctors whom the person's record names, the latest document first. They see nothing: a record may be
    out of date, so the person confirms. Raises Refused without consent to read the record."""

    def work(grant: Grant) -> tuple[TreatingDoctor, ...]:
        stored = health.read_facts(grant, services.vocabulary)
        return stored.sheet.treating if stored and stored.sheet else ()

    return await services.door.enter(who, _RECORD, work)


async def confirm(services: Services, who: SignedIn, number: str) -> list[Practice]:
    """Name a treating doctor whom one's record names. Raises Refused, UsageError (`practice_number`) for another."""
    found = await recorded(services, who)
    if relations.normal(number) not in {one.number for one in found}:
        raise UsageError("your record names no such treating doctor", code="practice_number")
    return await name(services, who, number, kind="recorded")


async def end(services: Services, who: SignedIn, practice: str) -> bool:
    """End a relation; False when the person has none such."""
    at = stamp(services.now())
    return await services.door.enter(who, _CHANGE, lambda grant: relations.end(grant, practice, at))


def proposed_json(found: Sequence[TreatingDoctor]) -> dict[str, Any]:
    return {"proposed": [
        {"number": one.number, "name": one.name, "date": str(one.date) if one.date else None,
         "source": {"file": one.source.file, "entry": one.source.entry}}
        for one in found
    ]}  # fmt: skip


def to_json(practices: list[Practice]) -> dict[str, Any]:
    return {"practices": [{"id": p.id, "number": p.number, "kind": p.kind, "since": p.at} for p in practices]}

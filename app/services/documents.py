"""What is left to do comes ready: papers and resources made of a patient's plan, for the doctor to read and sign.

Nothing of a reviewable class stands in them before a professional decided."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Literal, NamedTuple

from app.i18n import translator
from app.plans.care_plan import care_plan, service_requests
from app.plans.drafts import draft
from app.plans.model import Plan
from app.plans.pdf import plan_pdf
from app.services import asks, practice
from app.services.plans import made_of
from app.services.services import Services
from app.services.sheets import Seen, see
from app.trust.door import SignedIn
from app.trust.vocabulary import Tag

Kind = Literal["pdf", "care-plan", "requests", "prescription", "referral", "summary"]
_READ = asks.review(Tag.PATIENT_PLAN_READ, "plan")
_OWN = asks.read(Tag.PLAN_READ, "plan")
PDF = "plan-de-prevention.pdf"
_FHIR, _TEXT = "application/fhir+json", "text/plain; charset=utf-8"


class Paper(NamedTuple):
    content: bytes
    media: str
    file: str
    """A name that says nothing of whom it is about."""


async def paper(services: Services, professional: SignedIn, patient: str, kind: Kind, *, lang: str) -> Paper:
    """Raises Refused, UsageError (`language`, `pdf`)."""
    translator(lang)
    seen: Seen[Any] = await see(services, practice.of(professional, patient), _READ)
    name = await practice.name_of(services, professional, patient)
    return await asyncio.to_thread(
        lambda: _made(kind, made_of(services, seen, services.today(), lang), name, patient, decided_only=True)
    )


async def own(services: Services, who: SignedIn, *, lang: str, large: bool = False) -> Paper:
    """The person's own copy of their plan, as PDF; `large`: in large letters.
    Raises Refused, UsageError (`language`, `pdf`)."""
    translator(lang)
    seen: Seen[Any] = await see(services, who, _OWN)

    def work() -> Paper:
        made = plan_pdf(made_of(services, seen, services.today(), lang), large=large)
        return Paper(made, "application/pdf", PDF)

    return await asyncio.to_thread(work)


def _made(kind: Kind, plan: Plan, name: str | None, patient: str, *, decided_only: bool) -> Paper:
    if kind == "pdf":
        return Paper(plan_pdf(plan, name, decided_only=decided_only), "application/pdf", PDF)
    if kind == "care-plan":
        return _fhir(care_plan(plan, patient, decided_only=decided_only), kind)
    if kind == "requests":
        return _fhir(_bundle(service_requests(plan, patient, decided_only=decided_only)), kind)
    return Paper(draft(kind, plan, name).encode(), _TEXT, f"{kind}.txt")


def _fhir(resource: dict[str, Any], kind: str) -> Paper:
    return Paper(json.dumps(resource, ensure_ascii=False, indent=1).encode(), _FHIR, f"{kind}.json")


def _bundle(resources: list[dict[str, Any]]) -> dict[str, Any]:
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "collection"}
    return bundle | ({"entry": [{"resource": one} for one in resources]} if resources else {})

"""Passing the door for a FHIR client: the signed-in citizen, or one of a doctor's patients."""

from __future__ import annotations

import asyncio

from app.exchange.terms import Resource
from app.services import asks, plans, practice
from app.services.fhir.person import ME, Known, resources
from app.services.services import Services
from app.services.sheets import Seen, day_asked, see
from app.trust.door import SignedIn
from app.trust.vocabulary import Tag

_OWN = asks.read(Tag.FACTS_READ, "facts")
_REVIEW = asks.review(Tag.PATIENT_FACTS_READ, "facts")


async def known(services: Services, who: SignedIn, patient: str, lang: str) -> Known:
    """What is known today of `me`, or of one of a doctor's patients. Raises NotSignedIn, Refused."""
    own = patient == ME
    seen: Seen[None] = await see(services, who if own else practice.of(who, patient), _OWN if own else _REVIEW)
    plan = await asyncio.to_thread(plans.made_of, services, seen, day_asked(services, None), lang)
    return Known(patient, plan.sheet, plan)


async def everything(
    services: Services, who: SignedIn, patient: str, lang: str, kind: str | None = None
) -> list[Resource]:
    """All that is known and advised, or one type of it. Raises NotSignedIn, Refused."""
    found = await known(services, who, patient, lang)
    return await asyncio.to_thread(resources, found, kind)

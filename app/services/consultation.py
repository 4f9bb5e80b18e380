"""Preparing a consultation, for the patient and for their doctor: the same page of questions and gaps."""

from __future__ import annotations

import asyncio
from typing import Any

from app.i18n import translator
from app.plans.consultation import prepared
from app.services import asks, practice
from app.services.plans import made_of
from app.services.services import Services
from app.services.sheets import Seen, see
from app.trust.door import SignedIn
from app.trust.vocabulary import Tag

_OWN, _REVIEW = asks.read(Tag.PLAN_READ, "plan"), asks.review(Tag.PATIENT_PLAN_READ, "plan")


async def consultation(services: Services, who: SignedIn, patient: str | None = None, *, lang: str) -> dict[str, Any]:
    """One's own, or that of a doctor's `patient`. Raises Refused, UsageError (`language`)."""
    translator(lang)
    asked, about = (_OWN, who) if patient is None else (_REVIEW, practice.of(who, patient))
    seen: Seen[Any] = await see(services, about, asked)
    return await asyncio.to_thread(lambda: prepared(made_of(services, seen, services.today(), lang)))

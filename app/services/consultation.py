"""Preparing a consultation, for the patient and for their doctor: the same page of questions and gaps."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from app.errors import UsageError
from app.i18n import translator
from app.plans.consultation import load_consultation, prepared
from app.services import asks, practice
from app.services.plans import made_of
from app.services.services import Services
from app.services.sheets import Seen, see
from app.store.tables import stamp
from app.trust import health
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.vocabulary import Tag

LONGEST = 300
_OWN, _REVIEW = asks.read(Tag.PLAN_READ, "plan"), asks.review(Tag.PATIENT_PLAN_READ, "plan")
_CHANGE = asks.write(Tag.QUESTIONS_CHANGE, "questions")


async def consultation(services: Services, who: SignedIn, patient: str | None = None, *, lang: str) -> dict[str, Any]:
    """One's own, or that of a doctor's `patient`; `own_questions` are in the patient's words. Raises Refused,
    UsageError (`language`)."""
    translator(lang)
    asked, about = (_OWN, who) if patient is None else (_REVIEW, practice.of(who, patient))
    own: list[str] = []

    def also(grant: Grant) -> None:
        own[:] = health.read_questions(grant)

    seen: Seen[Any] = await see(services, about, asked, also)
    found = await asyncio.to_thread(lambda: prepared(made_of(services, seen, services.today(), lang)))
    return {**found, "own_questions": own, "most_questions": load_consultation().most_questions}


async def ask(services: Services, who: SignedIn, questions: Sequence[str]) -> list[str]:
    """Keep what the person wants to ask, in place of what they wanted before; empty lines are dropped. Raises
    UsageError (`questions`), Refused."""
    kept, most = [" ".join(one.split()) for one in questions if one.strip()], load_consultation().most_questions
    if len(kept) > most or any(len(one) > LONGEST for one in kept):
        raise UsageError(f"at most {most} questions, of {LONGEST} characters", code="questions", where="/questions")
    at = stamp(services.now())
    await services.door.enter(who, _CHANGE, lambda grant: health.write_questions(grant, kept, at))
    return kept

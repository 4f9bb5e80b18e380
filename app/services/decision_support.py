"""Cards for the software of professionals: who calls, what was sent, what is answered, and what became of it."""

from __future__ import annotations

import asyncio
from typing import Any

from app.cds.cards import EXTENSION, REASONS, patient_cards
from app.cds.content import Offered, decision_support
from app.cds.hooks import FeedbackCall, HookCall
from app.cds.orders import order_cards
from app.cds.prefetch import facts_of, missing
from app.errors import UsageError
from app.guidelines.stops import Stops
from app.i18n import translator
from app.identity.tokens import TokenRefused
from app.plans.plan import make_plan
from app.services.services import Services
from app.store.tables import stamp
from app.trust import decision_support as kept
from app.trust.vocabulary import Tag

SANDBOX = "sandbox"
"""The client's name in demo mode, where nobody registers and only invented people may be sent."""


def discovery(lang: str) -> dict[str, Any]:
    """The services, as CDS Hooks 2.0 publishes them."""
    t, content = translator(lang), decision_support()
    return {
        "services": [
            {"hook": one.hook, "id": one.id, "title": t(one.title), "description": t(one.text),
             "prefetch": content.prefetch}
            for one in content.services
        ]
    }  # fmt: skip


def offered(name: str) -> Offered:
    """Raises UsageError (`unknown_service`)."""
    found = decision_support().service(name)
    if found is None:
        raise UsageError("no such service: GET /cds-services lists them", code="unknown_service")
    return found


async def caller(services: Services, token: str | None, service: str) -> str:
    """The id of the client that signed the call. Raises TokenRefused."""
    base = f"{services.settings.base_url}/cds-services"
    if token is None:
        if services.settings.demo and services.software.nobody:
            return SANDBOX
        raise TokenRefused("the call is not signed")
    return (await services.software.recognise(token, [f"{base}/{service}", base])).id


async def cards(services: Services, software: str, service: Offered, call: HookCall, lang: str) -> list[dict[str, Any]]:
    """Raises UsageError (`wrong_hook`), PrefetchMissing, OtherPatient, RecordError."""
    if call.hook != service.hook:
        raise UsageError(f"this service answers {service.hook}", code="wrong_hook", where="hook")
    made = await asyncio.to_thread(_cards, services, service, call, lang, await services.door.stops())
    at = stamp(services.now())
    given = [
        kept.Given(card["uuid"], about["guideline"], about["version"], about["status"])
        for card in made
        if (about := card.get("extension", {}).get(EXTENSION))
    ]
    await services.door.told(
        kept.entry(Tag.CARDS_GIVEN, at, software, service.id),
        lambda connection: kept.keep(connection, given, software, service.id, at),
    )
    return made


def _cards(services: Services, service: Offered, call: HookCall, lang: str, stops: Stops) -> list[dict[str, Any]]:
    plan = make_plan(facts_of(call, services.today()), lang, services.pack, stops=stops)
    patient = call.context.patientId
    if service.hook == "order-select":
        return order_cards(plan, call.context, patient)
    return patient_cards(plan, missing(call), patient)


async def feedback(services: Services, software: str, service: Offered, sent: FeedbackCall) -> int:
    """Keep what became of cards that this client was given; how many were its own."""
    reasons = {reason.code for reason in decision_support().override_reasons}
    decided = []
    for one in sent.feedback:
        coding = one.overrideReason.reason if one.overrideReason else None
        known = coding is not None and coding.system in (None, REASONS) and coding.code in reasons
        decided.append(kept.Decided(str(one.card), one.outcome, coding.code if coding and known else None))
    at = stamp(services.now())
    return await services.door.told(
        kept.entry(Tag.CARDS_FEEDBACK, at, software, service.id),
        lambda connection: kept.decide(connection, software, service.id, decided, at),
    )

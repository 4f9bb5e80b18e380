"""order-select: is the act that is being ordered recommended now, up to date, or outside the recommendations?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from app.cds.cards import card, suspended_card
from app.cds.content import decision_support
from app.cds.hooks import Context
from app.facts.vocabulary import Vocabulary
from app.guidelines.model import Guideline, Status
from app.i18n import N_
from app.plans.model import Plan
from app.records.codes import short_name
from app.records.model import EntryKind

_CODED = {
    "ServiceRequest": "code", "MedicationRequest": "medicationCodeableConcept", "DeviceRequest": "codeCodeableConcept",
}
_SAID = {
    Status.UP_TO_DATE: N_("{title} : déjà à jour. {when}"),
    Status.DUE_SOON: N_("{title} : pas encore dû. {when}"),
    Status.NOT_ELIGIBLE: N_("{title} : hors des recommandations de prévention pour ce patient"),
    Status.NOT_NEEDED: N_("{title} : pas nécessaire pour ce patient"),
    Status.SPECIALIST: N_("{title} : un suivi particulier est recommandé. {when}"),
    Status.SEE_DOCTOR: N_("{title} : un résultat ou un signe est à explorer d'abord. {when}"),
}


def order_cards(plan: Plan, context: Context, patient: str) -> list[dict[str, Any]]:
    """A card for each guideline that has something to say against, or beside, a selected order. An act that is due
    gets none: the professional is right, and is not interrupted."""
    facts = {fact for order in _selected(context) for fact in _facts_of(order, plan.pack.vocabulary)}
    cards = [
        suspended_card(plan, one) for one in plan.suspended if facts & _acts(one.guideline, plan.pack.vocabulary)
    ]
    for item in plan.items:
        if item.status in _SAID and facts & _acts(item.recommendation.guideline, plan.pack.vocabulary):
            said = plan.say.t(_SAID[item.status], title=item.title, when=item.when)
            cards.append(card(plan, item, patient, summary=said, order=False))
    return cards[: decision_support().most_cards]


def _selected(context: Context) -> Iterator[dict[str, Any]]:
    """The draft orders that the professional has just chosen."""
    entries = (context.draftOrders or {}).get("entry")
    for entry in entries if isinstance(entries, list) else []:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            name = f"{resource.get('resourceType')}/{resource.get('id')}"
            if not context.selections or name in context.selections:
                yield resource


def _facts_of(order: dict[str, Any], vocabulary: Vocabulary) -> set[str]:
    """The facts that the order would establish once done, by its codes."""
    concept = order.get(_CODED.get(str(order.get("resourceType")), ""))
    codings = concept.get("coding") if isinstance(concept, dict) else None
    found: set[str] = set()
    for coding in codings if isinstance(codings, list) else []:
        if not isinstance(coding, dict):
            continue
        system, code = short_name(str(coding.get("system", ""))), str(coding.get("code", ""))
        for kind in get_args(EntryKind):
            found |= {fact.id for fact, _ in vocabulary.find(system, code, kind)}
    return found


def _acts(guideline: Guideline, vocabulary: Vocabulary) -> set[str]:
    """The facts whose days a guideline's schedules count: what « done » means to it."""
    names = {name for track in guideline.tracks if track.schedule for name in track.schedule.events}
    return {vocabulary.reductions[name][0].id if name in vocabulary.reductions else name for name in names}

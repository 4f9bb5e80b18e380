"""`PlanDefinition/$apply`: one guideline's answer for one person as a CarePlan, with its steps as a RequestGroup.

Nothing is decided: the intent is a proposal, which a professional accepts, adapts or sets aside.
"""

from __future__ import annotations

from app.errors import UsageError
from app.exchange.terms import Resource, system
from app.guidelines.model import Status
from app.plans.model import Item
from app.services.fhir.person import Known, canonical

_NOTHING_TO_DO = frozenset({Status.NOT_ELIGIBLE, Status.NOT_NEEDED, Status.UP_TO_DATE})


def care_plan(known: Known, guideline: str) -> Resource | None:
    """None when the guideline is not in force for this plan. Raises UsageError (`fhir_suspended`)."""
    if any(one.id == guideline for one in known.plan.suspended):
        raise UsageError("this recommendation is suspended", code="fhir_suspended")
    item = next((item for item in known.plan.items if item.id == guideline), None)
    if item is None:
        return None
    subject = {"reference": f"Patient/{known.patient}"}
    group = _group(known, item, subject)
    return {
        "resourceType": "CarePlan",
        "id": f"{known.patient}.{guideline.replace('_', '-')}"[:64],
        "contained": [group],
        "instantiatesCanonical": [canonical(known.plan.pack, item)],
        "status": "draft",
        "intent": "proposal",
        "title": item.title,
        "description": " ".join(item.why),
        "subject": subject,
        "created": known.plan.as_of.isoformat(),
        "activity": [{"reference": {"reference": f"#{group['id']}"}}],
        "note": [{"text": item.when}],
    }


def _group(known: Known, item: Item, subject: Resource) -> Resource:
    status = item.status
    action: Resource = {
        "title": item.title, "code": [{"coding": [{"system": system("status"), "code": status.value}]}],
        "textEquivalent": item.when if status in _NOTHING_TO_DO else (item.action or item.when),
        "documentation": [
            {"type": "citation", "label": text["publisher"], "display": text["title"]} for text in item.sources()
        ],
    }  # fmt: skip
    if item.recommendation.due_from:
        action["timingDateTime"] = item.recommendation.due_from.isoformat()
    return {
        "resourceType": "RequestGroup", "id": "steps", "status": "draft", "intent": "proposal", "subject": subject,
        "instantiatesCanonical": [canonical(known.plan.pack, item)], "action": [action],
    }  # fmt: skip

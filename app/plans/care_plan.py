"""The plan as FHIR R4: a CarePlan, and drafts of what a professional may order (ServiceRequest).

A draft is a proposal: nothing is ordered before a professional signs it in their own software."""

from __future__ import annotations

from typing import Any

from app.guidelines.model import Status
from app.plans.model import Item, Plan
from app.plans.review_words import sentences

Resource = dict[str, Any]
_TO_DO = frozenset({Status.DUE, Status.OVERDUE, Status.DUE_SOON, Status.SEE_DOCTOR, Status.SPECIALIST})


def to_do(plan: Plan, *, decided_only: bool = False) -> list[Item]:
    """What asks something of somebody; without what waits for a decision, where only what is decided may go out."""
    return [
        item for item in plan.items
        if item.status in _TO_DO and not item.set_aside and not (decided_only and item.awaits_review)
    ]  # fmt: skip


def care_plan(plan: Plan, patient: str = "patient", *, decided_only: bool = False) -> Resource:
    """`active` once a professional reviewed it, else a draft."""
    reviewed = plan.review_state == "reviewed"
    out: Resource = {
        "resourceType": "CarePlan", "status": "active" if reviewed else "draft",
        "intent": "plan" if reviewed else "proposal",
        "title": plan.say.t("Plan personnalisé de prévention"), "language": plan.lang,
        "subject": {"reference": f"Patient/{patient}"}, "created": plan.as_of.isoformat(),
        "activity": [_activity(item, plan) for item in to_do(plan, decided_only=decided_only)],
    }  # fmt: skip
    if plan.reviewed_by:
        out["author"] = {"display": plan.reviewed_by}
    if not out["activity"]:
        del out["activity"]  # FHIR has no empty lists
    return out


def service_requests(plan: Plan, patient: str = "patient", *, decided_only: bool = False) -> list[Resource]:
    """One draft for each thing to do."""
    return [
        {
            "resourceType": "ServiceRequest", "status": "draft", "intent": "proposal",
            "code": {"text": order(item, plan)}, "subject": {"reference": f"Patient/{patient}"},
            "authoredOn": plan.as_of.isoformat(),
            **({"occurrenceDateTime": item.due_from.isoformat()} if item.due_from else {}),
            "reasonCode": [{"text": sentence} for sentence in item.why[:3]],
            "note": [{"text": text} for text in (item.action,) if text],
        }
        for item in to_do(plan, decided_only=decided_only)
    ]


def order(item: Item, plan: Plan) -> str:
    """What is ordered: the act that was chosen, else the recommendation's title."""
    act = item.review.act if item.review is not None else None
    return plan.say.words.label(act) if act else item.title


def _activity(item: Item, plan: Plan) -> Resource:
    detail: Resource = {
        "kind": "ServiceRequest", "status": "scheduled" if item.review is not None else "not-started",
        "code": {"text": order(item, plan)},
        "description": " ".join(part for part in (item.when, item.action) if part),
        "reasonCode": [{"text": sentence} for sentence in item.why[:3]],
    }  # fmt: skip
    if item.due_from:
        detail["scheduledPeriod"] = {"start": item.due_from.isoformat()}
    out: Resource = {"detail": detail}
    if item.review is not None:
        out["progress"] = [{"text": " ".join(sentences(item.review, plan.say))}]
    return out

"""What is to be done: one ActivityDefinition for the guideline, one more for each track that says otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from app.exchange.terms import Resource, address, coded, computer_name, resource_id, version_of
from app.exchange.words import said, told
from app.guidelines.model import Guideline, Track
from app.guidelines.pack import PackHead

_NOTHING_TO_DO = ("not_needed", "not_eligible", "up_to_date")
_KINDS = {"screening": "ServiceRequest", "measures": "ServiceRequest", "vaccines": "ImmunizationRecommendation"}


def activities(guideline: Guideline, head: PackHead) -> Iterator[Resource]:
    yield _activity(guideline, head, None)
    for track in guideline.tracks:
        if has_its_own(track):
            yield _activity(guideline, head, track)


def activity_for(guideline: Guideline, head: PackHead, track: Track) -> str | None:
    """The canonical address, with version, of what the track asks for; None when it asks for nothing."""
    if track.status in _NOTHING_TO_DO:
        return None
    parts = (head.id, guideline.id, *([track.id] if has_its_own(track) else []))
    return f"{address('activity', *parts)}|{version_of(guideline, head)}"


def has_its_own(track: Track) -> bool:
    return track.status not in _NOTHING_TO_DO and (track.wording.action or track.wording.title) is not None


def _activity(guideline: Guideline, head: PackHead, track: Track | None) -> Resource:
    parts = (guideline.id, *([track.id] if track else []))
    own, wording = track.wording if track else None, guideline.wording
    said_here = ("title", "action", "where", "cost")
    shown = {name: (own and getattr(own, name)) or getattr(wording, name) for name in said_here}
    visit = track is not None and track.status in ("see_doctor", "specialist")
    return {
        "resourceType": "ActivityDefinition",
        "id": resource_id(head.id, guideline.id, guideline.effective_from.isoformat(), *parts[1:]),
        "language": "fr",
        "extension": [told("where", shown["where"]), told("cost", shown["cost"])],
        "url": address("activity", head.id, *parts),
        "version": version_of(guideline, head),
        "name": computer_name("_".join(parts)),
        **said("title", shown["title"]),
        "status": status_of(guideline, head),
        "date": head.released.isoformat(),
        **said("description", shown["action"]),
        "lastReviewDate": guideline.last_checked.isoformat(),
        "effectivePeriod": period_of(guideline),
        "topic": [coded("domain", guideline.domain)],
        "kind": "Appointment" if visit else _KINDS.get(guideline.domain, "CommunicationRequest"),
        "intent": "proposal",
        "code": coded("guideline", guideline.id),
    }


def status_of(guideline: Guideline, head: PackHead) -> str:
    """Of the day on which the pack was released: a plan for an earlier day still uses a retired version."""
    until = guideline.effective_until
    return "retired" if until is not None and until < head.released else "active"


def period_of(guideline: Guideline) -> Resource:
    period = {"start": guideline.effective_from.isoformat()}
    return period | {"end": guideline.effective_until.isoformat()} if guideline.effective_until else period

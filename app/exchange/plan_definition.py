"""A guideline version as a PlanDefinition: each track is an action with its condition, in the order of the file."""

from __future__ import annotations

from app.dates import Period
from app.exchange.actions import activity_for, period_of, status_of
from app.exchange.expressions import expression
from app.exchange.terms import (
    PUBLISHER,
    Resource,
    address,
    coded,
    computer_name,
    extension,
    identifier,
    resource_id,
    version_of,
)
from app.exchange.words import said, statement, told
from app.guidelines.model import Guideline, Source, Track
from app.guidelines.pack import PackHead
from app.guidelines.schedule.model import Defer, Schedule

_PRIORITY = {"routine": "routine", "weeks": "urgent", "days": "asap", "today": "stat"}


def plan_definition(guideline: Guideline, head: PackHead) -> Resource:
    wording, library = guideline.wording, library_of(guideline, head)
    return {
        "resourceType": "PlanDefinition",
        "id": resource_id(head.id, guideline.id, guideline.effective_from.isoformat()),
        "language": "fr",
        "extension": [
            extension("priority", valueInteger=guideline.priority),
            told("where", wording.where),
            told("cost", wording.cost),
            statement("benefit", wording.benefit),
            statement("harm", wording.harm),
            *(told("doubt", doubt) for doubt in guideline.doubts),
            *(extension("supersedes", extension=[
                extension("guideline", valueCanonical=address("guideline", head.id, other.guideline)),
                *(extension("when", valueCode=str(status)) for status in other.when),
            ]) for other in guideline.supersedes),
        ],
        "url": address("guideline", head.id, guideline.id),
        "identifier": [identifier("guideline", guideline.id)],
        "version": version_of(guideline, head),
        "name": computer_name(guideline.id),
        **said("title", wording.title),
        "type": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/plan-definition-type", "code": "clinical-protocol",
        }]},
        "status": status_of(guideline, head),
        "date": head.released.isoformat(),
        **said("description", wording.why),
        "jurisdiction": [{"coding": [{"system": "urn:iso:std:iso:3166", "code": head.country}]}],
        "purpose": guideline.priority_because,
        "lastReviewDate": guideline.last_checked.isoformat(),
        "effectivePeriod": period_of(guideline),
        "topic": [coded("domain", guideline.domain)],
        "relatedArtifact": [citation(source) for source in guideline.sources],
        "library": [library],
        "action": [{
            **said("title", wording.title),
            **said("textEquivalent", wording.action),
            "groupingBehavior": "logical-group",
            "selectionBehavior": "exactly-one",
            "action": [*(_track(guideline, head, track) for track in guideline.tracks), _otherwise(guideline)],
        }],
    }


def library_of(guideline: Guideline, head: PackHead) -> str:
    return f"{address('library', head.id, guideline.id)}|{version_of(guideline, head)}"


def citation(source: Source) -> Resource:
    """A dated text; FHIR has no element for its publisher, and `creation` of a document for its day."""
    document: Resource = {"title": source.title, "creation": source.date}
    return {
        "extension": [extension(PUBLISHER, valueString=source.publisher)],
        "type": "citation",
        "label": source.id,
        "display": source.title,
        "citation": f"{source.publisher}. {source.title}. {source.date}.",
        **({"url": source.url} if source.url else {}),
        "document": document | ({"url": source.url} if source.url else {}),
    }


def _track(guideline: Guideline, head: PackHead, track: Track) -> Resource:
    own, library = track.wording, library_of(guideline, head)
    words = {"where": own.where, "cost": own.cost, "strong": own.strong}
    stated = {"benefit": own.benefit, "harm": own.harm}
    said_by_track = {"title": own.title, "description": own.why, "textEquivalent": own.action}
    action: Resource = {
        "id": resource_id(track.id),
        "extension": [
            extension("track", valueCode=track.id),
            extension("verified", valueCode=track.verified),
            *([extension("status", valueCode=track.status)] if track.status else []),
            *([extension("urgent", valueBoolean=True)] if track.urgent else []),
            *([extension("urgency", valueCode=track.urgency)] if track.urgency else []),
            *(told(name, text) for name, text in words.items() if text),
            *(statement(name, one) for name, one in stated.items() if one),
            *([extension("schedule", valueExpression=expression(track.schedule, library))] if track.schedule else []),
            *(_deferral(defer, library) for defer in track.defer),
        ],
        **{key: value for name, text in said_by_track.items() if text for key, value in said(name, text).items()},
        "code": [coded("level", track.level)],
        "documentation": [{"type": "citation", "label": track.source}],
        "condition": [{"kind": "applicability", "expression": expression(track.when, library)}],
    }
    if track.urgency:
        action["priority"] = _PRIORITY[track.urgency]
    if track.schedule and (timing := _every(track.schedule)):
        action["timingTiming"] = timing
    if activity := activity_for(guideline, head, track):
        action["definitionCanonical"] = activity
    return action


def _deferral(defer: Defer, library: str) -> Resource:
    return extension("deferral", extension=[
        told("why", defer.why),
        extension("rule", valueExpression=expression(defer, library)),
    ])


def _otherwise(guideline: Guideline) -> Resource:
    """Without a condition: when no track applies."""
    return {
        "id": "otherwise",
        "extension": [extension("status", valueCode=guideline.otherwise.status)],
        **said("description", guideline.otherwise.why),
    }


def _every(schedule: Schedule) -> Resource | None:
    """The usual interval, when it is the same after each act: readers that know no YAML learn at least this."""
    periods = {rule.plus for rule in schedule.due}
    if len(periods) != 1 or "once" in periods:
        return None
    period = Period.parse(periods.pop())
    months, days = period.months, period.days
    if months and not days:
        every, unit = (months // 12, "a") if months % 12 == 0 else (months, "mo")
    elif days and not months:
        every, unit = days, "d"
    else:
        return None
    return {"repeat": {"frequency": 1, "period": every, "periodUnit": unit}}

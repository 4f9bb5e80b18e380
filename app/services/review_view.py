"""Half a page for the doctor: the three things, the facts behind each, what is unknown, the risk, what the patient
says, what changed since the last decision."""

from __future__ import annotations

from typing import Any

from app.cds.content import decision_support
from app.dates import age_on
from app.facts.model import Fact
from app.guidelines.model import Status
from app.plans.model import Item, Plan
from app.plans.review import history_of
from app.plans.review_words import sentences
from app.services.cache import Rendered
from app.services.rendering import render
from app.services.review_versions import Version
from app.services.sheets import Seen
from app.trust.vocabulary import CATEGORIES

MOST_FACTS = 6
_SAID = {"later", "not_for_me", "ask_doctor"}


def view(plan: Plan, seen: Seen[Any], version: Version) -> Rendered:
    """The view as JSON; the entity tag is the plan's version."""
    subject, kept = plan.sheet.subject, seen.stored.reviews if seen.stored else {}
    birth = subject.birth_date if subject else None
    first = plan.first
    history, t = history_of(kept), plan.say.t
    data = {
        "as_of": plan.as_of.isoformat(), "lang": plan.lang, "version": version.number,
        "pack": {"id": plan.pack.id, "version": plan.pack.version},
        "patient": {
            "birth_date": str(birth) if birth else None,
            "age": age_on(birth.earliest, plan.as_of) if birth else None,
            "sex": subject.administrative_sex if subject else None,
        },
        "first": [item_view(item, plan) for item in first],
        "more": [_line(item) for item in plan.items if item not in first and _asks(item)],
        "up_to_date": [_line(item) for item in plan.up_to_date],
        "set_aside": [_line(item) for item in plan.items if item.set_aside],
        "suspended": [one.to_json() for one in plan.suspended], "suspended_models": plan.suspended_models,
        "unknown": [question.to_json() for question in plan.questions],
        "risks": [risk.to_json() for risk in plan.risks],
        "said": [
            {"guideline": item.id, "title": item.title, **item.decision.to_json()}
            for item in plan.items
            if item.decision is not None and item.decision.kind in _SAID
        ],
        "changed": _changed(plan, kept),
        "last_seen": {name: kept["seen"][name] for name in ("on", "by")} if kept.get("seen") else None,
        "assumptions": plan.assumptions,
        "history": [
            {"number": one.number, "guideline": one.guideline, "text": " ".join(sentences(one, plan.say))}
            for one in reversed(history)
        ],
        "withheld": [name for name in CATEGORIES if name not in seen.granted],
        "reasons": [{"code": one.code, "label": t(one.label)} for one in decision_support().override_reasons],
        "human_review": {"state": plan.review_state, "by": plan.reviewed_by},
    }  # fmt: skip
    return Rendered(render(data).body, version.etag)


def item_view(item: Item, plan: Plan) -> dict[str, Any]:
    """An item of the plan, with each fact behind it: sentence, day, author, and where it stands in the record."""
    found = item.recommendation
    facts = {id(fact): fact for reading in found.readings() for fact in reading.facts}
    if not facts:  # an estimate decided: the last value of each fact that it was made of
        last = [plan.sheet.facts[name][-1] for name in found.facts_used if plan.sheet.facts.get(name)]
        facts = {id(fact): fact for fact in last[:MOST_FACTS]}
    return {**item.to_json(), "facts": [_fact(fact, plan) for fact in facts.values()]}


def _fact(fact: Fact, plan: Plan) -> dict[str, Any]:
    """`number`: its place among the values of that fact (`/sources/{fact}/{number}` opens the entry)."""
    values = plan.sheet.facts.get(fact.id, [])
    number = next((place for place, one in enumerate(values) if one is fact), None)
    return {
        "fact": fact.id, "number": number, "text": plan.say.words.fact(fact),
        "date": str(fact.date) if fact.date else None, "author": fact.author,
        "sources": [{"file": source.file, "entry": source.entry} for source in fact.sources],
    }


def _line(item: Item) -> dict[str, Any]:
    review = item.to_json()["review"]
    return {"guideline": item.id, "title": item.title, "status": item.status.value, "when": item.when, "review": review,
            "review_class": item.review_class}  # fmt: skip


def _asks(item: Item) -> bool:
    status = item.status
    quiet = {Status.UP_TO_DATE, Status.NOT_ELIGIBLE, Status.INFORMATION, Status.ASK}
    return item.awaits_review or (status not in quiet and status is not Status.NOT_NEEDED and not item.set_aside)


def _changed(plan: Plan, kept: dict[str, Any]) -> list[dict[str, Any]]:
    """Recommendations whose answer is not the one that a doctor last saw; nothing before the first decision."""
    before = kept.get("seen", {}).get("statuses", {})
    return [
        {"guideline": item.id, "title": item.title, "before": before[item.id], "after": item.status.value,
         "text": item.when}
        for item in plan.items
        if item.id in before and before[item.id] != item.status.value
    ]  # fmt: skip

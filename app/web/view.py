"""The plan's JSON, readied for its page: questions as forms, "already done" on what is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.errors import UsageError
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack
from app.i18n import Translator
from app.services.plans import LISTS
from app.web.changes import items
from app.web.forms import Field, done_field, field_of, question_of

MOST_DONE = 2
"""Forms "already done" on one card."""

_TO_DO = frozenset({"due", "overdue", "due_soon"})


def plan_view(plan: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    """The same plan, with `done` forms on what is due."""
    shown = dict(plan)
    for name in LISTS:
        shown[name] = [_item(item, plan, t) for item in plan[name]]
    return shown


def _item(item: Mapping[str, Any], plan: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    done = list(_done_facts(item, plan)) if item["status"] in _TO_DO else []
    return {**item, "done": [done_field(fact, item["guideline"], t) for fact in done[:MOST_DONE]]}


def _done_facts(item: Mapping[str, Any], plan: Mapping[str, Any]) -> Iterator[str]:
    """The acts and vaccines whose date would settle this item: those that its schedule counts from."""
    try:
        guideline = load_pack(plan["pack"]["id"]).get(item["guideline"], date.fromisoformat(plan["as_of"]))
    except UsageError:
        return
    schedule = next((track.schedule for track in guideline.tracks if track.id == item["track"]), None)
    if schedule is None:
        return
    vocabulary = load_vocabulary()
    facts = [vocabulary.reductions[name][0] for name in schedule.events if name in vocabulary.reductions]
    yield from dict.fromkeys(fact.id for fact in facts if fact.type in {"event", "dose"})


def question_fields(plan: Mapping[str, Any], t: Translator, wrong: Field | None = None) -> list[Field]:
    """The plan's questions as forms; the one that was answered wrongly comes back as it was typed."""
    titles = {item["guideline"]: item["title"] for item in items(plan)}
    fields = []
    for question in plan["questions"]:
        changes = tuple(titles[name] for name in question["changes"] if name in titles)
        fields.append(field_of(question, t, changes[:3]))
    if wrong is None:
        return fields
    return [wrong, *(field for field in fields if field.fact != wrong.fact)]


def answered_field(plan: Mapping[str, Any], typed: Mapping[str, str], error: str, t: Translator) -> Field:
    """The form that was used to answer, as it was filled in: a question, or an "already done"."""
    fact = typed.get("fact", "")
    if "more" in typed:
        return replace(done_field(fact, "", t), typed=typed, error=error)
    question = next((q for q in plan["questions"] if q["fact"] == fact), None) or question_of(fact, t)
    return replace(field_of(question, t), typed=typed, error=error)

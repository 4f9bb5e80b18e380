"""The plan's JSON, readied for its pages: what is shown first, the trail of what is up to date, questions as forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.i18n import Translator
from app.services.changes import items
from app.web.forms import Field, done_field, field_of, question_of

STRONG_FIRST = 3
"""Strong points shown before the others are unfolded."""
MOST_DONE = 3
"""Forms "already done" on one page."""

Item = Mapping[str, Any]


def plan_view(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The same plan in the groups of its page. Every item of the plan is in exactly one of them."""
    following = [item for item in plan["next"] if not set_aside(item)]
    return {
        **plan,
        "strong_first": plan["strong_points"][:STRONG_FIRST],
        "strong_rest": plan["strong_points"][STRONG_FIRST:],
        "doctor_first": [item for item in plan["to_see_with_doctor"] if not set_aside(item)],
        "trail": trail([*plan["up_to_date"], *(item for item in following if item["status"] == "due_soon")]),
        "settled": [item for item in plan["up_to_date"] if not item["due_from"]],
        "later": [item for item in following if item["status"] in {"due", "overdue", "ask"} or not_dated(item)],
        "information": [item for item in following if item["status"] == "information"],
        "aside": [item for name in ("to_see_with_doctor", "next") for item in plan[name] if set_aside(item)],
        "suspended_first": [item for item in plan["suspended"] if item["suspension"]["concerned"]],
        "suspended_rest": [item for item in plan["suspended"] if not item["suspension"]["concerned"]],
        "to_ask": [item for item in items(plan) if item["decision"] and item["decision"]["decision"] == "ask_doctor"],
    }


def set_aside(item: Item) -> bool:
    """The person said "not now" or "not for me", and it still holds."""
    return item["decision"] is not None and item["decision"]["decision"] in {"later", "not_for_me"}


def not_dated(item: Item) -> bool:
    """Soon, and nobody can say from which day."""
    return item["status"] == "due_soon" and not item["due_from"]


def trail(found: Sequence[Item]) -> list[Item]:
    """What has a day ahead, the nearest first."""
    return sorted((item for item in found if item["due_from"]), key=lambda item: str(item["due_from"]))


def done_fields(item: Item, t: Translator) -> list[Field]:
    """The short forms "it is already done, on that day"."""
    return [done_field(fact, item["guideline"], t) for fact in item["settled_by"][:MOST_DONE]]


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

"""Preparing a consultation: the patient's questions, and the themes of their age, filled in as far as is known."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic import Field, model_validator

from app.content import Strict, content_dir, load_model
from app.dates import age_on
from app.facts.model import Fact
from app.facts.vocabulary import load_vocabulary
from app.plans.model import Plan


class Band(Strict):
    """One of the ages of « Mon bilan prévention », in completed years."""

    id: str
    from_age: int = Field(ge=0)
    to_age: int
    label: str
    themes: list[str] = Field(min_length=1)


class Theme(Strict):
    id: str
    label: str
    facts: list[str] = Field(min_length=1)


class Consultation(Strict):
    most_questions: int = Field(ge=1, le=10)
    bands: list[Band] = Field(min_length=1)
    otherwise: list[str] = Field(min_length=1)
    themes: list[Theme]

    @model_validator(mode="after")
    def _known(self) -> Consultation:
        themes, facts = {theme.id for theme in self.themes}, load_vocabulary().facts
        named = [*self.otherwise, *(name for band in self.bands for name in band.themes)]
        if unknown := set(named) - themes:
            raise ValueError(f"`themes` does not define {', '.join(sorted(unknown))}")
        if unknown := {name for theme in self.themes for name in theme.facts} - facts.keys():
            raise ValueError(f"no fact is named {', '.join(sorted(unknown))}")
        return self


@lru_cache(maxsize=1)
def load_consultation() -> Consultation:
    """Read once. Raises ContentError with file, line and remedy."""
    return load_model(content_dir() / "consultation.yaml", Consultation)


def prepared(plan: Plan) -> dict[str, Any]:
    """JSON: the patient's questions (what they want to ask about), then the themes, each with what is `known` (sentence
    with day and source) and the `gaps` (the question to ask). A fact that does not concern the person is left out."""
    content, t, sheet = load_consultation(), plan.say.t, plan.sheet
    birth = sheet.subject.birth_date if sheet.subject else None
    age = age_on(birth.earliest, plan.as_of) if birth else None
    band = next((one for one in content.bands if age is not None and one.from_age <= age <= one.to_age), None)
    wanted = band.themes if band else content.otherwise
    themes = [theme for name in wanted for theme in content.themes if theme.id == name]
    asked = [item for item in plan.items if item.decision is not None and item.decision.kind == "ask_doctor"]
    return {
        "as_of": plan.as_of.isoformat(), "age": age,
        "band": {"id": band.id, "label": t(band.label)} if band else None,
        "questions": [
            {"guideline": item.id, "title": item.title, "when": item.when} for item in asked[: content.most_questions]
        ],
        "themes": [_theme(theme, plan) for theme in themes],
    }  # fmt: skip


def _theme(theme: Theme, plan: Plan) -> dict[str, Any]:
    t, known, gaps = plan.say.t, [], []
    for name in theme.facts:
        values = plan.sheet.facts.get(name)
        definition = plan.say.vocabulary.facts[name]
        if values:
            known.append(_known(values[-1], plan))
        elif definition.question is not None and _concerns(name, plan):
            gaps.append({"fact": name, "text": t(definition.question.text)})
    return {"id": theme.id, "label": t(theme.label), "known": known, "gaps": gaps}


def _known(fact: Fact, plan: Plan) -> dict[str, Any]:
    return {"fact": fact.id, "text": plan.say.words.fact(fact), "date": str(fact.date) if fact.date else None}


def _concerns(name: str, plan: Plan) -> bool:
    """An act is asked about where a recommendation that counts it concerns the person; other facts always are."""
    if plan.say.vocabulary.facts[name].type not in {"event", "dose"}:
        return True
    return any(name in item.settled_by for item in plan.items if item not in plan.not_for_you)

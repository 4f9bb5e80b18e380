"""How an examination, a test or a vaccine goes (`content/procedures.yaml`): shown with what it would settle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from app.content import content_dir, load_model
from app.guidelines.criteria import Strict
from app.guidelines.model import Text, Verified
from app.i18n import Translator
from app.plans.help_lines import HelpSource


class Step(Strict):
    text: Text


class Procedure(Strict):
    """`acts` are facts of the vocabulary (an examination, a test, a vaccine); `guidelines` what results settle."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    acts: list[str] = Field(default_factory=list)
    guidelines: list[str] = Field(default_factory=list)
    steps: list[Step] = Field(min_length=1)
    prepare: Text
    duration: Text
    pain: Text
    afterwards: Text
    sources: list[HelpSource] = Field(min_length=1)
    last_checked: date
    verified: Verified

    def to_json(self, t: Translator) -> dict[str, Any]:
        return {
            "steps": [t(step.text) for step in self.steps], "prepare": t(self.prepare), "duration": t(self.duration),
            "pain": t(self.pain), "afterwards": t(self.afterwards), "verified": self.verified,
        }


class Procedures(Strict):
    procedures: list[Procedure]

    @model_validator(mode="after")
    def _each_act_once(self) -> Procedures:
        for names in ([a for p in self.procedures for a in p.acts], [g for p in self.procedures for g in p.guidelines]):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"told twice: {', '.join(twice)}")
        return self

    def of(self, guideline: str, acts: Sequence[str]) -> Procedure | None:
        """How the first of the acts that would settle a guideline goes; without such acts, how its test goes."""
        if acts:
            return next((each for each in self.procedures if acts[0] in each.acts), None)
        return next((each for each in self.procedures if guideline in each.guidelines), None)


@lru_cache(maxsize=2)
def load_procedures(path: Path | None = None) -> Procedures:
    """Raises ContentError with file, line and remedy."""
    return load_model(path or content_dir() / "procedures.yaml", Procedures)

"""Help lines (`content/help_lines.yaml`): whom to call, when, and with which recommendations they are shown.

Those about violence go with no recommendation: they are on a page of their own and never in a plan.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from app.content import content_dir, load_model
from app.guidelines.criteria import Strict
from app.guidelines.model import Verified
from app.i18n import Translator


class HelpSource(Strict):
    title: str
    publisher: str
    date: Annotated[str, BeforeValidator(str)]
    url: str | None = None


class HelpLine(Strict):
    id: str
    topic: str
    number: str
    title: str
    text: str
    """For whom, for what."""
    hours: str
    cost: str
    shown_with: list[str] = Field(default_factory=list)
    """Guidelines whose answer shows it."""
    urgent_with: list[str] = Field(default_factory=list)
    """Guidelines whose urgent answers show it too, after the lines of their own."""
    sources: list[HelpSource] = Field(min_length=1)
    last_checked: date
    verified: Verified

    def to_json(self, t: Translator) -> dict[str, str]:
        return {
            "number": self.number, "title": t(self.title), "text": t(self.text), "hours": t(self.hours),
            "cost": t(self.cost),
        }


class Topic(Strict):
    title: str


class HelpLines(Strict):
    topics: dict[str, Topic]
    lines: list[HelpLine]

    @model_validator(mode="after")
    def _topics_exist(self) -> HelpLines:
        if wrong := sorted({line.topic for line in self.lines} - self.topics.keys()):
            raise ValueError(f"no topic named {', '.join(wrong)} in `topics`")
        return self

    def by_topic(self) -> list[tuple[Topic, list[HelpLine]]]:
        """Every line, in the order of the file."""
        return [(topic, [line for line in self.lines if line.topic == name]) for name, topic in self.topics.items()]

    def shown_with(self, guideline: str) -> list[HelpLine]:
        return [line for line in self.lines if guideline in line.shown_with]

    def urgent_with(self, guideline: str) -> list[HelpLine]:
        return [line for line in self.lines if guideline in line.urgent_with]


@lru_cache(maxsize=2)
def load_help_lines(path: Path | None = None) -> HelpLines:
    """Raises ContentError with file, line and remedy."""
    return load_model(path or content_dir() / "help_lines.yaml", HelpLines)

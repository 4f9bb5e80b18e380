"""Which answers wait for a professional, in which order patients are listed, and how reasons are told (content)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from app.content import PeriodText, Strict, content_dir, load_model
from app.guidelines.model import Status

if TYPE_CHECKING:
    from app.plans.model import Item

Level = Literal["symptom", "abnormal", "excluded", "average", "elevated", "very_high", "outside"]
Domain = Literal["screening", "vaccines", "measures", "habits", "information"]


class When(Strict):
    """Every list that is given holds; an empty rule would hold for everything, and is refused."""

    statuses: frozenset[Status] = frozenset()
    levels: frozenset[Level] = frozenset()
    domains: frozenset[Domain] = frozenset()
    guidelines: frozenset[str] = frozenset()
    urgent: bool | None = None
    asks_doctor: bool | None = None
    """The person decided "ask my doctor" about it."""

    @model_validator(mode="after")
    def _says_something(self) -> When:
        if not self.model_fields_set:
            raise ValueError("a rule that says nothing holds for everything")
        return self

    def holds(self, item: Item) -> bool:
        found = item.recommendation
        level = found.track.level if found.track is not None else None
        asks = item.decision is not None and item.decision.kind == "ask_doctor"
        return (
            (not self.statuses or found.status in self.statuses)
            and (not self.levels or level in self.levels)
            and (not self.domains or found.guideline.domain in self.domains)
            and (not self.guidelines or found.id in self.guidelines)
            and (self.urgent is None or item.urgent == self.urgent)
            and (self.asks_doctor is None or asks == self.asks_doctor)
        )


class Rule(Strict):
    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    label: str = Field(min_length=1)
    when: When


class Review(Strict):
    reviewable: list[Rule] = Field(min_length=1)
    order: list[Rule] = Field(min_length=1)
    keep_days: int = Field(ge=1, le=31)
    done_rests: PeriodText
    words: dict[str, str]
    """Code of a reason for setting aside → how the person reads it."""

    @model_validator(mode="after")
    def _once_each(self) -> Review:
        for rules in (self.reviewable, self.order):
            names = [rule.id for rule in rules]
            if len(names) != len(set(names)):
                raise ValueError("an id stands twice")
        return self

    def class_of(self, item: Item) -> str | None:
        """The first reviewable class that the item belongs to."""
        return next((rule.id for rule in self.reviewable if rule.when.holds(item)), None)

    def group_of(self, item: Item) -> int | None:
        """The place of the first line of the order that holds for the item."""
        return next((place for place, rule in enumerate(self.order) if rule.when.holds(item)), None)


@lru_cache(maxsize=1)
def load_review() -> Review:
    """Read once. Raises ContentError with file, line and remedy."""
    return load_model(content_dir() / "review.yaml", Review)

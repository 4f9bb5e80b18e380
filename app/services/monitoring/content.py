"""What is watched, and from where on somebody is told (content/monitoring.yaml), read and checked once."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from app.content import Strict, content_dir, load_model
from app.errors import ContentError
from app.facts.vocabulary import load_vocabulary
from app.guidelines.estimates import MODELS

Watched = Literal[
    "status_drift", "input_drift", "override_rate", "wrong_answers", "agreement", "calibration", "subgroup_gap",
    "reports", "late_answers",
]


class Threshold(Strict):
    """Crossed by a figure `above` or `below`, when there is at `least` so much behind it."""

    id: Watched
    label: str
    above: float | None = None
    below: float | None = None
    least: int = Field(ge=11)
    suspends: bool
    source: str
    verified: bool

    @model_validator(mode="after")
    def _bounded(self) -> Threshold:
        if self.above is None and self.below is None:
            raise ValueError("a threshold says `above` or `below`")
        return self

    def crossed(self, value: float | None, size: int) -> bool:
        if value is None or size < self.least:
            return False
        return (self.above is not None and value > self.above) or (self.below is not None and value < self.below)

    def bound(self, value: float) -> float:
        """The bound that the value crosses."""
        return self.above if self.above is not None and value > self.above else self.below or 0.0


class OutcomeOf(Strict):
    """The event that a model announces, as a fact of the vocabulary."""

    model: str
    fact: str
    back_years: int = Field(ge=1, le=20)
    horizon_years: int = Field(ge=1, le=40)
    verified: bool


class Monitoring(Strict):
    reference: str | None = Field(None, pattern=r"^20\d\d-(0[1-9]|1[0-2])$")
    thresholds: list[Threshold]
    outcomes: list[OutcomeOf]
    age_bands: list[int] = Field(min_length=1)

    def threshold(self, name: Watched) -> Threshold | None:
        """None: nobody is told of it."""
        return next((one for one in self.thresholds if one.id == name), None)

    def band(self, age: int) -> str:
        low = max((bound for bound in self.age_bands if bound <= age), default=0)
        high = min((bound for bound in self.age_bands if bound > age), default=None)
        return f"{low}-{high - 1}" if high is not None else f"{low}+"


@lru_cache(maxsize=1)
def load_monitoring() -> Monitoring:
    """Raises ContentError with file, line and remedy."""
    found = load_model(content_dir() / "monitoring.yaml", Monitoring)
    vocabulary = load_vocabulary()
    for one in found.outcomes:
        if one.model not in MODELS or one.fact not in vocabulary.facts:
            raise ContentError(f"no model {one.model!r} or no fact {one.fact!r}", where="monitoring.yaml")
    names = [one.id for one in found.thresholds]
    if len(names) != len(set(names)):
        raise ContentError("a threshold stands twice", where="monitoring.yaml")
    return found

"""Published effects, reach and outcomes that a simulation rests on, as content (`content/effects`)."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, Self

from pydantic import Field, model_validator

from app.campaigns.model import Channel, ProgrammeId
from app.content import content_dir, load_model
from app.guidelines.criteria import Strict
from app.population.participation import Sourced

Scale = Literal["journal", "national"]
Share = float


class Between(Strict):
    low: Share = Field(ge=0, le=1)
    high: Share = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError("`low` is above `high`")
        return self


class Rules(Sourced):
    most_points: Share = Field(gt=0, le=1)
    """No gain is above this, whatever a trial found."""
    shrink: float = Field(gt=0, le=1)
    """What is left of a journal's gain at national scale, where no trial at that scale was read."""
    baseline_sd: float = Field(ge=0)


class Reach(Sourced):
    letter: Between
    email: Between
    sms: Between
    push: Between

    def of(self, channel: Channel) -> Between:
        found: Between = getattr(self, channel)
        return found


class Effect(Strict):
    """`value`, with its 95 % interval: a ratio of participations, of odds, or a difference (0.01 is one point)."""

    id: str
    scale: Scale
    programmes: list[ProgrammeId] = Field(min_length=1)
    measure: Literal["relative_risk", "odds_ratio", "points"]
    value: float
    low: float
    high: float
    setting: str
    source: str
    verified: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError("the value lies within its interval")
        if self.measure != "points" and self.low <= 0:
            raise ValueError("a ratio is above 0")
        return self


class Outcome(Sourced):
    """What a test leads to. `positive`: of tests; `follow_up`: of positives; `cancer`, `advanced`: of `act`s done."""

    programme: ProgrammeId
    act: str
    positive: Share = Field(gt=0, lt=1)
    cancer: Share = Field(ge=0, lt=1)
    advanced: Share = Field(ge=0, lt=1)
    follow_up: Between


class Effects(Strict):
    rules: Rules
    reach: Reach
    effects: list[Effect]
    outcomes: list[Outcome]

    def of(self, lever: str, programme: ProgrammeId, scale: Scale) -> Effect | None:
        return next((one for one in self.effects if one.id == lever and one.scale == scale
                     and programme in one.programmes), None)  # fmt: skip

    def outcome(self, programme: ProgrammeId) -> Outcome | None:
        return next((one for one in self.outcomes if one.programme == programme), None)


@lru_cache(maxsize=1)
def load_effects() -> Effects:
    """Raises ContentError with file, line and remedy."""
    return load_model(content_dir() / "effects" / "effects.yaml", Effects)

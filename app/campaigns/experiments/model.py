"""An experiment as it is registered before it starts (`content/experiments/*.yaml`)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from app.campaigns.model import Channel, Identifier, Text
from app.content import content_dir, load_model
from app.guidelines.criteria import Strict
from app.population.participation import Sourced

Split = Literal["age_band", "sex_at_birth", "department", "deprivation_quintile", "area"]
"""Columns of a population file by which people may be balanced, or looked at apart."""


class Arm(Strict):
    """One way of reaching people. The first is what others are compared with. `share`: of the people, in the same
    parts within each stratum: no group of people is given another way than the others."""

    id: Identifier
    title: Text
    levers: list[Identifier]
    channels: list[Channel] = Field(min_length=1)
    share: int = Field(default=1, ge=1, le=10)


class Parallel(Strict):
    """People drawn into arms."""

    kind: Literal["parallel"]


class SteppedWedge(Sourced):
    """Whole areas that go over from the first arm to the second, some at each step, in an order that is drawn."""

    kind: Literal["stepped_wedge"]
    cluster: Literal["department"]
    steps: int = Field(ge=2, le=12)
    period_days: int = Field(ge=7, le=366)
    icc: float = Field(ge=0, lt=1)
    """Correlation of two people of one area (intra-cluster)."""


class Outcome(Strict):
    """What counts, and until when, counted from the day of contact."""

    title: Text
    within_days: int = Field(ge=1, le=1100)


class Expected(Sourced):
    """Participation in the first arm, and the least difference worth finding (absolute: 0.01 is one point)."""

    control: float = Field(gt=0, lt=1)
    difference: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _a_share(self) -> Self:
        if self.control + self.difference >= 1:
            raise ValueError("control and difference together stay below 1")
        return self


class Test(Strict):
    """`alpha`: two-sided."""

    alpha: float = Field(default=0.05, gt=0, le=0.2)
    power: float = Field(default=0.8, ge=0.5, lt=1)


class Stop(Sourced):
    """Looks before the end, as parts of the people whose outcome is known; and the z at which one stops there.
    Harm stops earlier than benefit."""

    looks: list[Annotated[float, Field(gt=0, lt=1)]] = Field(default_factory=list)
    benefit_z: float = Field(ge=2.5)
    harm_z: float = Field(ge=1.5, le=3)


class Experiment(Strict):
    id: Identifier
    title: Text
    question: Text
    campaign: Identifier
    registered_on: date
    starts_on: date
    ends_on: date
    seed: int = Field(ge=0)
    design: Annotated[Parallel | SteppedWedge, Field(discriminator="kind")]
    arms: list[Arm] = Field(min_length=2, max_length=6)
    outcome: Outcome
    expected: Expected
    test: Test = Test()
    strata: list[Split] = Field(default_factory=list)
    subgroups: list[Split] = Field(default_factory=list)
    """Looked at apart, and no others."""
    stop: Stop

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.registered_on >= self.starts_on:
            raise ValueError("an experiment is registered before the day it starts (registered_on, starts_on)")
        if self.ends_on <= self.starts_on:
            raise ValueError("the experiment ends on the day it starts, or before")
        for name, listed in (("arms", [one.id for one in self.arms]), ("strata", self.strata),
                             ("subgroups", self.subgroups), ("stop.looks", self.stop.looks)):  # fmt: skip
            if len(set(listed)) < len(listed):
                raise ValueError(f"{name}: one stands twice")
        if self.stop.looks != sorted(self.stop.looks):
            raise ValueError("stop.looks: the earliest first")
        if isinstance(self.design, SteppedWedge):
            if len(self.arms) != 2:
                raise ValueError("a stepped wedge has two arms: before, and after the change")
            if self.stop.looks:
                raise ValueError("a stepped wedge is read at its end: stop.looks stays empty")
            if (self.ends_on - self.starts_on).days < (self.design.steps + 1) * self.design.period_days:
                raise ValueError("starts_on to ends_on holds one period before the first step, and one for each step")
        return self


def experiment_files() -> list[Path]:
    return sorted((content_dir() / "experiments").glob("*.yaml"))


def load_experiment(path: Path) -> Experiment:
    """Raises ContentError with file, line and remedy."""
    return load_model(path, Experiment)

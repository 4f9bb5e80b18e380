"""What a campaign is: whom it is for, what is said to them, when, with what means (`content/campaigns/*.yaml`)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from app.content import content_dir, load_model
from app.guidelines.criteria import Criterion, Strict
from app.population.participation import Sourced

Channel = Literal["letter", "email", "sms", "push"]
ProgrammeId = Literal["colorectal", "breast", "cervix"]
LONG: tuple[Channel, ...] = ("letter", "email")
"""Channels that may speak of health. An SMS or a push shows on a locked screen: it only says that a message waits."""
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,60}$")]


class Source(Strict):
    title: Text
    date: str
    verified: bool = False


class Message(Strict):
    """One variant. `techniques`: what it uses to be followed, named to the person who gets it."""

    channel: Channel
    lang: Literal["fr", "en"]
    level: Literal["b1", "falc"]
    subject: Text | None = None
    text: Text
    benefit: Text | None = None
    harm: Text | None = None
    not_for_me: Text | None = None
    """How to say no, later, or already done."""
    sources: list[Identifier] = Field(default_factory=list)
    techniques: list[Identifier] = Field(min_length=1)

    def parts(self) -> dict[str, str]:
        """What the person reads, by field, in the order of reading."""
        fields = ("subject", "text", "benefit", "harm", "not_for_me")
        return {name: value for name in fields if (value := getattr(self, name))}


class Capacity(Strict):
    """What an area can do in a week. `area`: a département's number, or `all` for the whole campaign."""

    area: str = "all"
    act: Identifier
    per_week: Annotated[float, Field(ge=0)]


class Costs(Sourced):
    """Euros: for each contact by channel, each test done, each act that follows a positive test."""

    contact: dict[Channel, Annotated[float, Field(ge=0)]]
    test: float = Field(ge=0)
    follow_up: float = Field(ge=0)


class Baseline(Sourced):
    """Who of the target would take part without the campaign."""

    rate: float = Field(gt=0, lt=1)


class Alternative(Strict):
    """A what-if: the same people, other levers."""

    id: Identifier
    title: Text
    levers: list[Identifier]
    channels: list[Channel] = Field(min_length=1)


class Review(Strict):
    state: Literal["draft", "submitted", "approved"]
    author: str
    approver: str | None = None
    approved_until: date | None = None

    @model_validator(mode="after")
    def _four_eyes(self) -> Self:
        if self.state == "approved" and (self.approver is None or self.approved_until is None):
            raise ValueError("an approved campaign names its approver, and until when it holds (approved_until)")
        if self.approver is not None and self.approver == self.author:
            raise ValueError("the approver is another person than the author")
        return self


class Campaign(Strict):
    id: Identifier
    title: Text
    owner: Text
    programme: ProgrammeId
    """Whose published participation is the baseline, by age, sex, deprivation and area."""
    baseline: Baseline | None = None
    """The target's own level, when it is not all who are invited (people who did not answer take part less)."""
    target: Criterion
    starts_on: date
    ends_on: date
    budget: float = Field(gt=0)
    costs: Costs
    capacity: list[Capacity] = Field(min_length=1)
    levers: list[Identifier]
    """Effects of `content/effects` that this campaign counts on."""
    channels: list[Channel] = Field(min_length=1)
    alternatives: list[Alternative] = Field(default_factory=list)
    sources: dict[Identifier, Source]
    messages: list[Message] = Field(min_length=1)
    review: Review

    @property
    def weeks(self) -> float:
        return (self.ends_on - self.starts_on).days / 7

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.ends_on <= self.starts_on:
            raise ValueError("the campaign ends on the day it starts, or before")
        names = [one.id for one in self.alternatives]
        if len(set(names)) < len(names):
            raise ValueError("two alternatives have one id")
        for channel in {*self.channels, *(one for other in self.alternatives for one in other.channels)}:
            if channel not in self.costs.contact:
                raise ValueError(f"costs.contact has no price for {channel}")
        return self


def campaign_files() -> list[Path]:
    return sorted((content_dir() / "campaigns").glob("*.yaml"))


def load_campaign(path: Path) -> Campaign:
    """Raises ContentError with file, line and remedy."""
    return load_model(path, Campaign)

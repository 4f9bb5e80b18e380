"""Reminders as content: the rules of all (`content/nudges/rules.yaml`), the words around each message (`frame.yaml`),
and the kinds of messages (`messages/*.yaml`)."""

from __future__ import annotations

import re
from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from app.campaigns.model import LONG, Channel, Source
from app.content import Kept, PeriodText, Strict, content_dir, load_model
from app.dates import Period
from app.errors import ContentError
from app.guidelines.model import Status
from app.population.participation import Sourced

Lang = Literal["fr", "fr-falc", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
CHANNELS: tuple[Channel, ...] = ("letter", "email", "push", "sms")
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,60}$")]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: tuple[Day, ...] = get_args(Day)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")


def _a_time(value: str) -> str:
    if not _CLOCK.match(value):
        raise ValueError('expected a time between quotes, such as "08:30"')
    return value


Clock = Annotated[str, AfterValidator(_a_time)]


class Hours(Strict):
    """From one time of the day to another, in the deployment's time zone."""

    start: Clock
    end: Clock

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start >= self.end:
            raise ValueError("the hours end before they start")
        return self

    @property
    def times(self) -> tuple[time, time]:
        return time.fromisoformat(self.start), time.fromisoformat(self.end)


class Allowed(Sourced):
    """When anything may leave, whatever the channel; `choices` are what a person may prefer within it."""

    zone: str
    hours: Hours
    days: list[Day] = Field(min_length=1)
    choices: dict[Identifier, Hours]

    @model_validator(mode="after")
    def _within(self) -> Self:
        ZoneInfo(self.zone)
        for name, one in self.choices.items():
            if one.start < self.hours.start or one.end > self.hours.end:
                raise ValueError(f"{name} is not within the hours in which anything may leave")
        return self


class Cap(Sourced):
    """How many times a person is contacted, all channels and messages together."""

    most: int = Field(ge=1)
    within: PeriodText
    most_a_year: int = Field(ge=1)
    again_after: PeriodText
    """The same thing is not said again before."""
    most_times: int = Field(ge=1)
    """How often the same thing is said for one date due."""


class Retry(Sourced):
    """Minutes before each new try of a channel that did not answer; after the last one, it is given up, and said."""

    minutes: list[Annotated[int, Field(ge=1)]] = Field(min_length=1)
    late_after: PeriodText
    """What could not leave in that time does not leave any more: it would not be true."""


class Storm(Sourced):
    """When a channel stops by itself: addresses refused, among the last messages."""

    among: int = Field(ge=10)
    share: float = Field(gt=0, lt=1)
    hours: int = Field(ge=1)


class Rules(Strict):
    allowed: Allowed
    cap: Cap
    retry: Retry
    storm: Storm
    order: list[Identifier]
    """Kinds of messages, the most useful first: one is chosen for a person."""
    most_items: int = Field(ge=1, le=5)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.allowed.zone)


class Short(Strict):
    """What shows on a locked screen."""

    sms: Text
    push_title: Text
    push: Text


class Frame(Strict):
    """The words around every message, in one language."""

    hello: Text
    see: Text
    answers: Text
    why_me: Text
    stop: Text
    sender: Text
    calendar: Text
    short: Short


class Words(Strict):
    """One variant. `subject` and `text` say nothing of health; `named` is for who asked that the message names what is
    due, and holds `{items}`."""

    subject: Text
    text: Text
    named: Text


class When(Strict):
    """Which items of a plan this kind is about: those of the domains (or guidelines) in one of the statuses."""

    domains: list[Literal["habits", "information", "measures", "screening", "vaccines"]] = Field(default_factory=list)
    guidelines: list[str] = Field(default_factory=list)
    statuses: list[Status] = Field(min_length=1)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.domains and not self.guidelines:
            raise ValueError("write `domains` or `guidelines`")
        return self


class Kind(Strict):
    id: Identifier
    title: Text
    when: When
    channels: list[Channel] = Field(min_length=1)
    techniques: list[Identifier] = Field(min_length=1)
    effects: list[Identifier] = Field(default_factory=list)
    """What is known of them (`content/effects`), for whoever asks why."""
    sources: list[Source] = Field(min_length=1)
    texts: dict[Lang, Words]

    @property
    def thanks(self) -> bool:
        return self.id == THANKS


THANKS = "thanks"
"""The kind that answers those who did what they were reminded of."""


class Nudges(Strict):
    rules: Rules
    frames: dict[Lang, Frame]
    kinds: dict[str, Kind]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if wrong := set(self.rules.order) ^ (set(self.kinds) - {THANKS}):
            raise ValueError(f"rules.yaml orders every kind but `thanks`, once: {', '.join(sorted(wrong))}")
        if THANKS not in self.kinds:
            raise ValueError("the kind `thanks` is missing")
        if missing := set(LANGS) - set(self.frames):
            raise ValueError(f"no frame for {', '.join(sorted(missing))}")
        return self

    @property
    def in_order(self) -> list[Kind]:
        return [self.kinds[name] for name in self.rules.order]


class _Frames(Strict):
    frames: dict[Lang, Frame]


def folder() -> Path:
    return content_dir() / "nudges"


def kind_files() -> list[Path]:
    return sorted((folder() / "messages").glob("*.yaml"))


@lru_cache(maxsize=32)
def period(text: str) -> Period:
    return Period.parse(text)


def _load() -> Nudges:
    """Raises ContentError with file, line and remedy."""
    rules, frames = load_model(folder() / "rules.yaml", Rules), load_model(folder() / "frame.yaml", _Frames).frames
    kinds: dict[str, Kind] = {}
    for path in kind_files():
        kind = load_model(path, Kind)
        if kind.id in kinds:
            raise ContentError(f"the id {kind.id} stands twice", where=path.name, remedy="give it another")
        kinds[kind.id] = kind
    try:
        return Nudges(rules=rules, frames=frames, kinds=kinds)
    except ValueError as error:
        told = str(error).split("Value error, ")[-1].split(" [type")[0]
        raise ContentError(told, where="rules.yaml", remedy="see docs/how-to/nudges.md") from None


load_nudges = Kept(_load)

__all__ = ["CHANNELS", "LANGS", "LONG", "Channel", "Kind", "Lang", "Nudges", "Rules", "load_nudges"]

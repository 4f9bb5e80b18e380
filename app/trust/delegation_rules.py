"""What somebody who acts for another person may reach (content/purposes/delegation.yaml): for a carer what was
agreed, for a parent what the child's age leaves."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, field_validator, model_validator

from app.content import Strict, content_dir, load_model
from app.facts.vocabulary import Category
from app.trust.ties import Scope
from app.trust.vocabulary import CATEGORIES, Act, Resource

ADULT = 18


class Action(Strict):
    """Something that can be done for somebody; `reaches`: `read plan`, `write answers`…"""

    id: str
    label: str
    reaches: list[str]

    @field_validator("reaches")
    @classmethod
    def _known(cls, reaches: list[str]) -> list[str]:
        for one in reaches:
            act, _, resource = one.partition(" ")
            if act not in get_args(Act) or resource not in get_args(Resource):
                raise ValueError(f"{one!r} is not an act and a resource")
            if resource in {"account", "access_log", "delegations", "practices", "devices", "reminders"}:
                raise ValueError(f"nobody does {one!r} in somebody's place")
        return reaches


class Source(Strict):
    title: str
    url: str
    checked: date
    verified: Literal["yes", "partly"] | bool


class Band(Strict):
    """What a parent may do from an age (whole years) on."""

    from_age: int = Field(ge=0, le=ADULT)
    actions: list[str]
    closed_categories: list[Category]
    summary: str
    sources: list[Source] = Field(min_length=1)


class Carer(Strict):
    actions: list[str]
    longest_days: int = Field(ge=1, le=3650)
    code_days: int = Field(ge=1, le=30)


class Helper(Strict):
    """Somebody beside the person: how long their code holds, how often it may be tried, how long the help lasts."""

    actions: list[str]
    code_minutes: int = Field(ge=1, le=30)
    tries: int = Field(ge=1, le=10)
    longest_minutes: int = Field(ge=1, le=120)


class Rules(Strict):
    actions: list[Action]
    carer: Carer
    helper: Helper
    parent: list[Band]

    @model_validator(mode="after")
    def _sound(self) -> Rules:
        known, ages = {action.id for action in self.actions}, [band.from_age for band in self.parent]
        agreed = [*self.carer.actions, *self.helper.actions]
        for name in [*agreed, *(name for band in self.parent for name in band.actions)]:
            if name not in known:
                raise ValueError(f"no action is called {name!r}")
        if ages != sorted(set(ages)) or ages[:1] != [0] or ages[-1:] != [ADULT] or self.parent[-1].actions:
            raise ValueError("bands go from 0 to 18 in order, and nothing is left at 18")
        return self

    def band(self, birth: date, day: date) -> Band:
        """The one that holds on a day."""
        return next(band for band in reversed(self.parent) if band.from_age <= age(birth, day))

    def parents(self, birth: date, day: date) -> Scope:
        """What a parent may do for a child born on `birth`, on a day."""
        band = self.band(birth, day)
        return self.scope(band.actions, [name for name in CATEGORIES if name not in band.closed_categories])

    def scope(self, actions: list[str], categories: list[str]) -> Scope:
        reached = [one.split(" ") for action in self.actions if action.id in actions for one in action.reaches]
        return Scope(frozenset(categories), frozenset((act, resource) for act, resource in reached))  # type: ignore[misc]


def age(birth: date, day: date) -> int:
    """Whole years; somebody born on 29 February grows older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def birthday(birth: date, years: int) -> date:
    """The first day at an age."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:  # 29 February
        return date(birth.year + years, 3, 1)




@lru_cache(maxsize=4)
def load_rules(folder: Path | None = None) -> Rules:
    """Raises ContentError with file, line and remedy."""
    return load_model((folder or content_dir() / "purposes") / "delegation.yaml", Rules)

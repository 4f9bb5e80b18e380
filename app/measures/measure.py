"""The two kinds of files: a country's vocabulary of measures, and a measure."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from app.guidelines.criteria import Strict
from app.measures.criteria import Criterion
from app.measures.model import PERIOD, THAT, WORD, Code, Event, Profile, Text, Window

Word = Annotated[str, StringConstraints(pattern=WORD)]


class Vocabulary(Strict):
    """Names that measures share. A name stands once: in one vocabulary file, or in the measure that alone uses it."""

    systems: dict[Word, str] = Field(default_factory=dict)
    codes: dict[Word, Code] = Field(default_factory=dict)
    value_sets: dict[Word, Text] = Field(default_factory=dict)
    """Name → identifier (OID or canonical address) in the files of value sets."""
    profiles: dict[Word, Profile] = Field(default_factory=dict)
    windows: dict[Word, Window] = Field(default_factory=dict)
    events: dict[Word, Event] = Field(default_factory=dict)
    definitions: dict[Word, Criterion] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _free_names(self) -> Vocabulary:
        if taken := {PERIOD, THAT} & self.windows.keys():
            raise ValueError(f"windows: `{taken.pop()}` always exists: choose another name")
        return self


class Source(Strict):
    id: Word
    title: str
    publisher: str
    date: date
    url: str | None = None


class Populations(Strict):
    """Criteria of the populations of a proportion. Those left out: everybody (denominator), or nobody."""

    initial_population: Criterion = Field(alias="initial-population")
    denominator: Criterion | None = None
    denominator_exclusion: Criterion | None = Field(default=None, alias="denominator-exclusion")
    denominator_exception: Criterion | None = Field(default=None, alias="denominator-exception")
    numerator: Criterion
    numerator_exclusion: Criterion | None = Field(default=None, alias="numerator-exclusion")


class Measure(Vocabulary):
    """A measure: its names, where it comes from, and the populations of one or several rates."""

    id: Word
    names: list[str] = Field(default_factory=list)
    """Other names by which it may be asked for (`CMS125`)."""
    name: str
    version: Text
    lower_is_better: bool = False
    last_checked: date
    sources: list[Source] = Field(min_length=1)
    doubts: list[str] = Field(default_factory=list)
    populations: Populations | None = None
    groups: dict[Word, Populations] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _some_populations(self) -> Measure:
        if (self.populations is None) == (not self.groups):
            raise ValueError("a measure needs either `populations` or `groups`")
        return self

    @property
    def rates(self) -> dict[str, Populations]:
        """Group → populations; a measure of one rate has the one group ''."""
        return {"": self.populations} if self.populations is not None else dict(self.groups)


POPULATIONS = {name: field.alias or name for name, field in Populations.model_fields.items()}
"""Attribute → the name that is written and printed."""
SECTIONS = ("systems", "codes", "value_sets", "profiles", "windows", "events", "definitions")

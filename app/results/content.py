"""What is said of each laboratory result (`content/results/*.yaml`): each sentence with its source."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from app.content import Kept, Strict, content_dir, load_model
from app.errors import ContentError
from app.facts.units import is_unit
from app.facts.vocabulary import load_vocabulary
from app.guidelines.model import Verified

Urgency = Literal["now", "today", "soon"]
"""`now`: the emergency number at once; `today`: a doctor today; `soon`: an appointment. The most urgent comes first."""
ADULT = 18


class Reference(Strict):
    """A publication, as it stands below the sentences."""

    title: str
    publisher: str
    date: Annotated[str, BeforeValidator(str)]
    url: str | None = None


class Sentence(Strict):
    """`source` is a key of the file's `sources`; `verified`: was it read there?"""

    text: str = Field(min_length=1)
    source: str
    verified: Verified


class _ForWhom(Strict):
    """Whom a bound or an alarm is about: everybody of that age, outside pregnancy unless `pregnant`."""

    sex: Literal["female", "male"] | None = None
    from_age: int = ADULT
    pregnant: bool = False
    unless: str | None = None
    """A fact: whoever has it (a diabetes) has other targets, which their doctor sets."""
    source: str
    verified: Verified


class Bounds(_ForWhom):
    """What is usual, in the fact's canonical unit; one side may be open."""

    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _an_interval(self) -> Bounds:
        if self.low is None and self.high is None:
            raise ValueError("write `low`, `high`, or both")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("`low` is not below `high`")
        return self


class Alarm(_ForWhom):
    """A value that calls for an act: `at_least` this much, or `below` that. The first that holds is shown."""

    at_least: float | None = None
    below: float | None = None
    urgency: Urgency
    text: str = Field(min_length=1)
    action: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one_side(self) -> Alarm:
        if (self.at_least is None) == (self.below is None):
            raise ValueError("write either `at_least` or `below`")
        return self


class Result(Strict):
    """One kind of result: what it measures, what may move it, when it matters and when not (`calm`)."""

    fact: str
    other_units: list[str] = Field(default_factory=list)
    """Units in which laboratories also write it."""
    measures: Sentence
    moves: Sentence
    matters: Sentence
    calm: Sentence
    bounds: list[Bounds] = Field(default_factory=list)
    alarms: list[Alarm] = Field(default_factory=list)
    see: list[str] = Field(default_factory=list)
    """Guidelines that go further."""

    def sentences(self) -> dict[str, Sentence]:
        return {"measures": self.measures, "moves": self.moves, "matters": self.matters, "calm": self.calm}

    def sources(self) -> list[str]:
        said = [sentence.source for sentence in self.sentences().values()]
        return said + [rule.source for rule in (*self.bounds, *self.alarms)]


class ResultFile(Strict):
    title: str
    order: int
    last_checked: date = date(2026, 11, 26)
    sources: dict[str, Reference] = Field(min_length=1)
    results: list[Result] = Field(min_length=1)

    @model_validator(mode="after")
    def _sources_exist(self) -> ResultFile:
        for result in self.results:
            for source in result.sources():
                if source not in self.sources:
                    raise ValueError(f"{result.fact}: no source named {source} in `sources`")
        return self


@Kept
def load_results(folder: Path | None = None) -> tuple[ResultFile, ...]:
    """Every file, in the order in which they are shown. Raises ContentError with file, line and remedy."""
    facts, seen = load_vocabulary().facts, set[str]()
    found = []
    for path in sorted((folder or content_dir() / "results").glob("*.yaml")):
        file = load_model(path, ResultFile)
        for result in file.results:
            definition = facts.get(result.fact)
            if definition is None or definition.type != "quantity" or definition.unit is None:
                raise ContentError(f"{result.fact} is no quantity of the vocabulary", where=path.name,
                                   remedy="write a fact of content/vocabulary that has a unit")  # fmt: skip
            if result.fact in seen:
                raise ContentError(
                    f"{result.fact} is explained twice", where=path.name, remedy="keep one of the two"
                )
            if wrong := [unit for unit in result.other_units if not is_unit(unit)]:
                raise ContentError(
                    f"{result.fact}: {wrong[0]} is no unit", where=path.name, remedy="write UCUM"
                )
            if (
                unknown := {one.unless for one in (*result.bounds, *result.alarms) if one.unless}
                - facts.keys()
            ):
                raise ContentError(f"{result.fact}: no fact named {unknown.pop()}", where=path.name,
                                   remedy="write a fact of content/vocabulary")  # fmt: skip
            seen.add(result.fact)
        found.append(file)
    return tuple(sorted(found, key=lambda file: file.order))

"""Guideline cases kept as data: a person, a day, a guideline, and what a doctor expects.

A case is complete (see the conventions of the case vocabulary): what it does not say is answered "no" or "none";
numbers and dates that it does not give are unknown; what must stay unknown is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator

from app.content import line_of, parse_yaml, text_of
from app.errors import ContentError
from app.facts.model import FactSheet
from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.guidelines.case_person import sheet_of
from app.guidelines.criteria import Strict
from app.guidelines.evaluate import evaluate
from app.guidelines.model import Status
from app.guidelines.pack import Pack
from app.guidelines.recommendation import Recommendation


class Relative(Strict):
    relation: str
    condition: str
    age_at_diagnosis: float | Literal["unknown"] | None = None


class Event(Strict):
    what: str
    date: str
    result: str | None = None
    value: float | None = None
    unit: str | None = None
    systolic: float | None = None
    diastolic: float | None = None
    author: Literal["professional", "citizen", "device"] = "professional"

    _date = field_validator("date", mode="before")(lambda value: str(value))


class Person(Strict):
    birth_date: str | None
    administrative_sex: Literal["female", "male", "unknown"]
    facts: dict[str, Any] = Field(default_factory=dict)
    events: list[Event] = Field(default_factory=list)
    family: list[Relative] = Field(default_factory=list)
    unknown: list[str] = Field(default_factory=list)

    @field_validator("birth_date", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        return value if value is None else str(value)


class Expect(Strict):
    status: list[Status]
    due_from: date | None = None
    track: str | None = None
    """The track that decides, or `otherwise`."""
    asks: str | None = None
    """The fact that is asked first."""

    @field_validator("status", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return value if isinstance(value, list) else [value]


class Case(Strict):
    id: str
    as_of: date
    guideline: str
    person: Person
    expect: Expect
    source: str
    note: str | None = None
    confidence: Literal["verified", "likely"] = "verified"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case: `problem` is None when it passed, else one line that says what differs."""

    case_id: str
    problem: str | None
    recommendation: Recommendation | None = None


def read_cases(path: Path) -> list[Case]:
    """Read a case file. Raises ContentError with file, line and remedy (an unknown name is told when it is run)."""
    text = text_of(path)
    data = parse_yaml(text, name=path.name)
    if not isinstance(data, list):
        raise ContentError("a case file is a list of cases", where=f"{path.name}:1", remedy="begin each with `- id:`")
    cases: list[Case] = []
    for index, item in enumerate(data):
        try:
            cases.append(Case.model_validate(item))
        except ValidationError as error:
            first = error.errors()[0]
            raise ContentError(
                f"case {index + 1}: {'.'.join(map(str, first['loc']))}: {first['msg']}",
                where=f"{path.name}:{line_of(text, (index, *first['loc']))}", remedy="see the case vocabulary",
            ) from None
    return cases


def run_cases(cases: list[Case], pack: Pack, vocabulary: Vocabulary | None = None) -> Iterator[Outcome]:
    """Each case through the reference evaluator. An unknown name or guideline is a failure that names it."""
    vocabulary = vocabulary or load_vocabulary()
    for case in cases:
        try:
            sheet = case_sheet(case, vocabulary)
        except ContentError as error:
            yield Outcome(case.id, str(error))
            continue
        found = evaluate(pack, sheet, only=[case.guideline], vocabulary=vocabulary)
        if not found:
            yield Outcome(case.id, f"no guideline {case.guideline!r} in the pack {pack.id} on {case.as_of}")
            continue
        yield Outcome(case.id, _difference(case.expect, found[0]), found[0])


def case_sheet(case: Case, vocabulary: Vocabulary) -> FactSheet:
    """The facts of a case's person. Raises ContentError naming a name that the vocabulary does not know."""
    return sheet_of(case.person.model_dump(), case.as_of, vocabulary, where=case.id)


def track_of(got: Recommendation) -> str | None:
    """The track that decided, `otherwise` when none applies, None when the answer is a question about which does."""
    if got.track is not None:
        return got.track.id
    return None if got.status is Status.ASK else "otherwise"


def _difference(expect: Expect, got: Recommendation) -> str | None:
    problems = []
    if got.status not in expect.status:
        asks = f" (asks {', '.join(got.asks)})" if got.asks else ""
        problems.append(f"status {got.status.value}{asks}, expected {' or '.join(expect.status)}")
    if expect.due_from is not None and got.due_from != expect.due_from:
        problems.append(f"due from {got.due_from}, expected {expect.due_from}")
    if expect.track is not None and expect.track != (track := track_of(got)):
        problems.append(f"track {track}, expected {expect.track}")
    if expect.asks is not None and expect.asks not in got.asks[:1]:
        problems.append(f"asks {', '.join(got.asks) or 'nothing'}, expected {expect.asks} first")
    return "; ".join(problems) or None



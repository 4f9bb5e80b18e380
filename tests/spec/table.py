"""Small tables as text, and the people that they need. A blank cell is unknown (nobody speaks of it)."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import TypeAdapter

from app.content import parse_yaml
from app.dates import PartialDate
from app.facts.model import Fact, FactSheet, FactValue
from app.facts.reduce import ReducedFacts
from app.facts.vocabulary import Reduction, Vocabulary, load_vocabulary
from app.guidelines.criteria import Criterion
from app.guidelines.logic import read
from app.guidelines.model import Guideline
from app.guidelines.reader import Reader
from app.guidelines.rules import Rules
from app.records.model import Author, Subject
from app.records.relatives import KINSHIPS

_CRITERION: TypeAdapter[Any] = TypeAdapter(Criterion)
TODAY = date(2026, 10, 5)
TRUTH = {"T": True, "F": False, "": None}


def rows(text: str) -> list[list[str]]:
    """The cells of each line; lines that begin with # are headings."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]


def fact(
    name: str, value: FactValue, day: str | None = "2026-10-01", author: Author = "professional", **more: Any
) -> Fact:
    return Fact(name, value, None, PartialDate.parse(day) if day else None, author, **more)


def relative(name: str, relation: str, onset: str) -> Fact:
    """`onset`: an age, a range (`40-49`), or blank."""
    low, _, high = onset.partition("-")
    kin = KINSHIPS[relation]
    ages = {"onset_low": float(low) if low else None, "onset_high": float(high or low) if low else None}
    return fact(
        name,
        relation,
        None,
        details={"relation": relation, "degree": kin.degree, "side": kin.side, "sex": kin.sex, **ages},
    )


def person(
    *facts: Fact, born: str | None = "1970-01-01", sex: str = "female", on: date = TODAY, **more: Any
) -> FactSheet:
    held: dict[str, list[Fact]] = {}
    for one in facts:
        held.setdefault(one.id, []).append(one)
    birth = PartialDate.parse(born) if born else None
    return FactSheet(on, Subject(birth, sex), held, **more)  # type: ignore[arg-type]


def reader(sheet: FactSheet, vocabulary: Vocabulary | None = None) -> Reader:
    return Reader(ReducedFacts(sheet, vocabulary), sheet)


def with_reductions(fact_id: str, **reductions: str) -> Vocabulary:
    """The vocabulary of facts, with reductions of this fact that only a test needs: name → what to take."""
    base = load_vocabulary()
    more = {name: Reduction(take=take, label=name) for name, take in reductions.items()}  # type: ignore[arg-type]
    changed = base.facts[fact_id].model_copy(update={"reductions": {**base.facts[fact_id].reductions, **more}})
    return Vocabulary([changed if fact.id == fact_id else fact for fact in base.facts.values()], "test")


def truth(criterion: str, sheet: FactSheet) -> bool | None:
    """A criterion written as in a guideline file, decided for a person."""
    return read(_CRITERION.validate_python(parse_yaml(criterion, name="spec")), {})(reader(sheet), {}).truth


def guideline(tracks: str, name: str = "spec", **more: Any) -> Rules:
    """A guideline with these tracks, and the rest of it filled in."""
    said = {"text": "…", "source": "s", "verified": "no"}
    words = {
        "title": "…",
        "why": "…",
        "action": "…",
        "where": "…",
        "cost": "…",
        "benefit": said,
        "harm": said,
    }
    data = {
        "id": name,
        "domain": "screening",
        "effective_from": date(2020, 1, 1),
        "last_checked": date(2026, 1, 1),
        "priority": 1,
        "priority_because": "…",
        "wording": words,
        "otherwise": {"why": "…"},
        "tracks": [{"level": "average", "source": "s", **track} for track in parse_yaml(tracks, name="spec")],
        "sources": [{"id": "s", "title": "…", "publisher": "…", "date": "2020"}],
        **more,
    }
    return Rules(Guideline.model_validate(data))

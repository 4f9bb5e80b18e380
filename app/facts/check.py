"""What the schema of a fact cannot see: names that exist, once each, units and periods that mean something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.content import line_of, text_of
from app.errors import ContentError
from app.facts.units import ratio, units
from app.facts.vocabulary import Fact

Place = tuple[str | int, ...]


def check_facts(facts: dict[Path, list[Fact]]) -> None:
    """Raises ContentError at the line of the first fact that is defined twice, or names what does not exist."""
    for path, place, problem, remedy in _wrong(facts):
        raise ContentError(problem, where=f"{path.name}:{line_of(text_of(path), place)}", remedy=remedy)


def _wrong(facts: dict[Path, list[Fact]]) -> Iterator[tuple[Path, Place, str, str]]:
    taken: dict[str, str] = {}
    every = {fact.id for listed in facts.values() for fact in listed}
    names = every | {name for listed in facts.values() for fact in listed for name in fact.reductions}
    for path, listed in facts.items():
        for index, fact in enumerate(listed):
            here: Place = ("facts", index)
            for place, name in _names(fact, here):
                if name in taken:
                    yield path, place, f"the name {name!r} is taken by {taken[name]}", "choose another name"
                taken[name] = f"{path.name} ({fact.id})"
            for place, name in _refers(fact, here):
                if name not in (names if place[-1] == "since" else every):
                    yield path, place, f"unknown fact {name!r}", "write the name of a fact"
            if fact.analyte is not None and fact.analyte not in units().file.analytes:
                yield (path, (*here, "analyte"), f"unknown analyte {fact.analyte!r}: its units do not convert",
                       "add it to units.yaml, or remove the key")
            elif fact.analyte is not None and ratio(units().file.analytes[fact.analyte].to, fact.unit or "1") is None:
                told = f"{fact.unit} does not convert to {units().file.analytes[fact.analyte].to} ({fact.analyte})"
                yield path, (*here, "unit"), told, "write a unit of the same dimension (units.yaml lists them)"
            for unit, factor in fact.unit_factors.items():
                if not _is_number(factor):
                    problem = f"{unit!r} does not convert by {factor!r}"
                    yield path, (*here, "unit_factors", unit), problem, "write a number above zero"


def _names(fact: Fact, here: Place) -> Iterator[tuple[Place, str]]:
    yield (*here, "id"), fact.id
    yield from (((*here, "aliases", n), name) for n, name in enumerate(fact.aliases) if name != fact.id)
    yield from (((*here, "reductions", name), name) for name in fact.reductions)


def _refers(fact: Fact, here: Place) -> Iterator[tuple[Place, str]]:
    for name, reduction in fact.reductions.items():
        if reduction.since is not None:
            yield (*here, "reductions", name, "since"), reduction.since
    if fact.said_by is not None:
        yield (*here, "said_by"), fact.said_by
    for answer, others in (fact.question.sets if fact.question else {}).items():
        yield from (((*here, "question", "sets", answer, n), other) for n, other in enumerate(others))


def _is_number(text: str) -> bool:
    try:
        return float(text) > 0
    except ValueError:
        return False

"""The public registry of projects (content/projects/*.yaml): who asks for which data, why, on whose opinion, when.

A project says everything that leaves, column by column; nothing else can. Words are checked against the vocabulary of
facts, so that the categories shown to citizens are those of the columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from app.content import Strict, content_dir, load_model
from app.errors import ContentError, UsageError
from app.facts.vocabulary import Category, FactType, Vocabulary, load_vocabulary
from app.trust.donation.terms import load_terms

Keep = Literal["as_is", "band", "month", "quarter", "year", "shifted_day"]
"""How a value is coarsened. `as_is`: a word of the vocabulary, a yes or no, a count. `band`: a number, by steps of
`width`, with everything below `bottom` and above `top` put together. `month`, `quarter`, `year`: a date, cut.
`shifted_day`: a date, moved by a number of days that is the same for all dates of one person and unknown to anyone."""

_KINDS: Mapping[FactType, frozenset[Keep]] = {
    "quantity": frozenset({"band"}),
    "coded": frozenset({"as_is"}),
    "boolean": frozenset({"as_is"}),
    "date": frozenset({"month", "quarter", "year", "shifted_day"}),
}
_TAKEN: Mapping[str, frozenset[Keep]] = {
    "count": frozenset({"as_is", "band"}),
    "any": frozenset({"as_is"}),
    "last_date": _KINDS["date"],
    "first_date": _KINDS["date"],
}


class Column(Strict):
    """One column of an export: a fact or reduction of the vocabulary, coarsened. `identifies`: it counts, with the
    others that do, for the small cells and the k of the export. `why`: what the project needs it for."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    fact: str
    keep: Keep
    why: str
    identifies: bool = False
    width: float | None = Field(None, gt=0)
    bottom: float | None = None
    top: float | None = None

    @model_validator(mode="after")
    def _band(self) -> Column:
        if self.name in ("pseudonym",):
            raise ValueError("`pseudonym` is the name of the first column of every export")
        if (self.keep == "band") != (self.width is not None):
            raise ValueError("`width` goes with `keep: band`")
        if self.keep != "band" and (self.bottom is not None or self.top is not None):
            raise ValueError("`bottom` and `top` go with `keep: band`")
        return self


class Who(Strict):
    """The body that asks, answers for the project and receives the data."""

    name: str
    status: Literal["public", "private_non_profit", "private"]
    contact: str


class Ethics(Strict):
    """The opinion of the ethics committee; without a favourable one, nothing is exported."""

    committee: str
    reference: str
    decision: Literal["favourable", "unfavourable", "awaited"]
    decided_on: date | None = None

    @model_validator(mode="after")
    def _dated(self) -> Ethics:
        if (self.decision == "awaited") != (self.decided_on is None):
            raise ValueError("`decided_on` goes with a decision")
        return self


class Result(Strict):
    """What the project gave back to everybody."""

    published_on: date
    title: str
    summary: str
    url: str | None = None


class Project(Strict):
    """`example`: invented, for trying; never exported outside of demo mode. `small_cells`: what happens to people who
    share their identifying values with fewer than ten others: the whole export is refused, or they are left out."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{2,59}$")
    example: bool = False
    title: str
    why: str
    summary: str
    who: Who
    purpose: str
    legal_basis: str
    categories: list[Category] = Field(min_length=1)
    ethics: Ethics
    starts_on: date
    ends_on: date
    keeps_until: date
    small_cells: Literal["refuse", "leave_out"] = "refuse"
    columns: list[Column] = Field(min_length=1, max_length=60)
    results: list[Result] = Field(default_factory=list)

    @model_validator(mode="after")
    def _consistent(self) -> Project:
        if not self.starts_on <= self.ends_on <= self.keeps_until:
            raise ValueError("`starts_on`, `ends_on`, `keeps_until` must follow each other")
        names = [column.name for column in self.columns]
        if len(names) != len(set(names)):
            raise ValueError("two columns have the same name")
        if not any(column.identifies for column in self.columns):
            raise ValueError("say of at least one column that it `identifies`: age and sex nearly always do")
        return self

    @property
    def identifying(self) -> list[str]:
        return [column.name for column in self.columns if column.identifies]

    def problem_on(self, day: date, *, demo: bool) -> str | None:
        """Why nothing may be exported on this day; None when it may."""
        if self.example and not demo:
            return "an invented example: it exports in demo mode only"
        if self.ethics.decision != "favourable":
            return "the ethics committee has not given a favourable opinion"
        if not self.starts_on <= day <= self.ends_on:
            return "outside of the dates of the project"
        return None


class Projects:
    """The registry, by id, in the order of the ids."""

    def __init__(self, projects: list[Project]) -> None:
        self._by_id = {project.id: project for project in projects}

    def __iter__(self) -> Iterator[Project]:
        return iter(self._by_id.values())

    def find(self, name: str) -> Project | None:
        return self._by_id.get(name)

    def get(self, name: str) -> Project:
        """Raises UsageError (`unknown_project`)."""
        found = self._by_id.get(name)
        if found is None:
            raise UsageError("there is no such project", code="unknown_project")
        return found


@lru_cache(maxsize=4)
def load_projects(folder: Path | None = None) -> Projects:
    """Raises ContentError with file, line and remedy."""
    vocabulary, purposes = load_vocabulary(), load_terms().purpose_ids
    found: list[Project] = []
    for path in sorted((folder or content_dir() / "projects").glob("*.yaml")):
        project = load_model(path, Project)
        if project.id != path.stem:
            raise ContentError(f"the project is called {project.id!r}", where=path.name, remedy="name both alike")
        if project.purpose not in purposes:
            raise ContentError(
                f"{project.purpose!r} is no purpose of secondary use", where=path.name,
                remedy=f"write one of {', '.join(sorted(purposes))} (content/donation/register.yaml)",
            )  # fmt: skip
        _check_columns(project, vocabulary, path.name)
        found.append(project)
    return Projects(found)


def _check_columns(project: Project, vocabulary: Vocabulary, where: str) -> None:
    categories = set()
    for column in project.columns:
        fact, allowed = definition(column, vocabulary, where)
        categories.add(fact)
        if column.keep not in allowed:
            remedy = f"write one of {', '.join(sorted(allowed))}" if allowed else "remove it: it never leaves"
            raise ContentError(f"column {column.name}: `keep: {column.keep}` does not fit", where=where, remedy=remedy)
    if categories != set(project.categories):
        told = ", ".join(sorted(categories))
        raise ContentError("`categories` are not those of the columns", where=where, remedy=f"write {told}")


def definition(column: Column, vocabulary: Vocabulary, where: str = "") -> tuple[Category, frozenset[Keep]]:
    """The category of a column, and how its values may be kept. Free words never leave."""
    reduction = vocabulary.reductions.get(column.fact)
    fact = reduction[0] if reduction else vocabulary.facts.get(column.fact)
    if fact is None:
        raise ContentError(
            f"column {column.name}: there is no fact {column.fact!r}", where=where, remedy="see docs/reference/facts.md"
        )
    if reduction is not None:
        taken = reduction[1].take
        as_fact = _KINDS.get(fact.type, frozenset()) if taken in {"last_value", "max", "min", "mean"} else frozenset()
        return fact.category, _TAKEN.get(taken, as_fact)
    if fact.type == "derived":
        return fact.category, frozenset({"band"} if fact.unit else {"as_is"})
    return fact.category, _KINDS.get(fact.type, frozenset())

"""A country's pack of guidelines: `content/guidelines/<country>/`, one file a guideline, `pack.yaml` for its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from app.content import content_dir, digest_of, line_of, load_model
from app.errors import ContentError, UsageError
from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.guidelines import criteria as c
from app.guidelines.criteria import Strict
from app.guidelines.estimates import MODELS
from app.guidelines.logic import Decider, read, read_definitions
from app.guidelines.model import Guideline, Track


class PackHead(Strict):
    """`pack.yaml`: the pack's name, version and the day from which it is published."""

    id: str
    version: str
    country: str
    title: str
    released: date


@dataclass(frozen=True, slots=True)
class Rules:
    """A guideline with its tracks read into functions."""

    guideline: Guideline
    tracks: tuple[tuple[Track, Decider], ...]

    @classmethod
    def of(cls, guideline: Guideline) -> Rules:
        definitions = read_definitions(guideline.definitions)
        return cls(guideline, tuple((track, read(track.when, definitions)) for track in guideline.tracks))


class Pack:
    """Guidelines in the order of their files, with the digest of everything that can change an answer."""

    def __init__(self, head: PackHead, guidelines: list[Guideline], digest: str) -> None:
        self.head, self.digest = head, digest
        self.guidelines = guidelines
        self._rules = [Rules.of(guideline) for guideline in guidelines]
        self._by_day: dict[date, list[Rules]] = {}

    @property
    def id(self) -> str:
        return self.head.id

    @property
    def version(self) -> str:
        return self.head.version

    def on(self, day: date) -> list[Guideline]:
        """The versions in force on a day, one for each guideline id."""
        return [rules.guideline for rules in self.rules_on(day)]

    def rules_on(self, day: date) -> list[Rules]:
        """The same, ready to be evaluated."""
        found = self._by_day.get(day)
        if found is None:
            found = [
                rules for rules in self._rules
                if rules.guideline.effective_from <= day
                and (rules.guideline.effective_until is None or day <= rules.guideline.effective_until)
            ]
            if len(self._by_day) > 1000:  # a service answers for a few days; bound what odd callers may store
                self._by_day.clear()
            self._by_day[day] = found
        return found

    def ids(self) -> list[str]:
        return list(dict.fromkeys(g.id for g in self.guidelines))

    def get(self, guideline_id: str, day: date) -> Guideline:
        """The version in force. Raises UsageError (`unknown_guideline`) with the ids that exist."""
        for guideline in self.on(day):
            if guideline.id == guideline_id:
                return guideline
        raise UsageError(
            f"no guideline {guideline_id[:60]!r} in the pack {self.id} on {day}; there are: {', '.join(self.ids())}",
            code="unknown_guideline",
        )


@lru_cache(maxsize=8)
def load_pack(country: str = "fr", folder: Path | None = None) -> Pack:
    """Read and check a pack. Raises ContentError with file, line and remedy; UsageError for an unknown country."""
    folder = folder or content_dir() / "guidelines"
    home = folder / country
    if not country.isalnum() or not (home / "pack.yaml").is_file():
        known = sorted(p.parent.name for p in folder.glob("*/pack.yaml"))
        raise UsageError(f"no guideline pack {country[:20]!r}; there are: {', '.join(known)}", code="unknown_pack")
    vocabulary = load_vocabulary()
    paths = sorted(p for p in home.glob("*.yaml") if p.name != "pack.yaml")
    guidelines = []
    for path in paths:
        guideline = load_model(path, Guideline)
        check_names(guideline, path, vocabulary)
        guidelines.append(guideline)
    digest = digest_of(home / "pack.yaml", *paths)
    return Pack(load_model(home / "pack.yaml", PackHead), guidelines, digest)


def check_names(guideline: Guideline, path: Path, vocabulary: Vocabulary) -> None:
    """Every name that a guideline uses must exist. Raises ContentError at the line where it does not."""
    known = set(vocabulary.facts) | set(vocabulary.reductions)
    for location, name, kind in names_used(guideline):
        if kind == "definition":
            missing = name not in guideline.definitions
        elif kind == "risk":
            missing = name not in MODELS
        else:
            missing = name not in known
        if missing:
            line = line_of(path.read_text(encoding="utf-8"), location)
            raise ContentError(
                f"unknown {kind} {name!r}", where=f"{path.name}:{line}",
                remedy="define it in content/vocabulary" if kind == "fact" else f"correct the name of the {kind}",
            )


def names_used(guideline: Guideline) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """(place in the file, name, `fact` | `definition` | `risk`) of everything that the criteria and schedules read."""
    for name, criterion in guideline.definitions.items():
        yield from _names_in(criterion, ("definitions", name))
    for index, track in enumerate(guideline.tracks):
        yield from _names_in(track.when, ("tracks", index, "when"))
        if track.schedule:
            place = ("tracks", index, "schedule")
            for n, rule in enumerate(track.schedule.due):
                yield (*place, "due", n, "after"), rule.after, "fact"
            if track.schedule.season_event:
                yield (*place, "season_event"), track.schedule.season_event, "fact"
            if track.schedule.never and track.schedule.never.date_of:
                yield (*place, "never", "date_of"), track.schedule.never.date_of, "fact"


def _names_in(node: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from _names_in(child, (*place, index))
    elif isinstance(node, c.Use):
        yield (*place, "use"), node.use, "definition"
    elif isinstance(node, c.Risk):
        yield (*place, "risk"), node.risk, "risk"
    elif isinstance(node, c.Symptom):
        for index, symptom in enumerate(node.symptom):
            yield (*place, "symptom", index), f"symptom_{symptom}", "fact"
    elif isinstance(node, c.Family):
        for condition in node.family.condition:
            yield (*place, "family", "condition"), f"family_{condition}", "fact"
    elif isinstance(node, c.FactIs):
        yield (*place, "fact"), node.fact, "fact"
        if node.later_than:
            yield (*place, "later_than"), node.later_than, "fact"
    elif isinstance(node, BaseModel):
        for name, field in type(node).model_fields.items():
            yield from _names_in(getattr(node, name), (*place, field.alias or name))

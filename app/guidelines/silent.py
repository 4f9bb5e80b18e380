"""Parts of criteria about facts of which nobody spoke: decided once for all whose silence means the same.

For most people most facts are silent, and what silence means depends on the sheet's kind alone. Such a part gives the
same step, trace and presumptions for everybody; it is worked out on a sheet that says nothing, and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from app.facts.model import FactSheet
from app.facts.reads import Reads
from app.facts.reduce import ReducedFacts
from app.guidelines import criteria as c
from app.guidelines.reader import Assumed, Decider, Reader
from app.guidelines.recommendation import Step

_OF_THE_PERSON = frozenset({"birth_date", "age", "administrative_sex"})
"""Known without being a fact of the sheet."""


class Definition(NamedTuple):
    """A criterion of `definitions`, read."""

    decide: Decider
    names: frozenset[str] | None


Definitions = Mapping[str, Definition]


class _Silent(NamedTuple):
    """What a part says when none of `facts` was spoken of; `facts` None: it depends on more than facts."""

    facts: frozenset[str] | None
    step: Step
    assumed: tuple[str, ...]


def names_read(criterion: c.Criterion, definitions: Definitions) -> frozenset[str] | None:
    """Everything that the criterion looks at, when this is names of facts and nothing else; otherwise None."""
    if isinstance(criterion, c.Use):
        return definitions[criterion.use].names
    if isinstance(criterion, c.FactIs):
        others = (criterion.after, criterion.later_than, criterion.before)
        return frozenset({criterion.fact, *(name for name in others if name is not None)})
    if isinstance(criterion, c.Family):
        return frozenset(f"family_{condition}" for condition in criterion.family.condition)
    if isinstance(criterion, c.Symptom):
        return frozenset(f"symptom_{name}" for name in criterion.symptom)
    if isinstance(criterion, c.Age | c.InSeason) and criterion.at is not None:
        return frozenset({criterion.at})
    found: frozenset[str] = frozenset()
    for part in _parts(criterion):
        names = names_read(part, definitions)
        if names is None:
            return None
        found |= names
    return found or None


def once_for_the_silent(decide: Decider, names: frozenset[str] | None) -> Decider:
    """The same function; for those who are silent on all these names, its answer is looked up."""
    if names is None:
        return decide
    key = object()

    def looked_up(reader: Reader, assumed: Assumed) -> Step:
        kept: _Silent | None = reader.facts.silence.get(key)
        if kept is None:
            kept = reader.facts.silence[key] = _silent(decide, names, reader)
        if kept.facts is None or not kept.facts.isdisjoint(reader.spoken):
            return decide(reader, assumed)
        if kept.assumed:
            assumed.update(dict.fromkeys(kept.assumed))
        return kept.step

    return looked_up


def _silent(decide: Decider, names: frozenset[str], reader: Reader) -> _Silent:
    sheet = FactSheet(reader.as_of, None, sections=reader.sheet.sections, complete=reader.sheet.complete)
    reads = Reads(ReducedFacts(sheet, reader.facts.vocabulary))
    for name in sorted(names):
        reads.get(name)
    assumed: Assumed = {}
    step = decide(Reader(ReducedFacts(sheet, reader.facts.vocabulary), sheet), assumed)
    facts = frozenset(reads.seen) if _OF_THE_PERSON.isdisjoint(reads.seen) else None
    return _Silent(facts, step, tuple(assumed))


def _parts(criterion: c.Criterion) -> list[c.Criterion]:
    if isinstance(criterion, c.All):
        return criterion.all
    if isinstance(criterion, c.Any_):
        return criterion.any
    if isinstance(criterion, c.AtLeast):
        return criterion.of
    return [criterion.not_] if isinstance(criterion, c.Not) else []

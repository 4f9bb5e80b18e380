"""What a schema cannot see in a guideline: do the names exist, and can they be compared so?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from app.content import line_of
from app.errors import ContentError
from app.facts.vocabulary import Fact, Vocabulary
from app.guidelines import criteria as c
from app.guidelines.estimates import MODELS
from app.guidelines.model import Guideline, Track
from app.guidelines.schedule.model import Schedule

Place = tuple[str | int, ...]
Holds = Literal["a number", "a day", "all its days", "a word", "yes or no", "an act"]


class Name(NamedTuple):
    """A name that a criterion or a schedule reads: where it stands, and what it must hold (None: anything)."""

    place: Place
    name: str
    kind: Literal["fact", "definition", "risk"] = "fact"
    must_hold: Holds | None = None
    words: tuple[str, ...] = ()


def wrong_names(guideline: Guideline, path: Path, vocabulary: Vocabulary) -> Iterator[ContentError]:
    """Each name that does not exist, or cannot be compared so, in the order of the file."""

    def wrong(used: Name, message: str, remedy: str) -> ContentError:
        line = line_of(path.read_text(encoding="utf-8"), used.place)
        return ContentError(message, where=f"{path.name}:{line}", remedy=remedy)

    for used in names_used(guideline):
        if used.kind == "definition":
            before = list(guideline.definitions)
            if used.place[0] == "definitions":
                before = before[: before.index(str(used.place[1]))]
            if used.name not in before:
                yield wrong(used, f"unknown definition {used.name!r}", "write it in `definitions`, before its use")
        elif told := wrong_name(used, vocabulary):
            yield wrong(used, *told)


def wrong_name(used: Name, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """What is wrong with a fact or a risk that is read, and the remedy."""
    if used.kind == "risk":
        return None if used.name in MODELS else (f"unknown risk {used.name!r}", f"write one of {', '.join(MODELS)}")
    if used.name not in vocabulary.facts and used.name not in vocabulary.reductions:
        return f"unknown fact {used.name!r}", "define it in content/vocabulary"
    if used.must_hold and (holds := what_it_holds(used.name, vocabulary)) != used.must_hold:
        return f"{used.name} holds {holds}, not {used.must_hold}", "change the fact or the comparison"
    if unknown := [word for word in used.words if word not in _fact(used.name, vocabulary).values]:
        known = ", ".join(_fact(used.name, vocabulary).values)
        return f"{used.name} is never {unknown[0]!r}", f"write one of {known}"
    return None


def what_it_holds(name: str, vocabulary: Vocabulary) -> Holds:
    """What criteria may compare in a fact or a reduction."""
    take = vocabulary.reductions[name][1].take if name in vocabulary.reductions else "last_value"
    if take in ("last_date", "first_date"):
        return "a day"
    if take == "dates":
        return "all its days"
    if take == "count":
        return "a number"
    if take == "any":
        return "yes or no"
    fact = _fact(name, vocabulary)
    if fact.type == "boolean":
        return "yes or no"
    if fact.type == "date":
        return "a day"
    if fact.unit is not None:
        return "a number"
    return "a word" if fact.values and fact.type != "family" else "an act"


def _fact(name: str, vocabulary: Vocabulary) -> Fact:
    return vocabulary.reductions[name][0] if name in vocabulary.reductions else vocabulary.facts[name]


def names_used(guideline: Guideline) -> Iterator[Name]:
    """Everything that the criteria and schedules read, in the order of the file."""
    for place, criterion in criteria_of(guideline):
        yield from named_in(criterion, place)
    for index, track in enumerate(guideline.tracks):
        if track.schedule is not None:
            yield from schedule_names(track.schedule, ("tracks", index, "schedule"))
        yield from deferral_names(track, ("tracks", index))


def deferral_names(track: Track, place: Place) -> Iterator[Name]:
    """The days on which deferrals end."""
    for n, deferral in enumerate(track.defer):
        here = (*place, "defer", n, "until")
        if isinstance(deferral.until, str):
            yield Name(here, deferral.until, must_hold="a day")
        elif deferral.until is not None:
            yield Name((*here, "after"), deferral.until.after, must_hold="a day")


def criteria_of(guideline: Guideline) -> Iterator[tuple[Place, c.Criterion]]:
    """Each criterion of the file with its place, operators before their parts."""
    for name, criterion in guideline.definitions.items():
        yield from within(criterion, ("definitions", name))
    for index, track in enumerate(guideline.tracks):
        yield from within(track.when, ("tracks", index, "when"))
        for n, deferral in enumerate(track.defer):
            yield from within(deferral.when, ("tracks", index, "defer", n, "when"))


def within(criterion: c.Criterion, place: Place) -> Iterator[tuple[Place, c.Criterion]]:
    yield place, criterion
    if isinstance(criterion, c.Not):
        yield from within(criterion.not_, (*place, "not"))
    for key, parts in _parts(criterion).items():
        for index, part in enumerate(parts):
            yield from within(part, (*place, key, index))


def _parts(criterion: c.Criterion) -> dict[str, list[c.Criterion]]:
    if isinstance(criterion, c.All):
        return {"all": criterion.all}
    if isinstance(criterion, c.Any_):
        return {"any": criterion.any}
    return {"of": criterion.of} if isinstance(criterion, c.AtLeast) else {}


def schedule_names(schedule: Schedule, place: Place) -> Iterator[Name]:
    """The acts that a schedule counts from, and the days that it waits for."""
    for n, rule in enumerate(schedule.due):
        yield Name((*place, "due", n, "after"), rule.after, must_hold="a day")
    if schedule.season_event:
        yield Name((*place, "season_event"), schedule.season_event, must_hold="a day")
    if schedule.milestones:
        for name in schedule.milestones.event:
            yield Name((*place, "milestones", "event"), name, must_hold="a day")
    if schedule.doses:
        for name in schedule.doses.event:
            yield Name((*place, "doses", "event"), name, must_hold="all its days")
        if schedule.doses.start.date_of:
            yield Name((*place, "doses", "start", "date_of"), schedule.doses.start.date_of, must_hold="a day")
    for n, rest in enumerate(schedule.wait):
        yield Name((*place, "wait", n, "after"), rest.after, must_hold="a day")
    if schedule.never and schedule.never.date_of:
        yield Name((*place, "never", "date_of"), schedule.never.date_of, must_hold="a day")


def named_in(node: c.Criterion, place: Place) -> Iterator[Name]:
    if isinstance(node, c.Use):
        yield Name((*place, "use"), node.use, "definition")
    elif isinstance(node, c.Risk):
        yield Name((*place, "risk"), node.risk, "risk")
    elif isinstance(node, c.Symptom):
        for index, symptom in enumerate(node.symptom):
            yield Name((*place, "symptom", index), f"symptom_{symptom}")
    elif isinstance(node, c.Family):
        for condition in node.family.condition:
            yield Name((*place, "family", "condition"), f"family_{condition}")
    elif isinstance(node, c.Age | c.InSeason) and node.at is not None:
        yield Name((*place, "at"), node.at, must_hold="a day")
    elif isinstance(node, c.FactIs):
        yield from _compared(node, place)


def _compared(node: c.FactIs, place: Place) -> Iterator[Name]:
    numbers = (node.at_least, node.more_than, node.at_most, node.less_than)
    words = tuple(node.in_ or ([node.is_] if isinstance(node.is_, str) else []))
    must_hold: Holds | None = None
    if isinstance(node.is_, bool):
        must_hold = "yes or no"
    elif words:
        must_hold = "a word"
    elif any(bound is not None for bound in numbers):
        must_hold = "a number"
    elif node.known is None:
        must_hold = "a day"
    yield Name((*place, "fact"), node.fact, must_hold=must_hold, words=words)
    for key, other in (("after", node.after), ("later_than", node.later_than), ("before", node.before)):
        if other is not None:
            yield Name((*place, key), other, must_hold="a day")

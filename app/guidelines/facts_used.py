"""The facts that an answer rests on: change any other one, and the answer stays."""

from __future__ import annotations

from collections.abc import Iterator

from app.facts.reads import Reads
from app.guidelines import criteria as c
from app.guidelines.check import deferral_names, schedule_names
from app.guidelines.reader import Reader
from app.guidelines.recommendation import Recommendation, Step, TrackStep


def facts_used(found: Recommendation, reader: Reader) -> tuple[str, ...]:
    """Fact ids (`birth_date` for ages), each once, in the order in which they were looked at."""
    names: dict[str, None] = {}
    for looked in found.trace:
        names.update(dict.fromkeys(_by_step(looked.step, reader)))
        if looked.truth is not False:
            names.update(dict.fromkeys(_by_answer(looked, reader)))
    if found.covered_by is not None:
        names.update(dict.fromkeys(_by_other(found.covered_by.id, reader)))
    return tuple(names)


def _by_step(step: Step, reader: Reader) -> Iterator[str]:
    criterion = step.criterion
    if isinstance(criterion, c.GuidelineIs):
        yield from _by_other(criterion.guideline, reader)
        return
    for child in step.steps:
        yield from _by_step(child, reader)
    if _by_age(criterion):
        yield "birth_date"
    elif isinstance(criterion, c.Symptom):  # of those that nobody spoke of, silence was taken as no
        yield from (f"symptom_{name}" for name in criterion.symptom)
    elif isinstance(criterion, c.Risk):
        if (kept := reader.behind.get(f"risk {criterion.risk}")) is None:
            kept = reader.behind[f"risk {criterion.risk}"] = reader.estimates.reads(criterion.risk)
        yield from kept
    for reading in (step.reading, *step.also):
        if reading is not None:
            yield from _behind(reading.name, reader)


def _by_age(criterion: c.Criterion) -> bool:
    if isinstance(criterion, c.FactIs):
        return criterion.before_age is not None
    if isinstance(criterion, c.Family):
        return criterion.family.years_before is not None
    return isinstance(criterion, c.Age | c.Born)


def _behind(name: str, reader: Reader) -> tuple[str, ...]:
    """The fact behind a name; for a computed one, those that it was computed from too."""
    if (kept := reader.behind.get(name)) is None:
        reads = Reads(reader.facts)
        reads.get(name)
        kept = reader.behind[name] = (reader.base(name), *reads.seen)
    return kept


def _by_answer(looked: TrackStep, reader: Reader) -> Iterator[str]:
    """What the schedule counts from and waits for; the person's age, when it sets a day; what might defer it."""
    track = looked.track
    if track.schedule is not None:
        for used in schedule_names(track.schedule, ()):
            yield from _behind(used.name, reader)
        if track.schedule.by_age:
            yield "birth_date"
    for step in (*looked.undeferred, *((looked.deferral.step,) if looked.deferral else ())):
        yield from _by_step(step, reader)
    for used in deferral_names(track, ()):
        yield from _behind(used.name, reader)


def _by_other(guideline: str, reader: Reader) -> Iterator[str]:
    other = reader.answer(guideline)
    yield from facts_used(other, reader) if other is not None else ()

"""Which facts to ask for, from the trace of what could not be decided."""

from __future__ import annotations

from collections.abc import Iterator

from app.guidelines import criteria as c
from app.guidelines.family import relative_counts
from app.guidelines.reader import Reader
from app.guidelines.recommendation import Step


def unknown_facts(step: Step, reader: Reader) -> Iterator[str]:
    """The facts behind the unknown leaves of a trace, in the order in which they were met."""
    if step.truth is not None:
        return
    criterion = step.criterion
    if isinstance(criterion, c.GuidelineIs):
        found = reader.answer(criterion.guideline)
        yield from found.asks if found is not None else ()
    elif step.steps:
        for child in step.steps:
            yield from unknown_facts(child, reader)
    elif isinstance(criterion, c.Age | c.Born):
        yield from _unclear_age(step, reader)
    elif isinstance(criterion, c.Risk):
        yield from reader.estimates.missing(criterion.risk)
    elif isinstance(criterion, c.FactIs) and step.also:
        yield from _unclear_days(criterion, step.also[0].name, reader)
    elif isinstance(criterion, c.Family):
        yield from _unclear_family(criterion, step, reader)
    elif step.reading is not None:
        yield from reader.questions(step.reading.name)


def _unclear_age(step: Step, reader: Reader) -> Iterator[str]:
    if reader.birth is None or reader.birth.exact is None or step.reading is None:
        yield "birth_date"
    if step.reading is not None and (step.reading.state != "known" or step.reading.earliest != step.reading.latest):
        yield from reader.questions(step.reading.name)


def _unclear_family(criterion: c.Family, step: Step, reader: Reader) -> Iterator[str]:
    """Diseases of which nobody spoke, and those of relatives who may or may not count."""
    readings = [reading for reading in (step.reading, *step.also) if reading is not None]
    silent = [r.name for r in readings if r.state != "known" and not r.facts]
    unclear = [
        r.name for r in readings
        if any(relative_counts(criterion.family, fact.details, reader) is None for fact in r.facts)
    ]
    yield from unclear + silent or [reading.name for reading in readings[:1]]


def _unclear_days(criterion: c.FactIs, other: str, reader: Reader) -> Iterator[str]:
    """Of two days that cannot be told apart, those that are not known to the day. A day that nothing is known to have
    followed (`later_than`) is asked for only when it is the one that is missing."""
    days = {name: reader.get(name) for name in (criterion.fact, other)}
    vague = [name for name, day in days.items() if day.state != "known" or day.earliest != day.latest]
    if criterion.later_than is not None:
        vague = [name for name in vague if days[name].state != "absent" or vague == [name]]
    yield from (reader.base(name) for name in vague)

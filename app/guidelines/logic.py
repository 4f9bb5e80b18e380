"""Kleene logic over reduced facts: how each criterion is decided, and the trace that it leaves.

A criterion is read once into a function from a person (`Reader`) to a `Step`; one function a kind of criterion, none
longer than the sentence that describes it in `app.guidelines.criteria`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from app.dates import PartialDate, age_on
from app.facts.derive import DEPENDS
from app.facts.model import FactSheet
from app.guidelines import criteria as c
from app.guidelines.compare import between, fact_decider, missing_truth, relative_counts
from app.guidelines.estimates import Estimates
from app.guidelines.recommendation import Step, Truth

if TYPE_CHECKING:
    from app.facts.reduce import ReducedFacts, ReducedValue

Assumed = dict[str, None]
"""Facts whose silence was taken as "no", in the order in which they were met."""


class Reader:
    """What criteria may look at: reduced facts, the day, the age, risk estimates. Memoised for one person and day."""

    __slots__ = ("age", "as_of", "birth", "decided", "estimates", "facts", "get", "sheet", "spoken")

    def __init__(self, facts: ReducedFacts, sheet: FactSheet) -> None:
        self.facts, self.sheet = facts, sheet
        self.as_of: date = sheet.as_of
        self.birth: PartialDate | None = sheet.subject.birth_date if sheet.subject else None
        self.age: tuple[int, int] | None = (
            (age_on(self.birth.latest, self.as_of), age_on(self.birth.earliest, self.as_of)) if self.birth else None
        )
        self.get = facts.get
        self.estimates = Estimates(facts, sheet)
        self.decided: dict[int, Step] = {}
        self.spoken = sheet.facts.keys() | {item.id for item in sheet.unknown}

    def base(self, name: str) -> str:
        """The fact that a reduction is made from (or the fact itself)."""
        entry = self.facts.vocabulary.reductions.get(name)
        return entry[0].id if entry else name

    def questions(self, name: str) -> Iterator[str]:
        """The facts to ask for when this one is not known: for a computed one, the parts that are not known."""
        base = self.base(name)
        parts = [part for part in DEPENDS.get(base, ()) if part == "birth_date" or self.get(part).state != "known"]
        yield from parts or [base]


Decider = Callable[[Reader, Assumed], Step]
"""A criterion, read: what it says of a person, with the trace."""


def read(criterion: c.Criterion, definitions: Mapping[str, Decider]) -> Decider:
    """The function that a criterion stands for. Raises KeyError for an unknown definition (packs are checked)."""
    return _READERS[type(criterion)](criterion, definitions)


def read_definitions(definitions: Mapping[str, c.Criterion]) -> dict[str, Decider]:
    """A guideline's definitions, in the order of the file: each may use those before it."""
    deciders: dict[str, Decider] = {}
    for name, criterion in definitions.items():
        deciders[name] = _once(read(criterion, deciders))
    return deciders


def unknown_facts(step: Step, reader: Reader) -> Iterator[str]:
    """The facts behind the unknown leaves of a trace, in the order in which they were met."""
    if step.truth is None:
        if step.steps:
            for child in step.steps:
                yield from unknown_facts(child, reader)
        elif isinstance(step.criterion, c.Age):
            yield "birth_date"
        elif isinstance(step.criterion, c.Risk):
            yield from reader.estimates.missing(step.criterion.risk)
        elif isinstance(step.criterion, c.FactIs) and step.criterion.later_than is not None:
            yield from _unclear_days(step.criterion.fact, step.criterion.later_than, reader)
        elif step.reading is not None:
            yield from reader.questions(step.reading.name)


def _unclear_days(one: str, other: str, reader: Reader) -> Iterator[str]:
    """Of two days that cannot be told apart, those that are not known to the day."""
    days = {name: reader.get(name) for name in (one, other)}
    vague = [n for n, day in days.items() if day.state != "known" or day.earliest != day.latest]
    yield from (reader.base(name) for name in vague if days[name].state != "absent" or vague == [name])


def _once(decider: Decider) -> Decider:
    """A definition is decided once for a person, however many tracks use it."""
    key = id(decider)

    def decide(reader: Reader, assumed: Assumed) -> Step:
        if (step := reader.decided.get(key)) is None:
            step = reader.decided[key] = decider(reader, assumed)
        return step

    return decide


def _all(criterion: c.All, definitions: Mapping[str, Decider]) -> Decider:
    # an age says no at no cost, and is the plainest reason: it is looked at first, wherever it is written
    ordered = sorted(criterion.all, key=lambda child: not isinstance(child, c.Age))
    children = [read(child, definitions) for child in ordered]

    def decide(reader: Reader, assumed: Assumed) -> Step:
        steps: list[Step] = []
        truth: Truth = True
        for child in children:
            step = child(reader, assumed)
            steps.append(step)
            if step.truth is False:  # decided: the rest cannot change it
                return _step(criterion, False, None, tuple(steps))
            if step.truth is None:
                truth = None
        return _step(criterion, truth, None, tuple(steps))

    return decide


def _any(criterion: c.Any_, definitions: Mapping[str, Decider]) -> Decider:
    children = [read(child, definitions) for child in criterion.any]

    def decide(reader: Reader, assumed: Assumed) -> Step:
        steps: list[Step] = []
        truth: Truth = False
        for child in children:
            step = child(reader, assumed)
            steps.append(step)
            if step.truth is True:
                return _step(criterion, True, None, tuple(steps))
            if step.truth is None:
                truth = None
        return _step(criterion, truth, None, tuple(steps))

    return decide


def _not(criterion: c.Not, definitions: Mapping[str, Decider]) -> Decider:
    child = read(criterion.not_, definitions)

    def decide(reader: Reader, assumed: Assumed) -> Step:
        step = child(reader, assumed)
        return _step(criterion, None if step.truth is None else not step.truth, None, (step,))

    return decide


def _at_least(criterion: c.AtLeast, definitions: Mapping[str, Decider]) -> Decider:
    children = [read(child, definitions) for child in criterion.of]

    def decide(reader: Reader, assumed: Assumed) -> Step:
        steps = tuple(child(reader, assumed) for child in children)
        sure = sum(step.truth is True for step in steps)
        possible = sum(step.truth is not False for step in steps)
        return _step(criterion, _reached(sure, possible, criterion.at_least), None, steps)

    return decide


def _use(criterion: c.Use, definitions: Mapping[str, Decider]) -> Decider:
    used = definitions[criterion.use]

    def decide(reader: Reader, assumed: Assumed) -> Step:
        step = used(reader, assumed)
        return _step(criterion, step.truth, None, (step,))

    return decide


def _age(criterion: c.Age, definitions: Mapping[str, Decider]) -> Decider:
    first = -1 if criterion.age.from_ is None else criterion.age.from_
    last = 999 if criterion.age.to is None else criterion.age.to

    def decide(reader: Reader, assumed: Assumed) -> Step:
        if reader.age is None:
            return _step(criterion, None, None, ())
        low, high = reader.age
        return _step(criterion, between(first <= low and high <= last, high < first or low > last), None, ())

    return decide


def _symptom(criterion: c.Symptom, definitions: Mapping[str, Decider]) -> Decider:
    """Only symptoms that somebody has spoken of leave a step: a record does not list those that one has not."""
    names = frozenset(f"symptom_{name}" for name in criterion.symptom)
    present = {name: fact_decider(c.FactIs.model_validate({"fact": name, "is": True})) for name in sorted(names)}

    def decide(reader: Reader, assumed: Assumed) -> Step:
        steps = tuple(present[name](reader, assumed) for name in sorted(names & reader.spoken))
        return _step(criterion, _reached(*_counted(steps), 1), None, steps)

    return decide


def _counted(steps: tuple[Step, ...]) -> tuple[int, int]:
    return sum(s.truth is True for s in steps), sum(s.truth is not False for s in steps)


def _fact(criterion: c.FactIs, definitions: Mapping[str, Decider]) -> Decider:
    return fact_decider(criterion)


def _family(criterion: c.Family, definitions: Mapping[str, Decider]) -> Decider:
    """Relatives listed with a condition are taken as the whole list; a condition nobody spoke of is missing."""
    wanted, enough = criterion.family, criterion.at_least
    names = [f"family_{condition}" for condition in wanted.condition]
    if_missing = missing_truth(criterion.if_missing)

    def decide(reader: Reader, assumed: Assumed) -> Step:
        readings = [reader.get(name) for name in names]
        counts = [relative_counts(wanted, fact.details, reader) for reading in readings for fact in reading.facts]
        sure, possible = sum(x is True for x in counts), sum(x is not False for x in counts)
        silent = next((r for r in readings if r.state != "known" and not r.facts), None)
        shown = next((r for r in readings if r.facts), silent or readings[0])
        if silent is None or sure >= enough:
            return _step(criterion, _reached(sure, possible, enough), shown, ())
        if possible > 0 or silent.state == "unknown":
            return _step(criterion, None, shown, ())
        return _step(criterion, if_missing, shown, ())

    return decide


def _risk(criterion: c.Risk, definitions: Mapping[str, Decider]) -> Decider:
    if_missing = missing_truth(criterion.if_missing)

    def decide(reader: Reader, assumed: Assumed) -> Step:
        low, high = reader.estimates.bounds(criterion.risk)
        if low is None or high is None:
            return _step(criterion, if_missing, None, ())
        if criterion.at_least is not None:
            enough = criterion.at_least
            return _step(criterion, between(low.value >= enough, high.value < enough), None, ())
        categories = criterion.category or []
        first, second = low.category in categories, high.category in categories
        return _step(criterion, first if first == second else None, None, ())

    return decide


def _step(criterion: c.Criterion, truth: Truth, reading: ReducedValue | None, steps: tuple[Step, ...]) -> Step:
    return tuple.__new__(Step, (criterion, truth, reading, steps))  # NamedTuple's own constructor costs twice as much


def _reached(sure: int, possible: int, wanted: int) -> Truth:
    return between(sure >= wanted, possible < wanted)


_READERS: dict[type, Callable[[Any, Mapping[str, Decider]], Decider]] = {
    c.All: _all, c.Any_: _any, c.Not: _not, c.AtLeast: _at_least, c.Use: _use, c.Age: _age, c.FactIs: _fact,
    c.Symptom: _symptom, c.Family: _family, c.Risk: _risk,
}

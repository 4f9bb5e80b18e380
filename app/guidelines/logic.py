"""Kleene logic over reduced facts: how each criterion is decided, and the trace that it leaves.

One function a kind of criterion, none longer than the sentence that describes it in `app.guidelines.criteria`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.dates import PartialDate, Period, add, add_years, age_on
from app.facts.derive import DEPENDS
from app.facts.model import FactSheet
from app.guidelines import criteria as c
from app.guidelines.estimates import Estimates
from app.guidelines.recommendation import Step, Truth

if TYPE_CHECKING:
    from app.facts.reduce import ReducedFacts, ReducedValue

Definitions = dict[str, c.Criterion]
Assumed = dict[str, None]


class Reader:
    """What criteria may look at: reduced facts, the day, the age, risk estimates. Memoised for one person and day."""

    __slots__ = ("age", "as_of", "birth", "decided", "estimates", "facts", "get", "sheet", "spoken_symptoms")

    def __init__(self, facts: ReducedFacts, sheet: FactSheet) -> None:
        self.facts, self.sheet = facts, sheet
        self.as_of: date = sheet.as_of
        self.birth: PartialDate | None = sheet.subject.birth_date if sheet.subject else None
        self.age: tuple[int, int] | None = (
            (age_on(self.birth.latest, self.as_of), age_on(self.birth.earliest, self.as_of)) if self.birth else None
        )
        self.get: Callable[[str], ReducedValue] = facts.get
        self.estimates = Estimates(facts, sheet)
        self.decided: dict[tuple[int, str], Step] = {}
        self.spoken_symptoms = {name for name in sheet.facts if name.startswith("symptom_")}
        self.spoken_symptoms.update(item.id for item in sheet.unknown)

    def base(self, name: str) -> str:
        """The fact that a reduction is made from (or the fact itself)."""
        entry = self.facts.vocabulary.reductions.get(name)
        return entry[0].id if entry else name

    def questions(self, name: str) -> Iterator[str]:
        """The facts to ask for when this one is not known: for a computed one, the parts that are not known."""
        base = self.base(name)
        parts = [part for part in DEPENDS.get(base, ()) if part == "birth_date" or self.get(part).state != "known"]
        yield from parts or [base]


def decide(criterion: c.Criterion, reader: Reader, definitions: Definitions, assumed: Assumed) -> Step:
    """The truth of a criterion for this person, with its trace. `assumed` collects facts presumed absent."""
    return _DECIDERS[type(criterion)](criterion, reader, definitions, assumed)


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
        elif step.reading is not None:
            yield from reader.questions(step.reading.name)


def _all(criterion: c.All, reader: Reader, definitions: Definitions, assumed: Assumed) -> Step:
    steps: list[Step] = []
    truth: Truth = True
    for child in criterion.all:
        step = decide(child, reader, definitions, assumed)
        steps.append(step)
        if step.truth is False:  # decided: the rest cannot change it
            return Step(criterion, False, None, tuple(steps))
        if step.truth is None:
            truth = None
    return Step(criterion, truth, None, tuple(steps))


def _any(criterion: c.Any_, reader: Reader, definitions: Definitions, assumed: Assumed) -> Step:
    steps: list[Step] = []
    truth: Truth = False
    for child in criterion.any:
        step = decide(child, reader, definitions, assumed)
        steps.append(step)
        if step.truth is True:
            return Step(criterion, True, None, tuple(steps))
        if step.truth is None:
            truth = None
    return Step(criterion, truth, None, tuple(steps))


def _not(criterion: c.Not, reader: Reader, definitions: Definitions, assumed: Assumed) -> Step:
    step = decide(criterion.not_, reader, definitions, assumed)
    return Step(criterion, None if step.truth is None else not step.truth, None, (step,))


def _at_least(criterion: c.AtLeast, reader: Reader, definitions: Definitions, assumed: Assumed) -> Step:
    steps = tuple(decide(child, reader, definitions, assumed) for child in criterion.of)
    sure = sum(step.truth is True for step in steps)
    possible = sum(step.truth is not False for step in steps)
    return Step(criterion, _reached(sure, possible, criterion.at_least), None, steps)


def _use(criterion: c.Use, reader: Reader, definitions: Definitions, assumed: Assumed) -> Step:
    """A definition is decided once for a person, however many tracks use it."""
    key = (id(definitions), criterion.use)
    if (step := reader.decided.get(key)) is None:
        step = reader.decided[key] = decide(definitions[criterion.use], reader, definitions, assumed)
    return Step(criterion, step.truth, None, (step,))


def _age(criterion: c.Age, reader: Reader, definitions: Definitions, assumed: Assumed) -> Step:
    if reader.age is None:
        return Step(criterion, None)
    low, high = reader.age
    first, last = criterion.age.from_, criterion.age.to
    if (first is not None and high < first) or (last is not None and low > last):
        return Step(criterion, False)
    inside = (first is None or low >= first) and (last is None or high <= last)
    return Step(criterion, True if inside else None)


def _fact(criterion: c.FactIs, reader: Reader, definitions: Definitions, assumed: Assumed) -> Step:
    reading = reader.get(criterion.fact)
    if criterion.known is not None:
        has_value = reading.state == "known" and reading.value is not None
        return Step(criterion, has_value is criterion.known, reading)
    if reading.state == "presumed":
        assumed[reader.base(reading.name)] = None
    elif reading.state != "known":
        return Step(criterion, _if_missing(criterion.if_missing), reading)
    return Step(criterion, _compare(criterion, reading, reader), reading)


def _compare(criterion: c.FactIs, reading: ReducedValue, reader: Reader) -> Truth:
    if criterion.is_ is not None:
        return bool(reading.value == criterion.is_)
    if criterion.in_ is not None:
        return reading.value in criterion.in_
    if criterion.within is not None or criterion.later_than is not None or criterion.before_age is not None:
        return _compare_day(criterion, reading, reader)
    return _compare_number(criterion, reading)


def _compare_number(criterion: c.FactIs, reading: ReducedValue) -> Truth:
    """On the interval of the value; rounding at 9 decimals keeps class edges where paper has them."""
    if reading.low is None or reading.high is None:
        return False  # known to have no value (no such measurement): no threshold is reached
    low, high = round(reading.low, 9), round(reading.high, 9)
    truths: list[Truth] = []
    if criterion.at_least is not None:
        truths.append(_between(low >= criterion.at_least, high < criterion.at_least))
    if criterion.more_than is not None:
        truths.append(_between(low > criterion.more_than, high <= criterion.more_than))
    if criterion.at_most is not None:
        truths.append(_between(high <= criterion.at_most, low > criterion.at_most))
    if criterion.less_than is not None:
        truths.append(_between(high < criterion.less_than, low >= criterion.less_than))
    if False in truths:
        return False
    return None if None in truths else True


def _compare_day(criterion: c.FactIs, reading: ReducedValue, reader: Reader) -> Truth:
    first, last = reading.earliest, reading.latest
    if first is None or last is None:
        return False  # known never to have happened
    if criterion.within is not None:
        period = Period.parse(criterion.within)
        return _between(add(first, period) > reader.as_of, add(last, period) <= reader.as_of)
    if criterion.before_age is not None:
        if reader.birth is None:
            return None
        from_day = add_years(reader.birth.earliest, criterion.before_age)
        to_day = add_years(reader.birth.latest, criterion.before_age)
        return _between(last < from_day, first >= to_day)
    assert criterion.later_than is not None
    other = reader.get(criterion.later_than)
    if other.state not in ("known", "absent"):
        return None
    if other.earliest is None or other.latest is None:
        return True  # nothing known to have followed
    return _between(first > other.latest, last <= other.earliest)


def _symptom(criterion: c.Symptom, reader: Reader, definitions: Definitions, assumed: Assumed) -> Step:
    """Only symptoms that somebody has spoken of leave a step: a record does not list those that one has not."""
    steps: list[Step] = []
    truth: Truth = False
    for name in criterion.symptom:
        if f"symptom_{name}" in reader.spoken_symptoms:
            step = _fact(_present(name), reader, definitions, assumed)
            steps.append(step)
            if step.truth is True:
                return Step(criterion, True, step.reading, tuple(steps))
            if step.truth is None:
                truth = None
    return Step(criterion, truth, None, tuple(steps))


@lru_cache(maxsize=256)
def _present(symptom: str) -> c.FactIs:
    return c.FactIs.model_validate({"fact": f"symptom_{symptom}", "is": True})


def _family(criterion: c.Family, reader: Reader, definitions: Definitions, assumed: Assumed) -> Step:
    sure = possible = 0
    silent = False
    seen: ReducedValue | None = None
    for condition in criterion.family.condition:
        reading = reader.get(f"family_{condition}")
        seen = reading if seen is None or reading.facts else seen
        if reading.state in ("unknown", "stale") or (reading.state == "absent" and not reading.facts):
            silent = True
            continue
        for fact in reading.facts:
            counts = _relative_counts(criterion.family, fact.details)
            sure += counts is True
            possible += counts is not False
    if sure >= criterion.at_least or not silent:
        return Step(criterion, _reached(sure, possible, criterion.at_least), seen)
    return Step(criterion, _if_missing(criterion.if_missing), seen)


def _relative_counts(wanted: c.Relatives, details: Any) -> Truth:
    """Does this relative count? Unknown degree or age at diagnosis leaves it open."""
    truths: list[Truth] = []
    if wanted.degree is not None:
        degree = details.get("degree")
        truths.append(None if degree is None else degree == wanted.degree)
    if wanted.relation is not None:
        relation = details.get("relation")
        truths.append(None if relation is None else relation in wanted.relation)
    low, high = details.get("onset_low"), details.get("onset_high")
    low, high = (0 if low is None else low), (999 if high is None else high)
    if wanted.before_age is not None:
        truths.append(_between(high < wanted.before_age, low >= wanted.before_age))
    if wanted.from_age is not None:
        truths.append(_between(low >= wanted.from_age, high < wanted.from_age))
    if False in truths:
        return False
    return None if None in truths else True


def _risk(criterion: c.Risk, reader: Reader, definitions: Definitions, assumed: Assumed) -> Step:
    low, high = reader.estimates.bounds(criterion.risk)
    if low is None or high is None:
        return Step(criterion, _if_missing(criterion.if_missing))
    if criterion.at_least is not None:
        return Step(criterion, _between(low.value >= criterion.at_least, high.value < criterion.at_least))
    assert criterion.category is not None
    first, second = low.category in criterion.category, high.category in criterion.category
    return Step(criterion, first if first == second else None)


def _between(surely: bool, surely_not: bool) -> Truth:
    return True if surely else False if surely_not else None


def _reached(sure: int, possible: int, wanted: int) -> Truth:
    return _between(sure >= wanted, possible < wanted)


def _if_missing(policy: c.Missing | None) -> Truth:
    return None if policy is None else policy == "yes"


_DECIDERS: dict[type, Callable[[Any, Reader, Definitions, Assumed], Step]] = {
    c.All: _all, c.Any_: _any, c.Not: _not, c.AtLeast: _at_least, c.Use: _use, c.Age: _age, c.FactIs: _fact,
    c.Symptom: _symptom, c.Family: _family, c.Risk: _risk,
}

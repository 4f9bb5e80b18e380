"""Comparisons on one reduced fact: words, numbers as intervals, days as intervals.

Each answers true or false only when it holds for everything that the value may be, and unknown (None) otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.dates import Period, add, add_years
from app.guidelines import criteria as c
from app.guidelines.recommendation import Step, Truth

if TYPE_CHECKING:
    from app.facts.reduce import ReducedValue
    from app.guidelines.reader import Assumed, Decider, Reader

Comparison = Callable[["ReducedValue", "Reader"], Truth]


def fact_decider(criterion: c.FactIs) -> Decider:
    """The function that a comparison on one fact stands for."""
    other = criterion.after or criterion.later_than or criterion.before
    if other is not None:
        return _beside(criterion, other)
    name, if_missing = criterion.fact, missing_truth(criterion.if_missing)
    compare, known = _comparison(criterion), criterion.known
    new = tuple.__new__  # see `step_of`

    def decide(reader: Reader, assumed: Assumed) -> Step:
        reading = reader.get(name)
        state = reading.state
        if known is not None:
            return new(Step, (criterion, (state == "known" and reading.value is not None) is known, reading, (), ()))
        if state == "known":
            return new(Step, (criterion, compare(reading, reader), reading, (), ()))
        if state == "presumed":
            assumed[reader.base(name)] = None
            return new(Step, (criterion, compare(reading, reader), reading, (), ()))
        return new(Step, (criterion, None if state == "unknown" else if_missing, reading, (), ()))

    return decide


def missing_truth(policy: c.Missing | None) -> Truth:
    """What silence means for a criterion. What is *said* to be unknown stays unknown whatever the policy."""
    return None if policy is None else policy == "yes"


def _comparison(criterion: c.FactIs) -> Comparison:
    if criterion.is_ is not None:
        wanted = criterion.is_
        return lambda reading, reader: reading.value == wanted
    if criterion.in_ is not None:
        words = frozenset(criterion.in_)
        return lambda reading, reader: reading.value in words
    if criterion.within is not None:
        return _within(Period.parse(criterion.within))
    if criterion.before_age is not None:
        return _before_age(criterion.before_age)
    return _number(criterion)


def _number(criterion: c.FactIs) -> Comparison:
    """Rounding at 9 decimals keeps class edges where paper has them (129.6 kg at 1.80 m is 40, not 39.99…)."""
    at_least, more_than = criterion.at_least, criterion.more_than
    at_most, less_than = criterion.at_most, criterion.less_than

    def compare(reading: ReducedValue, reader: Reader) -> Truth:
        if reading.low is None or reading.high is None:
            return False  # known to have no value (no such measurement): no threshold is reached
        low, high = round(reading.low, 9), round(reading.high, 9)
        truths: list[Truth] = []
        if at_least is not None:
            truths.append(between(low >= at_least, high < at_least))
        if more_than is not None:
            truths.append(between(low > more_than, high <= more_than))
        if at_most is not None:
            truths.append(between(high <= at_most, low > at_most))
        if less_than is not None:
            truths.append(between(high < less_than, low >= less_than))
        return all_of(truths)

    return compare


def _within(period: Period) -> Comparison:
    def compare(reading: ReducedValue, reader: Reader) -> Truth:
        if reading.earliest is None or reading.latest is None:
            return False  # known never to have happened
        return between(add(reading.earliest, period) > reader.as_of, add(reading.latest, period) <= reader.as_of)

    return compare


def _before_age(age: int) -> Comparison:
    def compare(reading: ReducedValue, reader: Reader) -> Truth:
        if reading.earliest is None or reading.latest is None:
            return False
        if reader.birth is None:
            return None
        first, last = add_years(reader.birth.earliest, age), add_years(reader.birth.latest, age)
        return between(reading.latest < first, reading.earliest >= last)

    return compare


def _beside(criterion: c.FactIs, other_name: str) -> Decider:
    """A day held against another one. `if_missing` speaks for either."""
    name, if_missing = criterion.fact, missing_truth(criterion.if_missing)
    period = Period.parse(criterion.within) if criterion.within else None

    def decide(reader: Reader, assumed: Assumed) -> Step:
        reading, other = reader.get(name), reader.get(other_name)
        truth: Truth
        if reading.state != "known":
            truth = None if reading.state == "unknown" else if_missing
        elif reading.earliest is None or reading.latest is None:
            truth = False  # known never to have happened
        elif other.state != "known" and not (other.state == "absent" and criterion.later_than is not None):
            truth = if_missing if other.state == "absent" else None
        elif other.earliest is None or other.latest is None:
            truth = criterion.later_than is not None  # nothing known to have followed
        elif period is not None:
            truth = all_of([
                between(reading.earliest >= other.latest, reading.latest < other.earliest),
                between(reading.latest < add(other.earliest, period), reading.earliest >= add(other.latest, period)),
            ])
        elif criterion.later_than is not None:
            truth = between(reading.earliest > other.latest, reading.latest <= other.earliest)
        else:
            truth = between(reading.latest < other.earliest, reading.earliest >= other.latest)
        return Step(criterion, truth, reading, (), (other,))

    return decide


def all_of(truths: list[Truth]) -> Truth:
    return False if False in truths else None if None in truths else True


def between(surely: bool, surely_not: bool) -> Truth:
    return True if surely else False if surely_not else None


def reached(sure: int, possible: int, wanted: int) -> Truth:
    """Are so many reached, when `sure` hold and at most `possible` may?"""
    return between(sure >= wanted, possible < wanted)

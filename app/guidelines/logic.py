"""Kleene logic over reduced facts: how each criterion is decided, and the trace that it leaves.

A criterion is read once into a function from a person (`Reader`) to a `Step`; one function a kind of criterion, none
longer than the sentence that describes it in `app.guidelines.criteria`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.guidelines import criteria as c
from app.guidelines import leaves
from app.guidelines.compare import fact_decider, reached
from app.guidelines.family import family_decider
from app.guidelines.reader import Assumed, Decider, Reader
from app.guidelines.recommendation import Step, Truth
from app.guidelines.recommendation import step_of as _step
from app.guidelines.silent import Definition, Definitions, age_limits, once_for_the_silent


def read(criterion: c.Criterion, definitions: Definitions) -> Decider:
    """The function that a criterion stands for. Raises KeyError for an unknown definition (packs are checked)."""
    decide = _READERS[type(criterion)](criterion, definitions)
    if type(criterion) in _AS_SOON_DECIDED:
        return decide
    return once_for_the_silent(decide, lambda: age_limits(criterion, definitions))


def read_definitions(definitions: Mapping[str, c.Criterion]) -> dict[str, Definition]:
    """A guideline's definitions, in the order of the file: each may use those before it."""
    found: dict[str, Definition] = {}
    for name, criterion in definitions.items():
        found[name] = Definition(_once(read(criterion, found)), age_limits(criterion, found))
    return found


def _once(decider: Decider) -> Decider:
    """A definition is decided once for a person, however many tracks use it."""
    key = id(decider)

    def decide(reader: Reader, assumed: Assumed) -> Step:
        if (step := reader.decided.get(key)) is None:
            step = reader.decided[key] = decider(reader, assumed)
        return step

    return decide


def _all(criterion: c.All, definitions: Definitions) -> Decider:
    # an age says no at no cost, and is the plainest reason: it is looked at first, wherever it is written
    ordered = sorted(criterion.all, key=lambda child: not (isinstance(child, c.Age) and child.at is None))
    first, *children = [read(child, definitions) for child in ordered]
    refusal = _step(criterion, False)  # the last one that the first condition gave: for many people it is the same

    def decide(reader: Reader, assumed: Assumed) -> Step:
        nonlocal refusal
        step = first(reader, assumed)
        truth = step.truth
        if truth is False:
            if not refusal.steps or refusal.steps[0] is not step:
                refusal = _step(criterion, False, None, (step,))
            return refusal
        steps = [step]
        for child in children:
            step = child(reader, assumed)
            steps.append(step)
            if step.truth is False:  # decided: the rest cannot change it
                return _step(criterion, False, None, tuple(steps))
            if step.truth is None:
                truth = None
        return _step(criterion, truth, None, tuple(steps))

    return decide


def _any(criterion: c.Any_, definitions: Definitions) -> Decider:
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


def _not(criterion: c.Not, definitions: Definitions) -> Decider:
    child = read(criterion.not_, definitions)

    def decide(reader: Reader, assumed: Assumed) -> Step:
        step = child(reader, assumed)
        return _step(criterion, None if step.truth is None else not step.truth, None, (step,))

    return decide


def _at_least(criterion: c.AtLeast, definitions: Definitions) -> Decider:
    children = [read(child, definitions) for child in criterion.of]

    def decide(reader: Reader, assumed: Assumed) -> Step:
        steps = tuple(child(reader, assumed) for child in children)
        sure = sum(step.truth is True for step in steps)
        possible = sum(step.truth is not False for step in steps)
        return _step(criterion, reached(sure, possible, criterion.at_least), None, steps)

    return decide


def _use(criterion: c.Use, definitions: Definitions) -> Decider:
    used = definitions[criterion.use].decide

    def decide(reader: Reader, assumed: Assumed) -> Step:
        step = used(reader, assumed)
        return _step(criterion, step.truth, None, (step,))

    return decide


def _leaf(decider: Callable[[Any], Decider]) -> Callable[[Any, Definitions], Decider]:
    """A leaf uses no definition."""
    return lambda criterion, definitions: decider(criterion)


_READERS: dict[type, Callable[[Any, Definitions], Decider]] = {
    c.All: _all, c.Any_: _any, c.Not: _not, c.AtLeast: _at_least, c.Use: _use,
    c.Age: _leaf(leaves.age), c.Born: _leaf(leaves.born), c.InSeason: _leaf(leaves.in_season),
    c.FactIs: _leaf(fact_decider), c.Symptom: _leaf(leaves.symptom), c.Family: _leaf(family_decider),
    c.Risk: _leaf(leaves.risk), c.GuidelineIs: _leaf(leaves.guideline_is),
}

_AS_SOON_DECIDED = frozenset({c.Age, c.Born, c.InSeason, c.GuidelineIs})
"""Leaves that are decided as soon as looked up, or that silence does not decide."""

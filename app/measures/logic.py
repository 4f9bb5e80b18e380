"""Criteria of populations, read into functions from a patient to a step: Kleene logic, with a trace.

An event leaf is true or false: a record is taken as the whole list, and what is not certain does not count (the trace
shows it). An age without a birth date and an absent element of the Patient are unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from app.dates import Period, age_on
from app.measures import criteria as c
from app.measures.events import Events
from app.measures.passes import node_test, place_of
from app.measures.person import NOTHING, Found, Item, Person
from app.measures.relations import PointOf, point_of
from app.measures.times import AFTER_ALL, BEFORE_ALL, DAY, ceil_day, day_of, floor_day

Truth = bool | None


class Step(NamedTuple):
    """One criterion as it was decided; `found` is what an event leaf selected."""

    criterion: Any
    truth: Truth
    found: Found | None = None
    steps: tuple[Step, ...] = ()


def _step(criterion: Any, truth: Truth, steps: tuple[Step, ...]) -> Step:
    return tuple.__new__(Step, (criterion, truth, None, steps))  # NamedTuple's own constructor costs twice as much


Decider = Callable[[Person], Step]


def read(criterion: Any, events: Events, definitions: Mapping[str, Any]) -> Decider:
    """The function that a criterion stands for; names were checked when the content was read.

    Of most criteria, most patients have nothing: where a criterion rests on events alone, the step of a patient without
    any resource that they could select is always the same, and made once.
    """
    decide = _READERS[type(criterion)](criterion, events, definitions)
    rests_on = _rests_on(criterion, events, definitions)
    if rests_on is None:
        return decide
    silent = decide(Person({}, [], len(events.order), None))

    def decide_if_touched(person: Person) -> Step:
        return decide(person) if person.touched & rests_on else silent

    return decide_if_touched


def _rests_on(criterion: Any, events: Events, definitions: Mapping[str, Any]) -> int | None:
    """The base events (as bits) whose resources decide it; None when something else does too."""
    match criterion:
        case c.EventCount():
            return events.base_of(criterion.event)
        case c.Use():
            return _rests_on(definitions[criterion.use], events, definitions)
        case c.Not():
            return _rests_on(criterion.not_, events, definitions)
        case c.All():
            children = criterion.all
        case c.Any_():
            children = criterion.any
        case c.AtLeast():
            children = criterion.of
        case _:
            return None
    found = 0
    for child in children:
        bits = _rests_on(child, events, definitions)
        if bits is None:
            return None
        found |= bits
    return found


def _all(criterion: c.All, events: Events, definitions: Mapping[str, Any]) -> Decider:
    children = [read(child, events, definitions) for child in criterion.all]

    def decide(person: Person) -> Step:
        steps: list[Step] = []
        truth: Truth = True
        for child in children:
            step = child(person)
            steps.append(step)
            if step[1] is False:  # decided: the rest cannot change it
                return _step(criterion, False, tuple(steps))
            if step[1] is None:
                truth = None
        return _step(criterion, truth, tuple(steps))

    return decide


def _any(criterion: c.Any_, events: Events, definitions: Mapping[str, Any]) -> Decider:
    children = [read(child, events, definitions) for child in criterion.any]

    def decide(person: Person) -> Step:
        steps: list[Step] = []
        truth: Truth = False
        for child in children:
            step = child(person)
            steps.append(step)
            if step[1] is True:
                return _step(criterion, True, tuple(steps))
            if step[1] is None:
                truth = None
        return _step(criterion, truth, tuple(steps))

    return decide


def _not(criterion: c.Not, events: Events, definitions: Mapping[str, Any]) -> Decider:
    child = read(criterion.not_, events, definitions)

    def decide(person: Person) -> Step:
        step = child(person)
        return Step(criterion, None if step.truth is None else not step.truth, None, (step,))

    return decide


def _at_least(criterion: c.AtLeast, events: Events, definitions: Mapping[str, Any]) -> Decider:
    children = [read(child, events, definitions) for child in criterion.of]

    def decide(person: Person) -> Step:
        steps = tuple(child(person) for child in children)
        sure = sum(step.truth is True for step in steps)
        possible = sum(step.truth is not False for step in steps)
        truth = True if sure >= criterion.at_least else (None if possible >= criterion.at_least else False)
        return Step(criterion, truth, None, steps)

    return decide


def _use(criterion: c.Use, events: Events, definitions: Mapping[str, Any]) -> Decider:
    name, used = criterion.use, read(definitions[criterion.use], events, definitions)

    def decide(person: Person) -> Step:
        step = person.decided.get(name)
        if step is None:
            inner = used(person)
            step = person.decided[name] = _step(criterion, inner.truth, (inner,))
        return step

    return decide


def _age(criterion: c.Age, events: Events, definitions: Mapping[str, Any]) -> Decider:
    at = None if criterion.at is None else point_of(events.points.point(criterion.at), events.select)
    first = criterion.age.from_ or 0  # who is not born yet has no age that counts
    last = 999 if criterion.age.to is None else criterion.age.to
    steps = {truth: Step(criterion, truth) for truth in (True, False, None)}

    def decide(person: Person) -> Step:
        if (ages := person.age if at is None else _ages(person, at)) is None:
            return steps[None]
        low, high = ages
        if first <= low and high <= last:
            return steps[True]
        return steps[False if high < first or low > last else None]

    return decide


def _ages(person: Person, at: PointOf) -> tuple[int, int] | None:
    bound = at(person, None)
    if person.birth is None or bound is None or bound[0] == BEFORE_ALL or bound[1] == AFTER_ALL:
        return None
    return age_on(person.birth.latest, day_of(bound[0])), age_on(person.birth.earliest, day_of(bound[1]))


def _patient(criterion: c.Patient, events: Events, definitions: Mapping[str, Any]) -> Decider:
    find, passes = place_of(criterion.patient), node_test(criterion.patient, events.names)
    steps = {truth: Step(criterion, truth) for truth in (True, False, None)}
    asks_whether = criterion.patient.known is not None

    def decide(person: Person) -> Step:
        nodes = find(person.patient, person)
        return steps[None if not nodes and not asks_whether else passes(nodes)]

    return decide


def _event(criterion: c.EventCount, events: Events, definitions: Mapping[str, Any]) -> Decider:
    select, days = events.select[criterion.event], criterion.distinct == "days"
    at_least = 1 if criterion.at_least is None and criterion.at_most is None else criterion.at_least or 0
    at_most = criterion.at_most
    nothing = Step(criterion, at_least == 0, NOTHING)

    def decide(person: Person) -> Step:
        found = select(person)
        if found is NOTHING:
            return nothing
        items = found.items
        count = len({_day(item) for item in items} - {None}) if days else len(items)
        return Step(criterion, count >= at_least and (at_most is None or count <= at_most), found)

    return decide


def _day(item: Item) -> int | None:
    return None if item.interval is None else item.interval[0] // DAY


def _covered(criterion: c.Covered, events: Events, definitions: Mapping[str, Any]) -> Decider:
    select, window = events.select[criterion.covered], _window(criterion.during, events)
    longest = Period.parse(criterion.longest_gap).days if criterion.longest_gap else 0

    def decide(person: Person) -> Step:
        found = select(person)
        if (within := window(person)) is None:
            return Step(criterion, None, found)
        first, last = within
        holes, reached = [], first
        for start, end in _merged(found.items, first, last):
            if start > reached:
                holes.append(start - reached)
            reached = end + 1
        if reached <= last:
            holes.append(last - reached + 1)
        truth = len(holes) <= criterion.gaps and all(hole <= longest for hole in holes)
        return Step(criterion, truth, found)

    return decide


def _days_of(criterion: c.DaysOf, events: Events, definitions: Mapping[str, Any]) -> Decider:
    select, window = events.select[criterion.days_of], _window(criterion.during, events)

    def decide(person: Person) -> Step:
        found = select(person)
        if (within := window(person)) is None:
            return Step(criterion, None, found)
        days = sum(end - start + 1 for start, end in _merged(found.items, *within))
        return Step(criterion, days >= criterion.at_least, found)

    return decide


def _window(target: Any, events: Events) -> Callable[[Person], tuple[int, int] | None]:
    """First and last day (as numbers) for certain within; None when there is no such window for the patient."""
    first, last = (point_of(point, events.select) for point in events.points.ends_of(target))

    def days(person: Person) -> tuple[int, int] | None:
        low, high = first(person, None), last(person, None)
        return None if low is None or high is None else (floor_day(low[1]) // DAY, ceil_day(high[0]) // DAY)

    return days


def _merged(items: tuple[Item, ...], first: int, last: int) -> list[tuple[int, int]]:
    """The days that the items cover for certain within the window, as runs in order."""
    spans = sorted(
        (max(floor_day(item.interval[1]) // DAY, first), min(ceil_day(item.interval[2]) // DAY, last))
        for item in items if item.interval is not None
    )
    runs: list[tuple[int, int]] = []
    for start, end in spans:
        if end < start:
            continue
        if runs and start <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
        else:
            runs.append((start, end))
    return runs


_READERS: dict[type, Callable[[Any, Events, Mapping[str, Any]], Decider]] = {
    c.All: _all, c.Any_: _any, c.Not: _not, c.AtLeast: _at_least, c.Use: _use, c.Age: _age, c.Patient: _patient,
    c.EventCount: _event, c.Covered: _covered, c.DaysOf: _days_of,
}

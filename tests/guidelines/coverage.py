"""What the cases of a guideline leave untried: tracks without a case, thresholds tried on one side only.

Computed from the criteria, so that a threshold added to a guideline without its two cases makes a test fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel

from app.dates import Period, add, add_years
from app.facts.reduce import ReducedFacts
from app.facts.vocabulary import load_vocabulary
from app.guidelines import criteria as c
from app.guidelines.cases import Case, case_sheet, track_of
from app.guidelines.model import Guideline, Track
from app.guidelines.reader import Reader
from app.guidelines.recommendation import Recommendation
from app.guidelines.schedule.model import After

NEAR = 0.1
"""A value tries a threshold when it lies within a tenth of it."""

Tried = Callable[[Reader], int | None]
"""For a person: 1 at or past the threshold, 0 just before it, None when far from it or not known."""


def untried(guideline: Guideline, cases: list[tuple[Case, Recommendation]]) -> Iterator[str]:
    """One line for each gap."""
    seen = {track_of(found) for _, found in cases}
    for name in [*(track.id for track in guideline.tracks), "otherwise"]:
        if name not in seen:
            yield f"no case for {name}"
    readers = [_reader(case) for case, _ in cases]
    for threshold, tried in _thresholds(guideline):
        sides = {tried(reader) for reader in readers}
        for side, words in ((1, "at"), (0, "just before")):
            if side not in sides:
                yield f"no case {words} {threshold}"
    for track in guideline.tracks:
        for rule in track.schedule.due if track.schedule else []:
            dues = {
                found.due_from is not None and found.due_from <= case.as_of
                for case, found in cases
                if found.track is track and rule.after in {step.name for step in found.readings()}
            }
            expected = {False} if rule.plus != "once" and _kept_until_due(track, rule) else {True, False}
            if rule.plus != "once" and dues != expected:
                yield f"{track.id}: {rule.after} + {rule.plus} is not tried both before and on its day"
            if rule.plus == "once" and not dues:
                yield f"{track.id}: {rule.after} is not tried"


def _kept_until_due(track: Track, rule: After) -> bool:
    """The track holds only before its own due date (`within` a period, in the criterion or in a reduction of the same
    fact): another track says what is due then."""
    reductions = load_vocabulary().reductions

    def period(leaf: c.FactIs) -> str | None:
        if leaf.fact == rule.after:
            return leaf.within if leaf.after is None else None
        one, other = reductions.get(leaf.fact), reductions.get(rule.after)
        return one[1].within if one and other and one[0] is other[0] else None

    day = date(2001, 1, 1)
    periods = [period(leaf) for leaf in _leaves(track.when) if isinstance(leaf, c.FactIs)]
    return any(p and add(day, Period.parse(p)) <= add(day, Period.parse(rule.plus)) for p in periods)


def _reader(case: Case) -> Reader:
    sheet = case_sheet(case, load_vocabulary())
    return Reader(ReducedFacts(sheet), sheet)


def _thresholds(guideline: Guideline) -> Iterator[tuple[str, Tried]]:
    for criterion in _leaves([*guideline.definitions.values(), *(track.when for track in guideline.tracks)]):
        if isinstance(criterion, c.Age):
            if criterion.age.from_ is not None:
                yield f"age {criterion.age.from_}", _age(criterion.age.from_)
            if criterion.age.to is not None:
                yield f"age {criterion.age.to + 1}", _age(criterion.age.to + 1)
        elif isinstance(criterion, c.FactIs):
            for bound in (criterion.at_least, criterion.more_than, criterion.at_most, criterion.less_than):
                if bound is not None:
                    beyond = bound in (criterion.more_than, criterion.at_most)  # the bound itself is on the lower side
                    yield f"{criterion.fact} {bound}", _number(criterion.fact, bound, beyond=beyond)
            if criterion.within is not None and criterion.within != "P60Y":  # sixty years: ever
                yield f"{criterion.fact} within {criterion.within}", _within(criterion.fact, criterion.within)
            if criterion.before_age is not None:
                yield f"{criterion.fact} before age {criterion.before_age}", _before_age(criterion)
        elif isinstance(criterion, c.Family):
            yield from _family(criterion.family)


def _leaves(node: Any) -> Iterator[c.Strict]:
    if isinstance(node, list):
        for child in node:
            yield from _leaves(child)
    elif isinstance(node, c.Age | c.FactIs | c.Family):
        yield node
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from _leaves(getattr(node, name))


def _age(age: int) -> Tried:
    def tried(reader: Reader) -> int | None:
        if reader.birth is None or reader.birth.exact is None:
            return None
        days = (reader.as_of - add_years(reader.birth.exact, age)).days
        return {0: 1, -1: 0}.get(days)  # the birthday itself, and its eve

    return tried


def _number(fact: str, bound: float, *, beyond: bool) -> Tried:
    definition = load_vocabulary().facts.get(fact)
    counted = definition is not None and definition.pure_number and definition.unit == "1"

    def tried(reader: Reader) -> int | None:
        reading = reader.get(fact)
        near = 1.0 if counted or isinstance(reading.value, int) else abs(bound) * NEAR  # a count is tried one off
        if reading.low is None or abs(reading.low - bound) > near:
            return None
        value = round(reading.low, 9)
        return int(value > bound if beyond else value >= bound)

    return tried


def _within(fact: str, period: str) -> Tried:
    def tried(reader: Reader) -> int | None:
        day = reader.get(fact)
        if day.earliest is None or day.earliest != day.latest:
            return None
        return {0: 1, -1: 0}.get((reader.as_of - add(day.earliest, Period.parse(period))).days)

    return tried


def _before_age(criterion: c.FactIs) -> Tried:
    def tried(reader: Reader) -> int | None:
        day = reader.get(criterion.fact)
        if reader.birth is None or day.earliest is None or criterion.before_age is None:
            return None
        return {0: 1, -1: 0}.get((day.earliest - add_years(reader.birth.earliest, criterion.before_age)).days)

    return tried


def _family(wanted: c.Relatives) -> Iterator[tuple[str, Tried]]:
    def onsets(reader: Reader) -> list[float]:
        found = [fact.details for name in wanted.condition for fact in reader.get(f"family_{name}").facts]
        return [details["onset_low"] for details in found if details.get("onset_low") is not None]

    def onset_at(age: int) -> Tried:
        return lambda reader: {age: 1, age - 1: 0}.get(next(iter(onsets(reader)), -1))  # type: ignore[call-overload]

    def reached(reader: Reader) -> int | None:
        assert wanted.years_before is not None
        if reader.birth is None or reader.birth.exact is None:
            return None
        starts = [add_years(reader.birth.exact, int(onset) - wanted.years_before) for onset in onsets(reader)]
        return next(({0: 1, -1: 0}[d] for s in starts if (d := (reader.as_of - s).days) in (0, -1)), None)

    what = f"family {', '.join(wanted.condition)}"
    for age in (wanted.before_age, wanted.from_age):
        if age is not None:
            yield f"{what} at {age}", onset_at(age)
    if wanted.years_before is not None:
        yield f"{what} less {wanted.years_before} years", reached

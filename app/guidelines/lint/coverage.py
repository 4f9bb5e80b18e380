"""What the cases of a guideline leave untried: tracks without a case, thresholds tried on one side only.

Computed from the criteria, so that a threshold added to a guideline without its two cases is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from app.dates import Period, add, add_years
from app.facts.reduce import ReducedFacts
from app.facts.vocabulary import load_vocabulary
from app.guidelines import criteria as c
from app.guidelines.cases import Case, case_sheet, track_of
from app.guidelines.check import Place, criteria_of
from app.guidelines.leaves import in_season
from app.guidelines.model import Guideline, Track
from app.guidelines.reader import Reader
from app.guidelines.recommendation import Recommendation
from app.guidelines.schedule.model import After

NEAR = 0.1
"""A value tries a threshold when it lies within a tenth of it."""

EVER = "P60Y"
"""Sixty years ago or less: ever."""

Tried = Callable[[Reader], int | None]
"""For a person: 1 at or past the threshold, 0 just before it, None when far from it or not known."""

_SIDES = {0: 1, -1: 0}
"""Days since the threshold → side: the day itself, and its eve."""


class Gap(NamedTuple):
    place: Place
    problem: str


def untried(guideline: Guideline, cases: list[tuple[Case, Recommendation]]) -> Iterator[Gap]:
    """Each gap, with the place in the guideline's file that it is about."""
    seen = {track_of(found) for _, found in cases}
    for index, track in enumerate(guideline.tracks):
        if track.id not in seen:
            yield Gap(("tracks", index, "id"), f"no case for {track.id}")
    if "otherwise" not in seen:
        yield Gap(("otherwise",), "no case for otherwise")
    readers = [_reader(case) for case, _ in cases]
    told: set[str] = set()
    for place, threshold, tried in _thresholds(guideline):
        sides = {tried(reader) for reader in readers} if threshold not in told else {0, 1}
        told.add(threshold)
        for side, words in ((1, "at"), (0, "just before")):
            if side not in sides:
                yield Gap(place, f"no case {words} {threshold}")
    for index, track in enumerate(guideline.tracks):
        yield from _schedule(guideline, track, ("tracks", index, "schedule"), cases)


def _reader(case: Case) -> Reader:
    sheet = case_sheet(case, load_vocabulary())
    return Reader(ReducedFacts(sheet), sheet)


def _schedule(
    guideline: Guideline, track: Track, place: Place, cases: list[tuple[Case, Recommendation]]
) -> Iterator[Gap]:
    """Each interval before and on its day; other schedules due and not due (in any of the tracks that share them)."""
    if track.schedule is None:
        return
    shared = [one for one in cases if one[1].track is not None and one[1].track.schedule == track.schedule]
    for index, rule in enumerate(track.schedule.due):
        dues = {
            found.due_from is not None and found.due_from <= case.as_of
            for case, found in shared
            if found.track is track and rule.after in {step.name for step in found.readings()}
        }
        expected = {False} if rule.plus != "once" and _kept_until_due(guideline, track, rule) else {True, False}
        if rule.plus != "once" and dues != expected:
            problem = f"{track.id}: {rule.after} + {rule.plus} is not tried both before and on its day"
            yield Gap((*place, "due", index), problem)
        if rule.plus == "once" and not dues:
            yield Gap((*place, "due", index), f"{track.id}: {rule.after} is not tried")
    if not track.schedule.due and {found.status in ("due", "overdue") for _, found in shared} != {True, False}:
        yield Gap(place, f"{track.id}: no case both when it is due and when it is not")


def _kept_until_due(guideline: Guideline, track: Track, rule: After) -> bool:
    """The track holds only before its own due date (`within` a period, in the criterion or in a reduction of the same
    fact): another track says what is due then."""
    reductions = load_vocabulary().reductions

    def period(leaf: c.FactIs) -> str | None:
        if leaf.fact == rule.after:
            return leaf.within if leaf.after is None else None
        one, other = reductions.get(leaf.fact), reductions.get(rule.after)
        return one[1].within if one and other and one[0] is other[0] else None

    day, place = date(2001, 1, 1), ("tracks", guideline.tracks.index(track), "when")
    leaves = [leaf for at, leaf in criteria_of(guideline) if at[:3] == place and isinstance(leaf, c.FactIs)]
    return any(p and add(day, Period.parse(p)) <= add(day, Period.parse(rule.plus)) for p in map(period, leaves))


def _thresholds(guideline: Guideline) -> Iterator[tuple[Place, str, Tried]]:
    for place, criterion in criteria_of(guideline):
        for threshold, tried in _of(criterion):
            yield place, threshold, tried


def _of(criterion: c.Criterion) -> Iterator[tuple[str, Tried]]:
    if isinstance(criterion, c.Age):
        at = f" at {criterion.at}" if criterion.at else ""
        for age in (criterion.age.from_, None if criterion.age.to is None else criterion.age.to + 1):
            if age is not None:
                yield f"age {age}{at}", _age(age, criterion.at)
    elif isinstance(criterion, c.Born):
        days = (criterion.born.from_, criterion.born.to and criterion.born.to + timedelta(days=1))
        yield from ((f"birth date {day}", _born(day.toordinal())) for day in days if day)
    elif isinstance(criterion, c.InSeason):
        if criterion.at is not None:
            yield f"season {criterion.season.from_} to {criterion.season.to} of {criterion.at}", _in_season(criterion)
            return
        yield f"season from {criterion.season.from_}", _season(criterion.season.from_, days=0)
        yield f"season after {criterion.season.to}", _season(criterion.season.to, days=1)
    elif isinstance(criterion, c.FactIs):
        yield from _comparison(criterion)
    elif isinstance(criterion, c.Family):
        yield from _family(criterion.family)


def _comparison(criterion: c.FactIs) -> Iterator[tuple[str, Tried]]:
    for bound in (criterion.at_least, criterion.more_than, criterion.at_most, criterion.less_than):
        if bound is not None:
            beyond = bound in (criterion.more_than, criterion.at_most)  # the bound itself is on the lower side
            yield f"{criterion.fact} {bound}", _number(criterion.fact, bound, beyond=beyond)
    if criterion.within is not None and criterion.within != EVER:
        after = f" after {criterion.after}" if criterion.after else ""
        yield f"{criterion.fact} within {criterion.within}{after}", _within(criterion)
    if criterion.before_age is not None:
        yield f"{criterion.fact} before age {criterion.before_age}", _age(criterion.before_age, criterion.fact)


def _age(age: int, at: str | None) -> Tried:
    """On that birthday and on its eve, today or on the day of an act."""

    def tried(reader: Reader) -> int | None:
        day = reader.as_of if at is None else reader.get(at).earliest
        if reader.birth is None or reader.birth.exact is None or day is None:
            return None
        return _SIDES.get((day - add_years(reader.birth.exact, age)).days)

    return tried


def _born(ordinal: int) -> Tried:
    def tried(reader: Reader) -> int | None:
        return _SIDES.get(reader.birth.exact.toordinal() - ordinal) if reader.birth and reader.birth.exact else None

    return tried


def _season(month_day: str, *, days: int) -> Tried:
    """On the first day of the season (or the first after it), and on the eve."""

    def tried(reader: Reader) -> int | None:
        edge = [f"{reader.as_of - timedelta(days=days + before):%m-%d}" for before in (0, -1)]
        return {edge[0]: 1, edge[1]: 0}.get(month_day)

    return tried


def _in_season(criterion: c.InSeason) -> Tried:
    """Within and outside: the day of an act is not always known to the day."""
    decide = in_season(criterion)

    def tried(reader: Reader) -> int | None:
        truth = decide(reader, {}).truth
        return None if truth is None else int(truth)

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


def _within(criterion: c.FactIs) -> Tried:
    """On the day on which it is no longer within the period, and on the eve."""
    assert criterion.within is not None
    period = Period.parse(criterion.within)

    def tried(reader: Reader) -> int | None:
        day = reader.get(criterion.fact)
        if day.earliest is None or day.earliest != day.latest:
            return None
        if criterion.after is None:
            return _SIDES.get((reader.as_of - add(day.earliest, period)).days)
        start = reader.get(criterion.after).earliest
        return _SIDES.get((day.earliest - add(start, period)).days) if start else None

    return tried


def _family(wanted: c.Relatives) -> Iterator[tuple[str, Tried]]:
    def onsets(reader: Reader) -> list[float]:
        found = [fact.details for name in wanted.condition for fact in reader.get(f"family_{name}").facts]
        return [details["onset_low"] for details in found if details.get("onset_low") is not None]

    def onset_at(age: int) -> Tried:
        return lambda reader: {float(age): 1, age - 1.0: 0}.get(next(iter(onsets(reader)), -1.0))

    def reached(reader: Reader) -> int | None:
        assert wanted.years_before is not None
        if reader.birth is None or reader.birth.exact is None:
            return None
        starts = [add_years(reader.birth.exact, int(onset) - wanted.years_before) for onset in onsets(reader)]
        return next((_SIDES[days] for s in starts if (days := (reader.as_of - s).days) in _SIDES), None)

    what = f"family {', '.join(wanted.condition)}"
    for age in (wanted.before_age, wanted.from_age):
        if age is not None:
            yield f"{what} at {age}", onset_at(age)
    if wanted.years_before is not None:
        yield f"{what} less {wanted.years_before} years", reached

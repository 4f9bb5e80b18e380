"""Comparisons between an event's interval and points, read into functions for one patient at a time.

A comparison holds when it holds for all that both may be; what may hold and may not is told apart (`unclear`).
Days are compared unless `exact`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from app.dates import add_years
from app.measures.person import Person, Select
from app.measures.points import UPWARD, Birthday, Comparison, Fixed, Moving, OfEvent, Point, limits
from app.measures.times import SIDES, Bound, Interval, first_instant

PointOf = Callable[[Person, Interval | None], Bound | None]
"""A point for a patient and, in `with` and `without`, the other event; None when there is no such point."""
Holds = Callable[[Interval, Person, Interval | None], bool | None]
"""True, False, or None when it may be either."""


def holds(comparisons: Iterable[Comparison], events: dict[str, Select], *, exact: bool) -> Holds:
    """All of the comparisons, as one function."""
    each = [
        _fixed(one, one.point.bound, exact) if isinstance(one.point, Fixed) else _moving(one, events, exact)
        for one in comparisons
    ]
    if len(each) == 1:
        return each[0]

    def every(interval: Interval, person: Person, that: Interval | None) -> bool | None:
        truth: bool | None = True
        for one in each:
            found = one(interval, person, that)
            if found is False:
                return False
            if found is None:
                truth = None
        return truth

    return every


def _fixed(comparison: Comparison, point: Bound, exact: bool) -> Holds:
    surely, possibly = limits(comparison.op, point, exact)
    upward = comparison.op in UPWARD
    if comparison.side in ("starts", "ends"):  # nearly all: without a call in between
        low_at = 0 if comparison.side == "starts" else 2
        high_at = low_at + 1
        if upward:
            return lambda interval, person, that: (
                True if interval[low_at] >= surely else (None if interval[high_at] >= possibly else False)
            )
        return lambda interval, person, that: (
            True if interval[high_at] <= surely else (None if interval[low_at] <= possibly else False)
        )
    bound_of = SIDES[comparison.side]
    return lambda interval, person, that: _compare(bound_of(interval), upward, surely, possibly)


def _moving(comparison: Comparison, events: dict[str, Select], exact: bool) -> Holds:
    bound_of, point = SIDES[comparison.side], point_of(comparison.point, events)
    op, upward = comparison.op, comparison.op in UPWARD

    def compare(interval: Interval, person: Person, that: Interval | None) -> bool | None:
        there = point(person, that)
        return False if there is None else _compare(bound_of(interval), upward, *limits(op, there, exact))

    return compare


def _compare(bound: Bound, upward: bool, surely: int, possibly: int) -> bool | None:
    low, high = bound
    if upward:
        return True if low >= surely else (None if high >= possibly else False)
    return True if high <= surely else (None if low <= possibly else False)


def point_of(point: Point, events: dict[str, Select]) -> PointOf:
    """The function that a point stands for."""
    if isinstance(point, Fixed):
        bound = point.bound
        return lambda person, that: bound
    origin, moves = _origin(point, events), point.moves
    if not moves:
        return origin

    def moved(person: Person, that: Interval | None) -> Bound | None:
        found = origin(person, that)
        if found is None:
            return None
        low, high = found
        for move in moves:
            low, high = move(low), move(high)
        return low, high

    return moved


def _origin(point: Moving, events: dict[str, Select]) -> PointOf:
    origin = point.origin
    if isinstance(origin, Birthday):
        return _birthday(origin.years)
    bound_of = SIDES[origin.side]
    if isinstance(origin, OfEvent):
        select = events[origin.event]

        def of_event(person: Person, that: Interval | None) -> Bound | None:
            items = select(person).items
            return bound_of(items[0].interval) if items and items[0].interval is not None else None

        return of_event
    return lambda person, that: None if that is None else bound_of(that)


def _birthday(years: int) -> PointOf:
    def point(person: Person, that: Interval | None) -> Bound | None:
        birth = person.birth
        if birth is None or birth.latest.year + years > date.max.year:
            return None
        return first_instant(add_years(birth.earliest, years)), first_instant(add_years(birth.latest, years))

    return point

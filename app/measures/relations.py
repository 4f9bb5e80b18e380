"""How an event's interval lies to windows, birthdays and other events.

Each relation is one or two comparisons between an instant of the event (its start, end, latest or earliest instant) and
a point. A comparison holds when it holds for all that both may be; what may hold and may not is told apart (`unclear`).
Days are compared unless `exact`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal, NamedTuple

from app.dates import Period, add_years
from app.measures import model as m
from app.measures.person import Person, Select
from app.measures.times import (
    AFTER_ALL,
    BEFORE_ALL,
    DAY,
    SIDES,
    Bound,
    Interval,
    ceil_day,
    day_of,
    end_of,
    first_instant,
    floor_day,
    shift,
    start_of,
)

PointOf = Callable[[Person, Interval | None], Bound | None]
"""A point for a patient and, in `with` and `without`, the other event; None when there is no such point."""
Op = Literal["from", "after", "by", "before"]


class Fixed(NamedTuple):
    """A point that is the same for everybody."""

    bound: Bound


class Comparison(NamedTuple):
    side: m.Side
    op: Op
    point: Fixed | PointOf


Holds = Callable[[Interval, Person, Interval | None], bool | None]
"""True, False, or None when it may be either."""


class Relations:
    """Reads time conditions, for one measurement period."""

    def __init__(self, period: Interval, windows: dict[str, m.Window], events: dict[str, Select]) -> None:
        self.period, self.windows, self.events = period, windows, events

    def comparisons(self, time: m.Time) -> Iterator[Comparison]:
        if time.during is not None:
            yield from self._during("starts", "ends", time.during)
        if time.overlaps is not None:
            first, last = self.ends_of(time.overlaps)
            yield Comparison("starts", "by", last)
            yield Comparison("ends", "from", first)
        if time.covers is not None:
            first, last = self.ends_of(time.covers)
            yield Comparison("starts", "by", first)
            yield Comparison("ends", "from", last)
        if time.before is not None:
            yield Comparison("ends", "before", self.ends_of(time.before)[0])
        if time.after is not None:
            yield Comparison("starts", "after", self.ends_of(time.after)[1])
        for side in ("starts", "ends", "latest", "earliest"):
            if (when := getattr(time, side)) is not None:
                yield from self._when(side, when)

    def age(self, age: m.AgeAt) -> Iterator[Comparison]:
        """Completed years on the day of an instant, as birthdays that have been reached or not."""
        if age.from_ is not None:
            yield Comparison(age.at, "from", _birthday(age.from_))
        if age.to is not None:
            yield Comparison(age.at, "before", _birthday(age.to + 1))

    def _during(self, first_side: m.Side, last_side: m.Side, target: m.Target) -> Iterator[Comparison]:
        first, last = self.ends_of(target)
        yield Comparison(first_side, "from", first)
        yield Comparison(last_side, "by", last)

    def _when(self, side: m.Side, when: m.When) -> Iterator[Comparison]:
        if when.during is not None:
            yield from self._during(side, side, when.during)
        points: tuple[tuple[Op, m.Point | None], ...] = (
            ("from", when.from_), ("after", when.after), ("by", when.by), ("before", when.before),
        )
        for op, point in points:
            if point is not None:
                yield Comparison(side, op, self.point(point))

    def ends_of(self, target: m.Target) -> tuple[Fixed | PointOf, Fixed | PointOf]:
        """First and last point of an interval."""
        if isinstance(target, m.Window):
            first = Fixed((BEFORE_ALL, BEFORE_ALL)) if target.from_ is None else self.point(target.from_)
            last = Fixed((AFTER_ALL, AFTER_ALL)) if target.to is None else self.point(target.to)
            return first, last
        if isinstance(target, m.EventRef):
            select = self.events[target.event]
            return _of_event(select, "starts"), _of_event(select, "ends")
        if target == m.THAT:
            return (lambda person, that: that and start_of(that)), (lambda person, that: that and end_of(that))
        if target == m.PERIOD:
            return Fixed(start_of(self.period)), Fixed(end_of(self.period))
        return self.ends_of(self.windows[target])

    def point(self, point: m.Point) -> Fixed | PointOf:
        """A day: the origin, moved, put on a day of its year."""
        if point.birthday is not None:
            origin: Fixed | PointOf = _birthday(point.birthday)
        elif point.start_of is not None:
            origin = self.ends_of(point.start_of)[0]
        else:
            assert point.end_of is not None
            origin = self.ends_of(point.end_of)[1]
        length = point.plus or point.minus
        move = _mover(Period.parse(length) if length else None, 1 if point.plus else -1, point.day)
        if isinstance(origin, Fixed):
            return Fixed((move(origin.bound[0]), move(origin.bound[1])))
        found = origin

        def moved(person: Person, that: Interval | None) -> Bound | None:
            bound = found(person, that)
            return None if bound is None else (move(bound[0]), move(bound[1]))

        return moved

    def holds(self, comparisons: Iterator[Comparison], *, exact: bool) -> Holds:
        """All of the comparisons, as one function."""
        each = [_fixed(one, exact) if isinstance(one.point, Fixed) else _moving(one, exact) for one in comparisons]
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


def _limits(op: Op, point: Bound, exact: bool) -> tuple[int, int]:
    """What the instant must reach (or not pass) for certain, and what it must for it to be possible."""
    low, high = point
    if op == "from":
        return (high, low) if exact else (floor_day(high), floor_day(low))
    if op == "after":
        return (high + 1, low + 1) if exact else (ceil_day(high) + 1, ceil_day(low) + 1)
    if op == "by":
        return point if exact else (ceil_day(low), ceil_day(high))
    return (low - 1, high - 1) if exact else (floor_day(low) - 1, floor_day(high) - 1)


def _fixed(comparison: Comparison, exact: bool) -> Holds:
    assert isinstance(comparison.point, Fixed)
    surely, possibly = _limits(comparison.op, comparison.point.bound, exact)
    upward = comparison.op in ("from", "after")
    if comparison.side in ("starts", "ends"):
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

    def holds(interval: Interval, person: Person, that: Interval | None) -> bool | None:
        return _compare(bound_of(interval), upward, surely, possibly)

    return holds


def _moving(comparison: Comparison, exact: bool) -> Holds:
    bound_of = SIDES[comparison.side]
    op, point = comparison.op, comparison.point
    assert not isinstance(point, Fixed)
    upward = op in ("from", "after")

    def holds(interval: Interval, person: Person, that: Interval | None) -> bool | None:
        there = point(person, that)
        return False if there is None else _compare(bound_of(interval), upward, *_limits(op, there, exact))

    return holds


def _compare(bound: Bound, upward: bool, surely: int, possibly: int) -> bool | None:
    low, high = bound
    if upward:
        return True if low >= surely else (None if high >= possibly else False)
    return True if high <= surely else (None if low <= possibly else False)


def _of_event(select: Select, side: Literal["starts", "ends"]) -> PointOf:
    def point(person: Person, that: Interval | None) -> Bound | None:
        items = select(person).items
        if not items or items[0].interval is None:
            return None
        return SIDES[side](items[0].interval)

    return point


def _birthday(years: int) -> PointOf:
    def point(person: Person, that: Interval | None) -> Bound | None:
        birth = person.birth
        if birth is None or birth.latest.year + years > date.max.year:
            return None
        return first_instant(add_years(birth.earliest, years)), first_instant(add_years(birth.latest, years))

    return point


def _mover(period: Period | None, sign: int, on: str | None) -> Callable[[int], int]:
    def move(instant: int) -> int:
        if period is not None:
            instant = shift(instant, period, sign)
        if on is not None and instant not in (BEFORE_ALL, AFTER_ALL):
            day = date.fromisoformat(f"{day_of(instant).year:04}-{on}")
            instant = first_instant(day) + instant % DAY
        return instant

    return move

"""Time conditions as data that both engines read: comparisons between an instant of an event and a point.

Each relation of the content is one or two comparisons (`during` is "starts from … and ends by …"). A point is the same
for everybody (`Fixed`), or it moves with the patient: a birthday, a bound of an event that keeps only one, or a bound
of the other event of a `with` or `without`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from app.dates import Period
from app.measures import model as m
from app.measures.times import (
    AFTER_ALL,
    BEFORE_ALL,
    DAY,
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

Op = Literal["from", "after", "by", "before"]
End = Literal["starts", "ends"]


class Fixed(NamedTuple):
    """A point that is the same for everybody."""

    bound: Bound


class Birthday(NamedTuple):
    years: int


class OfEvent(NamedTuple):
    """A bound of the one item of an event."""

    event: str
    side: End


class OfThat(NamedTuple):
    """A bound of the other event, in `with` and `without`."""

    side: End


class Move(NamedTuple):
    """By a calendar period, forwards (1) or back (-1), then to a day of the year reached (`MM-JJ`)."""

    period: Period | None
    sign: int
    day: str | None

    def __call__(self, instant: int) -> int:
        if self.period is not None:
            instant = shift(instant, self.period, self.sign)
        if self.day is not None and instant not in (BEFORE_ALL, AFTER_ALL):
            there = date.fromisoformat(f"{day_of(instant).year:04}-{self.day}")
            instant = first_instant(there) + instant % DAY
        return instant


class Moving(NamedTuple):
    """A point that depends on the patient, or on the other event."""

    origin: Birthday | OfEvent | OfThat
    moves: tuple[Move, ...] = ()


Point = Fixed | Moving


class Comparison(NamedTuple):
    side: m.Side
    op: Op
    point: Point


Limits = tuple[int, int]


def limits(op: Op, point: Bound, exact: bool) -> Limits:
    """What the instant must reach (or not pass) for certain, and what it must for it to be possible."""
    low, high = point
    if op == "from":
        return (high, low) if exact else (floor_day(high), floor_day(low))
    if op == "after":
        return (high + 1, low + 1) if exact else (ceil_day(high) + 1, ceil_day(low) + 1)
    if op == "by":
        return point if exact else (ceil_day(low), ceil_day(high))
    return (low - 1, high - 1) if exact else (floor_day(low) - 1, floor_day(high) - 1)


UPWARD: frozenset[Op] = frozenset({"from", "after"})
"""Operations by which the instant must reach the limit; with the others it must not pass it."""


class Points:
    """Reads the time conditions of a measure, for one measurement period."""

    def __init__(self, period: Interval, windows: dict[str, m.Window]) -> None:
        self.period, self.windows = period, windows

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
        sides: tuple[tuple[m.Side, m.When | None], ...] = (
            ("starts", time.starts), ("ends", time.ends), ("latest", time.latest), ("earliest", time.earliest),
        )
        for side, when in sides:
            if when is not None:
                yield from self._when(side, when)

    def age(self, age: m.AgeAt) -> Iterator[Comparison]:
        """Completed years on the day of an instant, as birthdays that have been reached or not."""
        if age.from_ is not None:
            yield Comparison(age.at, "from", Moving(Birthday(age.from_)))
        if age.to is not None:
            yield Comparison(age.at, "before", Moving(Birthday(age.to + 1)))

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

    def ends_of(self, target: m.Target) -> tuple[Point, Point]:
        """First and last point of an interval."""
        if isinstance(target, m.Window):
            first = Fixed((BEFORE_ALL, BEFORE_ALL)) if target.from_ is None else self.point(target.from_)
            if target.before is not None:
                return first, moved(self.point(target.before), Move(Period.parse("P1D"), -1, None))
            last = Fixed((AFTER_ALL, AFTER_ALL)) if target.to is None else self.point(target.to)
            return first, last
        if isinstance(target, m.EventRef):
            return Moving(OfEvent(target.event, "starts")), Moving(OfEvent(target.event, "ends"))
        if target == m.THAT:
            return Moving(OfThat("starts")), Moving(OfThat("ends"))
        if target == m.PERIOD:
            return Fixed(start_of(self.period)), Fixed(end_of(self.period))
        return self.ends_of(self.windows[target])

    def point(self, point: m.Point) -> Point:
        """A day: the origin, moved, put on a day of its year."""
        if point.birthday is not None:
            origin: Point = Moving(Birthday(point.birthday))
        elif point.start_of is not None:
            origin = self.ends_of(point.start_of)[0]
        else:
            assert point.end_of is not None
            origin = self.ends_of(point.end_of)[1]
        length = point.plus or point.minus
        if length is None and point.day is None:
            return origin
        return moved(origin, Move(Period.parse(length) if length else None, 1 if point.plus else -1, point.day))


def moved(point: Point, move: Move) -> Point:
    if isinstance(point, Fixed):
        return Fixed((move(point.bound[0]), move(point.bound[1])))
    return Moving(point.origin, (*point.moves, move))


def moving(comparisons: Iterator[Comparison]) -> bool:
    """Does any of them depend on the patient?"""
    return any(isinstance(one.point, Moving) for one in comparisons)



"""Instants, points and comparisons as Ibis expressions; the twin of `app.measures.relations`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import ibis

from app.dates import Period
from app.measures import model as m
from app.measures.points import UPWARD, Birthday, Comparison, Fixed, Move, Moving, OfEvent, Op, limits
from app.measures.times import AFTER_ALL, BEFORE_ALL, DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

LAST_DAY = 3_652_058
"""31 December 9999, as days since 0001-01-01."""


class Interval(NamedTuple):
    """The four columns of an interval."""

    start_from: ir.IntegerColumn
    start_to: ir.IntegerColumn
    end_from: ir.IntegerColumn
    end_to: ir.IntegerColumn


class Bound(NamedTuple):
    low: ir.IntegerValue
    high: ir.IntegerValue



def interval_in(table: ir.Table, prefix: str = "") -> Interval:
    return Interval(*(table[prefix + name] for name in ("start_from", "start_to", "end_from", "end_to")))


def bound_of(interval: Interval, side: m.Side) -> Bound:
    """See `app.measures.times.SIDES`."""
    start, end = Bound(interval.start_from, interval.start_to), Bound(interval.end_from, interval.end_to)
    if side == "starts":
        return start
    if side == "ends":
        return end
    if side == "latest":
        return _either(interval.end_to == AFTER_ALL, start, end)
    return _either(interval.start_from == BEFORE_ALL, end, start)


def _either(condition: ir.BooleanValue, one: Bound, other: Bound) -> Bound:
    return Bound(ibis.ifelse(condition, one.low, other.low), ibis.ifelse(condition, one.high, other.high))


def surely(
    interval: Interval, comparisons: Iterable[Comparison], table: ir.Table, that: Interval | None, *, exact: bool
) -> ir.BooleanValue:
    """Do all of the comparisons hold, for all that both may be? Null where there is no instant or no point."""
    found: ir.BooleanValue | None = None
    for one in comparisons:
        bound = bound_of(interval, one.side)
        if isinstance(one.point, Fixed):
            limit: int | ir.IntegerValue = limits(one.op, one.point.bound, exact)[0]
        else:
            limit = _limit(one.op, point_in(one.point, table, that), exact)
        holds = bound.low >= limit if one.op in UPWARD else bound.high <= limit
        found = holds if found is None else found & holds
    assert found is not None
    return found


def _limit(op: Op, point: Bound, exact: bool) -> ir.IntegerValue:
    if op == "from":
        return point.high if exact else floor_day(point.high)
    if op == "after":
        return (point.high if exact else ceil_day(point.high)) + 1
    if op == "by":
        return point.low if exact else ceil_day(point.low)
    return (point.low if exact else floor_day(point.low)) - 1


def point_in(point: Moving, table: ir.Table, that: Interval | None = None) -> Bound:
    """A point of each row: the table holds what `origins` names (birth dates, bounds of single events)."""
    origin = point.origin
    if isinstance(origin, Birthday):
        bound = Bound(_birthday(table.birth_from, origin.years), _birthday(table.birth_to, origin.years))
        too_late = table.birth_to.year() + origin.years > 9999
        bound = Bound(ibis.ifelse(too_late, ibis.null("int64"), bound.low),
                      ibis.ifelse(too_late, ibis.null("int64"), bound.high))
    elif isinstance(origin, OfEvent):
        bound = bound_of(interval_in(table, f"{origin.event}__"), origin.side)
    else:
        assert that is not None
        bound = bound_of(that, origin.side)
    for move in point.moves:
        bound = Bound(_moved(bound.low, move), _moved(bound.high, move))
    return bound


def _birthday(birth: ir.DateValue, years: int) -> ir.IntegerValue:
    return day_number(birth + ibis.interval(years=years)) * DAY


def day_number(day: ir.DateValue | ir.TimestampValue) -> ir.IntegerValue:
    """Days since 0001-01-01."""
    return day.cast("date").delta(ibis.date("0001-01-01"), unit="day").cast("int64")


def date_of(day: ir.IntegerValue) -> ir.DateValue:
    return (ibis.date("0001-01-01") + day.as_interval("D")).cast("date")


def _endless(instant: ir.IntegerValue) -> ir.BooleanValue:
    return (instant == AFTER_ALL) | (instant == BEFORE_ALL)


def floor_day(instant: ir.IntegerValue) -> ir.IntegerValue:
    return ibis.ifelse(_endless(instant), instant, instant - instant % DAY)


def ceil_day(instant: ir.IntegerValue) -> ir.IntegerValue:
    return ibis.ifelse(_endless(instant), instant, instant - instant % DAY + (DAY - 1))


def day(instant: ir.IntegerValue) -> ir.IntegerValue:
    """Its day as a number. The ends of time keep theirs, beyond every real day."""
    return (instant - instant % DAY) // DAY


def _moved(instant: ir.IntegerValue, move: Move) -> ir.IntegerValue:
    """A real instant lies within the years 1 to 9999; one that leaves them becomes an end of time."""
    real = ibis.ifelse(_endless(instant), ibis.null("int64"), instant)
    number, time = day(real), real % DAY
    if move.period is not None:
        number = _shifted(number, move.period, move.sign)
    if move.day is not None:
        month, day_ = (int(part) for part in move.day.split("-"))
        within = ibis.ifelse((number < 0) | (number > LAST_DAY), ibis.null("int64"), number)
        number = ibis.coalesce(day_number(ibis.date(date_of(within).year(), month, day_)), number)
    moved = number * DAY + time
    out = AFTER_ALL if move.sign > 0 else BEFORE_ALL
    moved = ibis.ifelse((number < 0) | (number > LAST_DAY), ibis.literal(out, "int64"), moved)
    return ibis.ifelse(_endless(instant), instant, moved)


def _shifted(number: ir.IntegerValue, period: Period, sign: int) -> ir.IntegerValue:
    """Months first, on the calendar (the last day of the month where there is none such), then days."""
    if period.months:
        number = day_number(date_of(number) + ibis.interval(months=sign * period.months))
    return number + sign * period.days

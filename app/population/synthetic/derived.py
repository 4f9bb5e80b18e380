"""Names computed from others, for a chunk of people: what `app.facts.derive` says of one.

Those that follow sex alone (organs, sex at birth) need nothing here: silence already tells them by sex.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from app.population.columns import State
from app.population.synthetic.draws import Column
from app.population.synthetic.reduced import Reading, Reductions
from app.population.synthetic.said import Said


def _usable(reading: Reading | None) -> Column | None:
    """Known, and not stale."""
    if reading is None:
        return None
    return reading.has if reading.state is None else reading.has & (reading.state == 0)


def _of_two(
    first: str, second: str, formula: Callable[[Column, Column], Column]
) -> Callable[[Reductions], Reading | None]:
    def derive(found: Reductions) -> Reading | None:
        one, other = found.read(first), found.read(second)
        usable = (_usable(one), _usable(other))
        if one is None or other is None or usable[0] is None or usable[1] is None:
            return None
        has = usable[0] & usable[1]
        with np.errstate(invalid="ignore", divide="ignore"):
            return Reading(formula(one.value, other.value), has, has)

    return derive


def _bmi(found: Reductions) -> Reading | None:
    """None is given during a pregnancy."""
    index = _of_two("weight", "height", lambda weight, height: weight / (height / 100) ** 2)(found)
    pregnant = _told_pregnant(found)
    if index is None or pregnant is None:
        return index
    has = index.has & ~pregnant
    return Reading(index.value, has, has)


def _told_pregnant(found: Reductions) -> Column | None:
    reading = found.read("pregnant")
    return None if reading is None else reading.value & reading.has


def _start(found: Reductions) -> Reading | None:
    """287 to 280 days before the expected day of delivery; none for who is told not to be pregnant."""
    reading = found.read("pregnant")
    if reading is None:
        return None
    expected, pregnant = _expected(found), _told_pregnant(found)
    assert pregnant is not None
    assert reading.state is not None
    state = np.where(reading.has & ~pregnant & (reading.state == 0), int(State.NONE), reading.state).astype(np.int8)
    return Reading(expected - np.int32(287), pregnant, reading.said, state, None, expected - np.int32(280))


def _expected(found: Reductions) -> Column:
    said = found.spoken["expected_delivery_date"]
    assert isinstance(said, Said)
    assert said.values is not None
    return said.values


def _later(weeks: int, days: int = 0) -> Callable[[Reductions], Reading | None]:
    def derive(found: Reductions) -> Reading | None:
        start, later = _start(found), np.int32(7 * weeks + days)
        if start is None or start.last is None:
            return None
        return Reading(start.value + later, start.has, start.said, start.state, None, start.last + later)

    return derive


def _weeks(found: Reductions) -> Reading | None:
    start = _start(found)
    if start is None or start.last is None:
        return None
    fewest, most = ((found.crowd.as_of - day) // 7 for day in (start.last, start.value))
    return Reading(fewest.astype(np.float64), start.has, start.has, None, None, most.astype(np.float64))


def _term(found: Reductions) -> Reading | None:
    pregnant = _told_pregnant(found)
    return None if pregnant is None else Reading(_expected(found), pregnant, pregnant)


def _nothing(found: Reductions) -> Reading | None:
    """Several weights would be needed: one is drawn."""
    return None


DERIVED: dict[str, Callable[[Reductions], Reading | None]] = {
    "bmi": _bmi, "pack_years": _of_two("cigarettes_per_day", "smoking_years", lambda daily, years: daily / 20 * years),
    "pregnancy_start_date": _start, "gestation_weeks": _weeks, "pregnancy_term_date": _term,
    "pregnancy_week_32_date": _later(32), "pregnancy_week_36_end_date": _later(36, 6),
    "weight_loss_1_month": _nothing, "weight_loss_6_months": _nothing, "weight_loss_12_months": _nothing,
}

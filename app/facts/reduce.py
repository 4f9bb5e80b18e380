"""Many dated values → one: the reductions that the vocabulary names, for one person on one day.

A reduced value is in one of five states, and criteria treat them apart:

- `known`: there is a value (or it is known that there is none: `value` is None, "no mammography ever");
- `presumed`: nothing speaks of it and the vocabulary presumes "no"; the plan tells the reader so;
- `stale`: the latest value is older than the vocabulary's `fresh_for`;
- `unknown`: the record or the person says that it is not known;
- `absent`: nothing speaks of it.

Values dated after the day never count. Of two values of the same day, a professional's wins over a device's, and a
device's over the person's word; otherwise the newest wins. All of them stay in the sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from math import inf
from typing import Any, Literal

from app.dates import PartialDate, Period, add
from app.facts.model import Fact, FactSheet, FactValue
from app.facts.vocabulary import Fact as Definition
from app.facts.vocabulary import Reduction, Vocabulary, load_vocabulary

State = Literal["known", "presumed", "stale", "unknown", "absent"]

_RANK = {"professional": 3, "system": 2, "computed": 2, "device": 1, "citizen": 0}


class ReducedValue:
    """One value with its provenance. Numbers are the interval `low` to `high` (`> 90` is 90 to infinity), days the
    interval `earliest` to `latest`; `facts` are those it was made from."""

    __slots__ = ("date", "earliest", "facts", "high", "latest", "low", "name", "state", "value")

    def __init__(
        self, name: str, state: State, value: FactValue | tuple[PartialDate, ...] | None = None,
        facts: tuple[Fact, ...] = (), date: PartialDate | None = None,
    ) -> None:
        self.name, self.state, self.value, self.facts, self.date = name, state, value, facts, date
        self.low: float | None = None
        self.high: float | None = None
        self.earliest: date_ | None = None
        self.latest: date_ | None = None
        if isinstance(value, PartialDate):
            self.earliest, self.latest = value.earliest, value.latest
        elif isinstance(value, float | int) and not isinstance(value, bool):
            self.low = self.high = float(value)
            comparator = facts[-1].comparator if facts else None
            if comparator is not None:
                self.low, self.high = (value, inf) if comparator.startswith(">") else (-inf, value)

    def __repr__(self) -> str:
        return f"<{self.name} {self.state}>"  # never the value: it may reach a log


date_ = date


class ReducedFacts:
    """`get(name)` for any fact, reduction or derived fact of the vocabulary, computed once a person and day."""

    __slots__ = ("_derived", "_unknown", "as_of", "get", "sheet", "silence", "spoken", "vocabulary")

    def __init__(self, sheet: FactSheet, vocabulary: Vocabulary | None = None) -> None:
        self.sheet = sheet
        self.as_of = sheet.as_of
        self.vocabulary = vocabulary or load_vocabulary()
        self._unknown = {item.id for item in sheet.unknown}
        self.spoken = self._unknown | sheet.facts.keys()
        """The facts of which something is said, be it that they are not known."""
        self._derived = _derived()
        self.silence: dict[Any, Any] = self.vocabulary.silence(sheet)
        """What is worked out once for all sheets of this kind."""
        self.get: Callable[[str], ReducedValue] = _Memo(self._reduce).__getitem__
        """The reduced value of a name. Raises KeyError for one that the vocabulary does not hold."""

    def values(self, fact_id: str) -> list[Fact]:
        """The fact's values up to the day, oldest first."""
        every = self.sheet.facts.get(fact_id)
        return [f for f in every if f.date is None or f.date.earliest <= self.as_of] if every else []

    def is_open(self, fact_id: str) -> bool:
        """The record or the person says that something of it is not known, whatever else is."""
        return fact_id in self._unknown

    def latest(self, definition: Definition, *, name: str | None = None) -> ReducedValue:
        """The fact's own value: its latest, or what its silence means."""
        values = self.values(definition.id)
        if not values:
            return self._silent(name or definition.id, definition)
        if definition.type == "family":  # False: the person answered that nobody is concerned
            relatives = tuple(fact for fact in values if fact.value is not False)
            return ReducedValue(definition.id, "known", len(relatives), relatives)
        last = newest(values)
        if last.value in definition.unclear:
            return ReducedValue(name or definition.id, "unknown", None, (last,), last.date)
        found = self._fresh(name or definition.id, last, definition.fresh_for)
        if found.state == "stale" and (last.value is False or last.value == "none"):
            silent = self._silent(name or definition.id, definition)  # an old "no" says no less than silence
            return silent if silent.state == "presumed" else found
        return found

    def _reduce(self, name: str) -> ReducedValue:
        if (derive := self._derived.get(name)) is not None:
            return derive(self)
        entry = self.vocabulary.reductions.get(name)
        definition = entry[0] if entry else self.vocabulary.facts[name]
        if definition.id not in self.spoken and definition.said_by is None:  # most names: computed once for everybody
            silent = self.silence.get(name)
            if silent is None:
                silent = self.silence[name] = self._of(name, definition, entry)
            return silent
        return self._of(name, definition, entry)

    def _of(self, name: str, definition: Definition, entry: tuple[Definition, Reduction] | None) -> ReducedValue:
        return self._take(name, *entry) if entry else self.latest(definition)

    def _fresh(self, name: str, fact: Fact, fresh_for: str | None) -> ReducedValue:
        ends = add(fact.date.latest, Period.parse(fresh_for)) if fresh_for and fact.date else None
        state: State = "stale" if ends is not None and ends <= self.as_of else "known"
        return ReducedValue(name, state, fact.value, (fact,), fact.date)

    def _silent(self, name: str, definition: Definition) -> ReducedValue:
        """What it means that no value is there."""
        if definition.id in self._unknown:
            return ReducedValue(name, "unknown")
        negative: FactValue | None = "none" if "none" in definition.values else False
        if self.sheet.complete:
            if definition.type in ("event", "dose", "family"):
                return ReducedValue(name, "known")
            if definition.type == "boolean" or negative == "none":
                return ReducedValue(name, "known", negative)
            return ReducedValue(name, "absent")
        presumed = definition.absence == "presumed_no" or (
            definition.absence == "presumed_no_if_problems_listed"
            and (definition.section or "problems") in self.sheet.sections
        )
        return ReducedValue(name, "presumed", negative) if presumed else ReducedValue(name, "absent")

    def _take(self, name: str, definition: Definition, reduction: Reduction) -> ReducedValue:
        every = self.values(definition.id)
        kept = [fact for fact in every if self.keeps(fact, reduction)]
        never = definition.type in ("event", "dose") and bool(every) and all(fact.value is False for fact in every)
        if not every and definition.said_by is not None and definition.id not in self._unknown:
            said = self.get(definition.said_by)
            if said.state == "unknown" or (said.state == "known" and said.value is True):
                return ReducedValue(name, "unknown", None, said.facts, said.date)
            never = said.state == "known"
        if not kept:
            return self._nothing(name, definition, reduction, spoken_of=bool(every) and not never, never=never)
        return _TAKE[reduction.take](self, name, kept, reduction)

    def _nothing(
        self, name: str, definition: Definition, reduction: Reduction, *, spoken_of: bool, never: bool
    ) -> ReducedValue:
        """No value passes the filter. Known to be none when the person says so or the sheet is complete."""
        if definition.id in self._unknown and not spoken_of and not never:
            return ReducedValue(name, "unknown")
        nothing = {"count": 0, "any": False}.get(reduction.take)
        numeric = reduction.take not in ("last_date", "first_date", "count", "any", "dates")
        unread = reduction.where_value is not None and any(f.value == "done" for f in self.values(definition.id))
        complete = self.sheet.complete and not numeric and not unread  # an act without its result settles nothing
        if complete or never or (spoken_of and reduction.take in ("count", "any")):
            return ReducedValue(name, "known", nothing)
        if reduction.take == "any":
            silent = self._silent(name, definition)
            return ReducedValue(name, silent.state, False) if silent.state == "presumed" else silent
        return ReducedValue(name, "absent")

    def keeps(self, fact: Fact, reduction: Reduction) -> bool:
        """Does this value pass the reduction's filter?"""
        if fact.value is False and reduction.where_value is None:
            return False  # "never": an answer about the past, not an act
        if reduction.where_value is not None and fact.value not in reduction.where_value:
            return False
        if reduction.where_author is not None and fact.author not in reduction.where_author:
            return False
        low, high = reduction.where_at_least, reduction.where_at_most
        if (low is not None or high is not None) and not (
            isinstance(fact.value, float | int)
            and (low is None or fact.value >= low)
            and (high is None or fact.value <= high)
        ):
            return False
        if reduction.within is not None and (
            fact.date is None or add(fact.date.latest, Period.parse(reduction.within)) <= self.as_of
        ):
            return False
        if reduction.since is not None:
            start = self.get(reduction.since)
            return start.earliest is not None and fact.date is not None and fact.date.earliest >= start.earliest
        return True


class _Memo(dict[str, ReducedValue]):
    """Computes a missing value once."""

    __slots__ = ("_compute",)

    def __init__(self, compute: Callable[[str], ReducedValue]) -> None:
        self._compute = compute

    def __missing__(self, name: str) -> ReducedValue:
        value = self[name] = self._compute(name)
        return value


@cache
def _derived() -> dict[str, Callable[[ReducedFacts], ReducedValue]]:
    from app.facts.derive import DERIVED  # which is written in terms of this module

    return DERIVED


def newest(facts: Iterable[Fact]) -> Fact:
    """The value that stands: the newest; on the same day, the most reliable author; then the last one read."""
    best: Fact | None = None
    for fact in facts:
        if best is None or _standing(fact) >= _standing(best):
            best = fact
    assert best is not None
    return best


def _standing(fact: Fact) -> tuple[date, int]:
    return (fact.date.earliest if fact.date else date.min, _RANK.get(fact.author, 0))


def _last_value(facts: ReducedFacts, name: str, kept: list[Fact], reduction: Reduction) -> ReducedValue:
    return facts._fresh(name, newest(kept), reduction.fresh_for)


def _last_date(facts: ReducedFacts, name: str, kept: list[Fact], reduction: Reduction) -> ReducedValue:
    dated = [fact for fact in kept if fact.date is not None]
    if not dated:
        return ReducedValue(name, "unknown", None, tuple(kept))  # done, but nobody knows when
    return _day_of(facts, name, newest(dated))


def _first_date(facts: ReducedFacts, name: str, kept: list[Fact], reduction: Reduction) -> ReducedValue:
    dated = [fact for fact in kept if fact.date is not None]
    if not dated:
        return ReducedValue(name, "unknown", None, tuple(kept))
    return _day_of(facts, name, min(dated, key=lambda fact: fact.date or _NEVER))


def _day_of(facts: ReducedFacts, name: str, fact: Fact) -> ReducedValue:
    """The day of an act. One known to the month or year has happened by today all the same."""
    day = ReducedValue(name, "known", fact.date, (fact,), fact.date)
    if day.latest is not None:
        day.latest = min(day.latest, facts.as_of)
    return day


_NEVER = PartialDate(date.max, date.max)

DAYS_IN_A_YEAR = 365.25


def _count(facts: ReducedFacts, name: str, kept: list[Fact], reduction: Reduction) -> ReducedValue:
    return ReducedValue(name, "known", len(kept), tuple(kept))


def _any(facts: ReducedFacts, name: str, kept: list[Fact], reduction: Reduction) -> ReducedValue:
    last = newest(kept)
    return ReducedValue(name, "known", True, (last,), last.date)


def _dates(facts: ReducedFacts, name: str, kept: list[Fact], reduction: Reduction) -> ReducedValue:
    days = tuple(sorted(fact.date for fact in kept if fact.date is not None))
    return ReducedValue(name, "known", days, tuple(kept))


def _extreme(best: Callable[..., Fact]) -> Callable[[ReducedFacts, str, list[Fact], Reduction], ReducedValue]:
    def take(facts: ReducedFacts, name: str, kept: list[Fact], reduction: Reduction) -> ReducedValue:
        numbers = _numbers(kept)
        if not numbers:
            return ReducedValue(name, "absent")
        chosen = best(numbers, key=lambda fact: fact.value)
        return ReducedValue(name, "known", chosen.value, (chosen,), chosen.date)

    return take


def _numbers(kept: list[Fact]) -> list[Fact]:
    return [fact for fact in kept if isinstance(fact.value, float | int) and not isinstance(fact.value, bool)]


def _mean(facts: ReducedFacts, name: str, kept: list[Fact], reduction: Reduction) -> ReducedValue:
    numbers = _numbers(kept)
    if not numbers:
        return ReducedValue(name, "absent")
    bounds = [_bounds(fact) for fact in numbers]
    lowest, highest = (sum(ends) / len(bounds) for ends in zip(*bounds, strict=True))
    made_from = sorted(numbers, key=_standing)
    return _between(name, lowest, highest, tuple(made_from), made_from[-1].date)


def _change(*, per_year: bool) -> Callable[[ReducedFacts, str, list[Fact], Reduction], ReducedValue]:
    """The last value less the first: below zero when the value falls. None is known of a single value, nor of two that
    may be closer than `apart`."""

    def take(facts: ReducedFacts, name: str, kept: list[Fact], reduction: Reduction) -> ReducedValue:
        numbers = [fact for fact in _numbers(kept) if fact.date is not None]
        if not numbers:
            return ReducedValue(name, "absent")
        last, first = newest(numbers), min(numbers, key=_opening)
        assert first.date is not None
        assert last.date is not None
        between = (last.date.earliest - first.date.latest).days
        if between < 1 or add(first.date.latest, Period.parse(reduction.apart or "P1D")) > last.date.earliest:
            return ReducedValue(name, "absent")
        lowest, highest = (end - other for end, other in zip(_bounds(last), reversed(_bounds(first)), strict=True))
        if per_year:
            years = (between / DAYS_IN_A_YEAR, (last.date.latest - first.date.earliest).days / DAYS_IN_A_YEAR)
            lowest, highest = min(lowest / y for y in years), max(highest / y for y in years)
        return _between(name, lowest, highest, (first, last), last.date)

    return take


def _opening(fact: Fact) -> tuple[date, int]:
    """The oldest value, and on the same day the most reliable."""
    day, rank = _standing(fact)
    return day, -rank


def _bounds(fact: Fact) -> tuple[float, float]:
    """A number, or what a laboratory writes beyond its scale (`> 90`: 90 to infinity)."""
    reading = ReducedValue(fact.id, "known", fact.value, (fact,))
    assert reading.low is not None
    assert reading.high is not None
    return reading.low, reading.high


def _between(
    name: str, low: float, high: float, facts: tuple[Fact, ...], date: PartialDate | None
) -> ReducedValue:
    """A computed number: an interval when a part of it is one; it is shown by the end that is known."""
    computed = ReducedValue(name, "known", high if low == -inf else low, facts, date)
    computed.low, computed.high = low, high
    return computed


_TAKE: dict[str, Callable[[ReducedFacts, str, list[Fact], Reduction], ReducedValue]] = {
    "last_value": _last_value, "last_result": _last_value, "last_date": _last_date, "first_date": _first_date,
    "count": _count, "any": _any, "dates": _dates, "max": _extreme(max), "min": _extreme(min),
    "mean": _mean, "change": _change(per_year=False), "change_per_year": _change(per_year=True),
}

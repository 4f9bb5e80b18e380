"""One value of one person: is it usual, and does it call for an act?

Only what is sure is said: `< 5` is below 5 and nothing more; a range that depends on the sex says nothing of somebody
whose sex is not recorded; the ranges of adults say nothing of a child, nor of a pregnancy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeVar

from app.facts.model import Fact
from app.facts.reduce import ReducedFacts
from app.results.content import Alarm, Bounds, Result, _ForWhom

Position = Literal["below", "within", "above"]
RECENT = timedelta(days=14)
"""A value older than this calls nobody to the telephone: it may have been dealt with since."""

Rule = TypeVar("Rule", bound=_ForWhom)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who the result is about, as far as it is known."""

    facts: ReducedFacts
    sex: str | None
    youngest: float | None
    pregnant: bool

    @classmethod
    def of(cls, facts: ReducedFacts) -> Reader:
        sex, age, pregnant = facts.get("administrative_sex"), facts.get("age"), facts.get("pregnant")
        return cls(
            facts, str(sex.value) if sex.value in ("female", "male") else None, age.low,
            pregnant.state == "known" and pregnant.value is True,
        )  # fmt: skip

    @property
    def child(self) -> bool:
        return self.youngest is not None and self.youngest < 18

    def has(self, fact_id: str) -> bool:
        found = self.facts.get(fact_id)
        return found.state in ("known", "stale") and found.value not in (None, False, "none")

    def rules(self, rules: Iterable[Rule]) -> list[Rule]:
        """Those that are about this person."""
        return [rule for rule in rules if self._concerns(rule)]

    def _concerns(self, rule: _ForWhom) -> bool:
        if rule.sex is not None and rule.sex != self.sex:
            return False
        if self.youngest is not None and self.youngest < rule.from_age:
            return False
        if rule.pregnant != self.pregnant and not (isinstance(rule, Alarm) and rule.urgency != "soon"):
            return False
        return rule.unless is None or not self.has(rule.unless)


def interval(fact: Fact) -> tuple[float, float]:
    """What the value may be: `> 90` is 90 and more. Raises nothing: only quantities are asked."""
    value = float(fact.value)  # type: ignore[arg-type]
    if fact.comparator is None:
        return value, value
    return (value, float("inf")) if fact.comparator.startswith(">") else (float("-inf"), value)


def bounds_for(result: Result, reader: Reader) -> Bounds | None:
    """The range to which this person's values are held."""
    return next(iter(reader.rules(result.bounds)), None) if reader.youngest is not None else None


def position(fact: Fact, bounds: Bounds | None) -> Position | None:
    """None when nothing sure can be said."""
    if bounds is None:
        return None
    least, most = interval(fact)
    low = float("-inf") if bounds.low is None else bounds.low
    high = float("inf") if bounds.high is None else bounds.high
    if most < low or (most == low and fact.comparator == "<"):
        return "below"
    if least > high or (least == high and fact.comparator == ">"):
        return "above"
    return "within" if least >= low and most <= high else None


def alarm_of(result: Result, fact: Fact, reader: Reader) -> Alarm | None:
    """The first alarm that surely holds for the value."""
    least, most = interval(fact)
    for alarm in reader.rules(result.alarms):
        if alarm.at_least is not None and least >= alarm.at_least:
            return alarm
        if alarm.below is not None and (
            most < alarm.below or (most == alarm.below and fact.comparator == "<")
        ):
            return alarm
    return None


def is_recent(fact: Fact, reader: Reader) -> bool:
    return fact.date is not None and fact.date.latest >= reader.facts.as_of - RECENT

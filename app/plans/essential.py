"""Which of a person's facts matter: too much information kills information.

Each fact has one rank, by this rule; within a rank the newest come first:

1. `to_follow_up`: what a guideline shows to a doctor rests on it (an abnormal result, a sign, a family history);
2. `decides`: another answer of the plan rests on it (the last act, a habit, a treatment);
3. `recent`: the latest value of its kind, less than a year old;
4. `other`: the latest value of its kind, older or without a date;
5. `replaced`: an older value of its kind.

The first two are *essential*: they are shown first, and the rest is folded. Nothing is removed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, NamedTuple

from app.dates import Period, add
from app.facts.model import Fact, FactSheet
from app.facts.reduce import newest
from app.guidelines.model import Status
from app.guidelines.recommendation import Recommendation

Rank = Literal["to_follow_up", "decides", "recent", "other", "replaced"]
RANKS: tuple[Rank, ...] = ("to_follow_up", "decides", "recent", "other", "replaced")
ESSENTIAL = frozenset({"to_follow_up", "decides"})
_RECENT = Period.parse("P1Y")
_FOR_A_DOCTOR = frozenset({Status.SEE_DOCTOR, Status.SPECIALIST})


class RankedFact(NamedTuple):
    fact: Fact
    rank: Rank

    @property
    def essential(self) -> bool:
        return self.rank in ESSENTIAL


def ranked(sheet: FactSheet, found: Iterable[Recommendation]) -> list[RankedFact]:
    """Every fact of the sheet with its rank, the most useful first."""
    behind: dict[Rank, set[int]] = {"to_follow_up": set(), "decides": set()}
    for recommendation in found:
        if recommendation.status not in (Status.ASK, Status.NOT_ELIGIBLE):
            rank: Rank = "to_follow_up" if recommendation.status in _FOR_A_DOCTOR else "decides"
            behind[rank].update(id(fact) for reading in recommendation.readings() for fact in reading.facts)
    recent = add(sheet.as_of, _RECENT, sign=-1)
    out = [
        RankedFact(fact, _rank(fact, last, behind, recent))
        for values in sheet.facts.values() for last in [_last(values)] for fact in values
    ]
    return sorted(out, key=lambda one: (RANKS.index(one.rank), -_day(one.fact).toordinal()))


def ranked_json(sheet: FactSheet, facts: list[RankedFact]) -> dict[str, Any]:
    """The JSON of `jalon facts`: that of the sheet, its facts in the order of their ranks."""
    told = [{**one.fact.to_json(), "rank": one.rank, "essential": one.essential} for one in facts]
    return {**sheet.to_json(), "facts": told}


def _rank(fact: Fact, last: set[int], behind: dict[Rank, set[int]], recent: date) -> Rank:
    for rank in ("to_follow_up", "decides"):
        if id(fact) in behind[rank] and fact.value is not False:
            return rank
    if id(fact) not in last:
        return "replaced"
    return "recent" if fact.date is not None and fact.date.latest > recent else "other"


def _last(values: list[Fact]) -> set[int]:
    """The value that stands; relatives stand side by side."""
    if any("relation" in fact.details for fact in values):
        return {id(fact) for fact in values}
    return {id(newest(values))}


def _day(fact: Fact) -> date:
    return fact.date.latest if fact.date is not None else date.min

"""What a person might answer: one answer on each side of every threshold that the guidelines compare a fact with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from app.dates import Period, add, add_years
from app.facts.model import FactSheet
from app.facts.vocabulary import Fact as Definition
from app.facts.vocabulary import Vocabulary
from app.guidelines import criteria as c
from app.guidelines.suppose.compared import Compared
from app.records.relatives import BOTH_BRANCHES, KINSHIPS

Answers = dict[str, Any]
"""Fact → answer, in the shapes of `app.facts.answers`."""

MOST = 12
"""Answers tried for one fact."""

_DAY = timedelta(days=1)
_RECENT = Period.parse("P1M")

_THROUGH: dict[str, Callable[[float], Answers]] = {
    "bmi": lambda bmi: {"height": 170, "weight": bmi * 1.7**2},
    "pack_years": lambda years: {"cigarettes_per_day": 20, "smoking_years": years},
    "non_hdl_cholesterol": lambda rest: {"hdl_cholesterol": 1.0, "total_cholesterol": rest + 1.0},
    "blood_pressure": lambda upper: {"systolic_bp": [upper, 75]},
}
"""What is computed is answered through its parts."""


def possible_answers(
    fact_id: str, compared: Iterable[Compared], sheet: FactSheet, vocabulary: Vocabulary
) -> list[Answers]:
    """At most `MOST`, each deciding criteria otherwise than the others; empty when nothing can be tried."""
    every = list(compared)
    if fact_id == "birth_date":
        return [{"birth_date": day} for day in _births(every, sheet.as_of)][:MOST]
    definition = vocabulary.facts.get(fact_id)
    if definition is None:
        return []
    if fact_id in _THROUGH:
        return [_THROUGH[fact_id](number) for number in _numbers(definition, every)][:MOST]
    return [{fact_id: answer} for answer in _answers(definition, every, sheet)][:MOST]


def _answers(definition: Definition, compared: list[Compared], sheet: FactSheet) -> Iterator[Any]:
    if definition.type == "boolean":
        yield from (True, False)
    elif definition.type == "quantity":
        numbers = _numbers(definition, compared)
        yield from ([number, 75] for number in numbers) if definition.id == "systolic_bp" else numbers
    elif definition.type == "coded":
        yield from (word for word in definition.values if word not in definition.unclear)
    elif definition.type == "date":
        yield from _days(compared, sheet)
    elif definition.type in ("event", "dose"):
        yield "never"
        days = _days(compared, sheet)
        results: list[str | None] = [*definition.values] or [None]
        for result in results:
            yield from ({"date": day, "result": result} if result else day for day in days)
        for count in sorted({n for one in compared for n in one.counts}):
            yield [sheet.as_of - add_days(index) for index in range(1, count + 1)]
    elif definition.type == "family":
        yield []
        for asked in (asked for one in compared for asked in one.relatives):
            yield from _relatives(asked)


def add_days(number: int) -> timedelta:
    """Acts of a count, a month apart."""
    return timedelta(days=30 * number)


def _numbers(definition: Definition, compared: list[Compared]) -> list[float]:
    """Below the first threshold, between two of them, above the last; without any, an ordinary low and high value."""
    soft, hard = (definition.plausible.soft, definition.plausible.hard) if definition.plausible else (None, None)
    edges = sorted({number for one in compared for number in one.numbers})
    if not edges:
        if soft is None:
            return []
        quarter = (soft[1] - soft[0]) / 4
        return [soft[0] + quarter, soft[1] - quarter]
    margin = max(abs(edges[-1]) * 0.1, 0.1)
    tried = [edges[0] - margin, *((low + high) / 2 for low, high in pairwise(edges)), edges[-1] + margin]
    return [number for number in tried if hard is None or hard[0] <= number <= hard[1]]


def _days(compared: list[Compared], sheet: FactSheet) -> list[date]:
    """A month ago, just longer ago than each period, and on both sides of the birthdays that matter."""
    birth = sheet.subject.birth_date.earliest if sheet.subject and sheet.subject.birth_date else None
    days = [add(sheet.as_of, _RECENT, sign=-1)]
    for period in sorted({period for one in compared for period in one.periods}):
        days.append(_before(sheet.as_of, Period.parse(period)))
    for age in sorted({age for one in compared for age in one.ages} if birth else ()):
        assert birth is not None
        days += [add_years(birth, age) - _DAY, add_years(birth, age)]
    return [day for day in dict.fromkeys(days) if day <= sheet.as_of and (birth is None or day >= birth)]


def _before(day: date, period: Period) -> date:
    years, months = divmod(period.months, 12)
    return date.min if years >= day.year else add(day, Period(years * 12 + months, period.days), sign=-1) - _DAY


def _births(compared: list[Compared], as_of: date) -> Iterator[date]:
    """Just before, and just after, each birthday that matters."""
    for age in sorted({age for one in compared for age in one.ages}):
        birthday = add(as_of, Period(months=12 * age), sign=-1)
        yield from (birthday + _DAY, birthday - _DAY)


def _relatives(asked: c.Family) -> Iterator[list[dict[str, Any]]]:
    """Relatives who count; the same, diagnosed at an age that does not count."""
    wanted = asked.family
    kin = [name for name in _ORDINARY if _is_kin(wanted, name)][: asked.at_least]
    ages = {wanted.before_age - 1, wanted.before_age} if wanted.before_age else set()
    ages |= {wanted.from_age - 1, wanted.from_age} if wanted.from_age else set()
    for age in sorted(ages) or [60]:
        yield [{"relation": relation, "age_at_diagnosis": age} for relation in kin]


_ORDINARY = ["mother", "sister", "maternal_aunt", "maternal_grandmother", "brother", "father", "paternal_aunt",
             "maternal_uncle", "paternal_uncle", "cousin"]


def _is_kin(wanted: c.Relatives, name: str) -> bool:
    kin = KINSHIPS[name]
    return (
        (wanted.degree is None or kin.degree == wanted.degree)
        and (wanted.at_most_degree is None or (kin.degree or 9) <= wanted.at_most_degree)
        and (wanted.relation is None or name in wanted.relation)
        and (wanted.sex is None or kin.sex == wanted.sex)
        and (wanted.side is None or kin.side == wanted.side or name in BOTH_BRANCHES)
        and not (wanted.same_side and kin.side == "paternal")
    )

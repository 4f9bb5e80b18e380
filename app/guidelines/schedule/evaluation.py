"""What was done, and does it count? Each act that the record or the person tells of, apart from what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from app.dates import add_years
from app.guidelines.compare import between
from app.guidelines.recommendation import Truth
from app.guidelines.schedule.doses import dose_verdicts
from app.guidelines.schedule.model import Schedule
from app.guidelines.schedule.season import days_of

if TYPE_CHECKING:
    from app.facts.model import Fact
    from app.guidelines.reader import Reader

Why = Literal["counts", "replaced", "result", "too_young", "too_early", "before_season", "no_date"]
"""`replaced`: it counted in its time, a later one sets the date. `result`: with this result (or from this author) it is
not what the guideline asks for. `too_early`: sooner than the least time after the dose before."""


class Act(NamedTuple):
    fact: Fact
    counts: Truth
    why: Why


def evaluation(schedule: Schedule, reader: Reader) -> list[Act]:
    """Every act behind the schedule's events, oldest first."""
    acts: dict[int, Act] = {}
    for name in schedule.events:
        base = reader.base(name)
        for fact in reader.facts.values(base):
            if fact.value is False:
                continue  # « never » is an answer, not an act
            found = _act(fact, name, schedule, reader)
            before = acts.get(id(fact))
            if before is None or (found.counts is not False and before.counts is False):
                acts[id(fact)] = found
    return sorted(acts.values(), key=lambda act: act.fact.date.earliest if act.fact.date else reader.as_of)


def _act(fact: Fact, name: str, schedule: Schedule, reader: Reader) -> Act:
    entry = reader.facts.vocabulary.reductions.get(name)
    if entry is not None and not reader.facts.keeps(fact, entry[1]):
        return Act(fact, False, "result")
    if fact.date is None:
        return Act(fact, None, "no_date")
    if schedule.doses is not None:
        counts, why = dose_verdicts(schedule.doses, reader)[fact.date]
        return Act(fact, counts, "counts" if counts is not False else why)
    if schedule.season is not None:
        start = days_of(schedule.season, reader.as_of)[0]
        counts = between(fact.date.earliest >= start, fact.date.latest < start)
        return Act(fact, counts, "before_season" if counts is False else "counts")
    old_enough = _old_enough(fact, name, schedule, reader)
    if old_enough is False:
        return Act(fact, False, "too_young")
    last = fact in reader.get(name).facts
    return Act(fact, old_enough if last else False, "counts" if last else "replaced")


def _old_enough(fact: Fact, name: str, schedule: Schedule, reader: Reader) -> Truth:
    ages = [rule.from_age for rule in schedule.due if rule.after == name]
    if None in ages or not ages:
        return True
    if reader.birth is None or fact.date is None:
        return None
    age = min(age for age in ages if age is not None)
    first, last = add_years(reader.birth.earliest, age), add_years(reader.birth.latest, age)
    return between(fact.date.earliest >= last, fact.date.latest < first)

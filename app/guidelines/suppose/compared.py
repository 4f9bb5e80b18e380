"""With what a guideline compares each fact: numbers, ages, periods, counts, relatives. Between them nothing changes."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.facts.vocabulary import Vocabulary
from app.guidelines import criteria as c
from app.guidelines.check import criteria_of, names_used
from app.guidelines.model import Guideline
from app.guidelines.schedule.model import Schedule


@dataclass(slots=True)
class Compared:
    """The thresholds on one fact (or on its reductions)."""

    numbers: set[float] = field(default_factory=set)
    counts: set[int] = field(default_factory=set)
    ages: set[int] = field(default_factory=set)
    """The person's, today or on the day of an act."""
    periods: set[str] = field(default_factory=set)
    """Since an act."""
    relatives: list[c.Family] = field(default_factory=list)


def compared_by(guideline: Guideline, vocabulary: Vocabulary) -> dict[str, Compared]:
    """Fact id → thresholds, in the order of the file; `birth_date` for the person's age."""
    found: dict[str, Compared] = {}

    def of(name: str) -> Compared:
        entry = vocabulary.reductions.get(name)
        return found.setdefault(entry[0].id if entry else name, Compared())

    for _, criterion in criteria_of(guideline):
        if isinstance(criterion, c.Age):
            ages = {age for age in (criterion.age.from_, (criterion.age.to or -2) + 1) if age is not None and age >= 0}
            of(criterion.at or "birth_date").ages.update(ages)
        elif isinstance(criterion, c.Family):
            for condition in criterion.family.condition:
                of(f"family_{condition}").relatives.append(criterion)
        elif isinstance(criterion, c.FactIs):
            _comparison(criterion, of(criterion.fact), vocabulary)
    for used in names_used(guideline):
        if used.kind == "fact":
            of(used.name)
    for track in guideline.tracks:
        if track.schedule is not None:
            for event in track.schedule.events:
                of(event).periods.update(_periods(track.schedule))
            of("birth_date").ages.update(_ages(track.schedule))
    return found


def _comparison(criterion: c.FactIs, into: Compared, vocabulary: Vocabulary) -> None:
    bounds = [criterion.at_least, criterion.more_than, criterion.at_most, criterion.less_than]
    numbers = {bound for bound in bounds if bound is not None}
    entry = vocabulary.reductions.get(criterion.fact)
    if entry is not None and entry[1].take == "count":
        into.counts.update(int(number) for number in numbers)
    elif entry is None or entry[1].take not in ("change", "change_per_year"):  # no value of today is a drift
        into.numbers.update(numbers)
    if criterion.before_age is not None:
        into.ages.add(criterion.before_age)
    if criterion.within is not None:
        into.periods.add(criterion.within)


def _periods(schedule: Schedule) -> set[str]:
    found = {rule.plus for rule in schedule.due if rule.plus != "once"}
    if schedule.season is not None:
        found.add("P1Y")
    if schedule.milestones is not None:
        found.update(p for p in (schedule.milestones.skip_if_within, schedule.milestones.max_gap) if p is not None)
    if schedule.doses is not None:
        found.update(gap for series in schedule.doses.series for gap in series.intervals)
        found.update({schedule.doses.then} - {None})  # type: ignore[arg-type]
    return found


def _ages(schedule: Schedule) -> set[int]:
    never = schedule.never or (schedule.doses.start if schedule.doses else None)
    found = {never.age} if never is not None and never.age is not None else set()
    return found | set(schedule.milestones.ages if schedule.milestones else ())

"""How each leaf of a criterion is decided, but for comparisons (`compare.py`) and relatives (`family.py`).

One function a kind of leaf, none longer than the sentence that describes it in `app.guidelines.criteria`.
"""

from __future__ import annotations

from datetime import date, timedelta

from app.dates import age_on
from app.guidelines import criteria as c
from app.guidelines.compare import all_of, between, fact_decider, missing_truth, reached
from app.guidelines.reader import Assumed, Decider, Reader
from app.guidelines.recommendation import Step, Truth, step_of
from app.guidelines.status import Status


def age(criterion: c.Age) -> Decider:
    """On the day of the plan, or on the day of an act (unknown when it is not known whether there was one)."""
    first = -1 if criterion.age.from_ is None else criterion.age.from_
    last = 999 if criterion.age.to is None else criterion.age.to
    at, if_missing = criterion.at, missing_truth(criterion.if_missing)
    yes, no, open_ = (step_of(criterion, truth) for truth in (True, False, None))

    def decide(reader: Reader, assumed: Assumed) -> Step:
        if reader.age is None:
            return open_
        low, high = reader.age
        return yes if first <= low and high <= last else no if high < first or low > last else open_

    def decide_on_that_day(reader: Reader, assumed: Assumed) -> Step:
        assert at is not None
        reading = reader.get(at)
        if reading.state != "known":
            return step_of(criterion, None if reading.state == "unknown" else if_missing, reading)
        if reading.earliest is None or reading.latest is None:
            return step_of(criterion, False, reading)  # known never to have happened
        if reader.birth is None:
            return step_of(criterion, None, reading)
        low, high = age_on(reader.birth.latest, reading.earliest), age_on(reader.birth.earliest, reading.latest)
        return step_of(criterion, between(first <= low and high <= last, high < first or low > last), reading)

    return decide if at is None else decide_on_that_day


def born(criterion: c.Born) -> Decider:
    first, last = criterion.born.from_ or date.min, criterion.born.to or date.max

    def decide(reader: Reader, assumed: Assumed) -> Step:
        birth = reader.birth
        if birth is None:
            return step_of(criterion, None)
        surely = first <= birth.earliest and birth.latest <= last
        return step_of(criterion, between(surely, birth.latest < first or birth.earliest > last))

    return decide


def in_season(criterion: c.InSeason) -> Decider:
    """On the day of the plan, or on another one; days are compared as month-day texts, in the order of the year."""
    first, last, at = criterion.season.from_, criterion.season.to, criterion.at

    def holds(day: date) -> bool:
        text = f"{day:%m-%d}"
        return first <= text <= last if first <= last else text >= first or text <= last

    def decide(reader: Reader, assumed: Assumed) -> Step:
        return step_of(criterion, holds(reader.as_of))

    def decide_on_that_day(reader: Reader, assumed: Assumed) -> Step:
        assert at is not None
        reading = reader.get(at)
        if reading.state != "known":
            return step_of(criterion, None, reading)
        if reading.earliest is None or reading.latest is None:
            return step_of(criterion, False, reading)  # known never to have happened
        possible = {holds(reading.earliest + timedelta(n)) for n in range((reading.latest - reading.earliest).days + 1)}
        return step_of(criterion, None if len(possible) > 1 else possible.pop(), reading)

    return decide if at is None else decide_on_that_day


def symptom(criterion: c.Symptom) -> Decider:
    """Only symptoms that somebody has spoken of leave a step: a record does not list those that one has not."""
    names = frozenset(f"symptom_{name}" for name in criterion.symptom)
    present = {name: fact_decider(c.FactIs.model_construct(fact=name, is_=True)) for name in sorted(names)}

    nobody_spoke = step_of(criterion, False)

    def decide(reader: Reader, assumed: Assumed) -> Step:
        if reader.silent_on(names):
            return nobody_spoke
        steps = tuple(present[name](reader, assumed) for name in sorted(names & reader.spoken))
        sure, possible = sum(s.truth is True for s in steps), sum(s.truth is not False for s in steps)
        return step_of(criterion, reached(sure, possible, 1), None, steps)

    return decide


def risk(criterion: c.Risk) -> Decider:
    if_missing = missing_truth(criterion.if_missing)

    def decide(reader: Reader, assumed: Assumed) -> Step:
        low, high = reader.estimates.bounds(criterion.risk)
        if low is None or high is None:
            return step_of(criterion, if_missing)
        if criterion.at_least is not None:
            enough = criterion.at_least
            return step_of(criterion, between(low.value >= enough, high.value < enough))
        categories = criterion.category or []
        first, second = low.category in categories, high.category in categories
        return step_of(criterion, first if first == second else None)

    return decide


def guideline_is(criterion: c.GuidelineIs) -> Decider:
    """One that is not in force says nothing: false. One that cannot be decided is unknown, unless every answer that
    it may give is among those asked for (or none is)."""
    statuses = None if criterion.status is None else frozenset(criterion.status)
    tracks = None if criterion.track is None else frozenset(criterion.track)

    def holds(track: str, status: Status) -> Truth:
        on_track = tracks is None or track in tracks
        in_status = True if statuses is None else None if status is Status.ASK else status in statuses
        return all_of([on_track, in_status])

    def decide(reader: Reader, assumed: Assumed) -> Step:
        found = reader.answer(criterion.guideline)
        if found is None:
            return step_of(criterion, False)
        assumed.update(dict.fromkeys(found.assumed))
        truths = {holds(track, status) for track, status in found.possible()}
        steps = tuple(looked.step for looked in found.trace if looked.track is found.track)
        return step_of(criterion, truths.pop() if len(truths) == 1 else None, None, steps)

    return decide

"""One guideline read into functions, and what it answers for one person.

Logic is Kleene's: a criterion is true, false or unknown, and a guideline whose tracks cannot be decided answers `ask`
unless every possible answer is the same.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from app.facts.vocabulary import Vocabulary
from app.guidelines.logic import read, read_definitions
from app.guidelines.model import Guideline, Track
from app.guidelines.reader import Assumed, Reader
from app.guidelines.recommendation import Deferral, Recommendation, Step, TrackStep
from app.guidelines.schedule.defer import deferred
from app.guidelines.schedule.timing import Timing
from app.guidelines.schedule.when import timing
from app.guidelines.silent import Definitions, Silent, age_limits, together
from app.guidelines.status import Status
from app.guidelines.suppose.compared import Compared, compared_by
from app.guidelines.unknowns import unknown_facts

SETTLED = {Status.DUE: Status.DUE, Status.OVERDUE: Status.DUE, Status.UP_TO_DATE: Status.UP_TO_DATE,
            Status.DUE_SOON: Status.UP_TO_DATE}
"""Statuses that ask the same of the person: not knowing which of the two holds is no reason to ask."""


class Answer(NamedTuple):
    """What the tracks answer; the fields are those of `Recommendation`."""

    status: Status
    track: Track | None
    due_from: date | None
    earliest: date | None
    last_done: date | None
    unknown: tuple[str, ...]
    assumed: tuple[str, ...]
    trace: tuple[TrackStep, ...]
    deferral: Deferral | None = None


class TrackRules:
    """A track with its criteria read into functions."""

    __slots__ = ("_refused", "decide", "deferrals", "fixed", "track")

    def __init__(self, track: Track, definitions: Definitions) -> None:
        self.track = track
        self.decide = read(track.when, definitions)
        self.fixed = None if track.status is None else Timing(Status(track.status))
        self.deferrals = tuple((deferral, read(deferral.when, definitions)) for deferral in track.defer)
        self._refused: TrackStep | None = None

    def refused(self, step: Step) -> TrackStep:
        """The track was looked at and does not apply. For many people the reason is the very same step."""
        if self._refused is None or self._refused.step is not step:
            self._refused = TrackStep(self.track, False, step)
        return self._refused


class Rules:
    """A guideline with its tracks read into functions."""

    __slots__ = ("_compared", "guideline", "otherwise", "silent", "tracks")

    def __init__(self, guideline: Guideline) -> None:
        self.guideline = guideline
        self.otherwise = Timing(Status(guideline.otherwise.status))
        definitions = read_definitions(guideline.definitions)
        self.tracks = tuple(TrackRules(track, definitions) for track in guideline.tracks)
        criteria = [criterion for t in guideline.tracks for criterion in (t.when, *(d.when for d in t.defer))]
        self.silent = Silent(self.answer, lambda: together(age_limits(one, definitions) for one in criteria))
        self._compared: dict[str, Compared] | None = None

    def compared(self, vocabulary: Vocabulary) -> dict[str, Compared]:
        """The thresholds of each fact, found once for everybody."""
        if self._compared is None:
            self._compared = compared_by(self.guideline, vocabulary)
        return self._compared

    def answer(self, reader: Reader) -> Answer:
        """Try the tracks in order; those that may apply are kept until one surely does."""
        assumed: Assumed = {}
        possible: list[TrackStep] = []
        trace: list[TrackStep] = []
        certain: TrackStep | None = None
        answer = self.otherwise
        for candidate in self.tracks:
            step = candidate.decide(reader, assumed)
            if step.truth is False:
                trace.append(candidate.refused(step))
                continue
            looked = TrackStep(candidate.track, step.truth, step)
            trace.append(looked)
            found = _timing(candidate, looked, reader, assumed)
            looked.status, looked.due_from, looked.reading = found.status, found.due_from, found.reading
            if step.truth is True:
                certain, answer = looked, found
                break
            possible.append(looked)
        if all(_same(other.status, answer.status) for other in possible):
            track, deferral = (certain.track, certain.deferral) if certain else (None, None)
            return Answer(
                answer.status, track, answer.due_from, answer.earliest, answer.last_done, tuple(answer.asks),
                tuple(assumed), tuple(trace), deferral,
            )
        asks: dict[str, None] = {}
        for other in possible:
            asks.update(dict.fromkeys(unknown_facts(other.step, reader)))
        asks.update(dict.fromkeys(answer.asks))
        return Answer(Status.ASK, None, None, None, None, tuple(asks), tuple(assumed), tuple(trace))


def recommend(rules: Rules, reader: Reader) -> Recommendation:
    """The answer for this person: that of all who are silent on what the guideline looks at, or their own."""
    answer = rules.silent.of(reader) or rules.answer(reader)
    return Recommendation(rules.guideline, reader.as_of, *answer, reader=reader)


def _timing(rules: TrackRules, looked: TrackStep, reader: Reader, assumed: Assumed) -> Timing:
    """The status or the schedule's; then the first deferral that holds and changes something."""
    track = rules.track
    if rules.fixed is not None:
        found = rules.fixed
    else:
        assert track.schedule is not None
        found = timing(track.schedule, reader)
    for defer, decide in rules.deferrals:
        later = deferred(found, defer, reader)
        if later is found:
            continue
        step = decide(reader, assumed)
        if step.truth is False:
            looked.undeferred += (step,)
            continue
        looked.deferral = Deferral(defer, step)
        if step.truth is True:
            return later
        asks = tuple(dict.fromkeys(unknown_facts(step, reader)))
        return Timing(Status.ASK, found.due_from, found.last_done, found.reading, asks)
    return found


def _same(one: Status | None, other: Status) -> bool:
    return one is other or (one is not None and SETTLED.get(one, one) is SETTLED.get(other, other))

"""What the evaluator answers: a status, a due date, and the trace that led there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from app.dates import Period, add
from app.guidelines.model import Guideline, Status, Track

if TYPE_CHECKING:
    from app.facts.reduce import ReducedValue
    from app.guidelines.criteria import Criterion
    from app.guidelines.reader import Reader
    from app.guidelines.schedule.evaluation import Act
    from app.guidelines.schedule.model import Defer
    from app.guidelines.suppose.questions import Questions

Truth = bool | None
"""Kleene: True, False, or None for unknown."""


class Step(NamedTuple):
    """One criterion as it was decided. `reading` is the reduced fact that a leaf looked at, with its provenance, and
    `also` those that it was held against (another day, other diseases of the family)."""

    criterion: Criterion
    truth: Truth
    reading: ReducedValue | None = None
    steps: tuple[Step, ...] = ()
    also: tuple[ReducedValue, ...] = ()


def step_of(
    criterion: Criterion, truth: Truth, reading: ReducedValue | None = None, steps: tuple[Step, ...] = (),
    also: tuple[ReducedValue, ...] = (),
) -> Step:
    """A step, made quickly: the constructor of a NamedTuple costs twice as much."""
    return tuple.__new__(Step, (criterion, truth, reading, steps, also))


class Deferral(NamedTuple):
    """Why a due action waits, and what decided it."""

    defer: Defer
    step: Step


@dataclass(slots=True)
class TrackStep:
    """A track that was looked at: what it said, and what it would have answered."""

    track: Track
    truth: Truth
    step: Step
    status: Status | None = None
    due_from: date | None = None
    reading: ReducedValue | None = None
    """The reduced fact that set the due date (the last valid act), when there is one."""
    deferral: Deferral | None = None
    undeferred: tuple[Step, ...] = ()
    """The deferrals that were looked at and do not hold."""


@dataclass(slots=True)
class Recommendation:
    """The answer of one guideline for one person on one day.

    `due_from` is the first day on which the action is (or was) due, `earliest` a sooner one from which it would already
    count. `unknown` names the facts whose value would decide, in the order in which the criteria met them (`asks`:
    the most useful first). `assumed` names the facts whose silence was taken as "no" on the vocabulary's word:
    they are told to the reader, who can correct them. `covered_by` is the guideline that replaces this one for the
    person: what it asks includes what this one would have asked.
    """

    guideline: Guideline
    as_of: date
    status: Status
    track: Track | None = None
    due_from: date | None = None
    earliest: date | None = None
    last_done: date | None = None
    unknown: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    trace: tuple[TrackStep, ...] = ()
    deferral: Deferral | None = None
    covered_by: Guideline | None = None
    questions: Questions | None = field(default=None, repr=False, compare=False)
    """What weighs the facts that this person's guidelines ask for."""
    reader: Reader | None = field(default=None, repr=False, compare=False)
    """What the criteria looked at."""

    @property
    def asks(self) -> tuple[str, ...]:
        """The facts to ask for, first the one most of whose answers settle this guideline."""
        return self.unknown if len(self.unknown) < 2 else tuple(sorted(self.unknown, key=lambda n: -self.share(n)))

    def share(self, fact: str) -> float:
        """Of the answers to the question about this fact, the share that settles this guideline."""
        return self.questions.share(fact, self.id) if self.questions is not None else 0.0

    def may_settle(self, fact: str) -> bool:
        """False: the share is nought, which is known without weighing the question."""
        return self.questions is not None and self.questions.may_settle(fact, self.id)

    @property
    def id(self) -> str:
        return self.guideline.id

    @property
    def overdue_from(self) -> date | None:
        """The first day on which it is (or would be) overdue."""
        schedule = self.track.schedule if self.track is not None else None
        if schedule is None or self.due_from is None:
            return None
        return add(self.due_from, Period.parse(schedule.overdue_after)) + timedelta(days=1)

    @property
    def facts_used(self) -> tuple[str, ...]:
        """The facts that the answer rests on (`birth_date` for ages): change any other one, and it stays."""
        from app.guidelines.facts_used import facts_used

        return facts_used(self, self.reader) if self.reader is not None else ()

    def acts(self) -> list[Act]:
        """What the deciding track's schedule found done, and whether it counts."""
        from app.guidelines.schedule.evaluation import evaluation

        schedule = self.track.schedule if self.track is not None else None
        return evaluation(schedule, self.reader) if schedule is not None and self.reader is not None else []

    def readings(self) -> list[ReducedValue]:
        """The reduced facts that the answer rests on: those of the deciding track, then what set the date."""
        found: list[ReducedValue] = []

        def walk(step: Step) -> None:
            if step.reading is not None and step.truth is not None:
                found.append(step.reading)
                found.extend(step.also)
            for child in step.steps:
                walk(child)

        for looked in self.trace:
            if looked.track is self.track:
                walk(looked.step)
                if looked.reading is not None:
                    found.append(looked.reading)
        return found

    def possible(self) -> list[tuple[str, Status]]:
        """The tracks that may decide (`otherwise` when none does), each with its answer (`ask`: not known either)."""
        if self.status is not Status.ASK:
            return [(self.track.id if self.track else "otherwise", self.status)]
        open_tracks = [looked for looked in self.trace if looked.truth is not False]
        found = [(looked.track.id, looked.status or Status.ASK) for looked in open_tracks]
        if not any(looked.truth for looked in open_tracks):
            found.append(("otherwise", Status(self.guideline.otherwise.status)))
        return found

    def trace_json(self) -> list[dict[str, Any]]:
        """The whole trace, each leaf with fact, value, date and source."""
        from app.guidelines.trace import track_to_json

        return [track_to_json(step) for step in self.trace]

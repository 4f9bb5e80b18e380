"""What the evaluator answers: a status, a due date, and the trace that led there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from app.guidelines.model import Guideline, Status, Track

if TYPE_CHECKING:
    from app.facts.reduce import ReducedValue
    from app.guidelines.criteria import Criterion

Truth = bool | None
"""Kleene: True, False, or None for unknown."""


class Step(NamedTuple):
    """One criterion as it was decided. `reading` is the reduced fact that a leaf looked at, with its provenance."""

    criterion: Criterion
    truth: Truth
    reading: ReducedValue | None = None
    steps: tuple[Step, ...] = ()


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


@dataclass(slots=True)
class Recommendation:
    """The answer of one guideline for one person on one day.

    `due_from` is the first day on which the action is (or was) due. `asks` names the facts whose value would decide,
    the most useful first. `assumed` names the facts whose silence was taken as "no" on the vocabulary's word:
    they are told to the reader, who can correct them.
    """

    guideline: Guideline
    as_of: date
    status: Status
    track: Track | None = None
    due_from: date | None = None
    last_done: date | None = None
    asks: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    trace: list[TrackStep] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.guideline.id

    def readings(self) -> list[ReducedValue]:
        """The reduced facts that the answer rests on: those of the deciding track, then what set the date."""
        found: list[ReducedValue] = []

        def walk(step: Step) -> None:
            if step.reading is not None and step.truth is not None:
                found.append(step.reading)
            for child in step.steps:
                walk(child)

        for looked in self.trace:
            if looked.track is self.track:
                walk(looked.step)
                if looked.reading is not None:
                    found.append(looked.reading)
        return found

    def trace_json(self) -> list[dict[str, Any]]:
        """The whole trace, each leaf with fact, value, date and source."""
        from app.guidelines.trace import track_to_json

        return [track_to_json(step) for step in self.trace]

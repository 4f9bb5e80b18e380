"""What was stopped by hand: a version of a guideline, a risk model, or a message. What is stopped answers nobody.

A stopped guideline is as one that is not in force: what another guideline reads of it, or would have given up for it,
is decided without it. A stopped model gives no estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from app.guidelines.check import criteria_of
from app.guidelines.criteria import Risk

if TYPE_CHECKING:
    from app.guidelines.model import Guideline

Kind = Literal["guideline", "model", "message"]


@dataclass(frozen=True, slots=True)
class Stop:
    """`version`: the guideline's `effective_from` (None: every version). `reason` is read by everybody, as it is."""

    id: str
    kind: Kind
    target: str
    version: str | None
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Stops:
    """Everything that is stopped at an instant, in the order in which it was."""

    all: tuple[Stop, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.all)

    def of_guideline(self, guideline: Guideline) -> Stop | None:
        return self._first("guideline", guideline.id, guideline.effective_from.isoformat())

    def of_model(self, model: str) -> Stop | None:
        return self._first("model", model)

    def of_message(self, message: str) -> Stop | None:
        """Of a campaign or a reminder, by its id: nothing of it may be sent."""
        return self._first("message", message)

    @property
    def models(self) -> frozenset[str]:
        return frozenset(stop.target for stop in self.all if stop.kind == "model")

    def models_behind(self, guideline: Guideline) -> list[Stop]:
        """The stopped models that a guideline reads."""
        if not self.models:
            return []
        read = {criterion.risk for _, criterion in criteria_of(guideline) if isinstance(criterion, Risk)}
        return [stop for stop in self.all if stop.kind == "model" and stop.target in read]

    def _first(self, kind: Kind, target: str, version: str | None = None) -> Stop | None:
        for stop in self.all:
            if stop.kind == kind and stop.target == target and stop.version in (None, version):
                return stop
        return None


NOTHING_STOPPED = Stops()

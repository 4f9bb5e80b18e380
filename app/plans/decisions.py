"""What the person decided about items of their plan, and what it changes: "not now", "not for me", "ask my doctor".

What is set aside leaves what is to be done now until its day (or until it is taken back), and nothing is asked about
it; it stays in the plan, marked. It does not hide what a doctor should see when that was not what was set aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from app.guidelines.model import Status
from app.guidelines.recommendation import Recommendation

Kind = Literal["later", "not_for_me", "ask_doctor"]
Reason = Literal["followed_elsewhere", "not_concerned", "no_wish", "worried", "too_hard", "other"]
REASONS: tuple[str, ...] = get_args(Reason)
_DOCTOR = frozenset({Status.SEE_DOCTOR, Status.SPECIALIST})


@dataclass(frozen=True, slots=True)
class Decision:
    """`until` is the day on which what waits comes back; `track` is the one that was shown when the person decided."""

    kind: Kind
    on: date
    track: str | None = None
    until: date | None = None
    reason: Reason | None = None

    def holds(self, found: Recommendation) -> bool:
        """Does it still count, for this answer on this day?"""
        if self.until is not None and found.as_of >= self.until:
            return False
        return found.status not in _DOCTOR or (found.track is not None and found.track.id == self.track)

    @property
    def sets_aside(self) -> bool:
        return self.kind in {"later", "not_for_me"}

    def to_json(self) -> dict[str, Any]:
        return {
            "decision": self.kind, "on": self.on.isoformat(), "track": self.track,
            "until": self.until.isoformat() if self.until else None, "reason": self.reason,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Decision:
        """What `to_json` wrote."""
        until = data["until"]
        return cls(
            data["decision"], date.fromisoformat(data["on"]), data["track"],
            date.fromisoformat(until) if until else None, data["reason"],
        )


Decisions = Mapping[str, Decision]
"""By guideline: at most one each, the last one taken."""


def decisions_of(kept: Mapping[str, Any]) -> dict[str, Decision]:
    """Decisions as they are kept."""
    return {guideline: Decision.from_json(data) for guideline, data in kept.items()}

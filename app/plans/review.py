"""What a professional decided about items of a plan, and what it changes: the one who decides is a person.

Decisions are versions: each has a number, none is ever rewritten, and the last one about a guideline is what counts, as
long as the facts that it was taken on have not changed (and, where it names a day, until that day).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Literal, get_args

from app.facts.model import Fact, FactSheet
from app.guidelines.recommendation import Recommendation

Kind = Literal["accept", "adapt", "set_aside", "ask_patient", "done"]
KINDS: tuple[str, ...] = get_args(Kind)
_DAYS = ("on", "until", "due")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One decision. `basis` covers the facts it was taken on (`basis_of`). `until`: the day on which what was set aside
    comes back. `due`, `interval`, `act`: what was adapted. `words`: for the person, or why it was set aside.
    `fact`, `result`: the act done on `on`."""

    number: int
    guideline: str
    kind: Kind
    on: date
    by: str
    name: str
    status: str
    track: str | None
    basis: str
    until: date | None = None
    due: date | None = None
    interval: str | None = None
    act: str | None = None
    reason: str | None = None
    words: str | None = None
    fact: str | None = None
    result: str | None = None

    def holds(self, found: Recommendation, sheet: FactSheet) -> bool:
        """Does it still count, for this answer on this day?"""
        if self.until is not None and found.as_of >= self.until:
            return False
        return self.basis == basis_of(found, sheet)

    def rests(self, as_of: date) -> bool:
        """It asks nothing of the person now."""
        if self.kind in {"set_aside", "done"}:
            return True
        return self.kind == "adapt" and self.due is not None and self.due > as_of

    def to_json(self) -> dict[str, Any]:
        data = {name: value for name, value in asdict(self).items() if value is not None}
        return {name: str(value) if name in _DAYS else value for name, value in data.items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reviewed:
        """What `to_json` wrote."""
        known = {field.name for field in fields(cls)}
        read: dict[str, Any] = {
            name: date.fromisoformat(value) if name in _DAYS else value for name, value in data.items() if name in known
        }
        return cls(**read)


Reviews = Mapping[str, Reviewed]
"""By guideline: the last decision about each."""
NOTHING_REVIEWED: Reviews = {}


def history_of(kept: Mapping[str, Any]) -> list[Reviewed]:
    """Every decision, oldest first, of what is kept (`{"decisions": […], …}`)."""
    return [Reviewed.from_json(data) for data in kept.get("decisions", ())]


def last_of(history: Sequence[Reviewed], as_of: date) -> dict[str, Reviewed]:
    """The last decision about each guideline, as it was on that day."""
    return {one.guideline: one for one in history if one.on <= as_of}


def basis_of(found: Recommendation, sheet: FactSheet) -> str:
    """A digest of what the answer rests on: the track, and each fact looked at with its values. Not of the day."""
    subject = sheet.subject
    seen = [[name, [_seen(fact) for fact in sheet.facts.get(name, ())]] for name in sorted(found.facts_used)]
    who = [str(subject.birth_date), subject.administrative_sex] if subject is not None else []
    text = json.dumps([found.track.id if found.track else None, who, seen], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _seen(fact: Fact) -> list[Any]:
    """With its details, if it has any: the age of a relative at diagnosis changes an answer."""
    told: list[Any] = [str(fact.value), fact.unit, str(fact.date), fact.author]
    return [*told, sorted((name, str(value)) for name, value in fact.details.items())] if fact.details else told

"""What is worth a message in a plan, now: one kind of reminder for a person, or none.

Left out: what the person set aside, what a professional has not decided yet, what is urgent (the plan says it where it
is read; a reminder may come days late), and what was said enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.dates import add
from app.guidelines.stops import NOTHING_STOPPED, Stops
from app.nudges.model import THANKS, Kind, Nudges, When, period
from app.plans.model import Item, Plan


@dataclass(frozen=True, slots=True)
class Due:
    """One item of a plan, as it was when the message was chosen."""

    guideline: str
    track: str | None
    status: str
    due_from: str | None
    version: str
    """The day from which the rule is in force."""

    @classmethod
    def of(cls, item: Item) -> Due:
        found, due = item.recommendation, item.due_from
        return cls(
            item.id, found.track.id if found.track else None, item.status.value, due.isoformat() if due else None,
            found.guideline.effective_from.isoformat(),
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Due:
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Said:
    """What a person was told on a day: the items of one message, whether it was to thank them, and the campaign that it
    came from."""

    on: date
    items: tuple[Due, ...]
    thanks: bool = False
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """`campaign`: the one that it comes from, if any."""

    kind: Kind
    items: tuple[Due, ...]
    campaign: str | None = None


def choose(plan: Plan, nudges: Nudges, said: Iterable[Said], stops: Stops = NOTHING_STOPPED) -> Chosen | None:
    """Thanks first, for what was done since it was reminded of; else the first kind, in the order of the rules, of
    which something is due and was not said enough. What is stopped is not said."""
    told, thanks = list(said), nudges.kinds[THANKS]
    if not stops.of_message(THANKS) and (done := [item for item in plan.items if _to_thank(item, told, nudges)]):
        return Chosen(thanks, tuple(map(Due.of, done))[: nudges.rules.most_items])
    for kind in [one for one in nudges.in_order if not stops.of_message(one.id)]:
        if due := [item for item in plan.items if of_kind(item, kind) and not _enough(item, told, plan.as_of, nudges)]:
            return Chosen(kind, tuple(map(Due.of, due))[: nudges.rules.most_items])
    return None


def of_kind(item: Item, kind: Kind) -> bool:
    """Is this what the kind is about, and may a message say it?"""
    if not matches(kind.when, item.id, item.recommendation.guideline.domain, item.status.value):
        return False
    return kind.thanks or not (item.set_aside or item.decision or item.urgent or item.awaits_review)


def matches(when: When, guideline: str, domain: str, status: str) -> bool:
    return status in when.statuses and (guideline in when.guidelines or domain in when.domains)


def still(plan: Plan, kind: Kind, items: Iterable[Due]) -> tuple[list[Due], list[Due]]:
    """Of what a message is about: what still holds (as it is now), and what was done meanwhile."""
    wanted = {one.guideline: one for one in items}
    found = [item for item in plan.items if item.id in wanted]
    holds = [Due.of(item) for item in found if of_kind(item, kind)]
    return holds, [Due.of(item) for item in found if item.well and item.recommendation.last_done is not None]


def _to_thank(item: Item, told: list[Said], nudges: Nudges) -> bool:
    done = item.recommendation.last_done
    if done is None or not of_kind(item, nudges.kinds[THANKS]):
        return False
    about = [one for one in told if any(due.guideline == item.id for due in one.items)]
    reminded = [one.on for one in about if not one.thanks]
    thanked = [one.on for one in about if one.thanks]
    return bool(reminded) and done >= min(reminded) and (not thanked or max(thanked) < done)


def _enough(item: Item, told: list[Said], today: date, nudges: Nudges) -> bool:
    due, cap = Due.of(item), nudges.rules.cap
    about = [(one.on, had) for one in told if not one.thanks for had in one.items if had.guideline == item.id]
    if any(on > add(today, period(cap.again_after), sign=-1) for on, _ in about):
        return True
    return len([had for _, had in about if had.due_from == due.due_from]) >= cap.most_times

"""A campaign from its draft to its end: versions, who may do which step when, and what changed between two versions.

    saved → submitted → approved → started → stopped
                ↘ refused ↗(a new version)

A change of words, target or means is a new version, which starts as a draft: what runs goes on as it was approved until
the new version is approved, by somebody else than its author, and started.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from app.campaigns.model import Campaign
from app.errors import UsageError

Event = Literal["saved", "submitted", "approved", "refused", "started", "stopped"]
Step = Literal["submit", "approve", "refuse", "start", "stop"]
EVENT: dict[Step, Event] = {
    "submit": "submitted", "approve": "approved", "refuse": "refused", "start": "started", "stop": "stopped",
}  # fmt: skip
AFTER: dict[Step, tuple[Event, ...]] = {
    "submit": ("saved",), "approve": ("submitted",), "refuse": ("submitted",), "start": ("approved",),
    "stop": ("started",),
}  # fmt: skip
LONGEST_APPROVAL = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Happened:
    """One step of a version. `by`: the account of who took it; `until`: the last day of an approval."""

    event: Event
    words: str
    by: str
    at: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    text: str
    campaign: Campaign
    steps: tuple[Happened, ...]

    @property
    def state(self) -> Event:
        return self.steps[-1].event

    def approved(self, today: date) -> bool:
        """Whether an approval holds today."""
        last = next((one for one in reversed(self.steps) if one.event == "approved"), None)
        return last is not None and last.until is not None and today <= last.until


@dataclass(frozen=True, slots=True)
class Kept:
    """A campaign with its versions, the first one first."""

    id: str
    versions: tuple[Version, ...]

    @property
    def last(self) -> Version:
        return self.versions[-1]

    @property
    def running(self) -> Version | None:
        """The version that reaches people: at most one."""
        return next((one for one in reversed(self.versions) if one.state == "started"), None)

    @property
    def etag(self) -> str:
        """Changes with each version and each step."""
        return f'"{self.last.number}-{sum(len(one.steps) for one in self.versions)}"'


def check_step(kept: Kept, others: Sequence[Kept], step: Step, by: str, until: date | None, today: date) -> Version:
    """The version that the step is about. Raises UsageError (`campaign_step`, `same_person`, `approval_until`,
    `approval_over`, `campaign_days`, `campaign_overlap`)."""
    version = kept.running if step == "stop" else kept.last
    if version is None or version.state not in AFTER[step]:
        raise UsageError("this step does not follow from the last one", code="campaign_step")
    if step == "approve":
        authors = {one.by for one in version.steps if one.event in ("saved", "submitted")}
        if by in authors:
            raise UsageError("another person than the author approves", code="same_person")
        if until is None or not today <= until <= today + LONGEST_APPROVAL:
            raise UsageError("an approval holds from today, for a year at most", code="approval_until", where="/until")
    if step == "start":
        _check_start(kept, others, version, today)
    return version


def _check_start(kept: Kept, others: Sequence[Kept], version: Version, today: date) -> None:
    if not version.approved(today):
        raise UsageError("the approval is over: submit it again as a new version", code="approval_over")
    campaign = version.campaign
    if today > campaign.ends_on:
        raise UsageError("the campaign's last day is over", code="campaign_days")
    for other in others:
        runs = other.running
        if other.id != kept.id and runs and overlaps(campaign, runs.campaign):
            raise UsageError(f"{other.id} runs at the same time for the same programme: the same people would get both",
                             code="campaign_overlap")  # fmt: skip


def overlaps(one: Campaign, other: Campaign) -> bool:
    return (
        one.programme == other.programme and one.starts_on <= other.ends_on and other.starts_on <= one.ends_on
    )


class Change(NamedTuple):
    """`before` or `after` is None for what was added or taken away."""

    place: str
    before: str | None
    after: str | None


def changes(before: Campaign, after: Campaign) -> list[Change]:
    """What differs, place by place; messages by channel, language and level, so that one that moved is not told."""
    old, new = dict(_leaves(_comparable(before))), dict(_leaves(_comparable(after)))
    places = [*old, *(place for place in new if place not in old)]
    return [Change(place, old.get(place), new.get(place)) for place in places if old.get(place) != new.get(place)]


def _comparable(campaign: Campaign) -> dict[str, Any]:
    data = campaign.model_dump(mode="json", by_alias=True, exclude_none=True)
    data["messages"] = {
        f"{one['channel']}, {one['lang']}, {one['level']}": {
            name: value for name, value in one.items() if name not in ("channel", "lang", "level")
        }
        for one in data["messages"]
    }
    data["capacity"] = {f"{one['act']}, {one['area']}": one["per_week"] for one in data["capacity"]}
    data["alternatives"] = {one.pop("id"): one for one in data["alternatives"]}
    data.pop("review")
    return data


def _leaves(data: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _leaves(value, f"{place} › {name}" if place else str(name))
    elif isinstance(data, list) and any(isinstance(one, dict) for one in data):
        for number, value in enumerate(data, 1):
            yield from _leaves(value, f"{place} {number}")
    elif isinstance(data, list):
        yield place, ", ".join(map(str, data))
    else:
        yield place, str(data)

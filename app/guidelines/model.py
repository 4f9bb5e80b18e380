"""A guideline: tracks, schedules, wording and sources, as read from `content/guidelines/<country>/*.yaml`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from app.dates import PartialDate
from app.guidelines.criteria import Criterion, Strict
from app.guidelines.schedule.model import Defer, Schedule
from app.guidelines.status import FixedStatus
from app.guidelines.status import Status as Status  # one name for those who read guidelines
from app.guidelines.status import Urgency as Urgency


def _words(value: Any) -> Any:
    """YAML reads a bare `no` as false and a bare day as a date: both mean the words that were written."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""A sentence or a name that may not be blank."""

def _exists(value: str) -> str:
    try:
        PartialDate.parse(value)
    except ValueError:
        raise ValueError("a date that does not exist (write AAAA, AAAA-MM or AAAA-MM-JJ)") from None
    return value


Verified = Annotated[Literal["yes", "partly", "no"], BeforeValidator(_words)]
"""Was the figure or rule read in the source itself?"""


class Source(Strict):
    """A dated text on which a rule or a sentence rests."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: Text
    publisher: Text
    date: Annotated[str, BeforeValidator(_words), AfterValidator(_exists)] = Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
    url: str | None = None


class Statement(Strict):
    """A sentence with figures: natural frequencies, one denominator, its source, and whether it was read there."""

    text: Text
    source: str
    verified: Verified


class Wording(Strict):
    """What the citizen reads. French here; translations in content/locales (the French text is the key)."""

    title: Text
    why: Text
    action: Text
    where: Text
    cost: Text
    benefit: Statement
    harm: Statement


class TrackWording(Strict):
    """What a track says otherwise than its guideline."""

    title: Text | None = None
    why: Text | None = None
    action: Text | None = None
    where: Text | None = None
    cost: Text | None = None
    benefit: Statement | None = None
    harm: Statement | None = None
    strong: Text | None = None
    """Said among the strong points when this track answers up_to_date, not_needed or information."""


class Track(Strict):
    """For whom (`when`), and then a fixed status or a schedule. Tracks are tried in the order of the file."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    level: Literal["symptom", "abnormal", "excluded", "average", "elevated", "very_high", "outside"]
    when: Criterion
    status: FixedStatus | None = None
    schedule: Schedule | None = None
    over: list[str] = Field(default_factory=list)
    """Later tracks of the same level that may hold too and answer otherwise: this one wins, knowingly."""
    defer: list[Defer] = Field(default_factory=list)
    """When the action is due but must wait; the first that holds."""
    wording: TrackWording = TrackWording()
    source: str
    verified: Verified = "yes"
    urgent: bool = False
    """An abnormal result without follow-up: shown before everything else."""
    urgency: Urgency | None = None
    """How soon to see a doctor."""

    @model_validator(mode="after")
    def _one_answer(self) -> Track:
        if (self.status is None) == (self.schedule is None):
            raise ValueError(f"track {self.id}: give either a `status` or a `schedule`")
        if self.defer and self.schedule is None and self.status != "due":
            raise ValueError(f"track {self.id}: only what is due can be deferred")
        if self.urgency is not None and self.status not in ("see_doctor", "specialist"):
            raise ValueError(f"track {self.id}: `urgency` goes with `status: see_doctor` or `specialist`")
        if self.urgent and self.urgency is None and self.status in ("see_doctor", "specialist"):
            raise ValueError(f"track {self.id}: what is urgent says how soon (`urgency`)")
        return self


class Supersedes(Strict):
    """Another guideline that is covered by this one when this one answers so."""

    guideline: str
    when: list[Status] = Field(min_length=1)


class Otherwise(Strict):
    """What is answered when no track applies."""

    status: Literal["not_eligible", "not_needed", "information"] = "not_eligible"
    why: Text


class Guideline(Strict):
    """One recommendation, versioned: valid from `effective_from` (until `effective_until`, when replaced)."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    domain: Literal["screening", "vaccines", "measures", "habits", "information"]
    effective_from: date
    effective_until: date | None = None
    last_checked: date
    priority: int = Field(ge=1, le=100)
    """How much it matters when due, by absolute benefit as judged from the sources; see `priority_because`."""
    priority_because: Text
    wording: Wording
    definitions: dict[str, Criterion] = Field(default_factory=dict)
    tracks: list[Track] = Field(min_length=1)
    otherwise: Otherwise
    supersedes: list[Supersedes] = Field(default_factory=list)
    sources: list[Source] = Field(min_length=1)
    doubts: list[str] = Field(default_factory=list)
    """What could not be verified, or where sources disagree, and what was chosen."""

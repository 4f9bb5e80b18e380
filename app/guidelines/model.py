"""A guideline: tracks, schedules, wording and sources, as read from `content/guidelines/<country>/*.yaml`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from app.dates import Period
from app.guidelines.criteria import Criterion, Strict


class Status(StrEnum):
    """What a guideline answers for a person on a day (a closed list that apps rely on)."""

    NOT_ELIGIBLE = "not_eligible"
    NOT_NEEDED = "not_needed"
    UP_TO_DATE = "up_to_date"
    DUE_SOON = "due_soon"
    DUE = "due"
    OVERDUE = "overdue"
    ASK = "ask"
    SPECIALIST = "specialist"
    SEE_DOCTOR = "see_doctor"
    INFORMATION = "information"


FixedStatus = Literal["not_eligible", "not_needed", "up_to_date", "specialist", "see_doctor", "information", "due"]


def _words(value: Any) -> Any:
    """YAML reads a bare `no` as false and a bare day as a date: both mean the words that were written."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else value


Verified = Annotated[Literal["yes", "partly", "no"], BeforeValidator(_words)]
"""Was the figure or rule read in the source itself?"""


class Source(Strict):
    """A dated text on which a rule or a sentence rests."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    publisher: str
    date: Annotated[str, BeforeValidator(_words)] = Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
    url: str | None = None


class Statement(Strict):
    """A sentence with figures: natural frequencies, one denominator, its source, and whether it was read there."""

    text: str
    source: str
    verified: Verified


class Wording(Strict):
    """What the citizen reads. French here; translations in content/locales (the French text is the key)."""

    title: str
    why: str
    action: str
    where: str
    cost: str
    benefit: Statement
    harm: Statement


class TrackWording(Strict):
    """What a track says otherwise than its guideline."""

    title: str | None = None
    why: str | None = None
    action: str | None = None
    where: str | None = None
    cost: str | None = None
    benefit: Statement | None = None
    harm: Statement | None = None
    strong: str | None = None
    """Said among the strong points when this track answers up_to_date, not_needed or information."""


class After(Strict):
    """Due `plus` after the day named by a reduction (`once`: that day settles it for good)."""

    after: str
    plus: str
    from_age: int | None = Field(default=None, ge=0, le=120)
    """An act done before this birthday does not count."""

    @field_validator("plus")
    @classmethod
    def _period(cls, value: str) -> str:
        if value != "once":
            Period.parse(value)
        return value


class Never(Strict):
    """When nothing was ever done: due from this birthday, or from this day of the track's own (`now`)."""

    age: int | None = None
    now: bool = False
    date_of: str | None = None
    """A reduction that gives the first day (a season's start…)."""

    @model_validator(mode="after")
    def _one(self) -> Never:
        if (self.age is not None) + self.now + (self.date_of is not None) != 1:
            raise ValueError("`never` needs exactly one of age, now, date_of")
        return self


class Season(Strict):
    """A yearly campaign, as MM-DD days: due from `opens` to `closes`; an act counts from `counts_from` on."""

    opens: str = Field(pattern=r"^\d{2}-\d{2}$")
    closes: str = Field(pattern=r"^\d{2}-\d{2}$")
    counts_from: str = Field(pattern=r"^\d{2}-\d{2}$")

    @field_validator("opens", "closes", "counts_from")
    @classmethod
    def _every_year(cls, value: str) -> str:
        try:
            date.fromisoformat(f"2001-{value}")  # not a leap year: the day must exist every year
        except ValueError:
            raise ValueError(f"not a day of every year: {value!r} (write MM-DD, 10-15)") from None
        return value


class Schedule(Strict):
    """When the action is due: the latest of the days in `due`; if none is known to have happened, `never`.

    `no_trace` says what a record that never speaks of the act means: `due` (the act is offered, "already done" is one
    tap away) or `ask` (the plan asks before it offers).
    """

    due: list[After] = Field(default_factory=list)
    never: Never | None = None
    season: Season | None = None
    season_event: str | None = None
    no_trace: Literal["due", "ask"] = "due"
    soon: str = "P90D"
    overdue_after: str = "P6M"

    @field_validator("soon", "overdue_after")
    @classmethod
    def _period(cls, value: str) -> str:
        Period.parse(value)
        return value

    @model_validator(mode="after")
    def _complete(self) -> Schedule:
        if self.season is not None and self.season_event is None:
            raise ValueError("a season needs `season_event`, the reduction that gives the day of the last act")
        if self.season is None and (not self.due or self.never is None):
            raise ValueError("a schedule needs `due` and `never`, or a `season`")
        return self


class Track(Strict):
    """For whom (`when`), and then a fixed status or a schedule. Tracks are tried in the order of the file."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    level: Literal["symptom", "abnormal", "excluded", "average", "elevated", "very_high", "outside"]
    when: Criterion
    status: FixedStatus | None = None
    schedule: Schedule | None = None
    wording: TrackWording = TrackWording()
    source: str
    verified: Verified = "yes"
    urgent: bool = False
    """An abnormal result without follow-up: shown before everything else."""

    @model_validator(mode="after")
    def _one_answer(self) -> Track:
        if (self.status is None) == (self.schedule is None):
            raise ValueError(f"track {self.id}: give either a `status` or a `schedule`")
        return self


class Otherwise(Strict):
    """What is answered when no track applies."""

    status: Literal["not_eligible", "not_needed", "information"] = "not_eligible"
    why: str


class Guideline(Strict):
    """One recommendation, versioned: valid from `effective_from` (until `effective_until`, when replaced)."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    domain: Literal["screening", "vaccines", "measures", "habits", "information"]
    effective_from: date
    effective_until: date | None = None
    last_checked: date
    priority: int = Field(ge=1, le=100)
    """How much it matters when due, by absolute benefit as judged from the sources; see `priority_because`."""
    priority_because: str
    wording: Wording
    definitions: dict[str, Criterion] = Field(default_factory=dict)
    tracks: list[Track] = Field(min_length=1)
    otherwise: Otherwise
    sources: list[Source] = Field(min_length=1)
    doubts: list[str] = Field(default_factory=list)
    """What could not be verified, or where sources disagree, and what was chosen."""

    @model_validator(mode="after")
    def _references(self) -> Guideline:
        known = {source.id for source in self.sources}
        used = {track.source for track in self.tracks} | {self.wording.benefit.source, self.wording.harm.source}
        used |= {s.source for t in self.tracks for s in (t.wording.benefit, t.wording.harm) if s}
        if missing := sorted(used - known):
            raise ValueError(f"no source named {', '.join(missing)} in `sources`")
        tracks = [track.id for track in self.tracks]
        if twice := sorted({name for name in tracks if tracks.count(name) > 1}):
            raise ValueError(f"two tracks are named {', '.join(twice)}")
        if self.effective_until is not None and self.effective_until < self.effective_from:
            raise ValueError("`effective_until` is before `effective_from`")
        return self

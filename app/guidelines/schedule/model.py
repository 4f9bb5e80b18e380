"""Schedules as they are written in a guideline: intervals, a season, fixed ages, a series of doses, deferrals."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from app.content import PeriodText
from app.dates import Period
from app.guidelines.criteria import Criterion, MonthDay, Strict

Age = Annotated[int, Field(ge=0, le=120)]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
"""One reduction, or several whose acts count alike (two vaccines that hold the same)."""


class After(Strict):
    """Due `plus` after the day named by a reduction (`once`: that day settles it for good)."""

    after: str
    plus: str
    from_age: Age | None = None
    """An act done before this birthday does not count."""

    @field_validator("plus")
    @classmethod
    def _period(cls, value: str) -> str:
        if value != "once":
            Period.parse(value)
        return value


class Never(Strict):
    """When nothing was ever done: due from this birthday, or from this day of the track's own (`now`)."""

    age: Age | None = None
    now: bool = False
    date_of: str | None = None
    """A reduction that gives the first day (a season's start…)."""

    @model_validator(mode="after")
    def _one(self) -> Never:
        if (self.age is not None) + self.now + (self.date_of is not None) != 1:
            raise ValueError("it needs exactly one of age, now, date_of")
        return self


class Season(Strict):
    """A yearly campaign, as MM-DD days: due from `opens` to `closes`; an act counts from `counts_from` on."""

    opens: MonthDay
    closes: MonthDay
    counts_from: MonthDay


class Milestones(Strict):
    """Appointments at fixed ages (then every so many years). The next one counts unless an act is too recent."""

    ages: list[Age] = Field(min_length=1)
    then_every: int | None = Field(default=None, ge=1)
    """Years between appointments after the last age of the list."""
    event: Names
    skip_if_within: PeriodText | None = None
    """An appointment less than this after the last act is skipped."""
    max_gap: PeriodText | None = None
    """Never longer than this without the act, whatever the appointments."""

    @model_validator(mode="after")
    def _ascending(self) -> Milestones:
        if any(later <= sooner for sooner, later in pairwise(self.ages)):
            raise ValueError("`ages` must go up")
        return self


class Series(Strict):
    """How many doses, and at least how far apart."""

    first_dose_before_age: Age | None = None
    """Only for those who were younger than this on the day of their first dose."""
    count: int = Field(ge=1)
    intervals: list[PeriodText] = Field(default_factory=list)
    """The least time between a dose and the next: one fewer than `count`."""
    recommended: list[PeriodText] | None = None
    """The usual time, when it is longer: the next dose is due then, and possible from the least time on."""
    if_sooner: Literal["not_counted", "next_series"] = "not_counted"
    """A dose given sooner than the least time does not count; or it does, and the next series applies from then on."""

    @model_validator(mode="after")
    def _as_many(self) -> Series:
        if any(len(gaps) != self.count - 1 for gaps in (self.intervals, self.recommended) if gaps is not None):
            raise ValueError(f"{self.count} doses have {self.count - 1} intervals")
        return self


class Doses(Strict):
    """A series of doses that is continued, never begun again; a dose given too early does not count."""

    event: Names
    """Reductions that give all dates, sorted (`take: dates`)."""
    start: Never
    """When the first dose is due."""
    series: list[Series] = Field(min_length=1)
    """The first that applies to the age at the first dose."""
    not_before: PeriodText | None = None
    """A dose before this age does not count (`P12M`: twelve months after birth)."""
    then: PeriodText | None = None
    """The time from the last dose to a booster, once the series is complete."""

    @model_validator(mode="after")
    def _for_everybody(self) -> Doses:
        if self.series[-1].first_dose_before_age is not None:
            raise ValueError("the last of `series` is for everybody else: it has no `first_dose_before_age`")
        if self.series[-1].if_sooner == "next_series":
            raise ValueError("no series follows the last one: it has no `if_sooner: next_series`")
        return self


class Until(Strict):
    """A day that is waited for: a period after the day named by a reduction."""

    after: str
    plus: PeriodText


class Schedule(Strict):
    """When the action is due: one of `due` (with `never`), `season`, `milestones` or `doses`.

    `no_trace` says what a record that never speaks of the act means: `due` (the act is offered, "already done" is one
    tap away) or `ask` (the plan asks before it offers).
    """

    due: list[After] = Field(default_factory=list)
    never: Never | None = None
    season: Season | None = None
    season_event: str | None = None
    milestones: Milestones | None = None
    doses: Doses | None = None
    wait: list[Until] = Field(default_factory=list)
    """Never due before these days: the least time after another vaccine, or after the disease."""
    no_trace: Literal["due", "ask"] = "due"
    soon: PeriodText = "P90D"
    overdue_after: PeriodText = "P6M"

    @model_validator(mode="after")
    def _complete(self) -> Schedule:
        if (self.season is None) != (self.season_event is None):
            raise ValueError("a season needs `season_event`, the reduction that gives the day of the last act")
        kinds = bool(self.due) + sum(x is not None for x in (self.season, self.milestones, self.doses))
        if kinds != 1 or (self.due and self.never is None):
            raise ValueError("a schedule needs `due` and `never`, or one of `season`, `milestones`, `doses`")
        if self.never is not None and (self.season or self.doses):
            raise ValueError("`never` goes with `due` or `milestones` (doses have their `start`)")
        return self

    @property
    def events(self) -> list[str]:
        """The reductions that give the days of the acts."""
        if self.season_event is not None:
            return [self.season_event]
        if self.milestones is not None:
            return self.milestones.event
        return self.doses.event if self.doses is not None else [rule.after for rule in self.due]

    @property
    def by_age(self) -> bool:
        """The person's age sets a day, or tells which acts count."""
        first = self.never or (self.doses.start if self.doses is not None else None)
        series = self.doses is not None and (self.doses.not_before is not None or len(self.doses.series) > 1)
        from_age = any(rule.from_age is not None for rule in self.due)
        return series or from_age or self.milestones is not None or (first is not None and first.age is not None)


class Defer(Strict):
    """Due, but to be postponed while this holds (pregnancy for a live vaccine, a recent infection)."""

    when: Criterion
    until: str | Until | None = None
    """A reduction that gives the day, or a period after one; none: nobody can say yet."""
    why: str

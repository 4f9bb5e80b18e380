"""A track's schedule, the acts already done, and a day → status and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.guidelines.schedule.doses import in_series
from app.guidelines.schedule.intervals import after_acts
from app.guidelines.schedule.milestones import at_ages
from app.guidelines.schedule.model import Schedule
from app.guidelines.schedule.season import in_season
from app.guidelines.schedule.timing import Timing
from app.guidelines.schedule.wait import waited

if TYPE_CHECKING:
    from app.guidelines.reader import Reader


def timing(schedule: Schedule, reader: Reader) -> Timing:
    found = _by_kind(schedule, reader)
    return waited(found, schedule, reader) if schedule.wait else found


def _by_kind(schedule: Schedule, reader: Reader) -> Timing:
    if schedule.season is not None:
        return in_season(schedule, reader)
    if schedule.milestones is not None:
        return at_ages(schedule, reader)
    if schedule.doses is not None:
        return in_series(schedule, reader)
    return after_acts(schedule, reader)

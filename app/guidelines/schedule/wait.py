"""The least time after another act: what is due is due when it is over, and in a campaign only while that is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from app.dates import Period, add
from app.guidelines.schedule.model import Schedule
from app.guidelines.schedule.season import next_opening_after, still_open_on
from app.guidelines.schedule.timing import TO_DO, Timing, status_on
from app.guidelines.status import Status

if TYPE_CHECKING:
    from app.guidelines.reader import Reader


def waited(found: Timing, schedule: Schedule, reader: Reader) -> Timing:
    """The answer once every `wait` is over. An act said to have been, nobody knows when, is asked for if it decides."""
    if found.status is Status.ASK or (found.status not in TO_DO and found.due_from is None):
        return found
    for rule in schedule.wait:
        reading = reader.get(rule.after)
        if reading.state not in ("known", "absent"):
            if found.status in TO_DO:
                found = replace(found, status=Status.ASK, asks=(reader.base(rule.after),))
            continue
        if reading.earliest is None or reading.latest is None:
            continue
        period = Period.parse(rule.plus)
        early = _from(found, add(reading.earliest, period), schedule, reader.as_of)
        late = _from(found, add(reading.latest, period), schedule, reader.as_of)
        if (early.status in TO_DO) != (late.status in TO_DO):
            return replace(early, status=Status.ASK, asks=(reader.base(rule.after),))
        found = early
    return found


def _from(found: Timing, start: date, schedule: Schedule, as_of: date) -> Timing:
    """The same answer, not before `start`."""
    if start <= (found.due_from or as_of):
        return found
    if schedule.season is not None:
        opened = found.due_from or as_of
        if not still_open_on(start, schedule.season, opened):
            start = next_opening_after(opened, schedule.season)
    return replace(found, status=status_on(as_of, start, schedule), due_from=start)

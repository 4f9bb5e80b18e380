"""Due, but to be postponed: until a day, or until somebody can say."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from app.dates import Period, add
from app.guidelines.schedule.model import Defer, Until
from app.guidelines.schedule.timing import TO_DO, Timing
from app.guidelines.status import Status

if TYPE_CHECKING:
    from app.guidelines.reader import Reader


def deferred(found: Timing, deferral: Defer, reader: Reader) -> Timing:
    """What the track answers while the deferral holds: the same once its end is past."""
    if found.status not in TO_DO and found.status is not Status.DUE_SOON:
        return found
    end = _end(deferral.until, reader)
    if end is None:
        return Timing(Status.INFORMATION, None, found.last_done, found.reading)
    start = max(end, found.due_from or end)
    if start <= reader.as_of:
        return found
    return Timing(Status.DUE_SOON, start, found.last_done, found.reading)


def _end(until: str | Until | None, reader: Reader) -> date | None:
    """The first day on which the action may be done again, at the latest that it may be."""
    if until is None:
        return None
    reading = reader.get(until if isinstance(until, str) else until.after)
    if reading.state != "known" or reading.latest is None:
        return None
    return reading.latest if isinstance(until, str) else add(reading.latest, Period.parse(until.plus))

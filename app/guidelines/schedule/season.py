"""A yearly campaign: due while it is open, unless the act of this season is done."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from app.guidelines.schedule.model import Schedule, Season
from app.guidelines.schedule.timing import Timing, status_on
from app.guidelines.status import Status

if TYPE_CHECKING:
    from app.guidelines.reader import Reader


def in_season(schedule: Schedule, reader: Reader) -> Timing:
    """A season runs from `counts_from` to the eve of the next; outside the campaign, the next one is told."""
    season = schedule.season
    assert season is not None
    assert schedule.season_event is not None
    reading, today = reader.get(schedule.season_event), reader.as_of
    counts_from, opens, closes, following = days_of(season, today)
    if reading.state == "known" and reading.earliest is not None and reading.latest is not None:
        if reading.earliest >= counts_from:
            return Timing(status_on(today, following, schedule), following, reading.latest, reading)
        if reading.latest >= counts_from:
            return Timing(Status.ASK, opens, reading.latest, reading, asks=(reader.base(reading.name),))
    elif reading.state not in ("known", "absent") or (reading.state == "absent" and schedule.no_trace == "ask"):
        return Timing(Status.ASK, opens, asks=(reader.base(reading.name),))
    if opens <= today <= closes:
        return Timing(Status.DUE, opens, reading.latest, reading)
    start = opens if today < opens else following
    return Timing(status_on(today, start, schedule), start, reading.latest, reading)


def days_of(season: Season, today: date) -> tuple[date, date, date, date]:
    """Of the season that `today` is in: from when an act counts, when it opens and closes, when the next one opens."""
    counts_from = _day(season.counts_from, today.year)
    if counts_from > today:
        counts_from = _day(season.counts_from, today.year - 1)
    opens = _on_or_after(season.opens, counts_from)
    return counts_from, opens, _on_or_after(season.closes, opens), next_opening_after(opens, season)


def still_open_on(day: date, season: Season, opened: date) -> bool:
    """Whether the campaign that opened then goes on that day."""
    return day <= _on_or_after(season.closes, opened)


def next_opening_after(opened: date, season: Season) -> date:
    return _day(season.opens, opened.year + 1)


def _on_or_after(month_day: str, day: date) -> date:
    this_year = _day(month_day, day.year)
    return this_year if this_year >= day else _day(month_day, day.year + 1)


def _day(month_day: str, year: int) -> date:
    return date.fromisoformat(f"{year}-{month_day}")

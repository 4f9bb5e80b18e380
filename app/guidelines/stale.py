"""What nobody has looked at for a while: guidelines whose sources were last read so many months ago, or longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.dates import Period, add
from app.guidelines.model import Guideline, Source
from app.guidelines.pack import Pack


@dataclass(frozen=True, slots=True)
class Stale:
    guideline: Guideline
    unverified: int
    """Rules and figures that were not read at their source."""


def stale(pack: Pack, day: date, months: int) -> list[Stale]:
    """Those in force on the day, the longest forgotten first."""
    limit = add(day, Period(months=months), sign=-1)
    found = [Stale(guideline, unverified(guideline)) for guideline in pack.on(day) if guideline.last_checked <= limit]
    return sorted(found, key=lambda one: (one.guideline.last_checked, one.guideline.id))


def unverified(guideline: Guideline) -> int:
    said = [guideline.wording.benefit, guideline.wording.harm]
    said += [one for track in guideline.tracks for one in (track.wording.benefit, track.wording.harm) if one]
    marks = [one.verified for one in said] + [track.verified for track in guideline.tracks]
    return sum(mark != "yes" for mark in marks)


def oldest(guideline: Guideline) -> Source:
    """The text that is most likely to have been replaced."""
    return min(guideline.sources, key=lambda source: source.date)

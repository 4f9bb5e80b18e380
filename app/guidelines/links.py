"""Guidelines that name each other: do they exist, with these tracks, and does none wait for itself?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from app.content import line_of
from app.errors import ContentError
from app.guidelines.check import Place, criteria_of
from app.guidelines.criteria import GuidelineIs
from app.guidelines.model import Guideline


class Link(NamedTuple):
    """`waiting` can only answer once `awaited` has."""

    waiting: str
    awaited: str
    place: Place
    path: Path
    named: str
    tracks: tuple[str, ...] = ()


def check_links(guidelines: dict[Path, Guideline]) -> None:
    """Raises ContentError at the line of the first link that leads nowhere, or back to where it started."""
    tracks: dict[str, set[str]] = {}
    for guideline in guidelines.values():
        tracks.setdefault(guideline.id, {"otherwise"}).update(track.id for track in guideline.tracks)
    links = [link for path, guideline in guidelines.items() for link in links_of(guideline, path)]
    for link in links:
        if link.named not in tracks:
            raise _wrong(link, f"no guideline {link.named!r} in this pack", f"write one of {', '.join(sorted(tracks))}")
        if unknown := [name for name in link.tracks if name not in tracks[link.named]]:
            known = ", ".join(sorted(tracks[link.named]))
            raise _wrong(link, f"{link.named} has no track {unknown[0]!r}", f"write one of {known}")
    by_waiting: dict[str, list[Link]] = {}
    for link in links:
        by_waiting.setdefault(link.waiting, []).append(link)
    for start in by_waiting:
        if circle := _circle(start, start, by_waiting, set()):
            way = " → ".join([start, *(link.awaited for link in circle)])
            raise _wrong(circle[-1], f"guidelines wait for each other: {way}", "remove one of these links")


def links_of(guideline: Guideline, path: Path) -> Iterator[Link]:
    """What this guideline reads of others; and those that it replaces wait for it."""
    for place, criterion in criteria_of(guideline):
        if isinstance(criterion, GuidelineIs):
            yield Link(guideline.id, criterion.guideline, (*place, "guideline"), path, criterion.guideline,
                       tuple(criterion.track or ()))
    for index, other in enumerate(guideline.supersedes):
        yield Link(other.guideline, guideline.id, ("supersedes", index, "guideline"), path, other.guideline)


def _circle(start: str, here: str, links: dict[str, list[Link]], seen: set[str]) -> list[Link]:
    """The links that lead from a guideline back to it; none when there are none."""
    seen.add(here)
    for link in links.get(here, ()):
        if link.awaited == start:
            return [link]
        if link.awaited not in seen and (rest := _circle(start, link.awaited, links, seen)):
            return [link, *rest]
    return []


def _wrong(link: Link, message: str, remedy: str) -> ContentError:
    line = line_of(link.path.read_text(encoding="utf-8"), link.place)
    return ContentError(message, where=f"{link.path.name}:{line}", remedy=remedy)

"""What the parts of one guideline say of each other: sources that are named, tracks that win, days in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.guidelines.check import Place
from app.guidelines.model import Guideline
from app.guidelines.status import Status


class Wrong(NamedTuple):
    place: Place
    problem: str
    remedy: str


def wrong_references(guideline: Guideline) -> Iterator[Wrong]:
    if guideline.effective_until is not None and guideline.effective_until < guideline.effective_from:
        yield Wrong(("effective_until",), "`effective_until` is before `effective_from`", "mend one of the two days")
    known = [source.id for source in guideline.sources]
    for place, name in _named_sources(guideline):
        if name not in known:
            yield Wrong(place, f"no source is named {name!r}", f"add it to `sources`, or write {' or '.join(known)}")
    tracks = [track.id for track in guideline.tracks]
    for index, track in enumerate(guideline.tracks):
        if track.id in tracks[:index]:
            yield Wrong(("tracks", index, "id"), f"two tracks are named {track.id}", "rename one of them")
        for name in track.over:
            if name not in tracks[index + 1 :]:
                yield Wrong(("tracks", index, "over"), f"no later track is named {name!r}",
                            "name a track that stands below this one")
    for index, other in enumerate(guideline.supersedes):
        if Status.ASK in other.when:
            yield Wrong(("supersedes", index, "when"), "`ask` is no answer that could replace another", "remove it")


def _named_sources(guideline: Guideline) -> Iterator[tuple[Place, str]]:
    yield ("wording", "benefit", "source"), guideline.wording.benefit.source
    yield ("wording", "harm", "source"), guideline.wording.harm.source
    for index, track in enumerate(guideline.tracks):
        yield ("tracks", index, "source"), track.source
        for kind, statement in (("benefit", track.wording.benefit), ("harm", track.wording.harm)):
            if statement is not None:
                yield ("tracks", index, "wording", kind, "source"), statement.source

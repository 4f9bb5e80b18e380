"""Tracks that can never decide, and tracks of one level that answer differently for the same person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.facts.vocabulary import Vocabulary
from app.guidelines.lint.finding import Finding, finding_at
from app.guidelines.lint.formula import Formula, Formulas
from app.guidelines.lint.satisfy import satisfiable
from app.guidelines.model import Guideline, Track


def track_findings(guideline: Guideline, path: Path, vocabulary: Vocabulary) -> Iterator[Finding]:
    tracks = _Tracks(guideline, vocabulary)
    unreachable = set[str]()
    for index, track in enumerate(guideline.tracks):
        if not tracks.may_hold(index, alone=True):
            unreachable.add(track.id)
            problem = f"track {track.id} can never apply: its conditions exclude each other"
            yield finding_at(path, ("tracks", index, "when"), problem, "mend the bounds, or remove the track")
        elif not tracks.may_hold(index):
            unreachable.add(track.id)
            problem = f"track {track.id} can never apply: the tracks before it take everybody"
            yield finding_at(path, ("tracks", index, "id"), problem, "move it up, or remove it")
    for index, track in enumerate(guideline.tracks):
        hidden = [other for other in tracks.hidden_by(index) if other not in unreachable]
        untold = [other for other in hidden if other not in track.over]
        if untold and track.id not in unreachable:
            problem = (f"tracks {track.id} and {', '.join(untold)} ({track.level}) may hold for the same person and "
                       f"answer differently; {track.id} decides")
            remedy = f"exclude one from the other, or write `over: [{', '.join(hidden)}]` in {track.id}"
            yield finding_at(path, ("tracks", index, "id"), problem, remedy)


class _Tracks:
    """The tracks of one guideline as formulas; a track is looked at when those before it do not hold."""

    def __init__(self, guideline: Guideline, vocabulary: Vocabulary) -> None:
        self.tracks = guideline.tracks
        self.formulas = Formulas(guideline, vocabulary)
        self.when = [self.formulas.of(track.when) for track in self.tracks]
        self.not_when = [self.formulas.negation(formula) for formula in self.when]

    def may_hold(self, index: int, *, alone: bool = False) -> bool:
        return self._possible([] if alone else self.not_when[:index], self.when[index])

    def hidden_by(self, index: int) -> Iterator[str]:
        """Later tracks of the same level that answer otherwise and may hold as well. A particular case before the
        general one hides nothing: it is how tracks are written."""
        here = [*self.not_when[:index], self.when[index]]
        for other in range(index + 1, len(self.tracks)):
            one, later = self.tracks[index], self.tracks[other]
            if one.level != later.level or _answer(one) == _answer(later):
                continue
            if satisfiable([*here, self.when[other]], self.formulas.domains) and self._possible(
                here, self.not_when[other]
            ):
                yield later.id

    def _possible(self, before: list[Formula], formula: Formula) -> bool:
        return satisfiable([*before, formula], self.formulas.domains) is not False


def _answer(track: Track) -> object:
    """What the person is told to do."""
    return track.status if track.schedule is None else track.schedule

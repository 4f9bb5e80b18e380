"""The reference evaluator: one person, one day, one pack → a recommendation for each guideline.

It is the meaning of the language; any other engine is checked against it. Logic is Kleene's: a criterion is true, false
or unknown, and a guideline whose tracks cannot be decided answers `ask` unless every possible answer is the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.facts.model import FactSheet
from app.facts.reduce import ReducedFacts
from app.facts.vocabulary import Vocabulary, load_vocabulary
from app.guidelines.logic import Reader, unknown_facts
from app.guidelines.model import Status, Track
from app.guidelines.pack import Pack, Rules
from app.guidelines.recommendation import Recommendation, TrackStep
from app.guidelines.schedule import Timing, timing

_SETTLED = {Status.DUE: Status.DUE, Status.OVERDUE: Status.DUE, Status.UP_TO_DATE: Status.UP_TO_DATE,
            Status.DUE_SOON: Status.UP_TO_DATE}
"""Statuses that ask the same of the person: not knowing which of the two holds is no reason to ask."""


def evaluate(
    pack: Pack, sheet: FactSheet, *, only: Iterable[str] | None = None, vocabulary: Vocabulary | None = None
) -> list[Recommendation]:
    """The recommendation of every guideline of the pack in force on `sheet.as_of` (or of those named in `only`)."""
    reader = Reader(ReducedFacts(sheet, vocabulary or load_vocabulary()), sheet)
    rules = pack.rules_on(sheet.as_of)
    wanted = None if only is None else set(only)
    return [recommend(rule, reader) for rule in rules if wanted is None or rule.guideline.id in wanted]


def recommend(rules: Rules, reader: Reader) -> Recommendation:
    """Try the tracks in order; those that may apply are kept until one surely does."""
    guideline = rules.guideline
    assumed: dict[str, None] = {}
    possible: list[tuple[TrackStep, Timing]] = []
    trace: list[TrackStep] = []
    certain: tuple[Track | None, Timing] | None = None
    for candidate, decide in rules.tracks:
        step = decide(reader, assumed)
        looked = TrackStep(candidate, step.truth, step)
        trace.append(looked)
        if step.truth is False:
            continue
        found = _answer(candidate, reader)
        looked.status, looked.due_from, looked.reading = found.status, found.due_from, found.reading
        if step.truth is True:
            certain = (candidate, found)
            break
        possible.append((looked, found))
    track, answer = certain or (None, Timing(Status(guideline.otherwise.status)))
    if all(_same(other.status, answer.status) for _, other in possible):
        return Recommendation(
            guideline, reader.as_of, answer.status, track, answer.due_from, answer.last_done,
            asks=tuple(answer.asks), assumed=tuple(assumed), trace=trace,
        )
    asks: dict[str, None] = {}
    for looked, _ in possible:
        asks.update(dict.fromkeys(unknown_facts(looked.step, reader)))
    asks.update(dict.fromkeys(answer.asks))
    return Recommendation(
        guideline, reader.as_of, Status.ASK, None, asks=tuple(asks), assumed=tuple(assumed), trace=trace
    )


def _answer(track: Track, reader: Reader) -> Timing:
    if track.status is not None:
        return Timing(Status(track.status))
    assert track.schedule is not None
    return timing(track.schedule, reader)


def _same(one: Status, other: Status) -> bool:
    return _SETTLED.get(one, one) is _SETTLED.get(other, other)



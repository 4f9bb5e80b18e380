"""The reference evaluator: one person, one day, one pack → a recommendation for each guideline.

It is the meaning of the language; any other engine is checked against it. Logic is Kleene's: a criterion is true, false
or unknown, and a guideline whose tracks cannot be decided answers `ask` unless every possible answer is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from weakref import ref

from app.facts.model import FactSheet
from app.facts.reduce import ReducedFacts
from app.facts.vocabulary import Vocabulary
from app.guidelines.pack import Pack, Rulebook, Rules, TrackRules
from app.guidelines.reader import Assumed, Reader
from app.guidelines.recommendation import Deferral, Recommendation, TrackStep
from app.guidelines.schedule.defer import deferred
from app.guidelines.schedule.timing import Timing
from app.guidelines.schedule.when import timing
from app.guidelines.status import Status
from app.guidelines.suppose.questions import Questions
from app.guidelines.unknowns import unknown_facts

SETTLED = {Status.DUE: Status.DUE, Status.OVERDUE: Status.DUE, Status.UP_TO_DATE: Status.UP_TO_DATE,
            Status.DUE_SOON: Status.UP_TO_DATE}
"""Statuses that ask the same of the person: not knowing which of the two holds is no reason to ask."""


COVERED = frozenset({Status.DUE, Status.OVERDUE, Status.DUE_SOON, Status.UP_TO_DATE, Status.ASK, Status.INFORMATION})
"""Answers that another guideline may replace. What a doctor should see is never hidden by another action."""


def evaluate(
    pack: Pack, sheet: FactSheet, *, only: Iterable[str] | None = None, vocabulary: Vocabulary | None = None
) -> list[Recommendation]:
    """The recommendation of every guideline of the pack in force on `sheet.as_of` (or of those named in `only`)."""
    answers = answers_for(pack, sheet, vocabulary)
    wanted = None if only is None else set(only)
    return [answers[name] for name in answers.book.rules if wanted is None or name in wanted]


def answers_for(pack: Pack, sheet: FactSheet, vocabulary: Vocabulary | None = None) -> Answers:
    """One person's answers by guideline id, on `sheet.as_of`."""
    return Answers(pack.book_on(sheet.as_of), Reader(ReducedFacts(sheet, vocabulary or pack.vocabulary), sheet))


class Answers(dict[str, Recommendation]):
    """One person's answers by guideline id, each made when it is first asked for.

    A guideline may read another's answer, or replace it: packs whose guidelines wait for each other in a circle are
    refused when they are loaded (`app.guidelines.links`).
    """

    def __init__(self, book: Rulebook, reader: Reader) -> None:
        super().__init__()
        self.book, self.reader = book, reader
        self.questions = Questions(book, reader)
        here = ref(self)  # weak: what is evaluated a million times should not wait for the garbage collector
        reader.answer = lambda name: _answer_in(here(), name)

    def __missing__(self, name: str) -> Recommendation:
        found = recommend(self.book.rules[name], self.reader)
        for other, when in self.book.superseders.get(name, ()):
            if found.status in COVERED and self[other].status in when:
                found = replace(
                    found, status=Status.NOT_NEEDED, unknown=(), due_from=None, covered_by=self[other].guideline
                )
        if found.status is Status.ASK:
            self.questions.wait(name, found.unknown)
            found.questions = self.questions
        self[name] = found
        return found


def _answer_in(answers: Answers | None, name: str) -> Recommendation | None:
    return answers[name] if answers is not None and name in answers.book.rules else None


def recommend(rules: Rules, reader: Reader) -> Recommendation:
    """Try the tracks in order; those that may apply are kept until one surely does."""
    guideline = rules.guideline
    assumed: dict[str, None] = {}
    possible: list[tuple[TrackStep, Timing]] = []
    trace: list[TrackStep] = []
    certain: tuple[TrackStep, Timing] | None = None
    for candidate in rules.tracks:
        step = candidate.decide(reader, assumed)
        if step.truth is False:
            trace.append(candidate.refused(step))
            continue
        looked = TrackStep(candidate.track, step.truth, step)
        trace.append(looked)
        found = _answer(candidate, looked, reader, assumed)
        looked.status, looked.due_from, looked.reading = found.status, found.due_from, found.reading
        if step.truth is True:
            certain = (looked, found)
            break
        possible.append((looked, found))
    deciding, answer = certain or (None, rules.otherwise)
    if all(_same(other.status, answer.status) for _, other in possible):
        return Recommendation(
            guideline, reader.as_of, answer.status, deciding.track if deciding else None, answer.due_from,
            answer.earliest, answer.last_done, unknown=tuple(answer.asks), assumed=tuple(assumed), trace=trace,
            deferral=deciding.deferral if deciding else None, reader=reader,
        )
    asks: dict[str, None] = {}
    for looked, _ in possible:
        asks.update(dict.fromkeys(unknown_facts(looked.step, reader)))
    asks.update(dict.fromkeys(answer.asks))
    return Recommendation(
        guideline, reader.as_of, Status.ASK, None, unknown=tuple(asks), assumed=tuple(assumed), trace=trace,
        reader=reader,
    )


def _answer(rules: TrackRules, looked: TrackStep, reader: Reader, assumed: Assumed) -> Timing:
    """The status or the schedule's; then the first deferral that holds and changes something."""
    track = rules.track
    if rules.fixed is not None:
        found = rules.fixed
    else:
        assert track.schedule is not None
        found = timing(track.schedule, reader)
    for defer, decide in rules.deferrals:
        later = deferred(found, defer, reader)
        if later is found:
            continue
        step = decide(reader, assumed)
        if step.truth is False:
            looked.undeferred += (step,)
            continue
        looked.deferral = Deferral(defer, step)
        if step.truth is True:
            return later
        asks = tuple(dict.fromkeys(unknown_facts(step, reader)))
        return Timing(Status.ASK, found.due_from, found.last_done, found.reading, asks)
    return found


def _same(one: Status, other: Status) -> bool:
    return SETTLED.get(one, one) is SETTLED.get(other, other)



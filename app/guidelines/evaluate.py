"""The reference evaluator: one person, one day, one pack → a recommendation for each guideline.

It is the meaning of the language; any other engine is checked against it. `rules.py` says how one guideline answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from weakref import ref

from app.facts.model import FactSheet
from app.facts.reduce import ReducedFacts
from app.facts.vocabulary import Vocabulary
from app.guidelines.pack import Pack, Rulebook
from app.guidelines.reader import Reader
from app.guidelines.recommendation import Recommendation
from app.guidelines.rules import recommend
from app.guidelines.status import Status
from app.guidelines.stops import NOTHING_STOPPED, Stops
from app.guidelines.suppose.questions import Questions

COVERED = frozenset({Status.DUE, Status.OVERDUE, Status.DUE_SOON, Status.UP_TO_DATE, Status.ASK, Status.INFORMATION})
"""Answers that another guideline may replace. What a doctor should see is never hidden by another action."""


def evaluate(
    pack: Pack, sheet: FactSheet, *, only: Iterable[str] | None = None, vocabulary: Vocabulary | None = None,
    stops: Stops = NOTHING_STOPPED,
) -> list[Recommendation]:  # fmt: skip
    """The recommendation of every guideline of the pack in force on `sheet.as_of` (or of those named in `only`) that is
    not stopped."""
    answers = answers_for(pack, sheet, vocabulary, stops)
    wanted = None if only is None else set(only)
    return [answers[name] for name in answers.book.rules if wanted is None or name in wanted]


def answers_for(
    pack: Pack, sheet: FactSheet, vocabulary: Vocabulary | None = None, stops: Stops = NOTHING_STOPPED
) -> Answers:
    """One person's answers by guideline id, on `sheet.as_of`."""
    book, reader = pack.book_on(sheet.as_of), Reader(ReducedFacts(sheet, vocabulary or pack.vocabulary), sheet)
    if stops:
        book, reader.estimates.stopped = book.without(stops), stops.models
    return Answers(book, reader)


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

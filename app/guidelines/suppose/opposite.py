"""What would change an answer: the smallest set of facts, one, then two, that would give another status."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

from app.guidelines.check import criteria_of
from app.guidelines.criteria import GuidelineIs
from app.guidelines.evaluate import Answers
from app.guidelines.recommendation import Recommendation
from app.guidelines.status import Status
from app.guidelines.suppose.compared import Compared
from app.guidelines.suppose.possible import Answers as Supposed
from app.guidelines.suppose.possible import possible_answers
from app.guidelines.suppose.world import supposing

if TYPE_CHECKING:
    from app.guidelines.pack import Rulebook

MOST_PAIRS = 1500
"""Pairs of answers tried when no single answer is enough."""

_GIVEN = frozenset({"birth_date", "age", "sex_at_birth", "administrative_sex"})
"""What is not for the person to change: time has its own sentence."""

_ALIKE = {Status.OVERDUE: Status.DUE, Status.DUE_SOON: Status.UP_TO_DATE}


class Change(NamedTuple):
    """With these answers, the guideline would say this instead."""

    facts: tuple[str, ...]
    found: Recommendation
    world: Answers


def changes_of(answers: Answers, guideline: str) -> list[Change]:
    """For each fact (else each pair of facts) and each other status that it can lead to, one change."""
    today = _kind(answers[guideline].status)
    facts = _facts(answers.book, guideline, answers)
    tried = {
        name: possible_answers(name, thresholds, answers.reader.sheet, answers.reader.facts.vocabulary)
        for name, thresholds in facts.items()
    }
    singles = (((name,), supposed) for name, every in tried.items() for supposed in every)
    return _changes(answers, guideline, today, singles) or _changes(answers, guideline, today, _pairs(tried))


def _changes(
    answers: Answers, guideline: str, today: Status, suppositions: Iterator[tuple[tuple[str, ...], Supposed]]
) -> list[Change]:
    found: dict[tuple[tuple[str, ...], Status], Change] = {}
    for names, supposed in suppositions:
        world = supposing(answers.book, answers.reader, supposed)
        if world is None or (status := _kind(world[guideline].status)) in (today, Status.ASK):
            continue
        found.setdefault((names, status), Change(names, world[guideline], world))
    return list(found.values())


def _pairs(tried: dict[str, list[Supposed]]) -> Iterator[tuple[tuple[str, ...], Supposed]]:
    count = 0
    for one, other in combinations(tried, 2):
        for first, second in product(tried[one], tried[other]):
            if count == MOST_PAIRS:
                return
            count += 1
            yield (one, other), {**first, **second}


def _facts(book: Rulebook, guideline: str, answers: Answers) -> dict[str, list[Compared]]:
    """The facts that this guideline reads, itself and through those whose answers it reads."""
    vocabulary, found = answers.reader.facts.vocabulary, dict[str, list[Compared]]()
    for name in _read_by(book, guideline, {}):
        for fact, thresholds in book.rules[name].compared(vocabulary).items():
            if fact not in _GIVEN:
                found.setdefault(fact, []).append(thresholds)
    return found


def _read_by(book: Rulebook, guideline: str, seen: dict[str, None]) -> dict[str, None]:
    if guideline in seen or guideline not in book.rules:
        return seen
    seen[guideline] = None
    for _, criterion in criteria_of(book.rules[guideline].guideline):
        if isinstance(criterion, GuidelineIs):
            _read_by(book, criterion.guideline, seen)
    for other, _ in book.superseders.get(guideline, ()):
        _read_by(book, other, seen)
    return seen


def _kind(status: Status) -> Status:
    return _ALIKE.get(status, status)

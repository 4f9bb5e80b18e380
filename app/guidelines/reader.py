"""What criteria and schedules may look at of one person on one day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from app.dates import PartialDate, age_on
from app.facts.derive import DEPENDS
from app.facts.model import FactSheet
from app.guidelines.estimates import Estimates
from app.guidelines.recommendation import Recommendation, Step

if TYPE_CHECKING:
    from app.facts.reduce import ReducedFacts

Assumed = dict[str, None]
"""Facts whose silence was taken as "no", in the order in which they were met."""

Decider = Callable[["Reader", Assumed], Step]
"""A criterion, read: what it says of a person, with the trace."""


class Reader:
    """Reduced facts, the day, the age, risk estimates, other guidelines' answers; memoised for one person and day."""

    __slots__ = (
        "age", "answer", "as_of", "behind", "birth", "decided", "estimates", "facts", "get", "sheet", "silence",
        "silent_on", "spoken",
    )

    def __init__(self, facts: ReducedFacts, sheet: FactSheet) -> None:
        self.facts, self.sheet = facts, sheet
        self.as_of: date = sheet.as_of
        self.birth: PartialDate | None = sheet.subject.birth_date if sheet.subject else None
        self.age: tuple[int, int] | None = (
            (age_on(self.birth.latest, self.as_of), age_on(self.birth.earliest, self.as_of)) if self.birth else None
        )
        self.get = facts.get
        self.estimates = Estimates(facts, sheet)
        self.decided: dict[int, Step] = {}
        self.behind: dict[str, tuple[str, ...]] = {}
        """Name (or `risk …`) → the facts that it was made from, for those that were asked about."""
        self.spoken = facts.spoken
        self.silent_on: Callable[[frozenset[str]], bool] = self.spoken.isdisjoint
        """Was none of these facts spoken of?"""
        self.silence = facts.silence
        self.answer: Callable[[str], Recommendation | None] = lambda guideline_id: None
        """Another guideline's answer; None when it is not in force. A pack's evaluator puts its own here."""

    def base(self, name: str) -> str:
        """The fact that a reduction is made from (or the fact itself)."""
        entry = self.facts.vocabulary.reductions.get(name)
        return entry[0].id if entry else name

    def questions(self, name: str) -> Iterator[str]:
        """The facts to ask for when this one is not known: for a computed one, the parts that are not known."""
        base = self.base(name)
        parts = [part for part in DEPENDS.get(base, ()) if part == "birth_date" or self.get(part).state != "known"]
        yield from parts or [base]

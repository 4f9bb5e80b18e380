"""How much a question decides: the share of its possible answers that settle each guideline that waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.facts.derive import DEPENDS
from app.guidelines.status import Status
from app.guidelines.suppose.compared import Compared
from app.guidelines.suppose.possible import possible_answers
from app.guidelines.suppose.world import supposing

if TYPE_CHECKING:
    from app.guidelines.pack import Rulebook
    from app.guidelines.reader import Reader

MOST_FACTS = 10
"""Questions weighed for one guideline, in the order in which its criteria met them."""


class Questions:
    """The facts that one person's guidelines wait for. Each is weighed only when somebody asks."""

    __slots__ = ("_book", "_facts", "_reader", "_shares", "_waiting")

    def __init__(self, book: Rulebook, reader: Reader) -> None:
        self._book, self._reader = book, reader
        self._waiting: dict[str, tuple[str, ...]] = {}
        self._facts: dict[str, list[str]] | None = None
        self._shares: dict[str, dict[str, float]] = {}

    def wait(self, guideline: str, names: tuple[str, ...]) -> None:
        """A guideline that cannot be decided without these facts."""
        self._waiting[guideline] = names
        self._facts = None
        self._shares.clear()

    def share(self, fact: str, guideline: str) -> float:
        """Share of the answers to the question about this fact after which the guideline no longer asks."""
        if not self.may_settle(fact, guideline):
            return 0.0
        if fact not in self._shares:
            self._shares[fact] = self._share(fact, self._settled_by[fact])
        return self._shares[fact][guideline]

    def may_settle(self, fact: str, guideline: str) -> bool:
        """False: no answer to this question settles the guideline by itself, which is known without supposing any."""
        return guideline in self._settled_by.get(fact, ())

    @property
    def _settled_by(self) -> dict[str, list[str]]:
        if self._facts is None:
            self._facts = self._by_fact()
        return self._facts

    def _by_fact(self) -> dict[str, list[str]]:
        """Fact → the guidelines that it may settle. One of several questions of a score settles nothing by itself."""
        found: dict[str, list[str]] = {}
        for guideline, names in self._waiting.items():
            for name in names[:MOST_FACTS]:
                settles = found.setdefault(name, [])
                if len(names) == 1 or self._read_by(guideline, name):
                    settles.append(guideline)
        return found

    def _share(self, name: str, guidelines: list[str]) -> dict[str, float]:
        reader, compared = self._reader, dict[str, list[Compared]]()
        for guideline in guidelines:
            for target, one in (self._read_by(guideline, name) or {name: Compared()}).items():
                compared.setdefault(target, []).append(one)
        settled, tried = dict.fromkeys(guidelines, 0), 0
        for target, thresholds in compared.items():
            for supposed in possible_answers(target, thresholds, reader.sheet, reader.facts.vocabulary):
                if (world := supposing(self._book, reader, supposed)) is None:
                    continue
                tried += 1
                for guideline in guidelines:
                    settled[guideline] += world[guideline].status is not Status.ASK
        return {guideline: count / tried if tried else 0.0 for guideline, count in settled.items()}

    def _read_by(self, guideline: str, name: str) -> dict[str, Compared]:
        """What the guideline's own criteria read of this fact, or of what is computed from it (a weight is asked for
        because of the body-mass index)."""
        read = self._book.rules[guideline].compared(self._reader.facts.vocabulary)
        targets = (name, *(derived for derived, parts in DEPENDS.items() if name in parts))
        return {target: read[target] for target in targets if target in read}

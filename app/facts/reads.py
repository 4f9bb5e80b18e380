"""Which facts a computed value was made from: reduced facts that remember what was read."""

from __future__ import annotations

from app.facts.model import Fact, FactSheet
from app.facts.reduce import ReducedFacts, ReducedValue


class Reads(ReducedFacts):
    """`seen` holds fact ids in the order in which they were first read; `birth_date` for the age."""

    __slots__ = ("seen",)

    def __init__(self, facts: ReducedFacts, sheet: FactSheet | None = None) -> None:
        """`sheet`: other facts than those."""
        self.seen: dict[str, None] = {}
        super().__init__(sheet or facts.sheet, facts.vocabulary)

    def values(self, fact_id: str) -> list[Fact]:
        self.seen[fact_id] = None
        return super().values(fact_id)

    def is_open(self, fact_id: str) -> bool:
        self.seen[fact_id] = None
        return super().is_open(fact_id)

    def _reduce(self, name: str) -> ReducedValue:
        entry = self.vocabulary.reductions.get(name)
        self.seen["birth_date" if name == "age" else entry[0].id if entry else name] = None
        return super()._reduce(name)

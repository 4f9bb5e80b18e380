"""One pass over the columns, in stages: each selects all that the former one had, and what has been found since.

Without stages, a definition that ten tracks use would be written ten times into the query, and what uses those tracks
ten times again. Each guideline is compiled by a generator that yields what it wants kept and goes on with the names
under which it was; the generators of a pack move on together: as many stages as its deepest guideline needs.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from app.population.cells import Cells
from app.population.truth import is_column


@dataclass(frozen=True, slots=True)
class Kept:
    """A column of the later stages."""

    name: str


Wanted = Mapping[str, Any]
"""Name → expression over the present stage (or a constant, which is not kept but given back)."""
Compiling = Generator[Wanted, Mapping[str, Any], Any]
"""Yields what it wants kept; is sent each as `Kept`, or the constant that it is."""
NextStage = Callable[[Any, Mapping[str, Any]], Any]
"""Adds columns to a table under a name of its own, so that they are written once."""


def together(parts: Mapping[str, Compiling]) -> Generator[Wanted, Mapping[str, Any], dict[str, Any]]:
    """Several at once: what each wants kept is wanted together. Gives what each returns."""
    returned: dict[str, Any] = {}
    wanted: dict[str, Wanted] = {}

    def advance(name: str, kept: Mapping[str, Any] | None) -> None:
        try:
            wanted[name] = next(parts[name]) if kept is None else parts[name].send(kept)
        except StopIteration as stopped:
            returned[name] = stopped.value

    for name in parts:
        advance(name, None)
    while wanted:
        now, wanted = wanted, {}
        kept = yield {key: value for one in now.values() for key, value in one.items()}
        for name, one in now.items():
            advance(name, {key: kept[key] for key in one})
    return returned


class Stages:
    """The present stage: its table, and the cells over it."""

    def __init__(self, table: Any, cells: Callable[[Any], Cells], name: NextStage) -> None:
        self._make_cells, self._name = cells, name
        self.table = table
        self.cells = cells(table)

    def __getitem__(self, value: Any) -> Any:
        """A kept column of the present stage; anything else as it is."""
        return self.table[value.name] if isinstance(value, Kept) else value

    def run(self, waiting: dict[str, Compiling], after: Mapping[str, set[str]]) -> None:
        """Run the generators to their ends; each starts when those that it comes after are done."""
        done: set[str] = set()
        running: dict[str, Wanted] = {}
        while waiting:
            for name, compiling in waiting.items():
                if name not in running and name not in done and not after.get(name, set()) - done:
                    self._advance(name, compiling, None, running, done)
            kept = self.keep({key: value for wanted in running.values() for key, value in wanted.items()})
            moving, running = running, {}
            for name, wanted in moving.items():
                self._advance(name, waiting[name], {key: kept[key] for key in wanted}, running, done)
            waiting = {name: one for name, one in waiting.items() if name not in done}

    def keep(self, wanted: Wanted) -> Mapping[str, Any]:
        """A new stage that has these columns too."""
        columns = {key: value for key, value in wanted.items() if is_column(value)}
        if columns:
            self.table = self._name(self.table, columns)
            self.cells = self._make_cells(self.table)
        return {key: Kept(key) if key in columns else value for key, value in wanted.items()}

    @staticmethod
    def _advance(
        name: str, compiling: Compiling, kept: Mapping[str, Any] | None, running: dict[str, Wanted], done: set[str]
    ) -> None:
        try:
            running[name] = next(compiling) if kept is None else compiling.send(kept)
        except StopIteration:
            done.add(name)

"""Does somebody exist for whom all these formulas hold? A search over the cells, giving up when it grows too long."""

from __future__ import annotations

from collections.abc import Mapping

from app.guidelines.lint.formula import And, Cell, Formula, In, Or

MOST_STEPS = 20_000

Chosen = dict[str, frozenset[Cell]]
"""The cells that each variable may still be in."""


class _TooLong(Exception):
    pass


def satisfiable(formulas: list[Formula], domains: Mapping[str, frozenset[Cell]]) -> bool | None:
    """None when the search was given up."""
    try:
        return _Search(domains).holds(formulas, {})
    except _TooLong:
        return None


class _Search:
    def __init__(self, domains: Mapping[str, frozenset[Cell]]) -> None:
        self.domains = domains
        self.steps = 0

    def holds(self, formulas: list[Formula], chosen: Chosen) -> bool:
        """Narrow by what must hold, then try the parts of the shortest choice."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise _TooLong
        narrowed = self._narrow(formulas, dict(chosen))
        if narrowed is None:
            return False
        choices, chosen = narrowed
        if not choices:
            return True
        shortest = min(choices, key=len)
        rest = [choice for choice in choices if choice is not shortest]
        return any(self.holds([*_ors(rest), part], chosen) for part in shortest)

    def _narrow(self, formulas: list[Formula], chosen: Chosen) -> tuple[list[tuple[Formula, ...]], Chosen] | None:
        """What is left to choose once all that is sure is taken; None when it cannot hold."""
        waiting, choices = list(formulas), list[tuple[Formula, ...]]()
        while waiting:
            formula = waiting.pop()
            if isinstance(formula, In):
                left = chosen.get(formula.variable, self.domains[formula.variable]) & formula.cells
                if not left:
                    return None
                if left != chosen.get(formula.variable):
                    chosen[formula.variable] = left
                    waiting += _ors(choices)  # a choice may have become narrower
                    choices = []
            elif isinstance(formula, And):
                waiting += formula.parts
            else:
                parts = tuple(part for part in formula.parts if self._possible(part, chosen))
                if not parts:
                    return None
                if len(parts) == 1:
                    waiting.append(parts[0])
                elif not any(self._sure(part, chosen) for part in parts):
                    choices.append(parts)
        return choices, chosen

    def _possible(self, formula: Formula, chosen: Chosen) -> bool:
        if isinstance(formula, In):
            return bool(chosen.get(formula.variable, self.domains[formula.variable]) & formula.cells)
        check = all if isinstance(formula, And) else any
        return check(self._possible(part, chosen) for part in formula.parts)

    def _sure(self, formula: Formula, chosen: Chosen) -> bool:
        if isinstance(formula, In):
            return chosen.get(formula.variable, self.domains[formula.variable]) <= formula.cells
        check = all if isinstance(formula, And) else any
        return check(self._sure(part, chosen) for part in formula.parts)


def _ors(choices: list[tuple[Formula, ...]]) -> list[Formula]:
    return [Or(parts) for parts in choices]

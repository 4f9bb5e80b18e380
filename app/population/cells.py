"""One name of a population table: its value, its interval, and why there is none."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis

from app.dates import Period
from app.facts.vocabulary import Vocabulary
from app.population.columns import BIRTH, HIGH, LATEST, LOW, OPEN, STATE, UNDATED, Kind, State, kind_of
from app.population.truth import Truth, all_of, any_of, is_column, not_


class Cell:
    """Columns of one name. Predicates are true or false for everyone; what a missing column says is a constant."""

    def __init__(self, table: Any, name: str, kind: Kind) -> None:
        self.name, self.kind = name, kind
        columns = set(table.columns)
        self.there = name in columns
        self.value: Any = table[name] if self.there else None
        self._code: Any = table[name + STATE] if name + STATE in columns else None
        self.exact = not {name + LOW, name + HIGH, name + LATEST} & columns
        self.low: Any = table[name + LOW].fill_null(self.value) if name + LOW in columns else self.value
        self.high: Any = table[name + HIGH].fill_null(self.value) if name + HIGH in columns else self.value
        self.earliest: Any = self.value
        self.latest: Any = table[name + LATEST].fill_null(self.value) if name + LATEST in columns else self.value
        self.open: Truth = table[name + OPEN].fill_null(False) if name + OPEN in columns else False
        """Something of it is said not to be known."""
        self.undated: Truth = table[name + UNDATED].fill_null(False) if name + UNDATED in columns else False

    @property
    def has_value(self) -> Truth:
        return self.value.notnull() if self.there else False

    def is_(self, *states: State) -> Truth:
        if self._code is None:
            return False
        return self._code.isin([int(state) for state in states]).fill_null(False)

    @property
    def known(self) -> Truth:
        """A value, or known that there is none."""
        if self._code is None:
            return self.has_value
        return any_of([self.is_(State.NONE), all_of([self._code.isnull(), self.has_value])])

    @property
    def known_with_value(self) -> Truth:
        return all_of([self.has_value, not_(self.is_(State.UNKNOWN, State.PRESUMED, State.STALE))])

    @property
    def said(self) -> Truth:
        """Known or presumed."""
        return any_of([self.known, self.is_(State.PRESUMED)])

    @property
    def absent(self) -> Truth:
        if self._code is None:
            return not_(self.has_value)
        return all_of([self._code.isnull(), not_(self.has_value)])

    @property
    def left_open(self) -> Truth:
        """Said not to be known, or too old to tell."""
        return any_of([all_of([not_(self.known), not_(self.absent)]), self.open])

    def compared(self, truth: Truth, if_missing: bool | None, *, presumed: bool = True) -> Truth:
        """`truth` of the value where there is one; false where there is known to be none; unknown where that is said;
        `if_missing` elsewhere. `presumed`: a presumed value is compared too."""
        if not self.there and self._code is None:
            return if_missing
        if self._code is None:
            if if_missing is None:
                return truth  # a comparison of NULL is unknown already
            return ibis.cases((self.value.isnull(), if_missing), else_=truth)
        missing = ibis.literal(if_missing, "boolean")
        cases = [
            (self.is_(State.UNKNOWN), ibis.null("boolean")),
            (self.is_(State.NONE), ibis.literal(False)),
            (self.is_(State.STALE) if presumed else self.is_(State.STALE, State.PRESUMED), missing),
        ]
        return ibis.cases(*cases, (self.absent, missing), else_=truth)


class Cells:
    """The names of a population table on a day."""

    def __init__(self, table: Any, vocabulary: Vocabulary, as_of: date) -> None:
        self.table, self.vocabulary, self.as_of = table, vocabulary, as_of
        self._cells: dict[str, Cell] = {}

    def __getitem__(self, name: str) -> Cell:
        if name not in self._cells:
            self._cells[name] = Cell(self.table, name, kind_of(name, self.vocabulary))
        return self._cells[name]

    @property
    def birth(self) -> Cell:
        return self[BIRTH]


def plus(day: Any, period: Period) -> Any:
    """A date column later by a calendar period, like `app.dates.add`."""
    if period.months:
        day = day + ibis.interval(months=period.months)
    if period.days:
        day = day + ibis.interval(days=period.days)
    # Ibis takes a date plus an interval for a date; engines make a timestamp of it
    return day.cast("timestamp").cast("date") if is_column(day) else day

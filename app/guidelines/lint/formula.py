"""Criteria as formulas over things that can vary, to find out whether somebody exists for whom they hold.

A *variable* is what a leaf looks at (an age, a fact, the time since an act…). The thresholds that the guideline puts on
it cut its values into *cells*: within a cell nothing changes, and one cell is "not known". A leaf is then true in some
cells and false in others; what is not known is in neither, unless the leaf says what silence means.
Two variables may be tied in life (an age and a birth date) and are free here: what is found to be impossible is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any

from app.dates import Period
from app.facts.vocabulary import Vocabulary
from app.guidelines import criteria as c
from app.guidelines.check import criteria_of
from app.guidelines.model import Guideline
from app.guidelines.status import Status

Cell = Any
"""A word, a truth, or a number that stands for its cell."""


@dataclass(frozen=True, slots=True)
class In:
    """The variable is in one of these cells; in the `others` it is not, and that is known."""

    variable: str
    cells: frozenset[Cell]
    others: frozenset[Cell]


MISSING: Cell = ("not known",)


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Formula, ...]


Formula = In | And | Or
MOST_COMBINATIONS = 200


@dataclass
class Formulas:
    """The formulas of one guideline's criteria, over the same cells."""

    guideline: Guideline
    vocabulary: Vocabulary
    domains: dict[str, frozenset[Cell]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        edges: dict[str, set[float]] = {}
        for _, criterion in criteria_of(self.guideline):
            for variable, bounds in _edges(criterion):
                edges.setdefault(variable, set()).update(bounds)
        for variable, bounds in edges.items():
            self.domains[variable] = frozenset([*_cells(bounds), MISSING])
        self.tracks: dict[str, set[Cell]] = {}
        for _, criterion in criteria_of(self.guideline):
            if isinstance(criterion, c.GuidelineIs):
                self.tracks.setdefault(criterion.guideline, {"…"}).update(criterion.track or ())

    def of(self, criterion: c.Criterion) -> Formula:
        if isinstance(criterion, c.All):
            return And(tuple(self.of(part) for part in criterion.all))
        if isinstance(criterion, c.Any_):
            return Or(tuple(self.of(part) for part in criterion.any))
        if isinstance(criterion, c.Not):
            return self.negation(self.of(criterion.not_))
        if isinstance(criterion, c.AtLeast):
            return self._at_least(criterion)
        if isinstance(criterion, c.Use):
            return self.of(self.guideline.definitions[criterion.use])
        if isinstance(criterion, c.Symptom):
            return Or(tuple(self._one(criterion, f"symptom_{name}", {True}, _YES_NO) for name in criterion.symptom))
        if isinstance(criterion, c.GuidelineIs):
            return self._other(criterion)
        return self._leaf(criterion)

    def negation(self, formula: Formula) -> Formula:
        if isinstance(formula, In):
            return In(formula.variable, formula.others, formula.cells)
        parts = tuple(self.negation(part) for part in formula.parts)
        return Or(parts) if isinstance(formula, And) else And(parts)

    def _at_least(self, criterion: c.AtLeast) -> Formula:
        if comb(len(criterion.of), criterion.at_least) > MOST_COMBINATIONS:
            return self._one(criterion, _opaque(criterion), {True}, _YES_NO)
        parts = [self.of(part) for part in criterion.of]
        return Or(tuple(And(each) for each in combinations(parts, criterion.at_least)))

    def _other(self, criterion: c.GuidelineIs) -> Formula:
        name, parts = f"guideline {criterion.guideline}", list[Formula]()
        if criterion.status is not None:
            parts.append(self._one(criterion, f"{name} status", set(criterion.status), set(Status)))
        if criterion.track is not None:
            parts.append(self._one(criterion, f"{name} track", set(criterion.track), self.tracks[criterion.guideline]))
        return And(tuple(parts))

    def _leaf(self, criterion: c.Criterion) -> Formula:
        if isinstance(criterion, c.FactIs) and (criterion.is_ is not None or criterion.in_ is not None):
            return self._word(criterion)
        if isinstance(criterion, c.Risk) and criterion.category is not None:
            categories = {"low", "moderate", "high", "very_high", *criterion.category}
            return self._one(criterion, f"category of {criterion.risk}", set(criterion.category), categories)
        for variable, holds in _intervals(criterion):
            cells = self.domains[variable] - {MISSING}
            return self._one(criterion, variable, {cell for cell in cells if holds(cell)}, cells)
        return self._one(criterion, _opaque(criterion), {True}, _YES_NO)

    def _word(self, criterion: c.FactIs) -> Formula:
        wanted: set[Cell] = {criterion.is_} if criterion.in_ is None else set(criterion.in_)
        entry = self.vocabulary.reductions.get(criterion.fact)
        definition = entry[0] if entry else self.vocabulary.facts.get(criterion.fact)
        yes_no = isinstance(criterion.is_, bool)
        words: set[Cell] = set(_YES_NO) if yes_no else set(definition.values if definition else ()) | {"…"}
        return self._one(criterion, criterion.fact, wanted, words)

    def _one(
        self, criterion: c.Criterion, variable: str, wanted: AbstractSet[Cell], every: AbstractSet[Cell]
    ) -> Formula:
        """Silence is neither true nor false, unless the leaf says what it means."""
        self.domains[variable] = self.domains.get(variable, frozenset()) | every | {MISSING}
        silence: str | None = getattr(criterion, "if_missing", None)
        yes, no = frozenset(wanted), frozenset(every) - frozenset(wanted)
        missing = frozenset({MISSING})
        return In(variable, yes | missing if silence == "yes" else yes, no | missing if silence == "no" else no)


_YES_NO: AbstractSet[Cell] = frozenset({True, False})


Holds = Callable[[float], bool]


def _intervals(criterion: c.Criterion) -> Iterator[tuple[str, Holds]]:
    """The variable that a leaf puts bounds on, and when a value is within them; nothing for other leaves."""
    for variable, low, high in _bounds(criterion):
        def holds(value: float, low: _Bound = low, high: _Bound = high) -> bool:
            above = low is None or value > low[0] or (value == low[0] and low[1])
            return above and (high is None or value < high[0] or (value == high[0] and high[1]))

        yield variable, holds


_Bound = tuple[float, bool] | None
"""An end of an interval, and whether it belongs to it."""


def _bounds(criterion: c.Criterion) -> Iterator[tuple[str, _Bound, _Bound]]:
    if isinstance(criterion, c.Age):
        years = criterion.age
        variable = f"age at {criterion.at}" if criterion.at else "age"
        yield (variable, None if years.from_ is None else (years.from_, True),
               None if years.to is None else (years.to + 1, False))
    elif isinstance(criterion, c.Born):
        days = criterion.born
        yield ("born", (days.from_.toordinal(), True) if days.from_ else None,
               (days.to.toordinal(), True) if days.to else None)
    elif isinstance(criterion, c.FactIs) and not (criterion.after or criterion.later_than or criterion.before):
        yield from _fact_bounds(criterion)
    elif isinstance(criterion, c.Risk) and criterion.at_least is not None:
        yield f"risk {criterion.risk}", (criterion.at_least, True), None


def _fact_bounds(criterion: c.FactIs) -> Iterator[tuple[str, _Bound, _Bound]]:
    if criterion.within is not None:
        yield f"time since {criterion.fact}", None, (_length(criterion.within), False)
    elif criterion.before_age is not None:
        yield f"age at {criterion.fact}", None, (criterion.before_age, False)
    elif any(x is not None for x in (criterion.at_least, criterion.more_than, criterion.at_most, criterion.less_than)):
        low: _Bound = None
        high: _Bound = None
        if criterion.at_least is not None or criterion.more_than is not None:
            low = (criterion.more_than, False) if criterion.more_than is not None else (criterion.at_least or 0.0, True)
        if criterion.at_most is not None or criterion.less_than is not None:
            high = (criterion.less_than, False) if criterion.less_than is not None else (criterion.at_most or 0.0, True)
        yield criterion.fact, low, high


def _length(period: str) -> float:
    """In days, to put periods in order."""
    parsed = Period.parse(period)
    return parsed.months * 30.4375 + parsed.days


def _edges(criterion: c.Criterion) -> Iterator[tuple[str, set[float]]]:
    for variable, low, high in _bounds(criterion):
        yield variable, {bound[0] for bound in (low, high) if bound is not None}


def _cells(edges: set[float]) -> Iterator[float]:
    """A value for each cell: below all edges, each edge, between two of them, above all."""
    ordered = sorted(edges)
    yield ordered[0] - 1
    for index, edge in enumerate(ordered):
        yield edge
        yield (edge + ordered[index + 1]) / 2 if index + 1 < len(ordered) else edge + 1


def _opaque(criterion: c.Criterion) -> str:
    """A leaf of which only itself and its contrary are known, whatever its silence means."""
    data: Mapping[str, Any] = criterion.model_dump(mode="json", by_alias=True, exclude_none=True)
    return str({key: value for key, value in sorted(data.items()) if key != "if_missing"})

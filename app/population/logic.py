"""Criteria in columns: what `app.guidelines.logic` and its leaves say, for everyone at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.dates import Period
from app.guidelines import criteria as c
from app.guidelines.compare import missing_truth
from app.population.cells import Cell, Cells, plus
from app.population.columns import State
from app.population.family import family
from app.population.thresholds import first_ending_after, first_too_young
from app.population.truth import (
    Truth,
    all_of,
    any_of,
    at_least,
    between,
    choose,
    is_false,
    is_true,
    not_,
    unknown_column,
)

Definitions = Mapping[str, Truth]
Answer = Callable[[c.GuidelineIs], Truth]
Estimate = Callable[[c.Risk], Truth]


class Compiler:
    """Reads criteria over one table and day; `answer` and `estimate` say what other guidelines and risk models do."""

    def __init__(self, cells: Cells, answer: Answer, estimate: Estimate) -> None:
        self.cells, self.answer, self.estimate = cells, answer, estimate

    def read(self, criterion: c.Criterion, definitions: Definitions) -> Truth:
        """The truth of a criterion for everyone."""
        match criterion:
            case c.All():
                return all_of([self.read(part, definitions) for part in criterion.all])
            case c.Any_():
                return any_of([self.read(part, definitions) for part in criterion.any])
            case c.Not():
                return not_(self.read(criterion.not_, definitions))
            case c.AtLeast():
                return at_least(criterion.at_least, [self.read(part, definitions) for part in criterion.of])
            case c.Use():
                return definitions[criterion.use]
            case c.Age():
                return self._age(criterion)
            case c.Born():
                return self._born(criterion)
            case c.InSeason():
                return self._in_season(criterion)
            case c.FactIs():
                return self._fact(criterion)
            case c.Symptom():
                return self._symptom(criterion)
            case c.Family():
                return family(criterion, self.cells)
            case c.Risk():
                return self.estimate(criterion)
            case c.GuidelineIs():
                return self.answer(criterion)
        raise TypeError(f"no column form for {type(criterion).__name__}")

    def _age(self, criterion: c.Age) -> Truth:
        if criterion.at is not None:
            return self._age_on_that_day(criterion, self.cells[criterion.at])
        birth, day = self.cells.birth, self.cells.as_of
        if not birth.there:
            return None
        truths, never = [], []
        if criterion.age.from_ is not None:
            young = first_too_young(criterion.age.from_, day)
            truths.append(birth.latest < young)
            never.append(birth.earliest >= young)
        if criterion.age.to is not None:
            old = first_too_young(criterion.age.to + 1, day)
            truths.append(birth.earliest >= old)
            never.append(birth.latest < old)
        return all_of(truths) if birth.exact else between(is_true(all_of(truths)), is_true(any_of(never)))

    def _age_on_that_day(self, criterion: c.Age, act: Cell) -> Truth:
        birth, if_missing = self.cells.birth, missing_truth(criterion.if_missing)
        if not birth.there or not act.there:
            return act.compared(None, if_missing, presumed=False)
        truths, never = [], []
        if criterion.age.from_ is not None:
            of_age = Period(months=12 * criterion.age.from_)
            truths.append(act.earliest >= plus(birth.latest, of_age))
            never.append(act.latest < plus(birth.earliest, of_age))
        if criterion.age.to is not None:
            over_age = Period(months=12 * (criterion.age.to + 1))
            truths.append(act.latest < plus(birth.earliest, over_age))
            never.append(act.earliest >= plus(birth.latest, over_age))
        exact = birth.exact and act.exact
        truth = all_of(truths) if exact else between(is_true(all_of(truths)), is_true(any_of(never)))
        return act.compared(truth, if_missing, presumed=False)

    def _born(self, criterion: c.Born) -> Truth:
        birth = self.cells.birth
        if not birth.there:
            return None
        surely, never = [], []
        if criterion.born.from_ is not None:
            surely.append(birth.earliest >= criterion.born.from_)
            never.append(birth.latest < criterion.born.from_)
        if criterion.born.to is not None:
            surely.append(birth.latest <= criterion.born.to)
            never.append(birth.earliest > criterion.born.to)
        return all_of(surely) if birth.exact else between(is_true(all_of(surely)), is_true(any_of(never)))

    def _in_season(self, criterion: c.InSeason) -> Truth:
        first, last = (_month_day(text) for text in (criterion.season.from_, criterion.season.to))
        if criterion.at is None:
            today = self.cells.as_of.month * 100 + self.cells.as_of.day
            return first <= today <= last if first <= last else today >= first or today <= last
        cell = self.cells[criterion.at]
        if not cell.there:
            return cell.compared(None, None, presumed=False)

        def holds(day: Any) -> Any:
            text = day.month() * 100 + day.day()
            return (text >= first) & (text <= last) if first <= last else (text >= first) | (text <= last)

        if cell.exact:
            return cell.compared(holds(cell.earliest), None, presumed=False)

        def edges_until(day: Any) -> Any:
            text = day.month() * 100 + day.day()
            return day.year() * 2 + (text >= first).cast("int32") + (text > last).cast("int32")

        between_edges = edges_until(cell.earliest) == edges_until(cell.latest)  # the same all the days between
        truth = choose([(is_true(between_edges), holds(cell.earliest))], unknown_column())
        return cell.compared(truth, None, presumed=False)

    def _symptom(self, criterion: c.Symptom) -> Truth:
        """Those that somebody has spoken of: what is absent from a record counts for nothing."""
        cells = [self.cells[f"symptom_{name}"] for name in sorted(criterion.symptom)]
        present = [cell.compared(cell.value, None) for cell in cells]
        spoken = [not_(cell.absent) for cell in cells]
        sure = any_of([is_true(truth) for truth in present])
        possible = any_of([
            all_of([said, not_(is_false(truth))]) for said, truth in zip(spoken, present, strict=True)
        ])  # fmt: skip
        return between(sure, not_(possible))

    def _fact(self, criterion: c.FactIs) -> Truth:
        cell, if_missing = self.cells[criterion.fact], missing_truth(criterion.if_missing)
        if criterion.known is not None:
            return cell.known_with_value if criterion.known else not_(cell.known_with_value)
        if criterion.after or criterion.later_than or criterion.before:
            return self._beside(criterion, cell, if_missing)
        if not cell.there:
            return cell.compared(None, if_missing)
        return cell.compared(self._comparison(criterion, cell), if_missing)

    def _comparison(self, criterion: c.FactIs, cell: Cell) -> Truth:
        if criterion.is_ is not None:
            wanted = criterion.is_
            same = isinstance(wanted, bool) == (cell.kind == "flag")
            return cell.value == wanted if same else False
        if criterion.in_ is not None:
            return cell.value.isin(criterion.in_) if cell.kind == "word" else False
        if criterion.within is not None:
            first = first_ending_after(Period.parse(criterion.within), self.cells.as_of)
            return _sides(cell, cell.earliest >= first, cell.latest < first)
        if criterion.before_age is not None:
            birth = self.cells.birth
            if not birth.there:
                return None
            age = Period(months=12 * criterion.before_age)
            surely = cell.latest < plus(birth.earliest, age)
            never = cell.earliest >= plus(birth.latest, age)
            exact = cell.exact and birth.exact
            return surely if exact else between(is_true(surely), is_true(never))
        return _number(criterion, cell)

    def _beside(self, criterion: c.FactIs, cell: Cell, if_missing: bool | None) -> Truth:
        """A day held against another one; see `app.guidelines.compare`."""
        other_name = criterion.after or criterion.later_than or criterion.before
        assert other_name is not None
        other = self.cells[other_name]
        later = criterion.later_than is not None
        if not cell.there:
            return cell.compared(None, if_missing, presumed=False)
        nothing_followed = later  # no such day: later than never is true, every other comparison false
        if not other.there:
            truth = _of_other(other, None, later, nothing_followed, if_missing)
            return cell.compared(truth, if_missing, presumed=False)
        if criterion.within is not None:
            period = Period.parse(criterion.within)
            surely = all_of([cell.earliest >= other.latest, cell.latest < plus(other.earliest, period)])
            never = any_of([cell.latest < other.earliest, cell.earliest >= plus(other.latest, period)])
        elif later:
            surely, never = cell.earliest > other.latest, cell.latest <= other.earliest
        else:
            surely, never = cell.latest < other.earliest, cell.earliest >= other.latest
        exact = cell.exact and other.exact
        truth = surely if exact else between(is_true(surely), is_true(never))
        return cell.compared(_of_other(other, truth, later, nothing_followed, if_missing), if_missing, presumed=False)


def _of_other(other: Cell, truth: Truth, later: bool, nothing: bool, if_missing: bool | None) -> Truth:
    """`truth` where the other day is known; what its absence says elsewhere."""

    def column(value: bool | None) -> Any:
        return unknown_column() if value is None else value

    return choose(
        [
            (other.absent, column(nothing if later else if_missing)),
            (other.is_(State.NONE), column(nothing)),
            (not_(other.known), unknown_column()),
        ],
        column(truth) if isinstance(truth, bool | None) else truth,
    )


def _sides(cell: Cell, surely: Truth, never: Truth) -> Truth:
    return surely if cell.exact else between(is_true(surely), is_true(never))


def _month_day(text: str) -> int:
    """`10-15` as 1015, in the order of the year."""
    return int(text[:2]) * 100 + int(text[3:])


def _number(criterion: c.FactIs, cell: Cell) -> Truth:
    """Rounded at 9 decimals, like one person's."""
    low, high = cell.low.round(9), cell.high.round(9)
    truths: list[Truth] = []
    if criterion.at_least is not None:
        truths.append(_sides(cell, low >= criterion.at_least, high < criterion.at_least))
    if criterion.more_than is not None:
        truths.append(_sides(cell, low > criterion.more_than, high <= criterion.more_than))
    if criterion.at_most is not None:
        truths.append(_sides(cell, high <= criterion.at_most, low > criterion.at_most))
    if criterion.less_than is not None:
        truths.append(_sides(cell, high < criterion.less_than, low >= criterion.less_than))
    return all_of(truths)



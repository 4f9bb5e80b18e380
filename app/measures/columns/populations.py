"""Criteria over columns, and populations of everybody; the twin of `app.measures.logic`.

SQL's null is Kleene's unknown: `and`, `or` and `not` mean the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import ibis

from app.dates import Period, add_years
from app.measures import criteria as c
from app.measures.catalog import Scope
from app.measures.columns.instants import Bound, ceil_day, day, floor_day, point_in
from app.measures.columns.lookups import Lookups
from app.measures.columns.rows import Rows
from app.measures.columns.words import Bit, words
from app.measures.measure import POPULATIONS, Populations
from app.measures.points import Birthday, Fixed, Moving, Point, Points
from app.measures.times import DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Criteria:
    """Criteria of one measure as columns of `people`, which gathers what events give for each person."""

    def __init__(self, scope: Scope, rows: Rows, lookups: Lookups, points: Points, last: date) -> None:
        self.scope, self.rows, self.lookups, self.points, self.last = scope, rows, lookups, points, last
        self._bits: dict[str, Bit] = {}
        self._names: dict[str, int] = {}
        self.people: ir.Table | None = None

    # --- what is needed of events, before people can be gathered ------------------------------------------------------

    def prepare(self) -> None:
        """Gathers people with one flag a plain event, and counts where a criterion counts."""
        criteria = [criterion for rate in self.scope.measure.rates.values() for field in POPULATIONS
                    if (criterion := getattr(rate, field)) is not None]
        leaves = [leaf for criterion in criteria for leaf in self._leaves(criterion)]
        plain: dict[str, None] = {}
        tables: dict[str, ir.Table] = {}
        for leaf in leaves:
            if isinstance(leaf, c.EventCount):
                if _exists(leaf) and self.rows.plain(leaf.event):
                    plain[leaf.event] = None
                else:
                    tables[f"count_{leaf.event}"] = _counts(self.rows.table(leaf.event))
            elif isinstance(leaf, c.Covered | c.DaysOf):
                tables[self._named(leaf)] = self._days(leaf)
        people = self.rows.tables.people
        if plain:
            people = _joined(people, self._flags(plain), "flags")
        for name, table in tables.items():
            people = _joined(people, table, name)
        self.people = self.rows.with_origins(people, self._points(leaves))

    def _flags(self, plain: Iterable[str]) -> ir.Table:
        """Person → the flags of the plain events of which there is an item."""
        columns, self._bits = words(self.rows, plain)
        base = self.rows.base
        return base.group_by(base.person).agg(**{name: word.bit_or() for name, word in columns.items()})

    def _leaves(self, criterion: Any) -> list[Any]:
        """The leaves of a criterion, through definitions."""
        match criterion:
            case c.All():
                return [leaf for child in criterion.all for leaf in self._leaves(child)]
            case c.Any_():
                return [leaf for child in criterion.any for leaf in self._leaves(child)]
            case c.Not():
                return self._leaves(criterion.not_)
            case c.AtLeast():
                return [leaf for child in criterion.of for leaf in self._leaves(child)]
            case c.Use():
                return self._leaves(self.scope.names["definitions"][criterion.use])
        return [criterion]

    def _points(self, leaves: list[Any]) -> list[Point]:
        """The moving points of ages; birthdays bring the birth dates, which people have already."""
        points = [self.points.point(leaf.at) for leaf in leaves if isinstance(leaf, c.Age) and leaf.at is not None]
        return [point for point in points if not (isinstance(point, Moving) and isinstance(point.origin, Birthday))]

    # --- criteria -----------------------------------------------------------------------------------------------------

    def read(self, criterion: Any) -> ir.BooleanValue:
        """True, false or null for each person."""
        readers: dict[type, Callable[[Any], ir.BooleanValue]] = {
            c.All: self._all, c.Any_: self._any, c.Not: self._not, c.AtLeast: self._at_least, c.Use: self._use,
            c.Age: self._age, c.Patient: self._patient, c.EventCount: self._event, c.Covered: self._covered,
            c.DaysOf: self._days_of,
        }
        return readers[type(criterion)](criterion)

    def _all(self, criterion: c.All) -> ir.BooleanValue:
        first, *others = map(self.read, criterion.all)
        for other in others:
            first = first & other
        return first

    def _any(self, criterion: c.Any_) -> ir.BooleanValue:
        first, *others = map(self.read, criterion.any)
        for other in others:
            first = first | other
        return first

    def _not(self, criterion: c.Not) -> ir.BooleanValue:
        return ~self.read(criterion.not_)

    def _at_least(self, criterion: c.AtLeast) -> ir.BooleanValue:
        children = list(map(self.read, criterion.of))
        sure = sum(ibis.ifelse(child, 1, 0) for child in children)
        possible = sum(ibis.ifelse(child.fill_null(True), 1, 0) for child in children)
        unless_sure = ibis.ifelse(possible >= criterion.at_least, ibis.null("boolean"), False)
        return ibis.ifelse(sure >= criterion.at_least, True, unless_sure)

    def _use(self, criterion: c.Use) -> ir.BooleanValue:
        return self.read(self.scope.names["definitions"][criterion.use])

    def _age(self, criterion: c.Age) -> ir.BooleanValue:
        """At least `from` when that birthday was reached, less than `to` + 1 when that one was not."""
        first, after = criterion.age.from_ or 0, None if criterion.age.to is None else criterion.age.to + 1
        sure, possible = self._reached(first, criterion.at)
        if after is not None:
            surely_over, possibly_over = self._reached(after, criterion.at)
            sure, possible = sure & ~possibly_over, possible & ~surely_over
        open_ = sure.isnull() | (~sure & possible)  # without birth date or day; or the day may be on both sides
        return ibis.ifelse(open_, ibis.null("boolean"), sure)

    def _reached(self, years: int, at: Any) -> tuple[ir.BooleanValue, ir.BooleanValue]:
        """Was the birthday reached on the day, for certain and possibly? Null without birth date or day."""
        assert self.people is not None
        people = self.people
        point: Point | None = None if at is None else self.points.point(at)
        if point is None or isinstance(point, Fixed):
            low = high = self.last
            if point is not None:
                low, high = (date.fromordinal(bound // DAY + 1) for bound in point.bound)
            return people.birth_to <= latest_birth(low, years), people.birth_from <= latest_birth(high, years)
        there = point_in(point, people)
        birthday = point_in(Moving(Birthday(years)), people)
        return birthday.high <= floor_day(there.low), birthday.low <= floor_day(there.high)

    def _patient(self, criterion: c.Patient) -> ir.BooleanValue:
        assert self.people is not None
        return self.lookups.patient(self.people, criterion.patient)

    def _event(self, criterion: c.EventCount) -> ir.BooleanValue:
        assert self.people is not None
        people = self.people
        if _exists(criterion) and (bit := self._bits.get(criterion.event)) is not None:
            return (people[f"flags__{bit.column}"].fill_null(0) & ibis.literal(bit.value, "int64")) != 0
        what = "days" if criterion.distinct == "days" else "items"
        count = people[f"count_{criterion.event}__{what}"].fill_null(0)
        at_least = 1 if criterion.at_least is None and criterion.at_most is None else criterion.at_least or 0
        found = count >= at_least
        return found if criterion.at_most is None else found & (count <= criterion.at_most)

    def _covered(self, criterion: c.Covered) -> ir.BooleanValue:
        assert self.people is not None
        people, name = self.people, self._named(criterion)
        longest = Period.parse(criterion.longest_gap).days if criterion.longest_gap else 0
        return (people[f"{name}__holes"] <= criterion.gaps) & (people[f"{name}__longest"] <= longest)

    def _days_of(self, criterion: c.DaysOf) -> ir.BooleanValue:
        assert self.people is not None
        return self.people[f"{self._named(criterion)}__days"] >= criterion.at_least

    # --- days that events cover ---------------------------------------------------------------------------------------

    def _days(self, criterion: c.Covered | c.DaysOf) -> ir.Table:
        """Person → days of the window that are covered, number and longest of its holes; nobody without window."""
        name = criterion.covered if isinstance(criterion, c.Covered) else criterion.days_of
        people = self.rows.tables.people
        first, last = self.points.ends_of(criterion.during)
        windows = self.rows.with_origins(people, [first, last])
        low, high = _bound(first, windows), _bound(last, windows)
        windows = windows.select(
            windows.person, first=day(floor_day(low.high)), last=day(ceil_day(high.low)),
        ).filter(lambda t: t.first.notnull() & t.last.notnull())
        table = self.rows.table(name)
        table = table.filter(table.start_from.notnull())  # `greatest` and `least` pass over nulls
        spans = table.select(table.person, start=day(floor_day(table.start_to)), end=day(ceil_day(table.end_from)))
        spans = windows.join(spans, "person").mutate(
            start=lambda t: ibis.greatest(t.start, t.first), end=lambda t: ibis.least(t.end, t.last)
        )
        spans = spans.filter(spans.end >= spans.start)
        before = ibis.window(group_by=spans.person, order_by=[spans.start, spans.end], preceding=(None, 1))
        runs = spans.mutate(reached=ibis.greatest(spans.end.max().over(before).fill_null(-1), spans.first - 1))
        runs = runs.mutate(hole=ibis.greatest(runs.start - runs.reached - 1, 0),
                           more=ibis.greatest(runs.end - runs.reached, 0))
        # the first span of a window that starts before it reaches nothing: `reached` is the day before the window
        found = runs.group_by(runs.person).agg(
            days=ibis.least(runs.more, runs.end - runs.start + 1).sum(), holes=(runs.hole > 0).sum(),
            longest=runs.hole.max(), end=runs.end.max(),
        )
        found = windows.left_join(found, "person").drop("person_right")
        left = ibis.ifelse(found.end.isnull(), found.last - found.first + 1, found.last - found.end)
        left = ibis.greatest(left, 0)
        return found.select(
            found.person, days=found.days.fill_null(0), holes=found.holes.fill_null(0) + ibis.ifelse(left > 0, 1, 0),
            longest=ibis.greatest(found.longest.fill_null(0), left),
        )

    def _named(self, leaf: c.Covered | c.DaysOf) -> str:
        """One name for leaves of the same event and window: their days are computed once."""
        text = leaf.model_dump_json(include={"covered", "days_of", "during"})
        return f"days{self._names.setdefault(text, len(self._names))}"


def _bound(point: Point, table: ir.Table) -> Bound:
    if isinstance(point, Fixed):
        return Bound(*(ibis.literal(bound, "int64") for bound in point.bound))
    return point_in(point, table)


def latest_birth(on: date, years: int) -> date:
    """The last birth date of those who have reached that age on a day (born on 29 February, it is on the 28th)."""
    if years >= on.year:
        return date.min
    birth = date(on.year - years, on.month, 28 if (on.month, on.day) == (2, 29) else on.day) + timedelta(days=2)
    while add_years(birth, years) > on:
        birth -= timedelta(days=1)
    return birth


def _exists(leaf: c.EventCount) -> bool:
    return leaf.at_least in (None, 1) and leaf.at_most is None and leaf.distinct is None


def _counts(table: ir.Table) -> ir.Table:
    """Person → items, and different days on which items start."""
    return table.group_by(table.person).agg(items=table.count(), days=day(table.start_from).nunique())


def _joined(people: ir.Table, table: ir.Table, name: str) -> ir.Table:
    """People with the columns of a table of one row a person, each under the table's name."""
    renamed = table.select(**{f"{name}__{column}": table[column] for column in table.columns})
    return people.left_join(renamed, people.person == renamed[f"{name}__person"]).drop(f"{name}__person")


def populations(criteria: Criteria, rate: Populations, prefix: str = "") -> dict[str, ir.IntegerValue]:
    """Membership of a proportion: see `app.measures.evaluate`."""

    def holds(name: str) -> ir.BooleanValue:
        criterion = getattr(rate, name)
        if criterion is None:
            return ibis.literal(name == "denominator")
        return criteria.read(criterion).fill_null(False)

    initial = holds("initial_population")
    denominator = initial & holds("denominator")
    excluded = denominator & holds("denominator_exclusion")
    numerator = denominator & ~excluded & holds("numerator")
    found = {"initial_population": initial, "denominator": denominator, "denominator_exclusion": excluded}
    if rate.denominator_exception is not None:
        found["denominator_exception"] = denominator & ~excluded & ~numerator & holds("denominator_exception")
    found["numerator"] = numerator
    if rate.numerator_exclusion is not None:
        found["numerator_exclusion"] = numerator & holds("numerator_exclusion")
    return {prefix + POPULATIONS[name]: member.cast("int8") for name, member in found.items()}

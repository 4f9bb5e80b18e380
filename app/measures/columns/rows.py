"""Events over columns: which rows each selects; the twin of `app.measures.events`.

Most events are a condition on single rows (`plain`): all of these are decided in one pass. Those that look at birth
dates, at other events or at the order of their items are tables of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import ibis

from app.measures import model as m
from app.measures.catalog import Scope
from app.measures.check import reach
from app.measures.columns.instants import bound_of, day, interval_in, surely
from app.measures.columns.layout import source_of, sources_of
from app.measures.columns.lookups import Lookups
from app.measures.columns.tables import Tables
from app.measures.points import Birthday, Comparison, Moving, OfEvent, Point, Points, moving

if TYPE_CHECKING:
    import ibis.expr.types as ir

INTERVAL = ("start_from", "start_to", "end_from", "end_to")


class Rows:
    """The events that a measure leads to, over one set of tables."""

    def __init__(self, scope: Scope, tables: Tables, lookups: Lookups, points: Points) -> None:
        self.scope, self.tables, self.lookups, self.points = scope, tables, lookups, points
        self.names = sorted(name for section, name in reach(scope) if section == "events")
        self._tables: dict[str, ir.Table] = {}
        coded = {name: event for name in self.names if (event := self.event(name)).code or event.value_set}
        flags, self.bits = lookups.codes(coded)
        any_code = {self._source(event) for name in self.names
                    if name not in coded and (event := self.event(name)).what is not None}
        self.base = _of_codes(tables.events, flags, sorted(any_code))
        """Rows that may be of an event at all."""

    def event(self, name: str) -> m.Event:
        event: m.Event = self.scope.names["events"][name]
        return event

    def _source(self, event: m.Event) -> int:
        return self.tables.layout.sources.index(source_of(self.scope, event))

    # --- events that are a condition on single rows -------------------------------------------------------------------

    def plain(self, name: str) -> bool:
        event = self.event(name)
        if event.with_ or event.without or event.keep or event.age:
            return False
        if event.time is not None and moving(self.points.comparisons(event.time)):
            return False
        if event.of and len(sources_of(self.scope, event)) > 1:
            return False  # a resource may stand in two rows, and counts once
        return all(self.plain(other) for other in event.of or ())

    def condition(self, name: str, table: ir.Table) -> ir.BooleanValue:
        """Of a plain event, on the rows of `base`; null is no."""
        event = self.event(name)
        if event.of:
            found = _any(self.condition(other, table) for other in event.of)
        else:
            found = self._of_resources(name, event, table)
        found = found & self.own_tests(event, table)
        if event.time is not None:
            found = found & self.lies(event.time, table)
        return found

    def lies(self, time: m.Time, table: ir.Table) -> ir.BooleanValue:
        """Of a time that is the same for everybody."""
        return surely(interval_in(table), self.points.comparisons(time), table, None, exact=time.exact)

    def _of_resources(self, name: str, event: m.Event, table: ir.Table) -> ir.BooleanValue:
        """The profile accepts the resource, and one of its codes is of the event."""
        found = self.accepted(event, table)
        if name in self.bits:
            column, bit = self.bits[name]
            found = ((table[column] & ibis.literal(bit, "int64")) != 0) & found
        return found

    def accepted(self, event: m.Event, table: ir.Table) -> ir.BooleanValue:
        """Is the row of the event's source, and does the profile accept it?"""
        profile: m.Profile = self.scope.names["profiles"][event.what or ""]
        return (table.source == self._source(event)) & self._tests(table, profile.where, profile.unless)

    def own_tests(self, event: m.Event, table: ir.Table) -> ir.BooleanValue:
        found = self._tests(table, event.where, event.unless)
        if event.value is not None:
            found = found & self.lookups.value(table, event.value)
        if event.component is not None:
            found = found & self.lookups.component(table, event.component)
        return found

    def _tests(self, table: ir.Table, where: list[m.ElementTest], unless: list[m.ElementTest]) -> ir.BooleanValue:
        found: ir.BooleanValue = ibis.literal(True)
        for test in where:
            found = found & self.lookups.element(table, test)
        for test in unless:
            found = found & ~self.lookups.element(table, test)
        return found

    # --- events that are a table --------------------------------------------------------------------------------------

    def table(self, name: str) -> ir.Table:
        """The rows that an event selects, one an item."""
        if name not in self._tables:
            found = self.base.filter(self.condition(name, self.base)) if self.plain(name) else self._built(name)
            self._tables[name] = found
        return self._tables[name]

    def _built(self, name: str) -> ir.Table:
        event = self.event(name)
        table = self._candidates(name, event)
        if event.age is not None:
            table = self._filtered(table, list(self.points.age(event.age)), exact=False)
        if event.time is not None:
            table = self._filtered(table, list(self.points.comparisons(event.time)), exact=event.time.exact)
        for related in event.with_:
            table = self._related(table, related, wanted=True)
        for related in event.without:
            table = self._related(table, related, wanted=False)
        return _kept(table, event.keep) if event.keep else table

    def _candidates(self, name: str, event: m.Event) -> ir.Table:
        """Rows after codes, elements and values."""
        if event.what is not None:
            table = self.base.filter(self._of_resources(name, event, self.base))
        else:
            tables = [self.table(other) for other in event.of or ()]
            table = tables[0] if len(tables) == 1 else _together(tables)
        return table.filter(self.own_tests(event, table))

    def _filtered(self, table: ir.Table, comparisons: list[Comparison], *, exact: bool) -> ir.Table:
        joined = self.with_origins(table, [one.point for one in comparisons])
        return joined.filter(surely(interval_in(joined), comparisons, joined, None, exact=exact)).select(table.columns)

    def _related(self, table: ir.Table, related: m.Related, *, wanted: bool) -> ir.Table:
        comparisons = list(self.points.comparisons(related.time))
        joined = self.with_origins(table, [one.point for one in comparisons])
        other = self.table(related.event)
        other = other.select(that__person=other.person, **{f"that__{name}": other[name] for name in INTERVAL})
        lies = surely(interval_in(joined), comparisons, joined, interval_in(other, "that__"), exact=related.time.exact)
        conditions = [joined.person == other.that__person, lies]
        kept = joined.semi_join(other, conditions) if wanted else joined.anti_join(other, conditions)
        return kept.select(table.columns)

    def with_origins(self, table: ir.Table, points: Iterable[Point]) -> ir.Table:
        """The table with what moving points start from: the birth date, the bounds of single events."""
        origins = {point.origin for point in points if isinstance(point, Moving)}
        if any(isinstance(origin, Birthday) for origin in origins) and "birth_from" not in table.columns:
            people = self.tables.people
            births = people.select(birth__person=people.person, birth_from=people.birth_from, birth_to=people.birth_to)
            table = table.left_join(births, table.person == births.birth__person).drop("birth__person")
        for event in sorted({origin.event for origin in origins if isinstance(origin, OfEvent)}):
            one = self.table(event)
            bounds = {f"{event}__{name}": one[name] for name in INTERVAL}
            one = one.select(**{f"{event}__person": one.person}, **bounds)
            table = table.left_join(one, table.person == one[f"{event}__person"]).drop(f"{event}__person")
        return table


def _of_codes(events: ir.Table, flags: ir.Table, any_code: list[int]) -> ir.Table:
    if not any_code:
        return events.join(flags, events.code == flags.number).drop("number")
    joined = events.left_join(flags, events.code == flags.number)
    return joined.filter(joined.number.notnull() | joined.source.isin(any_code)).drop("number")


def _any(conditions: Iterable[ir.BooleanValue]) -> ir.BooleanValue:
    found: ir.BooleanValue | None = None
    for one in conditions:
        found = one if found is None else found | one
    assert found is not None
    return found


def _together(tables: list[ir.Table]) -> ir.Table:
    """Each resource once; of the rows of one resource, that of the last event."""
    numbered = [table.mutate(part=ibis.literal(n)) for n, table in enumerate(tables)]
    union = ibis.union(*numbered)
    best = ibis.row_number().over(group_by=[union.person, union.rank], order_by=union.part.desc())
    ranked = union.mutate(best=best)
    return ranked.filter(ranked.best == 0).drop("best", "part")


def _kept(table: ir.Table, keep: m.Keep) -> ir.Table:
    """First and last by instant, then by place in the Bundle; items without time are never kept."""
    dated = table.filter(table.start_from.notnull())
    instant = bound_of(interval_in(dated), keep.by).low
    last = keep.which.startswith("last")
    if keep.which.endswith("_day"):
        timed = dated.mutate(instant=instant)
        best = timed.instant.max() if last else timed.instant.min()
        ranked = timed.mutate(best=best.over(group_by=timed.person))
        return ranked.filter(day(ranked.instant) == day(ranked.best)).drop("best", "instant")
    order = [ibis.desc(instant), ibis.desc(dated.rank)] if last else [instant, dated.rank]
    ranked = dated.mutate(best=ibis.row_number().over(group_by=dated.person, order_by=order))
    return ranked.filter(ranked.best == 0).drop("best")

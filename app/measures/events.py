"""Events of the content, read into functions from a patient to the items that they select.

The keys of an event are applied in their order; an item that fails one is set aside under that key, so that a trace can
say why. An event counts what is certain: an item whose time cannot be decided is set aside as `unclear`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from app.measures import model as m
from app.measures.catalog import Scope
from app.measures.check import names_used, reach
from app.measures.intervals import When, interval_of
from app.measures.passes import Names, ResourceTest, component_test, conditions, resource_tests, value_test
from app.measures.person import NOTHING, Found, Item, Json, Person, Select
from app.measures.points import Points
from app.measures.relations import Holds, holds
from app.measures.times import DAY, SIDES, Interval
from app.measures.valuesets import Codes

Filter = Callable[[Item, Person], str | None]
"""The key under which an item is set aside; None when it stays."""
UNDATED, UNCLEAR = "undated", "unclear"


class Events:
    """The events that a measure leads to: `select[name]`, their number, and what base events look for."""

    def __init__(self, scope: Scope, value_sets: dict[str, Codes], period: Interval) -> None:
        self.scope, self.names = scope, Names(scope, value_sets)
        self.order = sorted(name for section, name in reach(scope) if section == "events")
        self.select: dict[str, Select] = {}
        self.points = Points(period, scope.names["windows"])
        for name in self.order:
            self._read(name)

    def base(self) -> list[tuple[int, m.Event, m.Profile]]:
        """(rank, event, profile) of the events that are made of resources."""
        found = []
        for rank, name in enumerate(self.order):
            event: m.Event = self.scope.names["events"][name]
            if event.what is not None:
                found.append((rank, event, self.scope.names["profiles"][event.what]))
        return found

    def base_of(self, name: str) -> int:
        """The base events (bit n: the event of rank n) that give an event its items."""
        event: m.Event = self.scope.names["events"][name]
        if event.what is not None:
            return 1 << self.order.index(name)
        found = 0
        for other in event.of or ():
            found |= self.base_of(other)
        return found

    def _read(self, name: str) -> Select:
        """Reads an event after those that it is built on (content has no cycle)."""
        if name not in self.select:
            event: m.Event = self.scope.names["events"][name]
            for other in self._built_on(event):
                self._read(other)
            self.select[name] = self._selection(event, self.order.index(name))
        return self.select[name]

    def _built_on(self, value: m.Event | m.Window) -> Iterator[str]:
        """Events that this one is made of, or that its time refers to, be it through a window."""
        for used in names_used(value, ()):
            if used.section == "events":
                yield used.name
            elif used.section == "windows":
                yield from self._built_on(self.scope.names["windows"][used.name])

    def _selection(self, event: m.Event, rank: int) -> Select:
        candidates = self._of_others(event.of) if event.of else self._of_resources(event, rank)
        filters = self._filters(event)
        keep, of_resources = _keeper(event.keep) if event.keep else None, event.what is not None

        def select(person: Person) -> Found:
            found = person.events[rank]
            if found is None:
                nothing = of_resources and person.hits[rank] is None  # most events, for most patients
                found = person.events[rank] = NOTHING if nothing else compute(person)
            return found

        def compute(person: Person) -> Found:
            items, aside = candidates(person)
            if not items:
                return Found((), tuple(aside)) if aside else NOTHING
            kept: list[Item] = []
            for item in items:
                for passes in filters:
                    if (reason := passes(item, person)) is not None:
                        aside.append((item.resource, reason))
                        break
                else:
                    kept.append(item)
            if keep is not None and kept:
                kept = keep(kept, aside)
            return Found(tuple(kept), tuple(aside))

        return select

    def _of_resources(self, event: m.Event, rank: int) -> Callable[[Person], tuple[list[Item], list[Any]]]:
        profile: m.Profile = self.scope.names["profiles"][event.what or ""]
        tests = resource_tests(profile, self.names)
        when: When = interval_of(event.interval or profile.interval)

        def candidates(person: Person) -> tuple[list[Item], list[Any]]:
            items: list[Item] = []
            aside: list[Any] = []
            for place, resource in person.hits[rank] or ():
                if (reason := _failed(tests, resource, person)) is not None:
                    aside.append((resource, reason))
                else:
                    items.append(Item(resource, when(resource, person), place))
            return items, aside

        return candidates

    def _of_others(self, names: list[str]) -> Callable[[Person], tuple[list[Item], list[Any]]]:
        selects = [self.select[name] for name in names]

        def candidates(person: Person) -> tuple[list[Item], list[Any]]:
            if len(selects) == 1:
                return list(selects[0](person).items), []
            together = {item.place: item for select in selects for item in select(person).items}
            return [together[place] for place in sorted(together)], []

        return candidates

    def _filters(self, event: m.Event) -> list[Filter]:
        tests = conditions(event.where, event.unless, self.names)
        if event.value is not None:
            tests.append(("value", value_test(event.value, self.names)))
        if event.component is not None:
            tests.append(("component", component_test(event.component, self.names)))
        filters = [_resource_filter(tests)] if tests else []
        if event.age is not None:
            filters.append(_time_filter("age", holds(self.points.age(event.age), self.select, exact=False)))
        if event.time is not None:
            filters.append(_time_filter("time", self._time(event.time)))
        for related in event.with_:
            filters.append(_related_filter(self.select[related.event], self._time(related.time), wanted=True))
        for related in event.without:
            filters.append(_related_filter(self.select[related.event], self._time(related.time), wanted=False))
        return filters

    def _time(self, time: m.Time) -> Holds:
        return holds(self.points.comparisons(time), self.select, exact=time.exact)


def _failed(tests: list[tuple[str, ResourceTest]], resource: Json, person: Person) -> str | None:
    for key, test in tests:
        if not test(resource, person):
            return key
    return None


def _resource_filter(tests: list[tuple[str, ResourceTest]]) -> Filter:
    return lambda item, person: _failed(tests, item.resource, person)


def _time_filter(key: str, lies: Holds) -> Filter:
    def passes(item: Item, person: Person) -> str | None:
        if item.interval is None:
            return UNDATED
        truth = lies(item.interval, person, None)
        return None if truth else (UNCLEAR if truth is None else key)

    return passes


def _related_filter(select: Select, lies: Holds, *, wanted: bool) -> Filter:
    def passes(item: Item, person: Person) -> str | None:
        if item.interval is None:
            return UNDATED if wanted else None
        some = any(
            other.interval is not None and lies(item.interval, person, other.interval)
            for other in select(person).items
        )
        return None if some is wanted else ("with" if wanted else "without")

    return passes


def _keeper(keep: m.Keep) -> Callable[[list[Item], list[Any]], list[Item]]:
    """First and last by instant, then by place in the Bundle; items without time are never kept."""
    bound_of, last = SIDES[keep.by], keep.which.startswith("last")
    whole_day = keep.which.endswith("_day")

    def instant(item: Item) -> int:
        assert item.interval is not None
        return bound_of(item.interval)[0]

    def kept(items: list[Item], aside: list[Any]) -> list[Item]:
        dated = [item for item in items if item.interval is not None]
        aside.extend((item.resource, UNDATED) for item in items if item.interval is None)
        if not dated:
            return []
        choose = max if last else min
        best = choose(dated, key=lambda item: (instant(item), item.place))
        day = instant(best) // DAY
        stay = [item for item in dated if item is best or (whole_day and instant(item) // DAY == day)]
        aside.extend((item.resource, "keep") for item in dated if not any(item is one for one in stay))
        return stay

    return kept



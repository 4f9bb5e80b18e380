"""Which columns measures need: the sources of rows (resource, code, interval) and the places that tests look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from app.measures import criteria as c
from app.measures import model as m
from app.measures.catalog import Scope
from app.measures.check import reach
from app.measures.measure import POPULATIONS

VALUE, COMPONENT, CODE = "element:value[x]", "element:component", "code"
"""Places: the value, the components, and the code elements of a profile."""


class Source(NamedTuple):
    """Where rows come from. Profiles that differ only in what they accept share one."""

    resource: str
    code: tuple[str, ...]
    interval: tuple[str, ...]


class Layout(NamedTuple):
    """Sources in the order of their numbers; places of events with the resources that they are read from; places of
    the Patient."""

    sources: tuple[Source, ...]
    places: dict[str, tuple[str, ...]]
    patient: tuple[str, ...]

    def holds(self, other: Layout) -> bool:
        """Are the columns of another layout among these?"""
        return (
            set(other.sources) <= set(self.sources) and set(other.patient) <= set(self.patient)
            and all(set(kinds) <= set(self.places.get(place, ())) for place, kinds in other.places.items())
        )


def layout_of(scopes: Iterable[Scope]) -> Layout:
    """What these measures need together."""
    sources: dict[Source, None] = {}
    places: dict[str, dict[str, None]] = {}
    patient: dict[str, None] = {}
    for scope in scopes:
        names = [name for section, name in sorted(reach(scope)) if section == "events"]
        for name in names:
            event: m.Event = scope.names["events"][name]
            if event.what is not None:
                sources[source_of(scope, event)] = None
            kinds = resources_of(scope, event)
            for place in (*_places(event), *_places_of_profiles(scope, event)):
                places.setdefault(place, {}).update(dict.fromkeys(kinds))
        patient.update(dict.fromkeys(_places_of_patient(scope)))
    return Layout(
        tuple(sorted(sources)), {place: tuple(sorted(kinds)) for place, kinds in sorted(places.items())},
        tuple(sorted(patient)),
    )


def source_of(scope: Scope, event: m.Event) -> Source:
    profile: m.Profile = scope.names["profiles"][event.what or ""]
    return Source(profile.resource, tuple(profile.code), tuple(event.interval or profile.interval))


def sources_of(scope: Scope, event: m.Event) -> set[Source]:
    """The sources of an event's items, through the events that it is built on."""
    if event.what is not None:
        return {source_of(scope, event)}
    return set().union(*(sources_of(scope, scope.names["events"][name]) for name in event.of or ()))


def resources_of(scope: Scope, event: m.Event) -> set[str]:
    return {source.resource for source in sources_of(scope, event)}


def place_text(test: m.ElementTest) -> str:
    if test.element is not None:
        return f"element:{test.element}"
    return f"extension:{test.extension}" if test.extension else f"modifierExtension:{test.modifier_extension}"


def _places(event: m.Event) -> Iterator[str]:
    yield from map(place_text, (*event.where, *event.unless))
    if event.value is not None:
        yield VALUE
    if event.component is not None:
        yield COMPONENT


def _places_of_profiles(scope: Scope, event: m.Event) -> Iterator[str]:
    if event.what is not None:
        profile: m.Profile = scope.names["profiles"][event.what]
        yield from map(place_text, (*profile.where, *profile.unless))


def _places_of_patient(scope: Scope) -> Iterator[str]:
    criteria: list[Any] = [
        getattr(populations, field) for populations in scope.measure.rates.values() for field in POPULATIONS
    ]
    criteria += [scope.names["definitions"][name] for section, name in reach(scope) if section == "definitions"]
    for criterion in criteria:
        yield from (place_text(leaf.patient) for leaf in _leaves(criterion) if isinstance(leaf, c.Patient))


def _leaves(value: Any) -> Iterator[BaseModel]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from _leaves(getattr(value, name))

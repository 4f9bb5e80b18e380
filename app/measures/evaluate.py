"""A measure, ready to be asked: FHIR resources of a patient → populations, with the trace of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.measures.catalog import Scope
from app.measures.elements import Json, codings, path_of
from app.measures.events import Events
from app.measures.logic import Decider, Step, read
from app.measures.measure import POPULATIONS
from app.measures.person import Person
from app.measures.times import Interval, first_instant, last_instant
from app.measures.valuesets import ValueSets, codes_for

Group = dict[str, int]
"""Population → 0 or 1, in the order in which they are printed."""
Groups = dict[str, Group]
"""Group → populations; a measure of one rate has the group ''."""


@dataclass(slots=True)
class Result:
    """Populations, and the steps that decided them."""

    groups: Groups
    steps: dict[str, dict[str, Step]]


class Evaluator:
    """A measure over one period. Raises UsageError when a value set is missing."""

    def __init__(self, scope: Scope, value_sets: ValueSets, first: date, last: date) -> None:
        self.scope, self.first, self.last = scope, first, last
        start, end = first_instant(first), last_instant(last)
        self.events = Events(scope, codes_for(scope, value_sets), Interval(start, start, end, end))
        self._size = len(self.events.order)
        self._sorters = _sorters(self.events)
        definitions = scope.names["definitions"]
        self._groups = {
            group: {
                alias: read(criterion, self.events, definitions)
                for field, alias in POPULATIONS.items()
                if (criterion := getattr(populations, field)) is not None
            }
            for group, populations in scope.measure.rates.items()
        }

    def evaluate(self, resources: list[Json]) -> Result:
        """Populations of the one Patient among the resources (see `app.measures.reading.case_of`)."""
        person = self._person(resources)
        groups, steps = {}, {}
        for name, deciders in self._groups.items():
            groups[name], steps[name] = _populations(deciders, person)
        return Result(groups, steps)

    def _person(self, resources: list[Json]) -> Person:
        """Sorts the resources by what their codes may be. A Bundle with one Patient is about that Patient, whatever
        its references say (published test cases carry references to other ids)."""
        patient = next(one for one in resources if one.get("resourceType") == "Patient")
        person, sorters = Person(patient, resources, self._size, self.last), self._sorters
        for place, resource in enumerate(resources):
            kind = resource.get("resourceType")
            for sort in sorters.get(kind, ()) if isinstance(kind, str) else ():
                sort(place, resource, person)
        return person


def _populations(deciders: dict[str, Decider], person: Person) -> tuple[Group, dict[str, Step]]:
    """Membership of a proportion. A population that cannot matter any more is not looked at.

    The exclusion counts inside the denominator; the numerator inside the denominator and outside the exclusion; its
    exclusion inside the numerator; the exception inside the denominator, outside exclusion and numerator. Unknown
    counts as no.
    """
    steps: dict[str, Step] = {}

    def holds(name: str) -> bool:
        decide = deciders.get(name)
        if decide is None:
            return name == "denominator"
        step = steps[name] = decide(person)
        return step.truth is True

    initial = holds("initial-population")
    denominator = initial and holds("denominator")
    excluded = denominator and holds("denominator-exclusion")
    numerator = denominator and not excluded and holds("numerator")
    group = {"initial-population": int(initial), "denominator": int(denominator),
             "denominator-exclusion": int(excluded)}
    if "denominator-exception" in deciders:
        group["denominator-exception"] = int(
            denominator and not excluded and not numerator and holds("denominator-exception")
        )
    group["numerator"] = int(numerator)
    if "numerator-exclusion" in deciders:
        group["numerator-exclusion"] = int(numerator and holds("numerator-exclusion"))
    return group, steps


Sorter = Callable[[int, Json, Person], None]


def _sorters(events: Events) -> dict[str, list[Sorter]]:
    """By resource type: functions that note which events the codes of a resource may be of."""
    looked: dict[tuple[str, tuple[str, ...]], _Table] = {}
    for rank, event, profile in events.base():
        table = looked.setdefault((profile.resource, tuple(profile.code)), _Table({}, []))
        pairs = events.names.codes(event.code, event.value_set)
        if pairs is None:
            table.always.append(rank)
        for system, code in pairs or ():
            table.by_code.setdefault(code, {}).setdefault(system, []).append(rank)
    found: dict[str, list[Sorter]] = {}
    for (resource, paths), table in looked.items():
        found.setdefault(resource, []).append(_sorter(list(paths), table))
    return found


@dataclass(slots=True)
class _Table:
    """Code → system → events; and the events of any code."""

    by_code: dict[str, dict[str, list[int]]]
    always: list[int]


def _sorter(paths: list[str], table: _Table) -> Sorter:
    finders, by_code, always = [path_of(path) for path in paths], table.by_code, table.always

    def sort(place: int, resource: Json, person: Person) -> None:
        for rank in always:
            _note(person, rank, place, resource)
        for find in finders:
            for node in find(resource, person):
                for system, code in codings(node):
                    if (systems := by_code.get(code)) is not None and system is not None:
                        for rank in systems.get(system, ()):
                            _note(person, rank, place, resource)

    return sort


def _note(person: Person, rank: int, place: int, resource: Json) -> None:
    noted = person.hits[rank]
    if noted is None:
        person.touched |= 1 << rank
        person.hits[rank] = [(place, resource)]
    elif noted[-1][0] != place:
        noted.append((place, resource))



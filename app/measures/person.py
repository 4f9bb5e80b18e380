"""One patient as events see them: resources sorted by what their codes may be, birth, references; memoised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from app.dates import PartialDate, age_on
from app.measures.times import Interval

if TYPE_CHECKING:
    from app.measures.logic import Step

Json = dict[str, Any]


class Item(NamedTuple):
    """A resource selected by an event; `place` is its rank in the Bundle, `interval` None when it has no time."""

    resource: Json
    interval: Interval | None
    place: int


class Found(NamedTuple):
    """What an event selects of a patient, and what it looked at and set aside, with the key that decided."""

    items: tuple[Item, ...]
    aside: tuple[tuple[Json, str], ...]


NOTHING = Found((), ())
Select = Callable[["Person"], Found]


class Person:
    """`age`: completed years on the last day of the period, at least and at most. `hits[n]`: the resources whose code
    may be that of event n (None: none), which are the bits of `touched`. Events are computed once."""

    __slots__ = ("_references", "age", "birth", "decided", "events", "hits", "patient", "resources", "touched")

    def __init__(self, patient: Json, resources: list[Json], events: int, last_day: date | None) -> None:
        self.patient, self.resources = patient, resources
        self.birth = _birth(patient)
        self.age = None if self.birth is None or last_day is None else (
            age_on(self.birth.latest, last_day), age_on(self.birth.earliest, last_day)
        )
        self.touched = 0
        self.hits: list[list[tuple[int, Json]] | None] = [None] * events
        self.events: list[Found | None] = [None] * events
        self.decided: dict[str, Step] = {}
        self._references: dict[str, Json] | None = None

    def resolve(self, reference: Any, resource: Json) -> Json | None:
        """The resource that a reference within `resource` names: `#contained`, `Medication/1`, `urn:uuid:…`."""
        if not isinstance(reference, str):
            return None
        if reference.startswith("#"):
            contained = resource.get("contained")
            inside = [one for one in contained if isinstance(one, dict)] if isinstance(contained, list) else []
            return next((one for one in inside if one.get("id") == reference[1:]), None)
        if self._references is None:
            self._references = {f"{one.get('resourceType')}/{one.get('id')}": one for one in self.resources}
            self._references |= {f"urn:uuid:{one.get('id')}": one for one in self.resources}
        return self._references.get(reference) or self._references.get("/".join(reference.split("/")[-2:]))


def _birth(patient: Json) -> PartialDate | None:
    text = patient.get("birthDate")
    try:
        return PartialDate.parse(text) if isinstance(text, str) else None
    except ValueError:
        return None

"""Patients → columns: one row a resource and source, intervals as instants, elements as numbers of dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from app.measures.columns.dictionary import Dictionary
from app.measures.columns.layout import CODE, Layout, Source
from app.measures.elements import Json, Path, extension_of, path_of
from app.measures.intervals import When, interval_of
from app.measures.person import Person
from app.measures.reading import Case

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 50_000
"""Rows of a batch: what is held as Python objects at one time."""


class Batch(NamedTuple):
    people: pa.RecordBatch
    events: pa.RecordBatch


class Flattener:
    """Fills the columns of a layout, batch by batch; `dictionaries` grow meanwhile (place → distinct values)."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.dictionaries = {place: Dictionary() for place in (CODE, *layout.places, *map(_of_patient, layout.patient))}
        self._readers: dict[str, list[_Reader]] = {}
        for number, source in enumerate(layout.sources):
            reader = _Reader(number, source, layout, self.dictionaries)
            self._readers.setdefault(source.resource, []).append(reader)
        self._patient = [(_find(place), self.dictionaries[_of_patient(place)]) for place in layout.patient]
        self._count = 0

    def batches(self, cases: Iterable[Case]) -> Iterator[Batch]:
        """Columns of the cases, in their order; the last batch may be empty."""
        people, events = self._empty()
        for case in cases:
            self._add(case, people, events)
            if len(events[0]) >= BATCH or len(people[0]) >= BATCH:
                yield self._batch(people, events)
                people, events = self._empty()
        yield self._batch(people, events)

    def _add(self, case: Case, people: list[list[Any]], events: list[list[Any]]) -> None:
        patient = next(one for one in case.resources if one.get("resourceType") == "Patient")
        person, number = Person(patient, case.resources, 0, None), self._count
        self._count += 1
        birth = person.birth
        row = [number, case.name, birth and birth.earliest, birth and birth.latest]
        row += [dictionary.number(find(patient, person)) for find, dictionary in self._patient]
        for column, value in zip(people, row, strict=True):
            column.append(value)
        readers = self._readers
        for rank, resource in enumerate(case.resources):
            kind = resource.get("resourceType")
            for read in readers.get(kind, ()) if isinstance(kind, str) else ():
                for column, value in zip(events, (number, rank, *read(resource, person)), strict=True):
                    column.append(value)

    def _empty(self) -> tuple[list[list[Any]], list[list[Any]]]:
        return [[] for _ in range(4 + len(self._patient))], [[] for _ in range(8 + len(self.layout.places))]

    def _batch(self, people: list[list[Any]], events: list[list[Any]]) -> Batch:
        import pyarrow as pa

        one, other = people_schema(self.layout), events_schema(self.layout)
        return Batch(
            pa.record_batch([pa.array(c, f.type) for c, f in zip(people, one, strict=True)], schema=one),
            pa.record_batch([pa.array(c, f.type) for c, f in zip(events, other, strict=True)], schema=other),
        )


class _Reader:
    """A resource of one source → the values of its row (after person and rank)."""

    def __init__(self, number: int, source: Source, layout: Layout, dictionaries: dict[str, Dictionary]) -> None:
        self._number = number
        self._code = [path_of(path) for path in source.code]
        self._when: When = interval_of(list(source.interval))
        self._codes = dictionaries[CODE]
        self._places: list[Callable[[Json, Person], int | None]] = [
            _number_of(place, dictionaries[place]) if source.resource in kinds else _nothing
            for place, kinds in layout.places.items()
        ]

    def __call__(self, resource: Json, person: Person) -> tuple[Any, ...]:
        nodes = self._code[0](resource, person)
        for path in self._code[1:]:
            nodes = nodes + path(resource, person)
        interval = self._when(resource, person) or (None, None, None, None)
        return (
            self._number, self._codes.number(nodes), *interval, *[place(resource, person) for place in self._places]
        )


def _nothing(resource: Json, person: Person) -> None:
    return None


def _number_of(place: str, dictionary: Dictionary) -> Callable[[Json, Person], int | None]:
    find, number = _find(place), dictionary.number
    return lambda resource, person: number(find(resource, person))


def _find(place: str) -> Path:
    kind, _, text = place.partition(":")
    return path_of(text) if kind == "element" else extension_of(text, kind)


def _of_patient(place: str) -> str:
    """The dictionary of a place of the Patient."""
    return f"patient {place}"


def people_schema(layout: Layout) -> pa.Schema:
    """`birth_from` and `birth_to`: the days that the birth date may be; `q0`…: places of the Patient."""
    import pyarrow as pa

    fields = [("person", pa.int32()), ("name", pa.string()), ("birth_from", pa.date32()), ("birth_to", pa.date32())]
    return pa.schema([*fields, *((f"q{n}", pa.int32()) for n in range(len(layout.patient)))])


def events_schema(layout: Layout) -> pa.Schema:
    """`rank`: place in the Bundle; instants as in `app.measures.times`, absent together; `p0`…: places."""
    import pyarrow as pa

    fields = [("person", pa.int32()), ("rank", pa.int32()), ("source", pa.int16()), ("code", pa.int32())]
    fields += [(name, pa.int64()) for name in ("start_from", "start_to", "end_from", "end_to")]
    return pa.schema([*fields, *((f"p{n}", pa.int32()) for n in range(len(layout.places)))])

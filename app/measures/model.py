"""What the YAML of measures may hold: codes, profiles, windows and events. Criteria: `app.measures.criteria`.

An event is a selection of a patient's resources; it may be built on other events. Every name (of a value set, a code, a
profile, a window, an event, a definition) is found in the measure's own file or in the country's vocabulary.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from app.dates import Period
from app.facts.units import is_unit
from app.guidelines.criteria import Strict, Years

WORD = r"^[a-z][a-z0-9_]*$"
PERIOD = "measurement_period"
THAT = "that"
"""In `with` and `without`: the interval of the other event."""


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        raise ValueError("write a name, and what it stands for under `codes:` or `value_sets:`")
    return [value] if isinstance(value, str) else value


def _quoted(value: Any) -> Any:
    if isinstance(value, int | float | date):
        raise ValueError("write it between quotes: without them YAML reads a number or a day, and zeros may be lost")
    return value


def _period(value: str) -> str:
    Period.parse(value)  # raises ValueError, which says how a period is written
    return value


PATH = r"^[A-Za-z]\w*(\[x\])?(\.[A-Za-z]\w*(\[x\])?)*$"
"""A place in a FHIR resource: `hospitalization.dischargeDisposition`, `value[x]`."""


def _one_or_many(item: dict[str, Any]) -> WithJsonSchema:
    """For editors: a list of one may be written without brackets."""
    return WithJsonSchema({"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]})


Names = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1), _one_or_many({"type": "string"})]
Text = Annotated[str, BeforeValidator(_quoted)]
Paths = Annotated[
    list[Annotated[str, Field(pattern=PATH)]], BeforeValidator(_listed), Field(min_length=1),
    _one_or_many({"type": "string", "pattern": PATH}),
]
Texts = Annotated[list[Text], BeforeValidator(_listed), Field(min_length=1), _one_or_many({"type": "string"})]
Length = Annotated[str, Field(pattern=r"^P"), BeforeValidator(_quoted)]


class Code(Strict):
    """One code of a code system; `system` is a short name of `systems`, or the system's own address."""

    system: str
    code: Text


class ValueTest(Strict):
    """What a value or an element must be; exactly one kind of comparison (bounds may go together)."""

    known: bool | None = None
    is_: bool | Text | None = Field(default=None, alias="is")
    in_: Texts | None = Field(default=None, alias="in")
    code: Names | None = None
    value_set: Names | None = None
    at_least: float | None = None
    more_than: float | None = None
    at_most: float | None = None
    less_than: float | None = None
    unit: str | None = None
    """UCUM; a value in another unit is converted, or does not count when it cannot be."""

    @model_validator(mode="after")
    def _one_comparison(self) -> ValueTest:
        coded = self.code is not None or self.value_set is not None
        others = [self.known, self.is_, self.in_]
        if self.numeric + coded + sum(x is not None for x in others) != 1:
            raise ValueError("give exactly one of known, is, in, code or value_set, a number")
        if self.unit is not None and not self.numeric:
            raise ValueError("`unit` goes with a number")
        if self.unit is not None and not is_unit(self.unit):
            raise ValueError(f"{self.unit!r} is no unit of UCUM: nothing converts to it")
        return self

    @property
    def numeric(self) -> bool:
        return any(x is not None for x in (self.at_least, self.more_than, self.at_most, self.less_than))


class ElementTest(ValueTest):
    """A test on an element of the resource (`hospitalization.dischargeDisposition`, `value[x]`) or an extension."""

    element: str | None = Field(default=None, pattern=PATH)
    extension: str | None = None
    modifier_extension: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> ElementTest:
        if sum(x is not None for x in (self.element, self.extension, self.modifier_extension)) != 1:
            raise ValueError("give exactly one of element, extension, modifier_extension")
        return self


class ComponentTest(Strict):
    """At least one component of an Observation has this code, and a value that passes."""

    code: Names | None = None
    value_set: Names | None = None
    value: ValueTest

    @model_validator(mode="after")
    def _coded(self) -> ComponentTest:
        if self.code is None and self.value_set is None:
            raise ValueError("a component needs `code` or `value_set`")
        return self


class Profile(Strict):
    """A kind of event: which resources, where their code and time stand, and which of them count at all."""

    resource: str = Field(pattern=r"^[A-Z][A-Za-z]+$")
    code: Paths
    """Elements that hold the code; a path may go on through a reference (`medicationReference.code`)."""
    interval: Paths
    """Elements (`period`, `effective[x]`), the first that is there; or `prevalence`, or `medication_period`."""
    where: list[ElementTest] = Field(default_factory=list)
    unless: list[ElementTest] = Field(default_factory=list)


class EventRef(Strict):
    event: str


Reference = str | EventRef
"""An interval: `measurement_period`, a named window, `that`, or `{event: …}` (an event that keeps only one)."""


class Point(Strict):
    """A day: that of a bound of an interval, or a birthday; moved by a period, then put on a day of its year."""

    start_of: Reference | None = None
    end_of: Reference | None = None
    birthday: int | None = Field(default=None, ge=0, le=150)
    plus: Length | None = None
    minus: Length | None = None
    day: Text | None = None

    _periods = field_validator("plus", "minus")(lambda value: value if value is None else _period(value))

    @field_validator("day")
    @classmethod
    def _a_day_of_a_year(cls, value: str | None) -> str | None:
        if value is not None:
            if not re.fullmatch(r"\d\d-\d\d", value):
                raise ValueError('write a month and a day between quotes, "10-01"')
            date.fromisoformat(f"2001-{value}")  # a day of every year; raises ValueError
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> Point:
        if sum(x is not None for x in (self.start_of, self.end_of, self.birthday)) != 1:
            raise ValueError("a point needs exactly one of start_of, end_of, birthday")
        if self.plus is not None and self.minus is not None:
            raise ValueError("give `plus` or `minus`, not both")
        return self


class Window(Strict):
    """The days from one point to another, both included, or up to the day `before` one; a side left out is open."""

    from_: Point | None = Field(default=None, alias="from")
    to: Point | None = None
    before: Point | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> Window:
        if not self.model_fields_set:
            raise ValueError("a window needs `from`, `to` or both")
        if self.to is not None and self.before is not None:
            raise ValueError("give `to` (included) or `before` (excluded), not both")
        return self


Target = str | EventRef | Window
"""What an interval is compared with: a name, an event that keeps only one, or a window written here."""


class When(Strict):
    """Where one instant of an event lies; all that is given must hold."""

    during: Target | None = None
    from_: Point | None = Field(default=None, alias="from")
    after: Point | None = None
    by: Point | None = None
    before: Point | None = None

    @model_validator(mode="after")
    def _something(self) -> When:
        if not self.model_fields_set:
            raise ValueError("give during, from, after, by or before")
        return self


class Time(Strict):
    """How an event's interval lies to others; all that is given must hold. Days are compared, instants if `exact`."""

    during: Target | None = None
    overlaps: Target | None = None
    covers: Target | None = None
    before: Target | None = None
    after: Target | None = None
    starts: When | None = None
    ends: When | None = None
    latest: When | None = None
    earliest: When | None = None
    exact: bool = False

    @model_validator(mode="after")
    def _something(self) -> Time:
        if not self.model_fields_set - {"exact"}:
            raise ValueError("say how: during, overlaps, covers, before, after, starts, ends, latest, earliest")
        return self


class Related(Strict):
    """Another event, and how this one's interval lies to its interval, called `that`."""

    event: str
    time: Time


def _listed_related(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Relateds = Annotated[list[Related], BeforeValidator(_listed_related, json_schema_input_type=Related | list[Related])]

Side = Literal["starts", "ends", "latest", "earliest"]


class AgeAt(Years):
    """Completed years on the day of that instant of the event."""

    at: Side


class Keep(Strict):
    """Which of the selected items stay: the first or last one, or all those of the first or last day."""

    first: Side | None = None
    last: Side | None = None
    first_day: Side | None = None
    last_day: Side | None = None

    @model_validator(mode="after")
    def _one(self) -> Keep:
        if len(self.model_fields_set) != 1:
            raise ValueError("give one of first, last, first_day, last_day")
        return self

    @property
    def which(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def by(self) -> Side:
        side: Side = getattr(self, self.which)
        return side


class Event(Strict):
    """A selection of resources, applied in the order of these keys."""

    what: str | None = None
    """A profile."""
    of: Names | None = None
    """Other events: their items, together."""
    value_set: Names | None = None
    code: Names | None = None
    """A code in one of the value sets, or one of these codes; neither: any code."""
    interval: Paths | None = None
    """Instead of the profile's."""
    where: list[ElementTest] = Field(default_factory=list)
    unless: list[ElementTest] = Field(default_factory=list)
    value: ValueTest | None = None
    component: ComponentTest | None = None
    age: AgeAt | None = None
    time: Time | None = None
    with_: Relateds = Field(default_factory=list, alias="with")
    without: Relateds = Field(default_factory=list)
    keep: Keep | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Event:
        if (self.what is None) == (self.of is None):
            raise ValueError("an event needs either `what` (a profile) or `of` (other events)")
        if self.of is not None and (self.value_set or self.code or self.interval):
            raise ValueError("with `of`, codes and interval are those of the other events: leave them out")
        return self

    @property
    def single(self) -> bool:
        """Does it keep at most one item?"""
        return self.keep is not None and self.keep.which in ("first", "last")

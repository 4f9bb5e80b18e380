"""Criteria of populations: true, false or unknown of a patient.

    {all: [...]}   {any: [...]}   {not: ...}   {at_least: 2, of: [...]}   {use: a definition}
    {age: {from: 52, to: 74}}                        completed years on the last day of the period; `at:` another point
    {patient: {element: gender, is: female}}         a test on the Patient resource; unknown when the element is absent
    {event: mammography}                             at least one; also `at_least: 2`, `at_most: 0`, `distinct: days`
    {covered: enrolment, during: measurement_period, gaps: 1, longest_gap: P45D}
                                                     the events leave no other hole in the window
    {days_of: statin, during: measurement_period, at_least: 180}
                                                     days of the window that the events cover, counted once each
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from app.guidelines.criteria import Strict, Years
from app.measures.model import ElementTest, Length, Point, Target, _period


class All(Strict):
    all: list[Criterion] = Field(min_length=1)


class Any_(Strict):
    any: list[Criterion] = Field(min_length=1)


class Not(Strict):
    not_: Criterion = Field(alias="not")


class AtLeast(Strict):
    at_least: int = Field(ge=1)
    of: list[Criterion] = Field(min_length=1)


class Use(Strict):
    use: str


class Age(Strict):
    age: Years
    at: Point | None = None


class Patient(Strict):
    patient: ElementTest


class EventCount(Strict):
    event: str
    at_least: int | None = Field(default=None, ge=1)
    at_most: int | None = Field(default=None, ge=0)
    distinct: Literal["days"] | None = None
    """Items that start on the same day count once."""

    @model_validator(mode="after")
    def _ordered(self) -> EventCount:
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("`at_least` is more than `at_most`")
        return self


class Covered(Strict):
    covered: str
    during: Target
    gaps: int = Field(default=0, ge=0)
    longest_gap: Length | None = None

    @field_validator("longest_gap")
    @classmethod
    def _in_days(cls, value: str | None) -> str | None:
        if value is not None and ("Y" in _period(value) or "M" in value):
            raise ValueError("write a gap in days, P45D")
        return value

    @model_validator(mode="after")
    def _both(self) -> Covered:
        if (self.gaps > 0) != (self.longest_gap is not None):
            raise ValueError("`gaps` and `longest_gap` go together")
        return self


class DaysOf(Strict):
    days_of: str
    during: Target
    at_least: int = Field(ge=1)


_MODELS: dict[str, type[Strict]] = {
    "all": All, "any": Any_, "not": Not, "of": AtLeast, "use": Use, "age": Age, "patient": Patient,
    "event": EventCount, "covered": Covered, "days_of": DaysOf,
}


def _kind_of(value: Any) -> str | None:
    """By the key that only this kind has (or, once read, by its type)."""
    if isinstance(value, dict):
        return next((kind for kind in _MODELS if kind in value), None)
    return next((kind for kind, model in _MODELS.items() if type(value) is model), None)


Criterion = Annotated[
    Annotated[All, Tag("all")] | Annotated[Any_, Tag("any")] | Annotated[Not, Tag("not")]
    | Annotated[AtLeast, Tag("of")] | Annotated[Use, Tag("use")] | Annotated[Age, Tag("age")]
    | Annotated[Patient, Tag("patient")] | Annotated[EventCount, Tag("event")]
    | Annotated[Covered, Tag("covered")] | Annotated[DaysOf, Tag("days_of")],
    Discriminator(
        _kind_of,
        custom_error_type="criterion",
        custom_error_message="not a criterion: it needs one of " + ", ".join(_MODELS),
    ),
]

for _model in (All, Any_, Not, AtLeast):
    _model.model_rebuild()

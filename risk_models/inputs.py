"""How inputs are typed and read: plain data → checked values, or a refusal that names the input.

Three rules hold for every model. `None` means unknown, which is asked for and never taken as "no". A
condition left out (`established_cvd`…) is taken as "no" because the caller applies the model, and the
estimate lists it in `assumed`. A number outside its range is refused, never clamped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, cast, get_args

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, ErrorDetails, core_schema

from risk_models.errors import Kind, NotApplicable, Refusal
from risk_models.quantities import in_unit
from risk_models.quantities import refuse as refuse

_WORDS = {
    "a": "years", "mm[Hg]": "mmHg", "kg/m2": "kg/m²", "{relatives}": "relatives", "{cancers}": "cancers",
    "{cigarettes}/d": "cigarettes a day",
}  # fmt: skip
"""UCUM units that a reader would not guess."""


@dataclass(frozen=True)
class Bounds:
    """A number from `low` to `high` inclusive, in `unit` (UCUM).

    `kind` is `implausible` for the project's own wide bounds, `out_of_range` for a published range,
    `invalid` for the answers of a question.
    `use_below` and `use_above` name the model for people beyond it; `hint` says what usually went wrong.
    """

    low: float
    high: float
    unit: str
    kind: Literal["implausible", "out_of_range", "invalid"] = "implausible"
    hint: str = ""
    use_below: str | None = None
    use_above: str | None = None

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g} {_WORDS.get(self.unit, self.unit)}"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._check, handler(source))

    def _check(self, given: Any, parse: Callable[[Any], Any]) -> Any:
        if isinstance(given, bool):
            raise refuse("invalid", "must be a number, not yes or no", valid=str(self))
        if isinstance(given, Mapping | str):
            given = in_unit(given, self.unit)
        number = parse(given)
        if not self.low <= number <= self.high:  # also true of NaN
            message = f"must be from {self}" + (f"; {self.hint}" if self.hint else "")
            other = self.use_below if number < self.low else self.use_above
            raise refuse(self.kind, message, valid=str(self), use_instead=other)
        return number


@dataclass(frozen=True)
class OrWord:
    """A whole number within bounds, or one of these words (an answer such as "unknown")."""

    bounds: Bounds
    words: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._check, core_schema.int_schema())

    def _check(self, given: Any, parse: Callable[[Any], Any]) -> Any:
        if isinstance(given, str) and given in self.words:
            return given
        return self.bounds._check(given, parse)


@dataclass(frozen=True)
class Excludes:
    """A condition in which the model must not be used; `reason` says what stands instead."""

    reason: str
    use_instead: str | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, present: bool) -> bool:
        if present:
            raise refuse("excluded", self.reason, use_instead=self.use_instead)
        return present


@dataclass(frozen=True)
class Only:
    """The one word that is accepted (a purpose); any other is refused as outside what the model is for."""

    word: str
    reason: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, word: str) -> str:
        if word != self.word:
            raise refuse("excluded", self.reason, valid=self.word)
        return word


@dataclass(frozen=True)
class Says:
    """What an input means, in words, and its unit where no bounds give it."""

    text: str


class Inputs(BaseModel):
    """The typed inputs of one model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def holds(self) -> bool:
        """What several inputs must fulfil together, for the column form; a validator tells it in words."""
        return True

    def assumed(self) -> tuple[str, ...]:
        """The conditions that were not stated and count as what the model is made for."""
        given = self.model_fields_set
        return tuple(name for name in _conditions(type(self)) if name not in given)


@cache
def _conditions(inputs: type[Inputs]) -> tuple[str, ...]:
    return tuple(name for name, field in inputs.model_fields.items() if isinstance(field.default, bool))


Sex = Annotated[Literal["male", "female"], Says("sex that the model was fitted by")]
Adult = Annotated[int, Bounds(18, 120, "a", "out_of_range"), Says("completed years")]
Sbp = Annotated[float, Bounds(60, 260, "mm[Hg]"), Says("systolic blood pressure, at rest")]
Bmi = Annotated[float, Bounds(10, 80, "kg/m2"), Says("body mass index")]
Waist = Annotated[float, Bounds(40, 250, "cm", hint="give it in centimetres"), Says("waist circumference")]


def _refusal(error: ErrorDetails) -> Refusal:
    context = error.get("ctx") or {}
    place = ""
    for part in error["loc"]:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else str(part)
    name = context.get("input") or place[:60] or None
    if error["type"] in get_args(Kind) and "message" in context:
        return Refusal(
            cast(Kind, error["type"]),
            context["message"],
            name,
            context.get("valid"),
            context.get("use_instead"),
        )
    if error["type"] == "missing" or error["input"] is None:
        return Refusal("missing", "is not known: ask for it, do not guess", name)
    if error["type"] == "extra_forbidden":
        return Refusal("unknown_input", "this model has no such input", name)
    # Pydantic's own sentences say what is expected and do not repeat the value.
    return Refusal("invalid", error["msg"][0].lower() + error["msg"][1:], name, context.get("expected"))


I = TypeVar("I", bound=Inputs)  # noqa: E741 - the inputs of one model


def read_inputs(model: type[I], given: Mapping[str, Any]) -> I:
    """Check plain data. Raises NotApplicable with one refusal for each input that is wrong or missing."""
    if not isinstance(given, Mapping):
        raise NotApplicable([Refusal("invalid", "inputs must be an object of names and values")])
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise NotApplicable(map(_refusal, error.errors(include_url=False))) from None

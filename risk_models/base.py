"""What a model is, and what it answers: an estimate, its reasons, what would change it, and its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from risk_models import lock
from risk_models.errors import NotApplicable
from risk_models.inputs import Inputs, read_inputs

PER = 100
"""The one denominator of natural frequencies."""


@dataclass(frozen=True, slots=True)
class NaturalFrequency:
    """`count` people like this one out of `per`; `less_than` 1 where rounding would say none."""

    count: int
    per: int = PER
    qualifier: Literal["about", "less_than"] = "about"

    @classmethod
    def of_percent(cls, percent: float) -> NaturalFrequency:
        if percent < 0.5:
            return cls(1, qualifier="less_than")
        return cls(int(percent + 0.5))


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one input adds to (or takes from) the estimate, compared with the reference person.

    `delta` is on the model's own scale (`Reference.scale`), `delta_pp` in percentage points where the
    estimate is a percentage. Over all inputs, `delta_pp` (or `delta` for a score) adds up to estimate −
    reference.
    """

    input: str
    value: Any
    reference: Any
    delta: float
    delta_pp: float | None = None
    unit: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "input": self.input, "value": self.value, "reference": self.reference, "unit": self.unit,
            "delta": self.delta, "delta_pp": self.delta_pp,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reference:
    """Whom the person is compared with. `value` is in the unit of the estimate, `scale_value` on the model's
    scale."""

    person: str
    inputs: Mapping[str, Any]
    value: float
    scale: str
    scale_value: float

    def to_json(self) -> dict[str, Any]:
        return {
            "person": self.person, "inputs": dict(self.inputs), "value": self.value,
            "scale": self.scale, "scale_value": self.scale_value,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the model says for the same person with one modifiable input at a realistic target.

    It compares two people, it does not promise an effect: the card says what trials add to it. Changes do
    not add up.
    """

    change: str
    input: str
    from_value: Any
    to_value: Any
    value_after: float
    delta: float
    delta_pp: float | None = None
    category_after: str | None = None
    unit: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "change": self.change, "input": self.input, "from": self.from_value, "to": self.to_value,
            "unit": self.unit, "value_after": self.value_after, "delta": self.delta, "delta_pp":
            self.delta_pp, "category_after": self.category_after, }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the estimate is what it is, and what would change it."""

    reference: Reference | None = None
    contributions: tuple[Contribution, ...] = ()
    what_ifs: tuple[WhatIf, ...] = ()


@dataclass(frozen=True, slots=True)
class Caveat:
    """A stable code, for translation, and the sentence."""

    code: str
    text: str


@dataclass(frozen=True)
class RiskEstimate:
    """What a model answers.

    `value` is not rounded (`None` for a level without a number), in `unit` (UCUM). `result` has the shape
    of the model's test vectors. `assumed` lists the conditions that the caller did not state and that
    were taken as what the model is made for. `reasons` names the criteria met, for models that are rules.
    `reference`, `contributions` and `what_ifs` are made by `explain` when they are first read. `model`,
    `version` and `assumed` are filled by `RiskModel.compute`.
    """

    result: Any
    value: float | None = None
    unit: str | None = None
    horizon_years: int | None = None
    category: str | None = None
    frequency: NaturalFrequency | None = None
    explain: Callable[[], Explanation] = field(default=Explanation, repr=False, compare=False)
    reasons: tuple[str, ...] = ()
    warnings: tuple[Caveat, ...] = ()
    model: str = ""
    version: str = ""
    assumed: tuple[str, ...] = ()

    @cached_property
    def explanation(self) -> Explanation:
        return self.explain()

    @property
    def reference(self) -> Reference | None:
        return self.explanation.reference

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        return self.explanation.contributions

    @property
    def what_ifs(self) -> tuple[WhatIf, ...]:
        return self.explanation.what_ifs

    def to_json(self) -> dict[str, Any]:
        frequency = self.frequency
        return {
            "model": self.model, "version": self.version, "result": self.result, "value": self.value,
            "unit": self.unit, "horizon_years": self.horizon_years, "category": self.category,
            "frequency": None if frequency is None else {
                "count": frequency.count, "per": frequency.per, "qualifier": frequency.qualifier,
            },
            "reference": self.reference.to_json() if self.reference else None,
            "contributions": [c.to_json() for c in self.contributions],
            "what_ifs": [w.to_json() for w in self.what_ifs],
            "reasons": list(self.reasons), "assumed": list(self.assumed),
            "warnings": [{"code": w.code, "text": w.text} for w in self.warnings],
        }  # fmt: skip


I = TypeVar("I", bound=Inputs)  # noqa: E741 - the inputs of one model


@dataclass(frozen=True)
class RiskModel(Generic[I]):
    """A published model: call it with its inputs by name.

    >>> from risk_models import bmi
    >>> bmi(weight=81, height=1.8, age=40).category
    'overweight'

    `formula` is the pure function on typed inputs; `compute` reads plain data first. `source` is the
    publication whose range is applied. `columns` gives the results alone, by name, in a text that also runs on
    columns (`risk_models.numeric`, `risk_models.columns`).
    """

    id: str
    version: str
    source: str
    inputs: type[I]
    formula: Callable[[I], RiskEstimate]
    columns: Callable[[I], Mapping[str, Any]] | None = None

    def compute(self, given: Mapping[str, Any]) -> RiskEstimate:
        """The estimate. Raises NotApplicable, which names the input, what is valid and the source; and ModelChanged
        when the model is not the one that its version stands for."""
        if self.id not in lock.VERIFIED:
            lock.verify(self)
        try:
            inputs = read_inputs(self.inputs, given)
            estimate = self.formula(inputs)
        except NotApplicable as refused:
            raise NotApplicable(refused.refusals, model=self.id, source=self.source) from None
        # Nobody else has it yet: the formula has just made it, and copying it would take as long as computing.
        estimate.__dict__.update(model=self.id, version=self.version, assumed=inputs.assumed())
        return estimate

    def __call__(self, **given: Any) -> RiskEstimate:
        return self.compute(given)

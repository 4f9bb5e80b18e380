"""The errors of this library, and why a model gives no number.

    RiskModelError
    ├── NotApplicable   a model refuses these inputs (missing, out of its range, an excluded person…)
    ├── UnknownModel    no model has this id
    ├── NoColumnForm    a model cannot be computed on these columns
    ├── ModelChanged    a model is not the one of its version
    └── BadVectors      a file of test vectors cannot be read

Messages name inputs and limits, never the value that was given: they may be logged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["excluded", "out_of_range", "unit", "implausible", "invalid", "unknown_input", "missing"]
"""`excluded`: the model is not made for such a person. `out_of_range`: outside the published range.
`unit`: the number is that of another unit. `implausible`: no living adult has it. `invalid`: not of the
type or list of words. `unknown_input`: the model has no such input. `missing`: not known; ask."""

_DECISIVE = frozenset({"excluded", "out_of_range"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason for giving no number.

    `valid` says what would be accepted (with its UCUM unit). `bounds` is the interval in which a score
    lies when a missing answer leaves it open (Eisinger), so that a caller may decide without asking.
    """

    kind: Kind
    message: str
    input: str | None = None
    valid: str | None = None
    use_instead: str | None = None
    bounds: tuple[float, float] | None = None

    def __str__(self) -> str:
        return f"{self.input}: {self.message}" if self.input else self.message


class RiskModelError(ValueError):
    """Anything that this library refuses, told in one sentence."""


class NotApplicable(RiskModelError):
    """A model gives no number. `refusals` says why: nothing is clamped, guessed or extrapolated.

    When the person is outside what the model was made for, only that is said: there is no point in asking
    for what else is missing. `source` is the publication whose limits are applied.
    """

    def __init__(
        self, refusals: Iterable[Refusal], *, model: str | None = None, source: str | None = None
    ) -> None:
        every = tuple(refusals)
        self.refusals = tuple(r for r in every if r.kind in _DECISIVE) or every
        self.model = model
        self.source = source
        said = "; ".join(map(str, self.refusals))
        super().__init__(f"{model}: {said}" if model else said)

    @property
    def refusal(self) -> Refusal:
        """The first reason."""
        return self.refusals[0]

    @property
    def missing(self) -> tuple[str, ...]:
        """The inputs to ask for, when nothing else stands in the way; otherwise empty."""
        if any(r.kind != "missing" for r in self.refusals):
            return ()
        return tuple(r.input for r in self.refusals if r.input)

    def to_json(self) -> dict[str, Any]:
        return {"model": self.model, "refused": [asdict(r) for r in self.refusals], "source": self.source}


class UnknownModel(RiskModelError):
    """No model has this id; the message lists those there are."""


class NoColumnForm(RiskModelError):
    """A model has no column form, or its columns are not what it needs: the message names the input."""


class ModelChanged(RiskModelError):
    """A model is not the one that its version stands for in the lock."""


class BadVectors(RiskModelError):
    """A vector file cannot be read: the message names the file and what is wrong."""

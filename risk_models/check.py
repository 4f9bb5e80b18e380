"""Hold a model against a file of test vectors: does it give what its publication gives, and refuse what
it should?

A file is `{"model", "origin", "units", "vectors": [{"inputs", "expected", "tolerance"?, "why"?}]}`.
`expected` is a number (within the absolute `tolerance`), a word, an object of them, a list, or
`"refuse"`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from risk_models.base import RiskModel
from risk_models.errors import BadVectors, NotApplicable
from risk_models.registry import get

ROUNDING = 1e-9
"""Tolerance of a number for which the file states none."""


@dataclass(frozen=True, slots=True)
class VectorResult:
    """One vector; `index` counts from 0 as in the file, `message` says what was expected and what came.

    `difference` is the greatest between numbers expected and given, None where none was compared.
    """

    index: int
    passed: bool
    message: str
    difference: float | None = None
    refusal: bool = False


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All vectors of one file."""

    file: str
    model: str
    results: tuple[VectorResult, ...]
    origin: str = ""

    @property
    def worst(self) -> float | None:
        """The greatest difference of all vectors."""
        return max((r.difference for r in self.results if r.difference is not None), default=None)

    @property
    def failed(self) -> tuple[VectorResult, ...]:
        return tuple(result for result in self.results if not result.passed)

    @property
    def passed(self) -> int:
        return len(self.results) - len(self.failed)

    @property
    def ok(self) -> bool:
        """True when every vector passed (a file without vectors is not readable, see `check`)."""
        return not self.failed

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.file, "model": self.model, "passed": self.passed, "failed": len(self.failed),
            "worst_difference": self.worst, "origin": self.origin,
            "vectors": [{"index": r.index, "passed": r.passed, "message": r.message} for r in self.results],
        }  # fmt: skip


def check(path: str | PathLike[str]) -> CheckReport:
    """Run a vector file. Raises BadVectors (it cannot be read, or names an input that the model does not have) or
    UnknownModel (its model is not here)."""
    path = Path(path)
    data = _read(path)
    model = get(data["model"])
    for index, vector in enumerate(data["vectors"]):
        _known_inputs(f"{path.name}: vector {index}", model, vector["inputs"])
    results = tuple(_check_one(model, index, vector) for index, vector in enumerate(data["vectors"]))
    return CheckReport(path.name, model.id, results, str(data.get("origin", "")))


def _known_inputs(place: str, model: RiskModel[Any], inputs: Any) -> None:
    """A mistyped input would be refused, and pass where a refusal is expected."""
    if not isinstance(inputs, Mapping):
        raise BadVectors(f"{place}: “inputs” must be an object")
    unknown = sorted(name for name in inputs if name not in model.inputs.model_fields)
    if not unknown:
        try:
            model.inputs.model_validate(inputs)
        except ValidationError as error:
            nested = (e["loc"] for e in error.errors(include_url=False) if e["type"] == "extra_forbidden")
            unknown = [".".join(map(str, loc)) for loc in nested]
    if unknown:
        raise BadVectors(f"{place}: {model.id} has no input {', '.join(unknown)}")


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise BadVectors(f"{path.name}: cannot be opened") from None
    except (ValueError, RecursionError):
        raise BadVectors(f"{path.name}: not JSON in UTF-8") from None
    if not isinstance(data, dict) or not isinstance(data.get("model"), str):
        raise BadVectors(f"{path.name}: needs an object with “model”")
    vectors = data.get("vectors")
    if not isinstance(vectors, list) or not vectors:
        raise BadVectors(f"{path.name}: “vectors” must be a list with at least one vector")
    for index, vector in enumerate(vectors):
        if not isinstance(vector, dict) or not {"inputs", "expected"} <= vector.keys():
            raise BadVectors(f"{path.name}: vector {index} needs “inputs” and “expected”")
        tolerance = vector.get("tolerance", 0)
        if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not tolerance >= 0:
            raise BadVectors(f"{path.name}: “tolerance” of vector {index} must be a number, 0 or more")
    return data


def _check_one(model: RiskModel[Any], index: int, vector: Mapping[str, Any]) -> VectorResult:
    expected = vector["expected"]
    try:
        result = model.compute(vector["inputs"]).result
    except NotApplicable as refused:
        passed = expected == "refuse"
        return VectorResult(index, passed, f"expected {expected!r}, refused: {refused}", refusal=True)
    tolerance = float(vector.get("tolerance", ROUNDING))
    told = f"expected {expected!r}" + (f" ± {tolerance:g}" if "tolerance" in vector else "")
    return VectorResult(
        index, agrees(expected, result, tolerance), f"{told}, got {result!r}", difference(expected, result)
    )


def difference(expected: Any, result: Any) -> float | None:
    """The greatest difference between the numbers of two results."""
    if isinstance(expected, Mapping) and isinstance(result, Mapping):
        found = [difference(value, result.get(key)) for key, value in expected.items()]
        return max((each for each in found if each is not None), default=None)
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (expected, result))
    return abs(expected - result) if numbers else None


def agrees(expected: Any, result: Any, tolerance: float) -> bool:
    """Whether a result is the expected one: numbers within the tolerance, all else exactly, and nothing
    missing."""
    if isinstance(expected, Mapping):
        return isinstance(result, Mapping) and all(
            key in result and agrees(value, result[key], tolerance) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(result, list | tuple)
            and len(expected) == len(result)
            and all(agrees(e, r, tolerance) for e, r in zip(expected, result, strict=True))
        )
    if isinstance(expected, bool) or isinstance(result, bool):
        return expected is result
    if isinstance(expected, int | float) and isinstance(result, int | float):
        return abs(expected - result) <= tolerance
    return bool(expected == result)

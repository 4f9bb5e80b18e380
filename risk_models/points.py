"""What scores share: answers to questionnaires, and contributions that are the points themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from annotated_types import Len

from risk_models.base import Contribution, Explanation, Reference
from risk_models.inputs import Bounds, Says

_TO_3 = Bounds(0, 3, "points", "invalid")
_TO_4 = Bounds(0, 4, "points", "invalid")

UpTo3 = Annotated[int, _TO_3]
"""An answer worth 0 to 3 points."""
UpTo4 = Annotated[int, _TO_4]
"""An answer worth 0 to 4 points."""

Seven = Annotated[list[UpTo3], Len(7, 7), Says("the seven answers in order: 0, 1, 2 or 3")]
Nine = Annotated[list[UpTo3], Len(9, 9), Says("the nine answers in order: 0, 1, 2 or 3")]


def items(answers: list[int], person: str) -> Explanation:
    """The points of each answer of a questionnaire, against a person who has none."""
    given = {f"items[{place}]": points for place, points in enumerate(answers)}
    return points(given, given, dict.fromkeys(given, 0), person)


def points(
    values: Mapping[str, Any],
    given: Mapping[str, float],
    compared: Mapping[str, Any],
    person: str,
    units: Mapping[str, str] | None = None,
) -> Explanation:
    """The points `given` by the value of each input; the reference person, described in words, has none."""
    units = units or {}
    return Explanation(
        Reference(person, dict(compared), 0, "points", 0),
        tuple(
            Contribution(name, values[name], compared.get(name), delta, unit=units.get(name))
            for name, delta in given.items()
        ),
    )

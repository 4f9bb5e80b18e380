"""The actionability guard: the one door through which a risk figure reaches a citizen.

A figure is shown only when
1. its model's card says that it is fit for citizens, and for France at least in part;
2. something can be done: a modifiable factor with what changing it would do, or an action that is in the plan.

`CitizenRisk` is the only shape in which plans show a figure, and it cannot be made otherwise: there is no way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from risk_models import UnknownModel, card


class NotActionable(Exception):
    """A programming error: something tried to show a figure that the guard refuses."""


def refusal(model_id: str, modifiable: Sequence[str], actions: Sequence[str]) -> str | None:
    """Why a model's figure may not be shown to a citizen; None when it may.

    `modifiable` are the inputs for which a what-if is told, `actions` the guidelines of the plan that act on the risk.
    """
    try:
        data = card(model_id).data
    except (UnknownModel, OSError):
        return "the model has no card"
    if data.audience != "citizen":
        return "the model is not meant for citizens"
    if data.fit_for_france == "no":
        return "the model is not fit for France"
    if not actions and not set(modifiable) & set(data.modifiable_inputs):
        return "nothing can be done: no modifiable factor, no action in the plan"
    return None


@dataclass(frozen=True, slots=True)
class RiskFactor:
    """What one input adds or takes away, in words; `points` in percentage points, when the model gives them."""

    input: str
    text: str
    points: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {"input": self.input, "text": self.text, "delta_pp": self.points}


@dataclass(frozen=True, slots=True)
class RiskWhatIf:
    """What the model says for the same person with one factor changed: `count` out of `per` instead."""

    change: str
    input: str
    text: str
    count: int | None
    per: int

    def to_json(self) -> dict[str, Any]:
        return {"change": self.change, "input": self.input, "text": self.text, "count": self.count, "per": self.per}


@dataclass(frozen=True, slots=True)
class CitizenRisk:
    """A figure with what can be done about it. Raises NotActionable when the guard refuses it."""

    model: str
    text: str
    count: int
    per: int
    horizon_years: int | None
    contributions: tuple[RiskFactor, ...]
    what_ifs: tuple[RiskWhatIf, ...]
    actions: tuple[str, ...]
    limits: str
    less_than: bool = False
    assumes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if why := refusal(self.model, [w.input for w in self.what_ifs], self.actions):
            raise NotActionable(f"{self.model}: {why}")

    def to_json(self) -> dict[str, Any]:
        return {
            "model": self.model, "text": self.text, "per": self.per, "count": self.count, "less_than": self.less_than,
            "horizon_years": self.horizon_years, "contributions": [c.to_json() for c in self.contributions],
            "what_ifs": [w.to_json() for w in self.what_ifs], "actions": list(self.actions), "limits": self.limits,
            "assumes": list(self.assumes),
        }

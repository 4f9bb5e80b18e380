"""The actionability guard: the one door through which what a risk model says reaches a citizen.

A figure is shown only when
1. its model's card says that it may be shown to citizens in France, and as a figure;
2. something can be done: a modifiable factor with what changing it would do, or an action that is in the plan.

Screening instruments (mood, alcohol) are told in the words of their card with its help lines, and family scores only
as the way to a consultation: never a number, never a diagnosis.

`CitizenRisk` and `CitizenWords` are the only shapes in which anything is shown, and they cannot be made otherwise:
there is no way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from risk_models import Card, RiskEstimate, UnknownModel, card, may_see
from risk_models.cards import HelpLine

COUNTRY = "FR"


class NotActionable(Exception):
    """A programming error: something tried to show a citizen what the guard refuses."""


def _card(model_id: str) -> Card | None:
    try:
        return card(model_id)
    except (UnknownModel, OSError):
        return None


def refusal(model_id: str, modifiable: Sequence[str], actions: Sequence[str]) -> str | None:
    """Why a model's figure may not be shown to a citizen; None when it may.

    `modifiable` are the inputs for which a what-if is told, `actions` the guidelines of the plan that act on the risk.
    """
    if (found := _card(model_id)) is None:
        return "the model has no card"
    data = found.data
    if not may_see(model_id, "citizen", COUNTRY):
        return "the model is not shown to citizens in France"
    if data.shown_as != "figure":
        return f"the model is shown as {data.shown_as}, never as a figure"
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


@dataclass(frozen=True, slots=True)
class CitizenWords:
    """What a questionnaire or a rule says to a citizen: the words of its card, and whom to call.

    `about` names the categories and reasons that are told, in order. Raises NotActionable for a model that citizens in
    France are not shown, or for anything that its card has no words for.
    """

    model: str
    about: tuple[str, ...]

    def __post_init__(self) -> None:
        found = _card(self.model)
        if found is None or not may_see(self.model, "citizen", COUNTRY):
            raise NotActionable(f"{self.model}: the model is not shown to citizens in France")
        if not self.about or not set(self.about) <= found.data.words.keys():
            raise NotActionable(f"{self.model}: its card has no words for this")

    @classmethod
    def of(cls, estimate: RiskEstimate) -> CitizenWords:
        """Reasons that the card has words for come before the category: dark thoughts before a score."""
        words = found.data.words if (found := _card(estimate.model)) else {}
        named = [name for name in (*estimate.reasons, estimate.category) if name in words]
        return cls(estimate.model, tuple(dict.fromkeys(str(name) for name in named)))

    def text(self, lang: str) -> str:
        words = card(self.model).data.words
        return " ".join(words[name].en if lang == "en" else words[name].fr for name in self.about)

    @property
    def help_lines(self) -> tuple[HelpLine, ...]:
        return tuple(card(self.model).data.help_lines)

    def to_json(self, lang: str) -> dict[str, Any]:
        return {
            "model": self.model, "text": self.text(lang),
            "help_lines": [
                {"name": line.name, "number": line.number, "when": line.when if lang == "en" else line.when_fr}
                for line in self.help_lines
            ],
        }

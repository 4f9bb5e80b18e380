"""What a person may change among what their risk figures rest on, and the figures for the same person so changed.

Only what one can act upon, and only towards better: nobody is shown a figure that gets worse. Changes do not add up in
life as they do here; the words of each figure say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from app.facts.model import FactValue
from app.facts.reduce import ReducedFacts, ReducedValue
from app.i18n import N_
from risk_models import card

if TYPE_CHECKING:
    from app.plans.model import Plan

LABELS = {
    "tobacco_status": N_("Ne plus fumer"), "systolic_bp": N_("Tension, chiffre du haut"),
    "total_cholesterol": N_("Cholestérol total"), "weight": N_("Poids"),
    "daily_activity_30min": N_("Bouger au moins 30 minutes par jour"),
    "vegetables_every_day": N_("Manger des fruits ou légumes tous les jours"),
}
INPUT_OF = {
    "tobacco_status": ("smoker",), "systolic_bp": ("sbp",), "total_cholesterol": ("total_cholesterol",),
    "weight": ("bmi",), "daily_activity_30min": ("daily_activity_30min",),
    "vegetables_every_day": ("vegetables_every_day",),
}
"""The inputs of the models (`modifiable_inputs` of their cards) that each fact moves."""

TARGETS = {"systolic_bp": (110.0, 1.0, "mm[Hg]"), "total_cholesterol": (3.5, 0.1, "mmol/L")}
"""The best value that may be tried, the step, the unit. Weight goes down to a body-mass index of 22."""
LEAST_BMI = 22.0


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that may be changed: a number from `best` to what it is `now`, or (`switch`) from no to yes."""

    fact: str
    label: str
    kind: Literal["number", "switch"]
    now: float | None = None
    best: float | None = None
    step: float | None = None
    unit: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "fact": self.fact, "label": self.label, "kind": self.kind, "now": self.now, "best": self.best,
            "step": self.step, "unit": self.unit,
        }


class Supposed(ReducedFacts):
    """The facts of a sheet, some of them taken as changed."""

    __slots__ = ("_changed",)

    def __init__(self, plan: Plan, changes: Mapping[str, FactValue]) -> None:
        self._changed = dict(changes)
        super().__init__(plan.sheet, plan.say.vocabulary)

    def _reduce(self, name: str) -> ReducedValue:
        if name in self._changed:
            return ReducedValue(name, "known", self._changed[name])
        return super()._reduce(name)


def levers(plan: Plan) -> list[Lever]:
    """What this person may change for the figures that they are shown."""
    facts = ReducedFacts(plan.sheet, plan.say.vocabulary)
    moved = {name for risk in plan.risks for name in card(risk.model).data.modifiable_inputs}
    found = [_lever(fact, facts, plan) for fact, inputs in INPUT_OF.items() if moved.intersection(inputs)]
    return [lever for lever in found if lever is not None]


def _lever(fact: str, facts: ReducedFacts, plan: Plan) -> Lever | None:
    label, known = plan.say.t(LABELS[fact]), facts.get(fact)
    if fact == "tobacco_status":
        return Lever(fact, label, "switch") if known.value == "current" else None
    if known.state != "known":
        return None
    if fact in TARGETS or fact == "weight":
        if known.low is None or known.low != known.high:
            return None
        best, step, unit = TARGETS.get(fact) or (_least_weight(facts), 1.0, "kg")
        now = round(known.low, 1)
        return Lever(fact, label, "number", now, best, step, unit) if best is not None and best < now else None
    return Lever(fact, label, "switch") if known.value is False else None


def _least_weight(facts: ReducedFacts) -> float | None:
    height = facts.get("height").low
    return round(LEAST_BMI * (height / 100) ** 2, 0) if height else None


def supposed(plan: Plan, wanted: Mapping[str, Any]) -> Supposed:
    """The facts with what is asked for taken as changed, held within each lever; what cannot be changed is left."""
    facts, changes = ReducedFacts(plan.sheet, plan.say.vocabulary), dict[str, FactValue]()
    for lever in levers(plan):
        value = wanted.get(lever.fact)
        if lever.kind == "switch":
            if value is True:
                changes[lever.fact] = "former" if lever.fact == "tobacco_status" else True
        elif type(value) in (int, float) and lever.now is not None and lever.best is not None:
            number = min(max(float(value or 0), lever.best), lever.now)
            if number < lever.now:
                changes[lever.fact] = number
                height = facts.get("height").low
                if lever.fact == "weight" and height:
                    changes["bmi"] = number / (height / 100) ** 2
    return Supposed(plan, changes)

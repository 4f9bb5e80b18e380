"""Participation: the probability that an invited person takes part in organised screening. To plan help, nothing else.

A logistic model of our own, fitted by `scripts/fit_participation.py` on invented people who follow published rates
(`content/population/participation.yaml`). Its coefficients are data (`risk_models/data/participation.json`); computing
needs no machine-learning library. It refuses every purpose but `plan_help`: who is unlikely to come is offered help
(a call, a nearer place, an interpreter), and is invited like everybody else.
"""

from __future__ import annotations

import json
from functools import lru_cache
from math import exp as _exp
from math import inf
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from risk_models.attribution import percentage_points
from risk_models.base import Contribution, Explanation, Reference, RiskEstimate, RiskModel
from risk_models.inputs import Bounds, Inputs, Only, Says, Sex, refuse
from risk_models.numeric import every, exp, first_below, log, negate, pick, where

SOURCE = "Jalon, scripts/fit_participation.py, on invented people after published rates of participation"
DATA = Path(__file__).resolve().parents[1] / "data" / "participation.json"

PURPOSE = "plan_help"
_REFUSED = (
    "this model may only be used to plan help where participation is low (purpose plan_help): never to decide who is "
    "invited, reminded or covered"
)

Programme = Literal["colorectal", "breast", "cervix"]
_AGES = {"colorectal": (50, 74), "breast": (50, 74), "cervix": (25, 65)}
_MIDDLE_AGE = {"colorectal": 62, "breast": 62, "cervix": 45}
_RATES = {"colorectal": 29.6, "breast": 46.5, "cervix": 55.8}
"""Published participation (%), see content/population/participation.yaml; a test holds them equal."""

_CLASSES = (
    (0.5, "far_below_average"),
    (0.9, "below_average"),
    (1.1, "about_average"),
    (inf, "above_average"),
)
"""Below this ratio to the programme's average: the class."""


class ParticipationInputs(Inputs):
    purpose: Annotated[str, Only(PURPOSE, _REFUSED), Says("plan_help: the only use that is allowed")]
    programme: Annotated[Programme, Says("the screening to which the person is invited")]
    sex: Sex
    age: Annotated[int, Bounds(25, 74, "a", "out_of_range"), Says("completed years")]
    deprivation_quintile: Annotated[
        int, Bounds(1, 5, "1"), Says("of the place of residence; 5 is the most deprived")
    ]
    area: Annotated[
        Literal["low", "middle", "high"], Says("group of départements by how much their people take part")
    ]
    treating_doctor: Annotated[bool, Says("has declared a treating doctor")]
    past_invitations: Annotated[int, Bounds(0, 20, "1"), Says("earlier rounds of this programme")]
    past_participations: Annotated[int, Bounds(0, 20, "1"), Says("how many of them were accepted")]

    def holds(self) -> bool:
        first, last = pick(self.programme, _AGES)
        woman = (self.programme == "colorectal") | (self.sex == "female")
        return every(
            [woman, self.age >= first, self.age <= last, self.past_participations <= self.past_invitations]
        )

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        first, last = _AGES[self.programme]
        if not first <= self.age <= last:
            valid = f"{first} to {last} years"
            raise refuse("out_of_range", f"must be from {valid} for this programme", input="age", valid=valid)
        if self.programme != "colorectal" and self.sex != "female":
            raise refuse("excluded", "this programme invites women", input="sex")
        if self.past_participations > self.past_invitations:
            raise refuse("invalid", "must not be above past_invitations", input="past_participations")
        return self


def terms(inputs: ParticipationInputs) -> dict[str, float]:
    """What the coefficients multiply, by name; the text that one person, a population and the fit share."""
    breast, cervix = inputs.programme == "breast", inputs.programme == "cervix"
    colorectal = inputs.programme == "colorectal"
    decades = (inputs.age - pick(inputs.programme, _MIDDLE_AGE)) / 10
    deprived = (inputs.deprivation_quintile - 1) / 4
    rounds, accepted = inputs.past_invitations, inputs.past_participations
    first = rounds == 0
    never = negate(first) & (accepted == 0)
    always = negate(first) & (accepted == rounds)
    low, high = inputs.area == "low", inputs.area == "high"
    return {
        "breast": where(breast, 1.0, 0.0),
        "cervix": where(cervix, 1.0, 0.0),
        "woman": where(colorectal & (inputs.sex == "female"), 1.0, 0.0),
        "decades": where(colorectal, decades, 0.0),
        "decades:breast": where(breast, decades, 0.0),
        "decades²:breast": where(breast, decades * decades, 0.0),
        "decades:cervix": where(cervix, decades, 0.0),
        "deprived": deprived,
        "deprived:breast": where(breast, deprived, 0.0),
        "deprived:cervix": where(cervix, deprived, 0.0),
        "deprived:first": where(first, deprived, 0.0),
        "area_low": where(low, 1.0, 0.0),
        "area_low:breast": where(low & breast, 1.0, 0.0),
        "area_low:first": where(low & first, 1.0, 0.0),
        "area_high": where(high, 1.0, 0.0),
        "area_high:first": where(high & first, 1.0, 0.0),
        "no_doctor": where(inputs.treating_doctor, 0.0, 1.0),
        "no_doctor:first": where(inputs.treating_doctor, 0.0, where(first, 1.0, 0.0)),
        "first": where(first, 1.0, 0.0),
        "share": where(first, 0.0, log((accepted + 0.5) / (rounds - accepted + 0.5))),
        "never": where(never, 1.0, 0.0),
        "never:rounds": where(never, log(rounds + 1.0), 0.0),
        "always": where(always, 1.0, 0.0),
        "always:rounds": where(always, log(rounds + 1.0), 0.0),
    }


_INPUT_OF = {
    "woman": "sex", "decades": "age", "decades²": "age", "deprived": "deprivation_quintile", "area_low": "area",
    "area_high": "area", "no_doctor": "treating_doctor", "first": "past_participations", "share": "past_participations",
    "never": "past_participations", "always": "past_participations", "breast": "programme", "cervix": "programme",
}  # fmt: skip
"""The input that the head of a term's name belongs to."""


@lru_cache(maxsize=1)
def fitted() -> dict[str, Any]:
    """What the script wrote: `intercept`, `coefficients` and the `evaluation` on people it was not fitted on."""
    data: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return data


def _score(inputs: ParticipationInputs) -> float:
    fit = fitted()
    known: dict[str, float] = fit["coefficients"]
    start: float = fit["intercept"]
    return start + sum(known[name] * value for name, value in terms(inputs).items())


def _percent(score: float) -> float:
    return 100 / (1 + exp(-score))


def _slope(score: float) -> float:
    chance = 1 / (1 + _exp(-score))
    return 100 * chance * (1 - chance)


def _columns(inputs: ParticipationInputs) -> dict[str, Any]:
    value = _percent(_score(inputs))
    return {"value": value, "category": first_below(value / pick(inputs.programme, _RATES), _CLASSES)}


def _compared(inputs: ParticipationInputs) -> ParticipationInputs:
    return inputs.model_copy(
        update={
            "sex": "female", "age": _MIDDLE_AGE[inputs.programme], "deprivation_quintile": 3, "area": "middle",
            "treating_doctor": True, "past_invitations": 0, "past_participations": 0,
        }
    )  # fmt: skip


def _explanation(inputs: ParticipationInputs) -> Explanation:
    other = _compared(inputs)
    start = _score(other)
    known, here, there = fitted()["coefficients"], terms(inputs), terms(other)
    deltas: dict[str, float] = {}
    for name, coefficient in known.items():
        owner = _INPUT_OF[name.partition(":")[0]]
        deltas[owner] = deltas.get(owner, 0.0) + coefficient * (here[name] - there[name])
    deltas.pop("programme")
    points = percentage_points(deltas, start=start, percent=_percent, slope=_slope)
    return Explanation(
        Reference(
            "a woman in the middle ages of the programme, third quintile, middle area, treating doctor, first round",
            {name: getattr(other, name) for name in deltas},
            _percent(start),
            "log of the odds",
            start,
        ),
        tuple(
            Contribution(name, getattr(inputs, name), getattr(other, name), delta, points[name])
            for name, delta in deltas.items()
        ),
    )


def _formula(inputs: ParticipationInputs) -> RiskEstimate:
    value, category = _columns(inputs).values()
    return RiskEstimate(
        result=value, value=value, unit="%", category=category, explain=lambda: _explanation(inputs)
    )


participation = RiskModel("participation", "2026.1", SOURCE, ParticipationInputs, _formula, _columns)

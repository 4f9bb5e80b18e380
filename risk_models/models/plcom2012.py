"""PLCOm2012 and PLCOm2012noRace: 6-year probability (%) of lung cancer in people who smoke or smoked.

Sources: Tammemägi MC et al., N Engl J Med 2013;368:728-736, doi 10.1056/NEJMoa1211776; without race: Pasquinelli MM et
al., J Thorac Oncol 2020. Ethnicity is not collected in France: only noRace may be used there.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import model_validator

from risk_models.base import Caveat, Explanation, NaturalFrequency, RiskEstimate, RiskModel
from risk_models.curves import LOGISTIC
from risk_models.inputs import Bmi, Bounds, Inputs, Says, refuse
from risk_models.numeric import pick, where

SOURCE = "Tammemägi MC et al., N Engl J Med 2013;368:728-736, doi 10.1056/NEJMoa1211776"
SOURCE_NO_RACE = "Pasquinelli MM et al., J Thorac Oncol 2020; after Tammemägi MC, doi 10.1056/NEJMoa1211776"


class Terms(NamedTuple):
    """What enters the sum, and its coefficients. Same names as the inputs."""

    age: float
    education_level: float
    bmi: float
    copd: float
    personal_history_cancer: float
    family_history_lung_cancer: float
    current_smoker: float
    cigarettes_per_day: float
    smoking_duration_years: float
    years_since_quit: float


_CENTRE = Terms(62, 4, 27, 0, 0, 0, 0, 0.4021541613, 27, 10)
_ORIGINAL = Terms(
    0.0778868, -0.0812744, -0.0274194, 0.3553063, 0.4589971, 0.5871850, 0.2597431, -1.8226060, 0.0317321, -0.0308572
)
_NO_RACE = Terms(
    0.0778895, -0.0811569, -0.0251066, 0.3606082, 0.4683545, 0.5845410, 0.2675539, -1.7675780, 0.0319490, -0.0312719
)
_CONSTANT, _CONSTANT_NO_RACE = -4.532506, -4.536696
_RACE = {
    "white": 0.0, "black": 0.3944778, "hispanic": -0.7434744, "asian": -0.466585, "pacific_islander": 1.027152,
}  # fmt: skip
_LEAST = 0.1
"""Cigarettes a day: they enter as an inverse, and less than one in ten days is not smoking."""
_UNITS = {
    "age": "a", "bmi": "kg/m2", "cigarettes_per_day": "{cigarettes}/d", "smoking_duration_years": "a",
    "years_since_quit": "a",
}  # fmt: skip


class PlcoInputs(Inputs):
    age: Annotated[int, Bounds(50, 80, "a", "out_of_range"), Says("completed years")]
    education_level: Annotated[
        int,
        Bounds(1, 6, "levels", "invalid"),
        Says("1 no diploma, 2 bac, 3 training after it, 4 some college, 5 licence, 6 above"),
    ]
    bmi: Bmi
    copd: Annotated[bool, Says("chronic obstructive lung disease")]
    personal_history_cancer: Annotated[bool, Says("own cancer of any kind, in the past")]
    family_history_lung_cancer: Annotated[bool, Says("lung cancer of a parent, sibling or child")]
    current_smoker: Annotated[bool, Says("smokes now")]
    cigarettes_per_day: Annotated[
        float, Bounds(0, 200, "{cigarettes}/d"), Says("on average while smoking, from 0.1")
    ]
    smoking_duration_years: Annotated[float, Bounds(0, 120, "a"), Says("years smoked in all, above 0")]
    years_since_quit: Annotated[float, Bounds(0, 120, "a"), Says("0 for people who smoke now")]

    def holds(self) -> bool:
        return (
            (self.cigarettes_per_day >= _LEAST)
            & (self.smoking_duration_years > 0)
            & (self.smoking_duration_years + self.years_since_quit <= self.age)
            & (where(self.current_smoker, self.years_since_quit, 0.0) == 0)
        )

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.cigarettes_per_day < _LEAST:
            told = f"made for people who smoke or smoked: from {_LEAST} a day"
            raise refuse("excluded", told, input="cigarettes_per_day")
        if self.smoking_duration_years <= 0:
            told = "made for people who smoke or smoked: must be above 0"
            raise refuse("excluded", told, input="smoking_duration_years")
        if self.current_smoker and self.years_since_quit > 0:
            told = "must be 0 for somebody who smokes now: ask again"
            raise refuse("invalid", told, input="years_since_quit")
        if self.smoking_duration_years + self.years_since_quit > self.age:
            told = "years smoked and years since must not be more than the age"
            raise refuse("invalid", told, input="smoking_duration_years")
        return self


class Plcom2012Inputs(PlcoInputs):
    race: Annotated[
        Literal["white", "black", "hispanic", "asian", "pacific_islander"],
        Says("as the United States census tells it; not collected in France"),
    ]


def _terms(inputs: PlcoInputs) -> Terms:
    """Cigarettes enter as the inverse of tens a day; people who smoke now have 0 years since, which is 10 below the
    centre."""
    return Terms(
        inputs.age,
        inputs.education_level,
        inputs.bmi,
        where(inputs.copd, 1.0, 0.0),
        where(inputs.personal_history_cancer, 1.0, 0.0),
        where(inputs.family_history_lung_cancer, 1.0, 0.0),
        where(inputs.current_smoker, 1.0, 0.0),
        10 / inputs.cigarettes_per_day,
        inputs.smoking_duration_years,
        inputs.years_since_quit,
    )


def _sum(coefficients: Terms, constant: float, terms: Terms) -> float:
    return constant + sum(b * (x - c) for b, x, c in zip(coefficients, terms, _CENTRE, strict=True))


def _here(inputs: Plcom2012Inputs) -> float:
    return _sum(_ORIGINAL, _CONSTANT, _terms(inputs)) + pick(inputs.race, _RACE)


def _here_no_race(inputs: PlcoInputs) -> float:
    return _sum(_NO_RACE, _CONSTANT_NO_RACE, _terms(inputs))


def _columns(inputs: Plcom2012Inputs) -> dict[str, Any]:
    return {"value": LOGISTIC.percent(_here(inputs))}


def _columns_no_race(inputs: PlcoInputs) -> dict[str, Any]:
    return {"value": LOGISTIC.percent(_here_no_race(inputs))}


def _explanation(inputs: PlcoInputs, coefficients: Terms, here: float, race: float) -> Explanation:
    terms, compared = _terms(inputs), _CENTRE._replace(age=inputs.age)
    deltas = {
        name: b * (x - c)
        for name, b, x, c in zip(Terms._fields, coefficients, terms, compared, strict=True)
        if name != "age"
    }
    answers = compared._asdict() | {"cigarettes_per_day": 10 / _CENTRE.cigarettes_per_day}
    answers |= dict.fromkeys(("copd", "personal_history_cancer", "family_history_lung_cancer", "current_smoker"), False)
    if isinstance(inputs, Plcom2012Inputs):
        deltas["race"] = race
        answers["race"] = "white"
    return LOGISTIC.explain(
        "same age; some college, BMI 27, no such disease; 25 cigarettes a day for 27 years, stopped 10 years ago",
        {name: value for name, value in answers.items() if name != "age"},
        {name: getattr(inputs, name) for name in deltas},
        deltas,
        here - sum(deltas.values()),
        _UNITS,
    )


def _estimate(inputs: PlcoInputs, coefficients: Terms, here: float, race: float = 0.0) -> RiskEstimate:
    value = LOGISTIC.percent(here)
    found = []
    if not 55 <= inputs.age <= 74:
        told = "Fitted on people of 55 to 74 years; screening programmes use it from 50 to 80."
        found.append(Caveat("outside_derivation_ages", told))
    return RiskEstimate(
        result=value,
        value=value,
        unit="%",
        horizon_years=6,
        frequency=NaturalFrequency.of_percent(value),
        explain=lambda: _explanation(inputs, coefficients, here, race),
        warnings=tuple(found),
    )


def _formula(inputs: Plcom2012Inputs) -> RiskEstimate:
    return _estimate(inputs, _ORIGINAL, _here(inputs), _RACE[inputs.race])


def _formula_no_race(inputs: PlcoInputs) -> RiskEstimate:
    return _estimate(inputs, _NO_RACE, _here_no_race(inputs))


plcom2012 = RiskModel("plcom2012", "2013.1", SOURCE, Plcom2012Inputs, _formula, _columns)
plcom2012_norace = RiskModel(
    "plcom2012-norace", "2020.1", SOURCE_NO_RACE, PlcoInputs, _formula_no_race, _columns_no_race
)

"""What SCORE2 and SCORE2-OP share: inputs, the form of the equation, reference person and what-ifs.

Both are ten-year risks: a sum of terms in risk factors and their products with age, through a baseline
survival, then recalibrated to a region. On the scale ln(−ln(1 − risk)) all of it is one straight line in
the risk factors at a given age, so that contributions add up there by themselves:

    scale(risk) = scale1 + scale2 · (ln(−ln S0) + sum of terms − mean)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, get_args

from risk_models.attribution import percentage_points
from risk_models.base import (
    Caveat,
    Contribution,
    Explanation,
    NaturalFrequency,
    Reference,
    RiskEstimate,
    WhatIf,
)
from risk_models.cholesterol import PERHAPS_G_L, CholesterolInputs
from risk_models.inputs import Excludes, Says, Sbp, Sex
from risk_models.models.score2_category import category_of, near_limit
from risk_models.numeric import exp, expm1, log, pick, where

Region = Literal["low", "moderate", "high", "very_high"]
REGIONS: tuple[Region, ...] = get_args(Region)
SEVERE = "is at high risk without a score: to see with a doctor"


class Score2FormInputs(CholesterolInputs):
    """Everything but age, whose range differs."""

    region: Annotated[Region, Says("risk region of the ESC; France is low")]
    sex: Sex
    smoker: Annotated[bool, Says("smokes now; a former smoker does not")]
    sbp: Sbp
    established_cvd: Annotated[bool, Excludes(f"cardiovascular disease {SEVERE}")] = False
    diabetes: Annotated[bool, Excludes("not made for people with diabetes", "score2-diabetes")] = False
    severe_chronic_kidney_disease: Annotated[bool, Excludes(f"kidney disease G3b or worse {SEVERE}")] = False
    familial_hypercholesterolaemia: Annotated[bool, Excludes(f"this condition {SEVERE}")] = False
    pregnant: Annotated[bool, Excludes("not valid in pregnancy: measure again after it")] = False


class Factors(NamedTuple):
    """The modifiable factors of one person: 0 or 1, mmHg, mmol/L, mmol/L. Same names as the inputs."""

    smoker: float
    sbp: float
    total_cholesterol: float
    hdl_cholesterol: float


_UNITS = {"smoker": None, "sbp": "mm[Hg]", "total_cholesterol": "mmol/L", "hdl_cholesterol": "mmol/L"}

REFERENCE = Factors(smoker=0, sbp=120, total_cholesterol=5.0, hdl_cholesterol=1.3)
"""Project choice: a non-smoker with desirable values. Same age, sex and region as the person."""


@dataclass(frozen=True)
class Equation:
    """The published table of one sex.

    `main` and `by_age` are the coefficients of each factor and of its product with age; a factor enters as
    (value − centre) / step. `scales` are scale1 and scale2 of each region.
    """

    age_centre: float
    age_step: float
    age: float
    centre: Factors
    step: Factors
    main: Factors
    by_age: Factors
    survival: float
    mean: float
    scales: Mapping[Region, tuple[float, float]]

    def scale_value(self, age: float, factors: Factors, region: Region) -> float:
        """ln(−ln(1 − risk)) of a person."""
        years = (age - self.age_centre) / self.age_step
        terms = self.age * years + sum(
            (main + by_age * years) * (value - centre) / step
            for main, by_age, value, centre, step in zip(
                self.main, self.by_age, factors, self.centre, self.step, strict=True
            )
        )
        scale1, scale2 = pick(region, self.scales)
        return scale1 + scale2 * (log(-log(self.survival)) + terms - self.mean)

    def deltas(self, age: float, factors: Factors, other: Factors, region: Region) -> Factors:
        """What each factor adds on that scale, compared with another person of the same age."""
        years = (age - self.age_centre) / self.age_step
        scale2 = self.scales[region][1]
        return Factors(
            *(
                scale2 * (main + by_age * years) * (value - compared) / step
                for main, by_age, value, compared, step in zip(
                    self.main, self.by_age, factors, other, self.step, strict=True
                )
            )
        )


def percent(scale_value: float) -> float:
    """The risk (%) at a value of the scale; written so that small risks keep their digits."""
    return -100 * expm1(-exp(scale_value))


def slope(scale_value: float) -> float:
    """How fast the risk (%) moves there."""
    return 100 * exp(scale_value - exp(scale_value))


def columns(men: Equation, women: Equation, inputs: Score2FormInputs, age: int) -> dict[str, Any]:
    """Risk (%) and class; the text that also runs on columns."""
    factors = _factors(inputs)
    male, female = (each.scale_value(age, factors, inputs.region) for each in (men, women))
    value = percent(where(inputs.sex == "male", male, female))
    return {"value": value, "category": category_of(age, value)}


def _factors(inputs: Score2FormInputs) -> Factors:
    return Factors(where(inputs.smoker, 1.0, 0.0), inputs.sbp, inputs.total_mmol, inputs.hdl_mmol)


def estimate(equation: Equation, age: int, inputs: Score2FormInputs, *, margin: float) -> RiskEstimate:
    """The estimate of one person; `margin` (points) is how much rounding of the published table may move it."""
    factors = _factors(inputs)
    scale_value = equation.scale_value(age, factors, inputs.region)
    value = percent(scale_value)
    return RiskEstimate(
        result=value,
        value=value,
        unit="%",
        horizon_years=10,
        category=category_of(age, value),
        frequency=NaturalFrequency.of_percent(value),
        explain=lambda: _explanation(equation, age, factors, inputs.region, scale_value),
        warnings=(
            *_outside_chart(inputs),
            *_smoking_artefact(equation, age, factors),
            *near_limit(age, value, margin),
        ),
    )


def _explanation(
    equation: Equation, age: int, factors: Factors, region: Region, scale_value: float
) -> Explanation:
    reference = _reference(equation, age, region)
    deltas = equation.deltas(age, factors, REFERENCE, region)
    value = percent(scale_value)
    what_ifs = _what_ifs(equation, age, factors, region, scale_value)
    return Explanation(
        reference,
        _contributions(factors, deltas, reference.scale_value),
        tuple(w for w in what_ifs if w.value_after < value),  # see _smoking_artefact
    )


def _shown(name: str, value: float) -> float | bool:
    return bool(value) if name == "smoker" else value


def _reference(equation: Equation, age: int, region: Region) -> Reference:
    scale_value = equation.scale_value(age, REFERENCE, region)
    return Reference(
        person="same age, sex and region; does not smoke; 120 mmHg; total cholesterol 5.0 and HDL 1.3 mmol/L",
        inputs={name: _shown(name, value) for name, value in REFERENCE._asdict().items()},
        value=percent(scale_value),
        scale="ln(-ln(1 - risk)), log of the cumulative hazard",
        scale_value=scale_value,
    )


def _contributions(factors: Factors, deltas: Factors, start: float) -> tuple[Contribution, ...]:
    points = percentage_points(deltas._asdict(), start=start, percent=percent, slope=slope)
    return tuple(
        Contribution(name, _shown(name, value), _shown(name, reference), delta, points[name], unit)
        for (name, unit), value, reference, delta in zip(
            _UNITS.items(), factors, REFERENCE, deltas, strict=True
        )
    )


def _targets(factors: Factors) -> list[tuple[str, str, float]]:
    """Realistic targets: change, input, value. HDL has none: raising it has not been shown to prevent events.

    10 mmHg and 1 mmol/L are what treatment or sustained changes of life commonly reach; 130 mmHg and a
    non-HDL cholesterol of 3.4 mmol/L are where the aim is met (ESC).
    """
    targets: list[tuple[str, str, float]] = []
    if factors.smoker:
        targets.append(("stop_smoking", "smoker", 0.0))
    if factors.sbp >= 131:
        targets.append(("lower_blood_pressure", "sbp", max(130.0, round(factors.sbp - 10, 1))))
    non_hdl = factors.total_cholesterol - factors.hdl_cholesterol
    if non_hdl >= 3.5:
        total = factors.hdl_cholesterol + max(3.4, non_hdl - 1)
        targets.append(("lower_cholesterol", "total_cholesterol", round(total, 2)))
    return targets


def _what_ifs(
    equation: Equation, age: int, factors: Factors, region: Region, scale_value: float
) -> list[WhatIf]:
    targets = _targets(factors)
    changed = factors._replace(**{name: target for _, name, target in targets})
    deltas = equation.deltas(age, changed, factors, region)
    value = percent(scale_value)
    found = []
    for change, name, target in targets:
        delta: float = getattr(deltas, name)
        after = percent(scale_value + delta)
        found.append(
            WhatIf(
                change=change,
                input=name,
                from_value=_shown(name, getattr(factors, name)),
                to_value=_shown(name, target),
                value_after=after,
                delta=delta,
                delta_pp=after - value,
                category_after=category_of(age, after),
                unit=_UNITS[name],
            )
        )
    return found


def _smoking_artefact(equation: Equation, age: int, factors: Factors) -> list[Caveat]:
    """In men of 88 and 89 years the published interaction with age turns the effect of smoking round."""
    years = (age - equation.age_centre) / equation.age_step
    if not factors.smoker or equation.main.smoker + equation.by_age.smoker * years >= 0:
        return []
    told = "At this age the equation no longer adds risk for smoking: a limit of the model, not of the harm."
    return [Caveat("smoking_effect_lost", told)]


def _outside_chart(inputs: Score2FormInputs) -> list[Caveat]:
    found = []
    if not 100 <= inputs.sbp < 180:
        found.append(
            Caveat("sbp_outside_chart", "Blood pressure is outside the ESC chart (100 to 179 mmHg).")
        )
    if not 3.0 <= round(inputs.total_mmol - inputs.hdl_mmol, 9) < 7.0:
        found.append(
            Caveat(
                "non_hdl_outside_chart", "Non-HDL cholesterol is outside the ESC chart (3.0 to 6.9 mmol/L)."
            )
        )
    if inputs.cholesterol_unit == "mmol/L" and inputs.total_cholesterol < PERHAPS_G_L:
        found.append(
            Caveat("perhaps_g_per_l", "Total cholesterol is very low in mmol/L: check that it is not in g/L.")
        )
    return found

"""CKD-EPI: glomerular filtration rate (mL/min/1.73 m²) estimated from creatinine, by the equations of
2009 and 2021.

Sources: Levey AS et al., Ann Intern Med 2009;150:604-612, doi 10.7326/0003-4819-150-9-200905050-00006
(its factor for Black people is left out, as in France); Inker LA et al., N Engl J Med 2021;385:1737-1749,
doi 10.1056/NEJMoa2102953.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from risk_models.base import Contribution, Explanation, Reference, RiskEstimate, RiskModel
from risk_models.inputs import Adult, Bounds, Excludes, Inputs, Says, Sex
from risk_models.models.kdigo_grid import g_category
from risk_models.numeric import greatest, least, power, where, within
from risk_models.units import CREATININE, stated_units

SOURCE_2009 = "Levey AS et al., Ann Intern Med 2009;150:604-612, doi 10.7326/0003-4819-150-9-200905050-00006"
SOURCE_2021 = "Inker LA et al., N Engl J Med 2021;385:1737-1749, doi 10.1056/NEJMoa2102953"


@dataclass(frozen=True)
class Coefficients:
    """rate = scale · min(c, 1)^low · max(c, 1)^high · by_year^age, with c the creatinine (mg/dL) over
    `knot`."""

    scale: float
    knot: float
    low: float
    high: float
    by_year: float

    def rate(self, age: int, mg_per_dl: float) -> float:
        """mL/min/1.73 m², not rounded."""
        ratio = mg_per_dl / self.knot
        below = power(least(ratio, 1.0), self.low)
        above = power(greatest(ratio, 1.0), self.high)
        return self.scale * below * above * power(self.by_year, age)


COEFFICIENTS_2009 = {
    "male": Coefficients(141, 0.9, -0.411, -1.209, 0.993),
    "female": Coefficients(141 * 1.018, 0.7, -0.329, -1.209, 0.993),
}
COEFFICIENTS_2021 = {
    "male": Coefficients(142, 0.9, -0.302, -1.200, 0.9938),
    "female": Coefficients(142 * 1.012, 0.7, -0.241, -1.200, 0.9938),
}


_PLAUSIBLE = (15, 2000)
"""umol/L, ends included."""


class CkdEpiInputs(Inputs):
    sex: Sex
    age: Adult
    creatinine: Annotated[
        float, Bounds(0, 30000, "in creatinine_unit"), Says("serum creatinine, from 15 to 2000 umol/L")
    ]
    creatinine_unit: Literal["umol/L", "mg/dL", "mg/L"]
    pregnant: Annotated[bool, Excludes("not valid in pregnancy")] = False
    acute_kidney_injury: Annotated[bool, Excludes("creatinine must be stable")] = False
    kidney_replacement: Annotated[bool, Excludes("not valid on dialysis")] = False

    _read = model_validator(mode="before")(stated_units(creatinine=CREATININE))

    @property
    def mg_per_dl(self) -> float:
        micromoles = CREATININE.convert(self.creatinine, self.creatinine_unit)
        return micromoles * CREATININE.factors["mg/dL"]

    def holds(self) -> bool:
        return within(CREATININE.convert(self.creatinine, self.creatinine_unit), *_PLAUSIBLE)

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        CREATININE.check("creatinine", self.creatinine, self.creatinine_unit, *_PLAUSIBLE)
        return self


def _rate(inputs: CkdEpiInputs, coefficients: dict[str, Coefficients]) -> float:
    man, woman = (coefficients[sex].rate(inputs.age, inputs.mg_per_dl) for sex in ("male", "female"))
    return where(inputs.sex == "male", man, woman)


def _columns_2009(inputs: CkdEpiInputs) -> dict[str, Any]:
    rate = _rate(inputs, COEFFICIENTS_2009)
    return {"value": rate, "category": g_category(rate)}


def _columns_2021(inputs: CkdEpiInputs) -> dict[str, Any]:
    rate = _rate(inputs, COEFFICIENTS_2021)
    return {"value": rate, "category": g_category(rate)}


_AGE = 40


def _explanation(inputs: CkdEpiInputs, equation: Coefficients) -> Explanation:
    """On the log of the rate, creatinine and age add up."""
    knot = round(equation.knot / CREATININE.factors["mg/dL"], 9)
    start = equation.rate(_AGE, equation.knot)
    by_age = (inputs.age - _AGE) * log(equation.by_year)
    rate = equation.rate(inputs.age, inputs.mg_per_dl)
    given = CREATININE.convert(inputs.creatinine, inputs.creatinine_unit)
    return Explanation(
        Reference(
            f"same sex, {_AGE} years, creatinine {equation.knot} mg/dL", {"creatinine": knot, "age": _AGE},
            start, "log of the rate", log(start),
        ),
        (
            Contribution("creatinine", given, knot, log(rate / start) - by_age, unit="umol/L"),
            Contribution("age", inputs.age, _AGE, by_age, unit="a"),
        ),
    )  # fmt: skip


def _estimate(inputs: CkdEpiInputs, coefficients: dict[str, Coefficients]) -> RiskEstimate:
    rate = _rate(inputs, coefficients)
    return RiskEstimate(
        result=rate,
        value=rate,
        unit="mL/min/{1.73_m2}",
        category=g_category(rate),
        explain=lambda: _explanation(inputs, coefficients[inputs.sex]),
    )


def _formula_2009(inputs: CkdEpiInputs) -> RiskEstimate:
    return _estimate(inputs, COEFFICIENTS_2009)


def _formula_2021(inputs: CkdEpiInputs) -> RiskEstimate:
    return _estimate(inputs, COEFFICIENTS_2021)


ckd_epi_2009 = RiskModel("ckd-epi-2009", "2009.1", SOURCE_2009, CkdEpiInputs, _formula_2009, _columns_2009)
ckd_epi_2021 = RiskModel("ckd-epi-2021", "2021.1", SOURCE_2021, CkdEpiInputs, _formula_2021, _columns_2021)

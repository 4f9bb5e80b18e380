"""KFRE, four variables: 2- and 5-year risk (%) of treated kidney failure in chronic kidney disease G3 to G5.

Sources: Tangri N et al., JAMA 2011;305:1553-1559, doi 10.1001/jama.2011.451; recalibrated for countries outside North
America, JAMA 2016;315:164-174, doi 10.1001/jama.2015.18202.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from risk_models.base import Caveat, Explanation, NaturalFrequency, RiskEstimate, RiskModel
from risk_models.curves import HAZARD
from risk_models.inputs import Adult, Bounds, Excludes, Inputs, Says, Sex, refuse
from risk_models.numeric import log, pick, where
from risk_models.units import ACR, stated_units

SOURCE = "Tangri N et al., JAMA 2016;315:164-174, doi 10.1001/jama.2015.18202"

_SURVIVAL = {2: 0.9832, 5: 0.9365}
"""Without kidney failure, by horizon (years), outside North America."""
_HIGHEST_ACR = 30000.0


class Kfre4Inputs(Inputs):
    sex: Sex
    age: Adult
    egfr: Annotated[
        float, Bounds(1, 200, "mL/min/{1.73_m2}"), Says("estimated filtration rate (CKD-EPI 2009), below 60")
    ]
    acr: Annotated[
        float,
        Bounds(0, 30000, "in acr_unit"),
        Says("urine albumin/creatinine ratio, above 0, up to 30000 mg/g"),
    ]
    acr_unit: Literal["mg/g", "mg/mmol"]
    horizon_years: Annotated[Literal[2, 5], Says("2 or 5 years")]
    kidney_replacement: Annotated[bool, Excludes("dialysis or transplant: the event has already come")] = False

    _read = model_validator(mode="before")(stated_units(acr=ACR))

    def holds(self) -> bool:
        ratio = ACR.convert(self.acr, self.acr_unit)
        return (self.egfr < 60) & (ratio > 0) & (ratio <= _HIGHEST_ACR)

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.egfr >= 60:
            told = "made for chronic kidney disease G3 to G5: must be below 60 mL/min/1.73 m²"
            raise refuse("out_of_range", told, input="egfr", valid="1 to below 60 mL/min/{1.73_m2}")
        if not 0 < ACR.convert(self.acr, self.acr_unit) <= _HIGHEST_ACR:
            valid = "above 0, up to 30000 mg/g"
            raise refuse("implausible", f"must be {valid}", input="acr", valid=valid)
        return self


def _parts(age: float, man: float, egfr: float, acr: float) -> tuple[float, float, float, float]:
    """What sex, age, filtration rate and albuminuria (mg/g) add to the sum."""
    return (
        0.2467 * (man - 0.5642),
        -0.2201 * (age / 10 - 7.036),
        -0.5567 * (egfr / 5 - 7.222),
        0.4510 * (log(acr) - 5.137),
    )


def _sum(inputs: Kfre4Inputs) -> float:
    man = where(inputs.sex == "male", 1.0, 0.0)
    start = log(-log(pick(inputs.horizon_years, _SURVIVAL)))
    return start + sum(_parts(inputs.age, man, inputs.egfr, ACR.convert(inputs.acr, inputs.acr_unit)))


def _columns(inputs: Kfre4Inputs) -> dict[str, Any]:
    return {"value": HAZARD.percent(_sum(inputs))}


def _explanation(inputs: Kfre4Inputs, here: float) -> Explanation:
    man, acr = float(inputs.sex == "male"), ACR.convert(inputs.acr, inputs.acr_unit)
    given, compared = _parts(inputs.age, man, inputs.egfr, acr), _parts(inputs.age, man, 59, 30)
    deltas = {name: given[place] - compared[place] for name, place in (("egfr", 2), ("acr", 3))}
    return HAZARD.explain(
        "same age and sex; filtration rate 59, albumin/creatinine ratio 30 mg/g",
        {"egfr": 59, "acr": 30}, {"egfr": inputs.egfr, "acr": acr}, deltas,
        here - sum(deltas.values()), {"egfr": "mL/min/{1.73_m2}", "acr": "mg/g"},
    )  # fmt: skip


def _formula(inputs: Kfre4Inputs) -> RiskEstimate:
    here = _sum(inputs)
    value = HAZARD.percent(here)
    told = "KDIGO: nephrologist from 3 to 5 % in 5 years, team from 10 % in 2 years; for the doctor to judge."
    return RiskEstimate(
        result=value,
        value=value,
        unit="%",
        horizon_years=inputs.horizon_years,
        frequency=NaturalFrequency.of_percent(value),
        explain=lambda: _explanation(inputs, here),
        warnings=(Caveat("for_the_doctor", told),),
    )


kfre_4 = RiskModel("kfre-4", "2016.1", SOURCE, Kfre4Inputs, _formula, _columns)

"""PREVENT, base model: 10- and 30-year risk (%) of cardiovascular disease in the United States; for comparison only.

Source: Khan SS et al., Circulation 2024;149:430-449, doi 10.1161/CIRCULATIONAHA.123.067626.
"""

from __future__ import annotations

from operator import mul
from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from risk_models.base import Caveat, Explanation, NaturalFrequency, RiskEstimate, RiskModel
from risk_models.curves import LOGISTIC
from risk_models.inputs import Bounds, Excludes, Inputs, Says, Sex, refuse
from risk_models.models.prevent_tables import TABLES, Coefficients
from risk_models.numeric import by, greatest, least, where, within
from risk_models.units import CHOLESTEROL, stated_units

SOURCE = "Khan SS et al., Circulation 2024;149:430-449, doi 10.1161/CIRCULATIONAHA.123.067626"

_TOTAL, _HDL, _BMI_BELOW = (3.36, 8.28), (0.52, 2.59), 40
"""mmol/L, ends included; kg/m² (the published range ends at 39.9)."""
_THIRTY_YEARS_UNTIL = 59


class PreventBaseInputs(Inputs):
    sex: Sex
    age: Annotated[int, Bounds(30, 79, "a", "out_of_range"), Says("completed years")]
    sbp: Annotated[float, Bounds(90, 180, "mm[Hg]", "out_of_range"), Says("systolic blood pressure")]
    bp_treatment: Annotated[bool, Says("takes medicine for blood pressure")]
    total_cholesterol: Annotated[
        float, Bounds(0, 1000, "in cholesterol_unit"), Says("total cholesterol, from 3.36 to 8.28 mmol/L")
    ]
    hdl_cholesterol: Annotated[
        float, Bounds(0, 1000, "in cholesterol_unit"), Says("HDL cholesterol, from 0.52 to 2.59 mmol/L")
    ]
    cholesterol_unit: Literal["mmol/L", "mg/dL", "g/L"] = "mmol/L"
    statin: Annotated[bool, Says("takes a statin")]
    diabetes: Annotated[bool, Says("diabetes of any type")]
    current_smoker: Annotated[bool, Says("smokes now")]
    egfr: Annotated[
        float, Bounds(15, 140, "mL/min/{1.73_m2}", "out_of_range"), Says("filtration rate, CKD-EPI 2021")
    ]
    bmi: Annotated[float, Bounds(18.5, 40, "kg/m2", "out_of_range"), Says("body mass index, below 40")]
    established_cvd: Annotated[bool, Excludes("made for people without cardiovascular disease")] = False
    pregnant: Annotated[bool, Excludes("not valid in pregnancy")] = False

    _read = model_validator(mode="before")(
        stated_units(total_cholesterol=CHOLESTEROL, hdl_cholesterol=CHOLESTEROL)
    )

    @property
    def total_mmol(self) -> float:
        return CHOLESTEROL.convert(self.total_cholesterol, self.cholesterol_unit)

    @property
    def hdl_mmol(self) -> float:
        return CHOLESTEROL.convert(self.hdl_cholesterol, self.cholesterol_unit)

    def holds(self) -> bool:
        return within(self.total_mmol, *_TOTAL) & within(self.hdl_mmol, *_HDL) & (self.bmi < _BMI_BELOW)

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        CHOLESTEROL.check("total_cholesterol", self.total_cholesterol, self.cholesterol_unit, *_TOTAL)
        CHOLESTEROL.check("hdl_cholesterol", self.hdl_cholesterol, self.cholesterol_unit, *_HDL)
        if self.bmi >= _BMI_BELOW:
            raise refuse("out_of_range", "must be below 40", input="bmi", valid="18.5 to 39.9 kg/m²")
        return self


def _terms(inputs: PreventBaseInputs) -> Coefficients:
    """What each coefficient multiplies."""
    age = (inputs.age - 55) / 10
    non_hdl = inputs.total_mmol - inputs.hdl_mmol - 3.5
    hdl = (inputs.hdl_mmol - 1.3) / 0.3
    pressure = (greatest(inputs.sbp, 110) - 130) / 20
    egfr = (least(inputs.egfr, 60) - 60) / -15
    heavy = (greatest(inputs.bmi, 30) - 30) / 5
    diabetes, smoking, treated, statin = (
        where(answer, 1.0, 0.0)
        for answer in (inputs.diabetes, inputs.current_smoker, inputs.bp_treatment, inputs.statin)
    )
    return Coefficients(
        age=age, age_squared=age * age, non_hdl=non_hdl, hdl=hdl,
        sbp_below_110=(least(inputs.sbp, 110) - 110) / 20, sbp_from_110=pressure,
        diabetes=diabetes, smoking=smoking,
        bmi_below_30=(least(inputs.bmi, 30) - 25) / 5, bmi_from_30=heavy,
        egfr_below_60=egfr, egfr_from_60=(greatest(inputs.egfr, 60) - 90) / -15,
        bp_treatment=treated, statin=statin, treated_sbp=treated * pressure, treated_non_hdl=statin * non_hdl,
        age_non_hdl=age * non_hdl, age_hdl=age * hdl, age_sbp=age * pressure, age_diabetes=age * diabetes,
        age_smoking=age * smoking, age_bmi=age * heavy, age_egfr=age * egfr, constant=1.0,
    )  # fmt: skip


def _sum(terms: Coefficients, outcome: str, years: int, sex: str) -> float:
    def of(coefficients: Coefficients) -> float:
        total: float = sum(map(mul, coefficients, terms))
        return total

    return by(sex, _BY_SEX[outcome, years], of)


_BY_SEX = {
    (outcome, years): {sex: TABLES[outcome, years, sex] for sex in ("male", "female")}
    for outcome, years, _ in TABLES
}
_OUTCOMES = ("total_cvd", "ascvd", "heart_failure")


def _risks(inputs: PreventBaseInputs, years: int) -> dict[str, float]:
    terms = _terms(inputs)
    return {f"{name}_{years}y": LOGISTIC.percent(_sum(terms, name, years, inputs.sex)) for name in _OUTCOMES}


def _columns(inputs: PreventBaseInputs) -> dict[str, Any]:
    """The 30-year risks are NULL above 59 years."""
    later: dict[str, Any] = _risks(inputs, 30)
    young = inputs.age <= _THIRTY_YEARS_UNTIL
    return {**_risks(inputs, 10), **{name: where(young, risk, None) for name, risk in later.items()}}


_FACTORS = {
    "sbp": 120, "bp_treatment": False, "total_cholesterol": 5.0, "hdl_cholesterol": 1.3, "statin": False,
    "diabetes": False, "current_smoker": False, "egfr": 90, "bmi": 25,
}  # fmt: skip
_UNITS = {
    "sbp": "mm[Hg]", "total_cholesterol": "mmol/L", "hdl_cholesterol": "mmol/L", "egfr": "mL/min/{1.73_m2}",
    "bmi": "kg/m2",
}  # fmt: skip


def _deltas(inputs: PreventBaseInputs, healthy: PreventBaseInputs) -> dict[str, float]:
    """Of total CVD in ten years, at the same age. Of a product of two inputs each has its half of the way."""
    b, here, there = TABLES["total_cvd", 10, inputs.sex], _terms(inputs), _terms(healthy)
    age, moved = here.age, Coefficients(*(x - y for x, y in zip(here, there, strict=True)))
    half_treated, half_statin = (here.bp_treatment + there.bp_treatment) / 2, (here.statin + there.statin) / 2
    half_sbp, half_non_hdl = (here.sbp_from_110 + there.sbp_from_110) / 2, (here.non_hdl + there.non_hdl) / 2
    non_hdl = b.non_hdl + b.age_non_hdl * age + b.treated_non_hdl * half_statin
    total = inputs.total_mmol - healthy.total_mmol
    return {
        "sbp": b.sbp_below_110 * moved.sbp_below_110
        + (b.sbp_from_110 + b.age_sbp * age + b.treated_sbp * half_treated) * moved.sbp_from_110,
        "bp_treatment": (b.bp_treatment + b.treated_sbp * half_sbp) * moved.bp_treatment,
        "total_cholesterol": non_hdl * total,
        "hdl_cholesterol": non_hdl * (moved.non_hdl - total) + (b.hdl + b.age_hdl * age) * moved.hdl,
        "statin": (b.statin + b.treated_non_hdl * half_non_hdl) * moved.statin,
        "diabetes": (b.diabetes + b.age_diabetes * age) * moved.diabetes,
        "current_smoker": (b.smoking + b.age_smoking * age) * moved.smoking,
        "egfr": (b.egfr_below_60 + b.age_egfr * age) * moved.egfr_below_60 + b.egfr_from_60 * moved.egfr_from_60,
        "bmi": b.bmi_below_30 * moved.bmi_below_30 + (b.bmi_from_30 + b.age_bmi * age) * moved.bmi_from_30,
    }


def _explanation(inputs: PreventBaseInputs) -> Explanation:
    healthy = inputs.model_copy(update=_FACTORS | {"cholesterol_unit": "mmol/L"})
    values = {name: getattr(inputs, name) for name in _FACTORS}
    values |= {"total_cholesterol": inputs.total_mmol, "hdl_cholesterol": inputs.hdl_mmol}
    return LOGISTIC.explain(
        "same age and sex; no treatment, diabetes or smoking; 120 mmHg, total cholesterol 5.0 and HDL 1.3 mmol/L, "
        "filtration rate 90, BMI 25",
        _FACTORS,
        values,
        _deltas(inputs, healthy),
        _sum(_terms(healthy), "total_cvd", 10, inputs.sex),
        _UNITS,
    )


def _formula(inputs: PreventBaseInputs) -> RiskEstimate:
    result: dict[str, Any] = _risks(inputs, 10)
    value = result["total_cvd_10y"]
    result |= _risks(inputs, 30) if inputs.age <= _THIRTY_YEARS_UNTIL else {"thirty_year": "refuse"}
    told = "Calibrated on the United States: for comparison only, never shown to a person in France."
    return RiskEstimate(
        result=result,
        value=value,
        unit="%",
        horizon_years=10,
        frequency=NaturalFrequency.of_percent(value),
        explain=lambda: _explanation(inputs),
        warnings=(Caveat("not_for_france", told),),
    )


prevent_base = RiskModel("prevent-base", "2024.1", SOURCE, PreventBaseInputs, _formula, _columns)

"""QRISK3-2017: 10-year risk (%) of heart attack or stroke in the United Kingdom; for comparison only.

Source: Hippisley-Cox J et al., BMJ 2017;357:j2099, doi 10.1136/bmj.j2099. Own implementation of the coefficients that
ClinRisk released under the LGPL (see `qrisk3_tables`).
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import model_validator

from risk_models.base import Caveat, Explanation, NaturalFrequency, RiskEstimate, RiskModel
from risk_models.curves import HAZARD
from risk_models.inputs import Bounds, Excludes, Inputs, Says, Sex, refuse
from risk_models.models.qrisk3_tables import MEN, WOMEN, Table, Terms
from risk_models.numeric import by, log, pick, within

SOURCE = "Hippisley-Cox J et al., BMJ 2017;357:j2099, doi 10.1136/bmj.j2099"

_TABLES = {"male": MEN, "female": WOMEN}
_BMI = (10.0, 80.0)
Yes = Annotated[int, Bounds(0, 1, "{1: yes}", "invalid")]


class Qrisk3Inputs(Inputs):
    """Named as in the program of ClinRisk."""

    sex: Sex
    age: Annotated[int, Bounds(25, 84, "a", "out_of_range"), Says("completed years")]
    b_AF: Annotated[Yes, Says("atrial fibrillation")]
    b_atypicalantipsy: Annotated[Yes, Says("atypical antipsychotic medicine")]
    b_corticosteroids: Annotated[Yes, Says("regular corticosteroids")]
    b_impotence2: Annotated[Yes, Says("erectile dysfunction; counts in men")]
    b_migraine: Annotated[Yes, Says("migraine")]
    b_ra: Annotated[Yes, Says("rheumatoid arthritis")]
    b_renal: Annotated[Yes, Says("chronic kidney disease, stages 3 to 5")]
    b_semi: Annotated[Yes, Says("severe mental illness")]
    b_sle: Annotated[Yes, Says("systemic lupus")]
    b_treatedhyp: Annotated[Yes, Says("treated high blood pressure")]
    b_type1: Annotated[Yes, Says("type 1 diabetes")]
    b_type2: Annotated[Yes, Says("type 2 diabetes")]
    weight: Annotated[float, Bounds(20, 400, "kg"), Says("body weight")]
    height: Annotated[float, Bounds(120, 250, "cm", hint="give it in centimetres"), Says("body height")]
    ethrisk: Annotated[int, Bounds(1, 9, "classes", "invalid"), Says("1 White or not stated, to 9 other")]
    fh_cvd: Annotated[Yes, Says("a first-degree relative had cardiovascular disease before 60")]
    rati: Annotated[float, Bounds(1, 11, "{ratio}", "out_of_range"), Says("total over HDL cholesterol")]
    sbp: Annotated[float, Bounds(70, 210, "mm[Hg]", "out_of_range"), Says("systolic blood pressure")]
    sbps5: Annotated[
        float, Bounds(0, 100, "mm[Hg]"), Says("standard deviation of repeated readings; 0 when not known")
    ]
    smoke_cat: Annotated[
        int, Bounds(1, 5, "classes", "invalid"), Says("1 no, 2 formerly, 3 below 10 a day, 4 to 19, 5 from 20")
    ]
    town: Annotated[float, Bounds(-10, 15, "{score}"), Says("Townsend score of deprivation; 0 when not known")]
    established_cvd: Annotated[bool, Excludes("made for people without cardiovascular disease")] = False
    statin: Annotated[bool, Excludes("made for people who take no statin")] = False

    @property
    def bmi(self) -> float:
        return self.weight / (self.height / 100) ** 2

    def holds(self) -> bool:
        men_only = (self.sex == "male") | (self.b_impotence2 == 0)
        return within(self.bmi, *_BMI) & (self.b_type1 + self.b_type2 < 2) & men_only

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if not within(self.bmi, *_BMI):
            raise refuse("implausible", "weight and height do not fit together", input="weight")
        if self.b_type1 and self.b_type2:
            raise refuse("invalid", "type 1 and type 2 diabetes together: check the entries", input="b_type2")
        if self.sex == "female" and self.b_impotence2:
            raise refuse("invalid", "counts in men only: check the entry", input="b_impotence2")
        return self


def _parts(table: Table, inputs: Qrisk3Inputs) -> dict[str, float]:
    """What each input adds to the sum; the products with age count with the other factor."""
    tens = inputs.age / 10
    first, second = (
        tens**power - mean for power, mean in zip(table.age_powers, table.age_means, strict=True)
    )

    def at_age(terms: Terms) -> float:
        return terms[0] + terms[1] * first + terms[2] * second

    heavy = inputs.bmi / 10
    shape = heavy**-2
    bmi = (shape - table.bmi_means[0], shape * log(heavy) - table.bmi_means[1])
    return {
        "age": table.age[0] * first + table.age[1] * second,
        "ethrisk": pick(inputs.ethrisk, table.ethnicity),
        "smoke_cat": pick(inputs.smoke_cat, {each: at_age(terms) for each, terms in table.smoking.items()}),
        "weight": at_age(table.bmi[0]) * bmi[0] + at_age(table.bmi[1]) * bmi[1],
        **{
            name: at_age(terms) * (getattr(inputs, name) - table.means[name])
            for name, terms in table.numbers.items()
        },
        **{name: at_age(terms) * getattr(inputs, name) for name, terms in table.conditions.items()},
    }


def _sum(inputs: Qrisk3Inputs) -> float:
    def of(table: Table) -> float:
        return log(-log(table.survival)) + sum(_parts(table, inputs).values())

    return by(inputs.sex, _TABLES, of)


def _columns(inputs: Qrisk3Inputs) -> dict[str, Any]:
    return {"value": HAZARD.percent(_sum(inputs))}


def _explanation(inputs: Qrisk3Inputs) -> Explanation:
    table = _TABLES[inputs.sex]
    healthy = dict.fromkeys(table.conditions, 0) | {
        "ethrisk": 1, "smoke_cat": 1, "weight": round(25 * (inputs.height / 100) ** 2, 3), "rati": 4.0, "sbp": 120.0,
        "sbps5": 0.0, "town": 0.0,
    }  # fmt: skip
    compared = inputs.model_copy(update=healthy)
    given, start = _parts(table, inputs), _parts(table, compared)
    deltas = {name: given[name] - start[name] for name in given if name != "age"}
    return HAZARD.explain(
        "same age, sex and height; White or not stated, no condition, never smoked, BMI 25, ratio 4, 120 mmHg, "
        "Townsend 0",
        healthy,
        {name: getattr(inputs, name) for name in deltas},
        deltas,
        _sum(compared),
        {"weight": "kg", "sbp": "mm[Hg]", "sbps5": "mm[Hg]"},
    )


def _formula(inputs: Qrisk3Inputs) -> RiskEstimate:
    value = HAZARD.percent(_sum(inputs))
    told = "Calibrated on the United Kingdom: for comparison only, never shown to a person in France."
    return RiskEstimate(
        result=value,
        value=value,
        unit="%",
        horizon_years=10,
        frequency=NaturalFrequency.of_percent(value),
        explain=lambda: _explanation(inputs),
        warnings=(Caveat("not_for_france", told),),
    )


qrisk3 = RiskModel("qrisk3", "2017.1", SOURCE, Qrisk3Inputs, _formula, _columns)

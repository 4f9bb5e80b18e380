"""SCORE2-Diabetes: 10-year risk (%) of a first fatal or non-fatal cardiovascular event in type 2 diabetes, from 40 to
69 years.

Sources: SCORE2-Diabetes working group, Eur Heart J 2023;44:2544-2556, doi 10.1093/eurheartj/ehad260; classes of the
2023 ESC guideline on diabetes, doi 10.1093/eurheartj/ehad192. Baseline survival and scales are those of SCORE2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import model_validator

from risk_models.base import Caveat, Explanation, NaturalFrequency, RiskEstimate, RiskModel
from risk_models.cholesterol import PERHAPS_G_L, CholesterolInputs
from risk_models.curves import HAZARD
from risk_models.inputs import Bounds, Excludes, Says, Sbp, Sex, refuse
from risk_models.models.score2 import MEN as SCORE2_MEN
from risk_models.models.score2 import WOMEN as SCORE2_WOMEN
from risk_models.models.score2_form import SEVERE, Equation, Region
from risk_models.numeric import by, first_below, log, pick, rounded, where, within
from risk_models.units import CHOLESTEROL, HBA1C, stated_units

SOURCE = "SCORE2-Diabetes working group, Eur Heart J 2023;44:2544-2556, doi 10.1093/eurheartj/ehad260"

_CLASSES = ((5, "low"), (10, "moderate"), (20, "high"), (float("inf"), "very_high"))
"""Below this risk (%): the class, at any age; a value on a limit is in the next class."""
_HBA1C = (15.0, 200.0)
"""mmol/mol, ends included."""
_SEVERE_EGFR = 45.0
_ORGANS = "severe damage of organs is at very high risk without a score: to see with a doctor"


class Score2DiabetesInputs(CholesterolInputs):
    region: Annotated[Region, Says("risk region of the ESC; France is low")]
    sex: Sex
    age: Annotated[int, Bounds(40, 69, "a", "out_of_range"), Says("completed years")]
    smoker: Annotated[bool, Says("smokes now; a former smoker does not")]
    sbp: Sbp
    diabetes_type: Annotated[Literal["2", "1", "other"], Says("the model is made for type 2 only")]
    age_at_diabetes_diagnosis: Annotated[int, Bounds(0, 120, "a"), Says("not above the present age")]
    hba1c: Annotated[float, Bounds(0, 1000, "in hba1c_unit"), Says("HbA1c, from 15 to 200 mmol/mol")]
    hba1c_unit: Literal["mmol/mol", "%"] = "mmol/mol"
    egfr: Annotated[
        float, Bounds(1, 200, "mL/min/{1.73_m2}"), Says("estimated filtration rate, CKD-EPI; below 45: no score")
    ]
    established_cvd: Annotated[bool, Excludes(f"cardiovascular disease {SEVERE}")] = False
    severe_target_organ_damage: Annotated[bool, Excludes(_ORGANS)] = False
    familial_hypercholesterolaemia: Annotated[bool, Excludes(f"this condition {SEVERE}")] = False
    pregnant: Annotated[bool, Excludes("not valid in pregnancy: measure again after it")] = False

    _read = model_validator(mode="before")(
        stated_units(total_cholesterol=CHOLESTEROL, hdl_cholesterol=CHOLESTEROL, hba1c=HBA1C)
    )

    @property
    def hba1c_ifcc(self) -> float:
        return HBA1C.convert(self.hba1c, self.hba1c_unit)

    def holds(self) -> bool:
        return (
            super().holds()
            & within(self.hba1c_ifcc, *_HBA1C)
            & (self.age_at_diabetes_diagnosis <= self.age)
            & (self.diabetes_type == "2")
            & (self.egfr >= _SEVERE_EGFR)
        )

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.diabetes_type != "2":
            told = "the model is made for type 2 diabetes; with another type the doctor judges without this score"
            raise refuse("excluded", told, input="diabetes_type")
        if self.egfr < _SEVERE_EGFR:
            raise refuse("excluded", _ORGANS, input="egfr", valid="45 mL/min/1.73 m² and more")
        HBA1C.check("hba1c", self.hba1c, self.hba1c_unit, *_HBA1C)
        if self.age_at_diabetes_diagnosis > self.age:
            raise refuse("invalid", "must not be above the present age", input="age_at_diabetes_diagnosis")
        return self


class Factors(NamedTuple):
    """0 or 1, mmHg, mmol/L, mmol/L, years, mmol/mol, ln of mL/min/1.73 m². Named as the inputs."""

    smoker: float
    sbp: float
    total_cholesterol: float
    hdl_cholesterol: float
    age_at_diabetes_diagnosis: float
    hba1c: float
    egfr: float


_CENTRE = Factors(0, 120, 6, 1.3, 50, 31, 4.5)
_STEP = Factors(1, 20, 1, 0.5, 5, 9.34, 0.15)
_UNITS = {
    "sbp": "mm[Hg]", "total_cholesterol": "mmol/L", "hdl_cholesterol": "mmol/L", "age_at_diabetes_diagnosis": "a",
    "hba1c": "mmol/mol", "egfr": "mL/min/{1.73_m2}",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """The published table of one sex: coefficients of age, of diabetes, of each factor and of its product with age, and
    of the square of the filtration term."""

    age: float
    diabetes: float
    diabetes_by_age: float
    main: Factors
    by_age: Factors
    egfr_squared: float
    score2: Equation

    def parts(self, age: float, factors: Factors) -> Factors:
        """What each factor adds to the sum."""
        years = (age - 60) / 5
        terms = Factors(*(
            (main + by_age * years) * (value - centre) / step
            for main, by_age, value, centre, step in zip(
                self.main, self.by_age, factors, _CENTRE, _STEP, strict=True
            )
        ))
        rate = (factors.egfr - _CENTRE.egfr) / _STEP.egfr
        return terms._replace(egfr=terms.egfr + self.egfr_squared * rate * rate)

    def scale_value(self, age: float, factors: Factors, region: Region) -> float:
        """ln(−ln(1 − risk)) of a person."""
        years = (age - 60) / 5
        terms = self.age * years + self.diabetes + self.diabetes_by_age * years + sum(self.parts(age, factors))
        scale1, scale2 = pick(region, self.score2.scales)
        return scale1 + scale2 * (log(-log(self.score2.survival)) + terms)


MEN = Table(
    0.5368, 0.6457, -0.0983,
    Factors(0.4774, 0.1322, 0.1102, -0.1087, -0.0998, 0.0955, -0.0591),
    Factors(-0.0672, -0.0268, -0.0181, 0.0095, 0.0, -0.0134, 0.0115),
    0.0058, SCORE2_MEN,
)  # fmt: skip
WOMEN = Table(
    0.6624, 0.8096, -0.1272,
    Factors(0.6139, 0.1421, 0.1127, -0.1568, -0.1180, 0.1173, -0.0640),
    Factors(-0.1122, -0.0167, -0.0200, 0.0186, 0.0, -0.0196, 0.0169),
    0.0062, SCORE2_WOMEN,
)  # fmt: skip

_TABLES = {"male": MEN, "female": WOMEN}

_TARGET_HBA1C, _NORMAL_EGFR = 53.0, 90.0


def category_of(percent: float) -> str:
    """The class of an unrounded risk (%), nine decimals kept."""
    return first_below(rounded(percent), _CLASSES)


def _factors(inputs: Score2DiabetesInputs) -> Factors:
    return Factors(
        where(inputs.smoker, 1.0, 0.0), inputs.sbp, inputs.total_mmol, inputs.hdl_mmol,
        inputs.age_at_diabetes_diagnosis, inputs.hba1c_ifcc, log(inputs.egfr),
    )  # fmt: skip


def _sum(inputs: Score2DiabetesInputs) -> float:
    factors = _factors(inputs)
    return by(inputs.sex, _TABLES, lambda table: table.scale_value(inputs.age, factors, inputs.region))


def _columns(inputs: Score2DiabetesInputs) -> dict[str, Any]:
    value = HAZARD.percent(_sum(inputs))
    return {"value": value, "category": category_of(value)}


def _explanation(inputs: Score2DiabetesInputs, here: float) -> Explanation:
    table, age, region = _TABLES[inputs.sex], inputs.age, inputs.region
    factors, scale2 = _factors(inputs), table.score2.scales[region][1]
    healthy = Factors(0, 120, 5.0, 1.3, age, _TARGET_HBA1C, log(_NORMAL_EGFR))

    def moved(to: Factors, start: Factors) -> dict[str, float]:
        pairs = zip(Factors._fields, table.parts(age, to), table.parts(age, start), strict=True)
        return {name: scale2 * (after - before) for name, after, before in pairs}

    what_ifs = []
    for change, name, target in _targets(factors):
        delta = moved(factors._replace(**{name: target}), factors)[name]
        values = (bool(factors.smoker), False) if name == "smoker" else (getattr(factors, name), target)
        what_ifs.append(HAZARD.what_if(change, name, values, here, delta, category_of, _UNITS.get(name)))
    return HAZARD.explain(
        "same age, sex and region; diabetes found this year; does not smoke; 120 mmHg; total cholesterol 5.0 and HDL "
        "1.3 mmol/L; HbA1c 53 mmol/mol; filtration rate 90",
        healthy._asdict() | {"smoker": False, "egfr": _NORMAL_EGFR},
        factors._asdict() | {"smoker": inputs.smoker, "egfr": inputs.egfr},
        moved(factors, healthy),
        table.scale_value(age, healthy, region),
        _UNITS,
        tuple(w for w in what_ifs if w.delta < 0),
    )


def _targets(factors: Factors) -> list[tuple[str, str, float]]:
    """As for SCORE2, and 10 mmol/mol of HbA1c less, not below 53 (7 %)."""
    targets: list[tuple[str, str, float]] = []
    if factors.smoker:
        targets.append(("stop_smoking", "smoker", 0.0))
    if factors.sbp >= 131:
        targets.append(("lower_blood_pressure", "sbp", max(130.0, round(factors.sbp - 10, 1))))
    non_hdl = factors.total_cholesterol - factors.hdl_cholesterol
    if non_hdl >= 3.5:
        total = factors.hdl_cholesterol + max(3.4, non_hdl - 1)
        targets.append(("lower_cholesterol", "total_cholesterol", round(total, 2)))
    if factors.hba1c >= _TARGET_HBA1C + 1:
        targets.append(("lower_hba1c", "hba1c", max(_TARGET_HBA1C, round(factors.hba1c - 10, 1))))
    return targets


def _warnings(inputs: Score2DiabetesInputs, value: float) -> tuple[Caveat, ...]:
    found = []
    if any(abs(value - limit) < 0.05 for limit, _ in _CLASSES):
        told = "The estimate lies so near a limit between two classes that it is only “about”."
        found.append(Caveat("near_limit", told))
    if inputs.cholesterol_unit == "mmol/L" and inputs.total_cholesterol < PERHAPS_G_L:
        told = "Total cholesterol is very low in mmol/L: check that it is not in g/L."
        found.append(Caveat("perhaps_g_per_l", told))
    return tuple(found)


def _formula(inputs: Score2DiabetesInputs) -> RiskEstimate:
    here = _sum(inputs)
    value = HAZARD.percent(here)
    return RiskEstimate(
        result=value,
        value=value,
        unit="%",
        horizon_years=10,
        category=category_of(value),
        frequency=NaturalFrequency.of_percent(value),
        explain=lambda: _explanation(inputs, here),
        warnings=_warnings(inputs, value),
    )


score2_diabetes = RiskModel(
    "score2-diabetes", "2023.1", SOURCE, Score2DiabetesInputs, _formula, _columns
)

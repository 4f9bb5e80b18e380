"""BCRAT (Gail model): probability (%) of invasive breast cancer between two ages; United States, not France.

Sources: Gail MH et al., J Natl Cancer Inst 1989;81:1879-1886, doi 10.1093/jnci/81.24.1879; Costantino JP et al.,
1999;91:1541-1548. Tables for White women: SEER incidence 1983-87, other mortality 1985-87. Not calibrated for France.
"""

from __future__ import annotations

from math import exp, log
from typing import Annotated, Literal, Self

from pydantic import model_validator

from risk_models.attribution import along
from risk_models.base import (
    Caveat,
    Contribution,
    Explanation,
    NaturalFrequency,
    Reference,
    RiskEstimate,
    RiskModel,
)
from risk_models.inputs import Bounds, Excludes, Inputs, OrWord, Says, refuse

SOURCE = "Gail MH et al., J Natl Cancer Inst 1989;81:1879-1886, doi 10.1093/jnci/81.24.1879"

_INCIDENCE = (
    0.00001, 0.000076, 0.000266, 0.000661, 0.001265, 0.001866, 0.002211,
    0.002721, 0.003348, 0.003923, 0.004178, 0.004439, 0.004421, 0.004109,
)  # fmt: skip
_MORTALITY = (
    0.000493, 0.000531, 0.000625, 0.000825, 0.001307, 0.002181, 0.003655,
    0.005852, 0.009439, 0.015028, 0.023839, 0.038832, 0.066828, 0.144908,
)  # fmt: skip
"""A year, by bands of five years from 20 to 89: breast cancer, and death of anything else."""
_BASELINE = 0.5788413
"""1 − attributable risk, at every age."""
_HYPERPLASIA = {"no": 0.93, "yes": 1.82, "unknown": 1.0}
_BIOPSIES, _BIOPSIES_FROM_50 = 0.5292641686, -0.2880424830
_MENARCHE, _BIRTH, _RELATIVES, _BIRTH_BY_RELATIVES = 0.0940103059, 0.2186262218, 0.9583027845, -0.1908113865

_UNKNOWN = ("unknown",)


class BcratGailInputs(Inputs):
    """`unknown` is what the woman answered: only then does the publication put the lowest class."""

    sex: Annotated[Literal["female", "male"], Says("made for women")] = "female"
    age: Annotated[int, Bounds(35, 85, "a", "out_of_range"), Says("completed years")]
    projection_age: Annotated[int, Bounds(36, 90, "a", "out_of_range"), Says("above the age")]
    breast_biopsies: Annotated[
        int | str, OrWord(Bounds(0, 30, "{biopsies}"), _UNKNOWN), Says("number, or unknown")
    ]
    atypical_hyperplasia: Annotated[
        Literal["yes", "no", "unknown"], Says("found in a biopsy; unknown also without a biopsy")
    ]
    age_menarche: Annotated[int | str, OrWord(Bounds(8, 60, "a"), _UNKNOWN), Says("years, or unknown")]
    age_first_live_birth: Annotated[
        int | str,
        OrWord(Bounds(8, 60, "a"), ("nulliparous", "unknown")),
        Says("years, nulliparous, or unknown"),
    ]
    first_degree_relatives_with_breast_cancer: Annotated[
        int | str, OrWord(Bounds(0, 30, "{relatives}"), _UNKNOWN), Says("number, or unknown")
    ]
    personal_history_breast_cancer: Annotated[
        bool, Excludes("own breast cancer, also in situ, is followed up without a score")
    ] = False
    known_mutation: Annotated[bool, Excludes("a BRCA variant has its own follow-up")] = False
    chest_radiotherapy: Annotated[bool, Excludes("radiotherapy of the chest has its own follow-up")] = False

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.sex != "female":
            raise refuse("excluded", "made for women", input="sex")
        if self.projection_age <= self.age:
            raise refuse("invalid", "must be above the age", input="projection_age")
        menarche, birth = self.age_menarche, self.age_first_live_birth
        if isinstance(menarche, int) and menarche > self.age:
            raise refuse("invalid", "must not be above the age", input="age_menarche")
        if isinstance(birth, int) and birth > self.age:
            raise refuse("invalid", "must not be above the age", input="age_first_live_birth")
        if isinstance(birth, int) and isinstance(menarche, int) and birth < menarche:
            raise refuse("invalid", "must not be below the age of menarche", input="age_first_live_birth")
        if self.breast_biopsies in (0, "unknown") and self.atypical_hyperplasia != "unknown":
            raise refuse("invalid", "cannot be known without a biopsy", input="atypical_hyperplasia")
        return self


def _class(value: int | str, *limits: int) -> int:
    """How many limits the value reaches; an unknown value reaches none."""
    return sum(value >= limit for limit in limits) if isinstance(value, int) else 0


def _birth(value: int | str) -> int:
    return 2 if value == "nulliparous" else _class(value, 20, 25, 30)


def _shares(inputs: BcratGailInputs) -> dict[str, tuple[float, float]]:
    """What each input adds to the log of the relative risk, before 50 and from 50 on."""
    biopsies = _class(inputs.breast_biopsies, 1, 2)
    menarche = 0 if inputs.age_menarche == "unknown" else 2 - _class(inputs.age_menarche, 12, 14)
    birth = _birth(inputs.age_first_live_birth)
    relatives = _class(inputs.first_degree_relatives_with_breast_cancer, 1, 2)
    together = _BIRTH_BY_RELATIVES * birth * relatives / 2  # of a product each has half
    each = {
        "atypical_hyperplasia": log(_HYPERPLASIA[inputs.atypical_hyperplasia]),
        "age_menarche": _MENARCHE * menarche,
        "age_first_live_birth": _BIRTH * birth + together,
        "first_degree_relatives_with_breast_cancer": _RELATIVES * relatives + together,
    }
    return {
        "breast_biopsies": (_BIOPSIES * biopsies, (_BIOPSIES + _BIOPSIES_FROM_50) * biopsies),
        **{name: (share, share) for name, share in each.items()},
    }


def _percent(age: int, until: int, log_risks: tuple[float, float]) -> float:
    """Breast cancer before anything else ends life: hazards are constant within a year of age."""
    risks = [_BASELINE * exp(log_risk) for log_risk in log_risks]
    found, alive = 0.0, 1.0
    for year in range(age, until):
        band = (year - 20) // 5
        cancer = _INCIDENCE[band] * risks[year >= 50]
        both = cancer + _MORTALITY[band]
        stays = exp(-both)
        found += alive * cancer / both * (1 - stays)
        alive *= stays
    return 100 * found


def _explanation(inputs: BcratGailInputs) -> Explanation:
    shares = _shares(inputs)
    ends = [sum(share[side] for share in shares.values()) for side in (0, 1)]
    ages = inputs.age, inputs.projection_age
    points = along(lambda sums: _percent(*ages, (sums[0], sums[1])), ends, shares)
    compared = {
        "breast_biopsies": 0, "atypical_hyperplasia": "unknown", "age_menarche": 14, "age_first_live_birth": 19,
        "first_degree_relatives_with_breast_cancer": 0,
    }  # fmt: skip
    side = inputs.age >= 50
    return Explanation(
        Reference(
            "same ages; no biopsy, menarche from 14, first birth before 20, no such relative",
            compared, _percent(*ages, (0.0, 0.0)), "log of the relative risk at the present age", 0.0,
        ),
        tuple(
            Contribution(name, getattr(inputs, name), compared[name], share[side], points[name])
            for name, share in shares.items()
        ),
    )  # fmt: skip


def _formula(inputs: BcratGailInputs) -> RiskEstimate:
    shares = _shares(inputs).values()
    before, after = (sum(share[side] for share in shares) for side in (0, 1))
    value = _percent(inputs.age, inputs.projection_age, (before, after))
    told = "Rates of the United States, not calibrated for France: in Spain it foretold 1.46 times too many cases."
    return RiskEstimate(
        result=value,
        value=value,
        unit="%",
        horizon_years=inputs.projection_age - inputs.age,
        frequency=NaturalFrequency.of_percent(value),
        explain=lambda: _explanation(inputs),
        warnings=(Caveat("not_calibrated_for_france", told),),
    )


bcrat_gail = RiskModel("bcrat-gail", "1999.1", SOURCE, BcratGailInputs, _formula)

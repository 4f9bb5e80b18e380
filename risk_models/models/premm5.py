"""PREMM5: probability (%) of a variant of MLH1, MSH2/EPCAM, MSH6 or PMS2 (Lynch syndrome), an aid to the GP.

Source: Kastrinos F et al., J Clin Oncol 2017;35:2165-2172, doi 10.1200/JCO.2016.69.6120. The coefficients were
read in one secondary source only.
"""

from __future__ import annotations

from math import exp as _exp
from math import log as _log
from operator import mul
from typing import Annotated, Any, Self

from pydantic import model_validator

from risk_models.attribution import along
from risk_models.base import Caveat, Explanation, RiskEstimate, RiskModel
from risk_models.curves import LOGISTIC
from risk_models.inputs import Adult, Bounds, Inputs, Says, Sex, refuse
from risk_models.numeric import every, exp, greatest, known, least, negate, or_else, where

SOURCE = "Kastrinos F et al., J Clin Oncol 2017;35:2165-2172, doi 10.1200/JCO.2016.69.6120"

THRESHOLD = 2.5
"""%: from here on genetic advice is worth offering (2017)."""

_GENES = {
    "mlh1": (-5.325, 0.904, 2.586, 3.183, 1.621, 1.276, 1.560, 0.804, 0.397, -0.0557, 0.0115, -0.0476),
    "msh2": (-4.427, 0.937, 1.799, 2.593, 1.924, 1.585, 1.337, 0.670, 0.607, -0.0441, 0.0002, -0.0482),
    "msh6": (-4.675, 0.816, 1.265, -53.205, 1.759, 0.538, 0.545, 0.923, 0.313, -0.0095, 0.0344, -0.0363),
    "pms2": (-4.913, 0.294, 0.989, -0.354, 0.739, 0.395, -0.002, -0.426, -0.105, -0.0086, 0.0008, -0.0074),
}
"""Constant, then the coefficients v0 to v10 of the table: man; one own colorectal cancer; two or more; own endometrial
cancer; own other cancer; relatives with colorectal, endometrial, other cancers; ages of colorectal and of endometrial
cancers; age."""

_FEATURES = (
    ("sex", 0), ("age", 10), ("proband_crc", 1), ("proband_crc", 2), ("proband_crc_age", 8),
    ("proband_endometrial", 3), ("proband_endometrial_age", 9), ("proband_other_ls", 4),
    ("fdr_crc", 5), ("fdr_crc_min_age", 8), ("sdr_crc", 5), ("sdr_crc_min_age", 8),
    ("fdr_endometrial", 6), ("fdr_endometrial_min_age", 9), ("sdr_endometrial", 6), ("sdr_endometrial_min_age", 9),
    ("fdr_other_ls", 7), ("sdr_other_ls", 7),
)  # fmt: skip
"""The input of each feature, in the order of `_features`, and the number of its coefficient (v0 to v10)."""
_ROWS = {gene: tuple(row[1 + v] for _, v in _FEATURES) for gene, row in _GENES.items()}

_Count = Annotated[int, Bounds(0, 30, "{relatives}")]
_Onset = Annotated[int, Bounds(0, 120, "a")] | None


class Premm5Inputs(Inputs):
    """Relatives are those of one side of the family; other cancers: ovary, stomach, small bowel, urinary tract, bile
    duct, brain, pancreas, sebaceous."""

    sex: Sex
    age: Adult
    proband_crc: Annotated[int, Bounds(0, 10, "{cancers}"), Says("own colorectal cancers")]
    proband_crc_age: Annotated[_Onset, Says("age at the first; null when there is none")]
    proband_endometrial: Annotated[bool, Says("own endometrial cancer")]
    proband_endometrial_age: Annotated[_Onset, Says("age at that cancer; null when there is none")]
    proband_other_ls: Annotated[bool, Says("own other cancer of Lynch syndrome")]
    fdr_crc: Annotated[_Count, Says("first-degree relatives with colorectal cancer")]
    fdr_crc_min_age: Annotated[_Onset, Says("youngest age at diagnosis among them")]
    sdr_crc: Annotated[_Count, Says("second-degree relatives with colorectal cancer")]
    sdr_crc_min_age: Annotated[_Onset, Says("youngest age at diagnosis among them")]
    fdr_endometrial: Annotated[_Count, Says("first-degree relatives with endometrial cancer")]
    fdr_endometrial_min_age: Annotated[_Onset, Says("youngest age at diagnosis among them")]
    sdr_endometrial: Annotated[_Count, Says("second-degree relatives with endometrial cancer")]
    sdr_endometrial_min_age: Annotated[_Onset, Says("youngest age at diagnosis among them")]
    fdr_other_ls: Annotated[bool, Says("a first-degree relative with another cancer of Lynch syndrome")]
    sdr_other_ls: Annotated[bool, Says("a second-degree relative with another cancer of Lynch syndrome")]

    def holds(self) -> bool:
        fitting = [negate(known(age)) == negate(present) for present, age in _pairs(self).values()]
        past = [or_else(age, 0) <= self.age for age in (self.proband_crc_age, self.proband_endometrial_age)]
        return every([*fitting, *past, negate((self.sex == "male") & self.proband_endometrial)])

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        if self.sex == "male" and self.proband_endometrial:
            raise refuse("invalid", "endometrial cancer of a man: check the entry", input="proband_endometrial")
        for name, (present, age) in _pairs(self).items():
            if present and age is None:
                raise refuse("missing", "the age at diagnosis is not known: ask", input=name)
            if not present and age is not None:
                raise refuse("invalid", "an age at diagnosis without the cancer: check the entry", input=name)
        for name in ("proband_crc_age", "proband_endometrial_age"):
            if (getattr(self, name) or 0) > self.age:
                raise refuse("invalid", "the cancer would be later than the present age: check", input=name)
        return self


def _pairs(inputs: Premm5Inputs) -> dict[str, tuple[bool, int | None]]:
    """For each age: whether there is such a cancer, and the age."""
    return {
        "proband_crc_age": (inputs.proband_crc > 0, inputs.proband_crc_age),
        "proband_endometrial_age": (inputs.proband_endometrial, inputs.proband_endometrial_age),
        "fdr_crc_min_age": (inputs.fdr_crc > 0, inputs.fdr_crc_min_age),
        "sdr_crc_min_age": (inputs.sdr_crc > 0, inputs.sdr_crc_min_age),
        "fdr_endometrial_min_age": (inputs.fdr_endometrial > 0, inputs.fdr_endometrial_min_age),
        "sdr_endometrial_min_age": (inputs.sdr_endometrial > 0, inputs.sdr_endometrial_min_age),
    }


def _between(age: float, low: float, high: float) -> float:
    """The publication itself clamps ages."""
    return least(greatest(age, low), high)


def _onset(age: int | None, low: float, high: float) -> float:
    """Years from 45; none without a cancer."""
    return where(known(age), _between(or_else(age, 45), low, high) - 45, 0.0)


def _yes(answer: bool) -> float:
    return where(answer, 1.0, 0.0)


def _features(inputs: Premm5Inputs) -> tuple[float, ...]:
    return (
        _yes(inputs.sex == "male"),
        _between(inputs.age, 22, 83),
        _yes(inputs.proband_crc == 1),
        _yes(inputs.proband_crc > 1),
        _onset(inputs.proband_crc_age, 27, 77),
        _yes(inputs.proband_endometrial),
        _onset(inputs.proband_endometrial_age, 31, 67),
        _yes(inputs.proband_other_ls),
        least(inputs.fdr_crc, 2),
        _onset(inputs.fdr_crc_min_age, 28, 81),
        0.5 * least(inputs.sdr_crc, 2),
        _onset(inputs.sdr_crc_min_age, 30, 85),
        least(inputs.fdr_endometrial, 2),
        _onset(inputs.fdr_endometrial_min_age, 28, 69),
        0.5 * least(inputs.sdr_endometrial, 2),
        _onset(inputs.sdr_endometrial_min_age, 34, 70),
        _yes(inputs.fdr_other_ls),
        0.5 * _yes(inputs.sdr_other_ls),
    )


def _odds(features: tuple[float, ...]) -> dict[str, float]:
    """Of each gene, against carrying none."""
    return {
        gene: exp(_GENES[gene][0] + sum(map(mul, row, features)))
        for gene, row in _ROWS.items()
    }


def _any(odds: dict[str, float]) -> dict[str, Any]:
    percent = 100 - 100 / (1 + sum(odds.values()))
    return {
        "any": percent,
        "category": where(percent >= THRESHOLD, "at_or_above_threshold", "below_threshold"),
    }


def _columns(inputs: Premm5Inputs) -> dict[str, Any]:
    """The probability of any variant; that of each gene is for one person, where it is looked at."""
    return _any(_odds(_features(inputs)))


def _without_history(features: tuple[float, ...]) -> tuple[float, ...]:
    return (*features[:2], *(0.0 for _ in features[2:]))


def _deltas(features: tuple[float, ...], start: tuple[float, ...]) -> dict[str, float]:
    """What each input adds to the log odds of carrying any variant, which four genes share."""
    moved = [after - before for after, before in zip(features, start, strict=True)]
    shares: dict[str, list[float]] = {}
    for place, (name, _) in enumerate(_FEATURES):
        if moved[place]:
            so_far = shares.get(name, [0.0] * len(_ROWS))
            shares[name] = [old + row[place] * moved[place] for old, row in zip(so_far, _ROWS.values(), strict=True)]
    if not shares:
        return {}
    constants = [_log(odds) for odds in _odds(start).values()]
    return along(
        lambda sums: _log(sum(_exp(a + b) for a, b in zip(constants, sums, strict=True))),
        [sum(parts) for parts in zip(*shares.values(), strict=True)],
        shares,
    )


def _explanation(inputs: Premm5Inputs) -> Explanation:
    features = _features(inputs)
    start = _without_history(features)
    origin = _log(sum(_odds(start).values()))
    deltas = _deltas(features, start)
    nobody: dict[str, Any] = {name: 0 if name.endswith(("crc", "r_endometrial")) else False for name in deltas}
    nobody |= {name: None for name in deltas if name.endswith("age")}
    return LOGISTIC.explain(
        "same age and sex, none of these cancers in the person or the family",
        nobody, {name: getattr(inputs, name) for name in deltas}, deltas, origin,
        {name: "a" for name in deltas if name.endswith("age")},
    )  # fmt: skip


def _formula(inputs: Premm5Inputs) -> RiskEstimate:
    odds = _odds(_features(inputs))
    found = _any(odds)
    category = found.pop("category")
    none = 1 + sum(odds.values())
    warnings = [
        Caveat(
            "referral_population",
            "Fitted on people sent for testing: it overstates the probability of people without such a history.",
        )
    ]
    if not 22 <= inputs.age <= 83:
        warnings.append(Caveat("age_clamped", "The publication counts ages below 22 as 22, and above 83 as 83."))
    return RiskEstimate(
        result=found | {gene: 100 * one / none for gene, one in odds.items()},
        value=found["any"],
        unit="%",
        category=category,
        explain=lambda: _explanation(inputs),
        reasons=(category,),
        warnings=tuple(warnings),
    )


premm5 = RiskModel("premm5", "2017.1", SOURCE, Premm5Inputs, _formula, _columns)

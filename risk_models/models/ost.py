"""OST: 0.2 × (weight − age), a prompt to talk about the density of bones; not used in France for the decision.

Sources: Koh LK et al., Osteoporos Int 2001;12:699-705, doi 10.1007/s001980170070; Geusens P et al., Mayo Clin Proc
2002;77:629-637.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import model_validator

from risk_models.base import Caveat, Contribution, Explanation, Reference, RiskEstimate, RiskModel
from risk_models.inputs import Adult, Bounds, Inputs, Says, Sex, refuse
from risk_models.numeric import rounded, where

SOURCE = "Koh LK et al., Osteoporos Int 2001;12:699-705, doi 10.1007/s001980170070"


class OstInputs(Inputs):
    sex: Sex
    age: Adult
    weight: Annotated[float, Bounds(20, 400, "kg"), Says("body weight")]
    postmenopausal: Annotated[bool, Says("a woman after the menopause; the index is not made for others")] = True

    def holds(self) -> bool:
        return (self.sex == "male") | self.postmenopausal

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if not self.holds():
            raise refuse("excluded", "made for women after the menopause, and men", input="postmenopausal")
        return self


def _columns(inputs: OstInputs) -> dict[str, Any]:
    value = rounded(0.2 * (inputs.weight - inputs.age))
    limit = where(inputs.sex == "male", 4.0, 2.0)
    return {"value": value, "category": where(value < limit, "consider_dxa", "low")}


def _explanation(inputs: OstInputs) -> Explanation:
    return Explanation(
        Reference("same sex, 60 years, 70 kg", {"weight": 70, "age": 60}, 2.0, "index", 2.0),
        (
            Contribution("weight", inputs.weight, 70, 0.2 * (inputs.weight - 70), unit="kg"),
            Contribution("age", inputs.age, 60, -0.2 * (inputs.age - 60), unit="a"),
        ),
    )


def _formula(inputs: OstInputs) -> RiskEstimate:
    result = _columns(inputs)
    told = "In France the density of bones is measured on the conditions of the HAS, not on this index."
    return RiskEstimate(
        result=result,
        value=result["value"],
        unit="{index}",
        category=result["category"],
        explain=lambda: _explanation(inputs),
        warnings=(Caveat("not_used_in_france", told),),
    )


ost = RiskModel("ost", "2001.1", SOURCE, OstInputs, _formula, _columns)

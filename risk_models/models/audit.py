"""AUDIT-C (three questions) and AUDIT (ten): does the use of alcohol call for a talk with a professional?

Sources: Babor TF et al., AUDIT, WHO 2001; Bush K et al., Arch Intern Med 1998;158:1789-1795 (AUDIT-C);
Gache P et al., Alcohol Clin Exp Res 2005;29:2001-2007 (French version). Limits as used in France: AUDIT-C 4
(men) and 3 (women), AUDIT 7 and 6; from 10 (AUDIT-C) and 13 (AUDIT) dependence is probable.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from annotated_types import Len
from pydantic import model_validator

from risk_models.base import RiskEstimate, RiskModel
from risk_models.inputs import Inputs, Says, Sex, refuse
from risk_models.numeric import every, negate, one_of, where
from risk_models.points import UpTo4, items

SOURCE = "Babor TF et al., AUDIT: guidelines for use in primary care, 2nd edition, WHO 2001"
SOURCE_C = "Bush K et al., Arch Intern Med 1998;158:1789-1795, doi 10.1001/archinte.158.16.1789"

_PERSON = "answers that give no point"


def _contradicts(answers: list[int]) -> bool:
    """Never drinks, and yet says how much."""
    return (answers[0] == 0) & ((answers[1] > 0) | (answers[2] > 0))


def _consistent(answers: list[int]) -> None:
    if _contradicts(answers):
        told = "the first answer is never, so that the second and third must be 0: ask again"
        raise refuse("invalid", told, input="items[0]")


class AuditCInputs(Inputs):
    sex: Sex
    items: Annotated[
        list[UpTo4],
        Len(3, 3),
        Says("points of the three answers in order: how often, how many glasses, how often six or more"),
    ]

    def holds(self) -> bool:
        return negate(_contradicts(self.items))

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        _consistent(self.items)
        return self


class AuditInputs(Inputs):
    sex: Sex
    items: Annotated[
        list[UpTo4],
        Len(10, 10),
        Says("points of the ten answers in order; the ninth and tenth are worth 0, 2 or 4"),
    ]

    def holds(self) -> bool:
        even = every(one_of(self.items[place], (0, 2, 4)) for place in (8, 9))
        return even & negate(_contradicts(self.items))

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        for place in (8, 9):
            if self.items[place] not in (0, 2, 4):
                raise refuse("invalid", "must be 0, 2 or 4", input=f"items[{place}]", valid="0, 2 or 4")
        _consistent(self.items)
        return self


def _results(sex: str, answers: list[int], count: int, men: int, women: int, dependence: int) -> dict[str, Any]:
    score = sum(answers[place] for place in range(count))
    from_score = where(sex == "male", men, women)
    above = where(score >= from_score, "at_risk", "low")
    return {"score": score, "category": where(score >= dependence, "probable_dependence", above)}


def _columns_c(inputs: AuditCInputs) -> dict[str, Any]:
    return _results(inputs.sex, inputs.items, 3, men=4, women=3, dependence=10)


def _columns(inputs: AuditInputs) -> dict[str, Any]:
    return _results(inputs.sex, inputs.items, 10, men=7, women=6, dependence=13)


def _estimate(result: dict[str, Any], answers: list[int]) -> RiskEstimate:
    return RiskEstimate(
        result=result,
        value=result["score"],
        unit="{score}",
        category=result["category"],
        explain=lambda: items(answers, _PERSON),
    )


def _formula_c(inputs: AuditCInputs) -> RiskEstimate:
    return _estimate(_columns_c(inputs), inputs.items)


def _formula(inputs: AuditInputs) -> RiskEstimate:
    return _estimate(_columns(inputs), inputs.items)


audit_c = RiskModel("audit-c", "1998.1", SOURCE_C, AuditCInputs, _formula_c, _columns_c)
audit = RiskModel("audit", "2001.1", SOURCE, AuditInputs, _formula, _columns)

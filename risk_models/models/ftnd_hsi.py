"""Fagerström test (six questions) and Heaviness of Smoking Index (two of them): how strong is the need for nicotine?

Sources: Heatherton TF et al., Br J Addict 1991;86:1119-1127, doi 10.1111/j.1360-0443.1991.tb01879.x; French version
and classes: Etter JF et al., 1999, and the leaflets in use.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import model_validator

from risk_models.base import Explanation, RiskEstimate, RiskModel
from risk_models.inputs import Bounds, Inputs, Says, refuse
from risk_models.numeric import first_below, first_up_to, where
from risk_models.points import points

SOURCE = "Heatherton TF et al., Br J Addict 1991;86:1119-1127, doi 10.1111/j.1360-0443.1991.tb01879.x"

_MINUTES = ((5, 3), (30, 2), (60, 1), (float("inf"), 0))
_CIGARETTES = ((10, 0), (20, 1), (30, 2), (float("inf"), 3))
"""Up to this number: points."""
_FTND = ((3, "none"), (5, "low"), (7, "medium"), (11, "strong"))
_HSI = ((3, "low"), (5, "medium"), (7, "high"))
"""Below this score: the class."""

_QUESTIONS = ("hard_to_refrain", "hate_to_give_up_first_morning", "more_in_morning", "smokes_when_ill_in_bed")


class FtndHsiInputs(Inputs):
    minutes_to_first: Annotated[float, Bounds(0, 1440, "min"), Says("from waking to the first cigarette")]
    cigarettes_per_day: Annotated[float, Bounds(0, 200, "{cigarettes}/d"), Says("on a usual day, above 0")]
    hard_to_refrain: Annotated[bool, Says("finds it hard not to smoke where it is forbidden")]
    hate_to_give_up_first_morning: Annotated[bool, Says("the first of the morning is the hardest to give up")]
    more_in_morning: Annotated[bool, Says("smokes more in the first hours of the day")]
    smokes_when_ill_in_bed: Annotated[bool, Says("smokes even when ill in bed")]

    def holds(self) -> bool:
        return self.cigarettes_per_day > 0

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if not self.holds():
            raise refuse("excluded", "made for people who smoke cigarettes", input="cigarettes_per_day")
        return self


def _points(inputs: FtndHsiInputs) -> dict[str, int]:
    return {
        "minutes_to_first": first_up_to(inputs.minutes_to_first, _MINUTES),
        "cigarettes_per_day": first_up_to(inputs.cigarettes_per_day, _CIGARETTES),
        **{name: where(getattr(inputs, name), 1, 0) for name in _QUESTIONS},
    }


def _columns(inputs: FtndHsiInputs) -> dict[str, Any]:
    given = _points(inputs)
    ftnd, hsi = sum(given.values()), given["minutes_to_first"] + given["cigarettes_per_day"]
    return {
        "ftnd": ftnd,
        "ftnd_class": first_below(ftnd, _FTND),
        "hsi": hsi,
        "hsi_class": first_below(hsi, _HSI),
    }


def _explanation(inputs: FtndHsiInputs) -> Explanation:
    given = _points(inputs)
    compared: dict[str, Any] = {"minutes_to_first": 61, "cigarettes_per_day": 10, **dict.fromkeys(_QUESTIONS, False)}
    return points(
        {name: getattr(inputs, name) for name in given}, given, compared, "smokes, without a point in any question",
        {"minutes_to_first": "min", "cigarettes_per_day": "{cigarettes}/d"},
    )  # fmt: skip


def _formula(inputs: FtndHsiInputs) -> RiskEstimate:
    result = _columns(inputs)
    return RiskEstimate(
        result=result,
        value=result["ftnd"],
        unit="{score}",
        category=result["ftnd_class"],
        explain=lambda: _explanation(inputs),
    )


ftnd_hsi = RiskModel("ftnd-hsi", "1991.1", SOURCE, FtndHsiInputs, _formula, _columns)

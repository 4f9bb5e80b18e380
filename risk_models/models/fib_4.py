"""FIB-4: may there be advanced fibrosis of the liver? For people with a reason to look (alcohol, overweight, diabetes,
hepatitis).

Sources: Sterling RK et al., Hepatology 2006;43:1317-1325, doi 10.1002/hep.21178; lower limit of 2.00 from 65 years:
McPherson S et al., Am J Gastroenterol 2017;112:740-751.
"""

from __future__ import annotations

from math import log
from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from risk_models.base import Caveat, Contribution, Explanation, Reference, RiskEstimate, RiskModel
from risk_models.inputs import Adult, Bounds, Excludes, Inputs, Says
from risk_models.numeric import rounded, sqrt, where, within
from risk_models.units import PLATELETS, stated_units

SOURCE = "Sterling RK et al., Hepatology 2006;43:1317-1325, doi 10.1002/hep.21178"

_OLDER, _LOW, _LOW_OLDER, _HIGH = 65, 1.30, 2.00, 2.67
_PLATELETS = (5.0, 2000.0)
_COMPARED = {"ast": 25.0, "alt": 25.0, "platelets": 250.0}


class Fib4Inputs(Inputs):
    age: Adult
    ast: Annotated[float, Bounds(1, 10000, "U/L"), Says("aspartate aminotransferase (ASAT)")]
    alt: Annotated[float, Bounds(1, 10000, "U/L"), Says("alanine aminotransferase (ALAT)")]
    platelets: Annotated[
        float, Bounds(0, 3_000_000, "in platelets_unit"), Says("platelets, from 5 to 2000 10*9/L")
    ]
    platelets_unit: Literal["10*9/L", "/mm3"] = "10*9/L"
    acute_illness: Annotated[bool, Excludes("acute illness distorts the results: wait for it to pass")] = False

    _read = model_validator(mode="before")(stated_units(platelets=PLATELETS))

    def holds(self) -> bool:
        return within(PLATELETS.convert(self.platelets, self.platelets_unit), *_PLATELETS)

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        PLATELETS.check("platelets", self.platelets, self.platelets_unit, *_PLATELETS)
        return self


def _columns(inputs: Fib4Inputs) -> dict[str, Any]:
    platelets = PLATELETS.convert(inputs.platelets, inputs.platelets_unit)
    value = inputs.age * inputs.ast / (platelets * sqrt(inputs.alt))
    low = where(inputs.age >= _OLDER, _LOW_OLDER, _LOW)
    exact = rounded(value)
    return {
        "value": value,
        "category": where(exact > _HIGH, "high", where(exact < low, "low", "intermediate")),
    }


def _explanation(inputs: Fib4Inputs) -> Explanation:
    """On the log of the index the four parts add up."""
    given = {"ast": inputs.ast, "alt": inputs.alt,
             "platelets": PLATELETS.convert(inputs.platelets, inputs.platelets_unit)}  # fmt: skip
    power = {"ast": 1.0, "alt": -0.5, "platelets": -1.0}
    value = inputs.age * _COMPARED["ast"] / (_COMPARED["platelets"] * _COMPARED["alt"] ** 0.5)
    units = {"ast": "U/L", "alt": "U/L", "platelets": "10*9/L"}
    return Explanation(
        Reference("same age; AST and ALT 25 U/L, platelets 250", _COMPARED, value, "log of the index", log(value)),
        tuple(
            Contribution(name, of, _COMPARED[name], power[name] * log(of / _COMPARED[name]), unit=units[name])
            for name, of in given.items()
        ),
    )


def _formula(inputs: Fib4Inputs) -> RiskEstimate:
    result = _columns(inputs)
    warnings: tuple[Caveat, ...] = ()
    if inputs.age < 35:
        warnings = (Caveat("age_unreliable", "Below 35 years the index is unreliable."),)
    return RiskEstimate(
        result=result,
        value=result["value"],
        unit="{index}",
        category=result["category"],
        explain=lambda: _explanation(inputs),
        warnings=warnings,
    )


fib_4 = RiskModel("fib-4", "2006.1", SOURCE, Fib4Inputs, _formula, _columns)

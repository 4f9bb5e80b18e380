"""Values that carry their unit: converted, or refused with the units accepted."""

from __future__ import annotations

from typing import Any

import pytest

from risk_models import NotApplicable, bmi, ckd_epi_2009, dlcn, score2
from tests.risk_models.test_risk_dlcn_samscore import NO_SIGN

PERSON: dict[str, Any] = {
    "region": "low", "sex": "male", "age": 50, "smoker": True, "sbp": 140, "total_cholesterol": 5.5,
    "hdl_cholesterol": 1.3,
}  # fmt: skip


@pytest.mark.parametrize(
    "height", ["180 cm", {"value": 180, "unit": "cm"}, "1.80 m", {"value": 1.8, "unit": "m"}]
)
@pytest.mark.parametrize("weight", ["81 kg", {"value": 81000, "unit": "g"}])
def test_a_value_may_carry_its_unit(height: Any, weight: Any) -> None:
    assert bmi(weight=weight, height=height, age="40 a").value == 25


@pytest.mark.parametrize("sbp", ["140 mmHg", "140 mm[Hg]", {"value": 18.6651, "unit": "kPa"}])
def test_pressure(sbp: Any) -> None:
    assert score2(**(PERSON | {"sbp": sbp})).value == pytest.approx(score2(**PERSON).value, abs=1e-3)


@pytest.mark.parametrize(("total", "hdl", "unit"), [
    ("5.5 mmol/L", "1.3 mmol/L", None), ({"value": 212.685, "unit": "mg/dL"}, 1.3, "mmol/L"),
    ("2.12685 g/L", {"value": 50.271, "unit": "mg/dL"}, None), ("2.12685 g/L", 50.271, "mg/dL"),
])  # fmt: skip
def test_cholesterol_in_mixed_units(total: Any, hdl: Any, unit: str | None) -> None:
    given = (
        PERSON
        | {"total_cholesterol": total, "hdl_cholesterol": hdl}
        | ({"cholesterol_unit": unit} if unit else {})
    )
    assert score2(**given).value == pytest.approx(score2(**PERSON).value, abs=1e-6)


def test_the_unit_of_the_value_states_what_must_be_stated() -> None:
    plain = ckd_epi_2009(sex="male", age=60, creatinine=1.2, creatinine_unit="mg/dL")
    assert ckd_epi_2009(sex="male", age=60, creatinine="1.2 mg/dL").value == plain.value
    assert dlcn(**(NO_SIGN | {"ldl_untreated": "190 mg/dL", "ldl_unit": "mmol/L"})).value == 1  # 4.913 mmol/L
    without = {name: value for name, value in NO_SIGN.items() if name != "ldl_unit"}
    assert dlcn(**(without | {"ldl_untreated": "190 mg/dL"})).value == 3


@pytest.mark.parametrize(("name", "value", "kind"), [
    ("sbp", "140 kg", "unit"), ("sbp", {"value": 140, "unit": None}, "unit"), ("sbp", {"value": 140}, "invalid"),
    ("sbp", {"value": "140", "unit": "mmHg"}, "invalid"), ("sbp", {"value": True, "unit": "mmHg"}, "invalid"),
    ("sbp", {"value": float("nan"), "unit": "mmHg"}, "implausible"), ("sbp", "140mmHg", "invalid"),
    ("total_cholesterol", "5.5 kg", "unit"), ("total_cholesterol", {"value": 200, "unit": "mmol/L"}, "unit"),
    ("sbp", "1e400 mmHg", "implausible"),
])  # fmt: skip
def test_units_of_something_else_are_refused(name: str, value: Any, kind: str) -> None:
    with pytest.raises(NotApplicable) as caught:
        score2(**(PERSON | {name: value}))
    assert (caught.value.refusal.kind, caught.value.refusal.input) == (kind, name)

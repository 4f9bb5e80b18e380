"""CKD-EPI and the KDIGO grid: units, published examples, category edges."""

from __future__ import annotations

from typing import Any

import pytest

from risk_models import NotApplicable, ckd_epi_2009, ckd_epi_2021, kdigo_grid

MAN_60 = {"sex": "male", "age": 60, "creatinine": 1.2, "creatinine_unit": "mg/dL"}


def test_a_man_of_60_with_1_2_mg_per_dl() -> None:
    assert ckd_epi_2009(**MAN_60).value == pytest.approx(65.33, abs=0.01)
    assert ckd_epi_2021(**MAN_60).value == pytest.approx(69.23, abs=0.01)
    assert ckd_epi_2009(**MAN_60).category == "G2"


@pytest.mark.parametrize(("value", "unit"), [(12, "mg/L"), (1.2 * 88.42, "umol/L")])
def test_units_give_the_same_rate(value: float, unit: str) -> None:
    same = ckd_epi_2009(**(MAN_60 | {"creatinine": value, "creatinine_unit": unit}))
    assert same.value == pytest.approx(ckd_epi_2009(**MAN_60).value)


@pytest.mark.parametrize("model", [ckd_epi_2009, ckd_epi_2021])
@pytest.mark.parametrize(("sex", "knot"), [("male", 0.9), ("female", 0.7)])
def test_the_curve_has_no_step_at_its_knot_and_falls(model: Any, sex: str, knot: float) -> None:
    def rate(creatinine: float) -> float:
        found: float = model(sex=sex, age=50, creatinine=creatinine, creatinine_unit="mg/dL").value
        return found

    assert rate(knot - 1e-6) == pytest.approx(rate(knot + 1e-6), rel=1e-5)
    assert rate(0.5) > rate(knot) > rate(2)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"creatinine": 90}, "unit"),
        ({"creatinine": 1.1, "creatinine_unit": "umol/L"}, "unit"),
        ({"creatinine": 0}, "implausible"),
        ({"creatinine": None}, "missing"),
        ({"creatinine_unit": None}, "missing"),
        ({"age": 17}, "out_of_range"),
        ({"pregnant": True}, "excluded"),
        ({"acute_kidney_injury": True}, "excluded"),
        ({"kidney_replacement": True}, "excluded"),
    ],
)
def test_refusals(changes: dict[str, Any], kind: str) -> None:
    for model in (ckd_epi_2009, ckd_epi_2021):
        with pytest.raises(NotApplicable) as caught:
            model(**(MAN_60 | changes))
        assert caught.value.refusal.kind == kind
        assert caught.value.refusal.input == next(iter(changes))


def test_the_unit_is_never_presumed() -> None:
    with pytest.raises(NotApplicable) as caught:
        ckd_epi_2009(sex="male", age=60, creatinine=90)
    assert caught.value.missing == ("creatinine_unit",)


@pytest.mark.parametrize(
    ("egfr", "g"),
    [(90, "G1"), (89.9, "G2"), (60, "G2"), (59.6, "G3a"), (45, "G3a"), (44.9, "G3b"), (30, "G3b"), (29.9, "G4"),
     (15, "G4"), (14.9, "G5")],
)  # fmt: skip
def test_filtration_edges(egfr: float, g: str) -> None:
    assert kdigo_grid(egfr=egfr, acr=10, acr_unit="mg/g").result["g"] == g


@pytest.mark.parametrize(
    ("acr", "unit", "a"),
    [(29.9, "mg/g", "A1"), (30, "mg/g", "A2"), (300, "mg/g", "A2"), (300.1, "mg/g", "A3"),
     (2.99, "mg/mmol", "A1"), (3, "mg/mmol", "A2"), (30, "mg/mmol", "A2"), (30.1, "mg/mmol", "A3")],
)  # fmt: skip
def test_albuminuria_edges(acr: float, unit: str, a: str) -> None:
    assert kdigo_grid(egfr=95, acr=acr, acr_unit=unit).result["a"] == a


def test_the_grid_as_printed() -> None:
    levels = {
        95: ["low", "moderate", "high"],
        75: ["low", "moderate", "high"],
        50: ["moderate", "high", "very_high"],
        35: ["high", "very_high", "very_high"],
        20: ["very_high"] * 3,
        10: ["very_high"] * 3,
    }
    for egfr, row in levels.items():
        assert [kdigo_grid(egfr=egfr, acr=acr, acr_unit="mg/g").category for acr in (10, 100, 500)] == row


@pytest.mark.parametrize("acr", [0, -1, 30001, None])
def test_no_level_without_a_plausible_ratio(acr: float | None) -> None:
    with pytest.raises(NotApplicable, match="acr"):
        kdigo_grid(egfr=80, acr=acr, acr_unit="mg/g")


def test_one_result_is_to_be_confirmed() -> None:
    assert kdigo_grid(egfr=95, acr=10, acr_unit="mg/g").warnings == ()
    assert [c.code for c in kdigo_grid(egfr=50, acr=10, acr_unit="mg/g").warnings] == ["to_be_confirmed"]

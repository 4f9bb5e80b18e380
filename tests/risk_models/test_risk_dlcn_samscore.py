"""Two rules of points: DLCN (highest item of each group) and SAMScore (three ways to a high risk)."""

from __future__ import annotations

from typing import Any

import pytest

from risk_models import NotApplicable, dlcn, samscore
from risk_models.models.samscore import FACTORS

NO_SIGN: dict[str, Any] = {
    "ldl_untreated": 3.0, "ldl_unit": "mmol/L", "fdr_premature_cvd": False, "fdr_high_ldl": False,
    "fdr_xanthoma_or_arcus": False, "child_high_ldl": False, "premature_coronary": False,
    "premature_cerebral_peripheral": False, "tendon_xanthoma": False, "arcus_before_45": False, "mutation": False,
}  # fmt: skip


def lipids(**changes: Any) -> Any:
    return dlcn(**(NO_SIGN | changes))


@pytest.mark.parametrize(
    ("ldl", "unit", "points"),
    [(3.99, "mmol/L", 0), (4.0, "mmol/L", 1), (4.95, "mmol/L", 1), (4.99, "mmol/L", 1), (5.0, "mmol/L", 3),
     (6.45, "mmol/L", 3), (6.5, "mmol/L", 5), (8.49, "mmol/L", 5), (8.5, "mmol/L", 8), (154, "mg/dL", 0),
     (155, "mg/dL", 1), (189, "mg/dL", 1), (190, "mg/dL", 3), (249, "mg/dL", 3), (250, "mg/dL", 5), (329, "mg/dL", 5),
     (330, "mg/dL", 8), (1.54, "g/L", 0), (1.55, "g/L", 1), (1.9, "g/L", 3), (2.5, "g/L", 5), (3.3, "g/L", 8)],
)  # fmt: skip
def test_bands_of_ldl(ldl: float, unit: str, points: int) -> None:
    assert lipids(ldl_untreated=ldl, ldl_unit=unit).value == points


@pytest.mark.parametrize(("items", "points"), [
    (["fdr_premature_cvd", "fdr_high_ldl"], 1), (["fdr_high_ldl", "child_high_ldl"], 2),
    (["fdr_xanthoma_or_arcus", "child_high_ldl"], 2), (["premature_coronary", "premature_cerebral_peripheral"], 2),
    (["premature_cerebral_peripheral"], 1), (["tendon_xanthoma", "arcus_before_45"], 6), (["arcus_before_45"], 4),
    (["mutation"], 8),
])  # fmt: skip
def test_only_the_highest_item_of_a_group_counts(items: list[str], points: int) -> None:
    found = lipids(**dict.fromkeys(items, True))
    assert found.value == points
    assert sum(c.delta for c in found.contributions) == points


@pytest.mark.parametrize(("changes", "category"), [
    ({"premature_coronary": True}, "unlikely"), ({"ldl_untreated": 5.0}, "possible"),
    ({"ldl_untreated": 6.5}, "possible"), ({"tendon_xanthoma": True}, "probable"),
    ({"ldl_untreated": 8.5}, "probable"), ({"ldl_untreated": 8.5, "fdr_high_ldl": True}, "definite"),
])  # fmt: skip
def test_categories(changes: dict[str, Any], category: str) -> None:
    assert lipids(**changes).category == category


@pytest.mark.parametrize(("changes", "kind", "name"), [
    ({"ldl_untreated": 190}, "unit", "ldl_untreated"), ({"ldl_untreated": 0}, "implausible", "ldl_untreated"),
    ({"ldl_unit": "mg/dL", "ldl_untreated": 1.9}, "unit", "ldl_untreated"),
    ({"ldl_untreated": -1}, "implausible", "ldl_untreated"), ({"ldl_untreated": None}, "missing", "ldl_untreated"),
    ({"ldl_untreated": float("inf")}, "implausible", "ldl_untreated"),
    ({"ldl_unit": None}, "missing", "ldl_unit"), ({"on_treatment": True}, "excluded", "on_treatment"),
    ({"mutation": None}, "missing", "mutation"),
])  # fmt: skip
def test_dlcn_refusals(changes: dict[str, Any], kind: str, name: str) -> None:
    with pytest.raises(NotApplicable) as caught:
        lipids(**changes)
    assert (caught.value.refusal.kind, caught.value.refusal.input) == (kind, name)


def test_which_unit_was_likely_meant_is_said() -> None:
    with pytest.raises(NotApplicable, match="looks like mg/dL given as mmol/L"):
        lipids(ldl_untreated=190)


def skin(age: int, *present: str) -> Any:
    return samscore(age=age, **{name: name in present for name in FACTORS})


@pytest.mark.parametrize(("age", "present", "reasons"), [
    (40, (), ()), (40, FACTORS[:2], ()), (59, ("freckles",), ()), (60, ("more_than_20_naevi_on_arms",), ()),
    (40, ("light_phototype", "severe_childhood_sunburn", "lived_in_sunny_country"), ("three_factors",)),
    (59, ("more_than_20_naevi_on_arms",), ("many_naevi_before_60",)), (60, ("freckles",), ("freckles_from_60",)),
    (18, ("personal_melanoma", "first_degree_melanoma"), ()),
])  # fmt: skip
def test_three_ways_to_a_high_risk(age: int, present: tuple[str, ...], reasons: tuple[str, ...]) -> None:
    found = skin(age, *present)
    assert found.reasons == reasons
    assert found.result == ("high" if reasons else "not_high")
    assert found.value == sum(c.delta for c in found.contributions) == len(present)


def test_own_melanoma_is_followed_up_anyway() -> None:
    assert [c.code for c in skin(40, "personal_melanoma").warnings] == ["follow_up_not_screening"]


@pytest.mark.parametrize("age", [17, -3, 121, None, "old"])
def test_samscore_is_for_adults(age: Any) -> None:
    with pytest.raises(NotApplicable, match="age"):
        skin(age)


def test_an_unanswered_question_is_asked() -> None:
    with pytest.raises(NotApplicable) as caught:
        samscore(age=40, **{name: None if name == "freckles" else False for name in FACTORS})
    assert caught.value.missing == ("freckles",)

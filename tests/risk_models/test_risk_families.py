"""The two family rules: Eisinger's points and the level of colorectal risk."""

from __future__ import annotations

from typing import Any

import pytest

from risk_models import NotApplicable, colorectal_family_level, eisinger


def relative(
    branch: str = "maternal", cancer: str = "breast", sex: str = "female", age: Any = 45
) -> dict[str, Any]:
    return {"branch": branch, "cancer": cancer, "sex": sex, "age": age}


@pytest.mark.parametrize(
    ("age", "points"),
    [(0, 4), (29, 4), (30, 3), (39, 3), (40, 2), (49, 2), (50, 1), (70, 1), (71, 0), (120, 0)],
)
def test_points_by_age_at_diagnosis(age: int, points: int) -> None:
    assert eisinger(relatives=[relative(age=age)]).value == points


@pytest.mark.parametrize(
    ("case", "points"),
    [
        (relative(sex="male", age=None), 4),
        (relative(cancer="ovary", age=None), 3),
        (relative(cancer="brca_mutation", sex="male", age=None), 5),
        (relative(age=[40, 49]), 2),
        (relative(age=[75, 90]), 0),
    ],
)
def test_points_that_do_not_hang_on_the_age(case: dict[str, Any], points: int) -> None:
    assert eisinger(relatives=[case]).value == points


def test_branches_are_never_added() -> None:
    estimate = eisinger(relatives=[relative(age=35), relative("paternal", age=35)])
    assert estimate.result == {"maternal": 3, "paternal": 3, "score": 3, "category": "possible"}


def test_the_person_and_siblings_count_in_both_branches() -> None:
    estimate = eisinger(relatives=[relative("both", age=38), relative("paternal", age=49)])
    assert estimate.result == {"maternal": 3, "paternal": 5, "score": 5, "category": "excellent"}
    assert [(c.input, c.delta) for c in estimate.contributions] == [("relatives[0]", 3), ("relatives[1]", 2)]
    assert estimate.reasons == ("paternal_branch",)


def test_nobody_is_an_answer() -> None:
    assert eisinger(relatives=[]).category == "none"
    with pytest.raises(NotApplicable):
        eisinger()


def test_an_unknown_age_gives_the_range() -> None:
    with pytest.raises(NotApplicable) as caught:
        eisinger(relatives=[relative(cancer="ovary"), relative(age=None)])
    assert caught.value.missing == ("relatives[1].age",)
    assert caught.value.refusal.bounds == (3, 7)


def test_one_cancer_counts_whole_in_whichever_branch_it_is() -> None:
    cousin = {"branch": "unknown", "cancer": "breast", "sex": "female", "age": 35}
    aunt = {"branch": "paternal", "cancer": "breast", "sex": "female", "age": 60}
    with pytest.raises(NotApplicable) as caught:
        eisinger(relatives=[cousin, aunt])
    assert caught.value.refusal.bounds == (3, 4)


def test_an_age_within_bounds_narrows_the_range() -> None:
    with pytest.raises(NotApplicable) as caught:
        eisinger(relatives=[relative(age=[45, 55])])
    assert caught.value.refusal.bounds == (1, 2)


def test_an_unknown_branch_is_asked_for_when_it_matters() -> None:
    with pytest.raises(NotApplicable) as caught:
        eisinger(relatives=[relative("unknown", age=45)])
    assert caught.value.missing == ("relatives[0].branch",)
    assert eisinger(relatives=[relative("unknown", age=80)]).value == 0


@pytest.mark.parametrize(
    "case",
    [
        {"branch": "maternal", "cancer": "breast", "age": 45},
        relative(cancer="ovary", sex="male"),
        relative(cancer="melanoma"),
        relative(branch="other"),
        relative(branch=None),  # type: ignore[arg-type]
        relative(age=-1),
        relative(age=[50, 40]),
        relative(age=45.5),
        relative() | {"name": "?"},
    ],
)
def test_wrong_entries_are_refused(case: dict[str, Any]) -> None:
    with pytest.raises(NotApplicable, match=r"relatives\[0\]"):
        eisinger(relatives=[case])


def test_a_true_negative_is_not_scored() -> None:
    with pytest.raises(NotApplicable) as caught:
        eisinger(relatives=[relative()], familial_variant_excluded=True)
    assert caught.value.refusal.kind == "excluded"


def level(first: list[Any], **more: Any) -> str | None:
    return colorectal_family_level(first_degree_ages=first, second_degree_ages=[], **more).category


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ([], "average"),
        ([64], "high"),
        ([65], "average"),
        ([[60, 64]], "high"),
        ([[65, 80]], "average"),
        ([70, 80], "high"),
        ([None, None], "high"),
        ([None, 40], "high"),
    ],
)
def test_first_degree_relatives(first: list[Any], expected: str) -> None:
    assert level(first) == expected


@pytest.mark.parametrize("first", [[None], [[60, 70]]])
def test_a_deciding_age_is_asked_for(first: list[Any]) -> None:
    with pytest.raises(NotApplicable) as caught:
        level(first)
    assert caught.value.missing == ("first_degree_ages[0]",)
    assert level(first, personal_crc_or_advanced_adenoma=True) == "high"
    assert level(first, lynch_or_polyposis=True) == "very_high"


def test_the_criteria_met_are_told() -> None:
    estimate = colorectal_family_level(first_degree_ages=[50, 70], acromegaly=True)
    assert estimate.reasons == ("acromegaly", "first_degree_before_65", "two_first_degree")


def test_second_degree_relatives_do_not_change_the_level() -> None:
    assert colorectal_family_level(first_degree_ages=[], second_degree_ages=[40, None]).category == "average"


def test_the_first_degree_must_be_answered() -> None:
    for given in ({}, {"first_degree_ages": None}):
        with pytest.raises(NotApplicable) as caught:
            colorectal_family_level.compute(given)
        assert caught.value.missing == ("first_degree_ages",)


def test_an_unknown_syndrome_is_not_a_no() -> None:
    with pytest.raises(NotApplicable) as caught:
        colorectal_family_level(first_degree_ages=[], lynch_or_polyposis=None)
    assert caught.value.missing == ("lynch_or_polyposis",)

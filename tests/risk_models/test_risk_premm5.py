"""PREMM5: the threshold, histories that contradict themselves, and contributions that add up."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_models import NotApplicable, premm5

NOBODY: dict[str, Any] = {
    "sex": "female", "age": 50, "proband_crc": 0, "proband_crc_age": None, "proband_endometrial": False,
    "proband_endometrial_age": None, "proband_other_ls": False, "fdr_crc": 0, "fdr_crc_min_age": None, "sdr_crc": 0,
    "sdr_crc_min_age": None, "fdr_endometrial": 0, "fdr_endometrial_min_age": None, "sdr_endometrial": 0,
    "sdr_endometrial_min_age": None, "fdr_other_ls": False, "sdr_other_ls": False,
}  # fmt: skip


def of(**changes: Any) -> Any:
    return premm5(**(NOBODY | changes))


def test_without_history_the_constants_and_age_alone_speak() -> None:
    """By hand for MLH1: −5.325 − 0.0476 × 50 = −7.705; the four odds add up to 0.0081198."""
    genes = ((-5.325, -0.0476), (-4.427, -0.0482), (-4.675, -0.0363), (-4.913, -0.0074))
    odds = [math.exp(a + 50 * b) for a, b in genes]
    found = of()
    assert found.result["mlh1"] == pytest.approx(100 * odds[0] / (1 + sum(odds)), abs=1e-9)
    assert found.value == pytest.approx(100 * sum(odds) / (1 + sum(odds)), abs=1e-9)
    assert found.contributions == ()
    assert found.category == "below_threshold"


def test_one_own_cancer_passes_the_threshold() -> None:
    found = of(sex="male", age=40, proband_crc=1, proband_crc_age=38)
    assert found.category == "at_or_above_threshold"
    assert {c.input for c in found.contributions} == {"proband_crc", "proband_crc_age"}


@pytest.mark.parametrize(
    ("changes", "kind", "name"),
    [
        ({"age": None}, "missing", "age"),
        ({"age": 17}, "out_of_range", "age"),
        ({"age": -1}, "out_of_range", "age"),
        ({"sex": "unknown"}, "invalid", "sex"),
        ({"fdr_crc": 1}, "missing", "fdr_crc_min_age"),
        ({"sdr_endometrial": 2}, "missing", "sdr_endometrial_min_age"),
        ({"proband_crc": 1}, "missing", "proband_crc_age"),
        ({"proband_crc_age": 40}, "invalid", "proband_crc_age"),
        ({"fdr_crc_min_age": 40}, "invalid", "fdr_crc_min_age"),
        ({"proband_crc": 1, "proband_crc_age": 51}, "invalid", "proband_crc_age"),
        ({"proband_endometrial": True, "proband_endometrial_age": 51}, "invalid", "proband_endometrial_age"),
        ({"sex": "male", "proband_endometrial": True, "proband_endometrial_age": 40}, "invalid", "proband_endometrial"),
        ({"fdr_other_ls": None}, "missing", "fdr_other_ls"),
        ({"fdr_crc": -1}, "implausible", "fdr_crc"),
    ],
)  # fmt: skip
def test_refusals(changes: dict[str, Any], kind: str, name: str) -> None:
    with pytest.raises(NotApplicable) as caught:
        of(**changes)
    assert (caught.value.refusal.kind, caught.value.refusal.input) == (kind, name)


@pytest.mark.parametrize(("age", "same"), [(18, 22), (21, 22), (84, 83), (99, 83)])
def test_the_publication_counts_ages_at_its_limits_and_it_is_said(age: int, same: int) -> None:
    assert of(age=age).value == of(age=same).value
    assert "age_clamped" in {c.code for c in of(age=age).warnings}
    assert "age_clamped" not in {c.code for c in of(age=same).warnings}


@pytest.mark.parametrize(("count", "same"), [(3, 2), (9, 2)])
def test_more_than_two_relatives_count_as_two(count: int, same: int) -> None:
    assert of(fdr_crc=count, fdr_crc_min_age=50).value == of(fdr_crc=same, fdr_crc_min_age=50).value


def test_two_own_cancers_rule_out_msh6_as_published() -> None:
    found = of(proband_crc=2, proband_crc_age=45)
    assert found.result["msh6"] < 1e-15
    assert sum(found.result[gene] for gene in ("mlh1", "msh2", "msh6", "pms2")) == pytest.approx(found.value)


HISTORY = st.fixed_dictionaries(
    {
        "sex": st.just("female"), "age": st.integers(60, 90), "own": st.integers(0, 3), "endometrial": st.booleans(),
        "fdr_crc": st.integers(0, 3), "sdr_crc": st.integers(0, 3), "fdr_endometrial": st.integers(0, 3),
        "sdr_endometrial": st.integers(0, 3), "proband_other_ls": st.booleans(), "fdr_other_ls": st.booleans(),
        "sdr_other_ls": st.booleans(), "onset": st.integers(20, 60),
    }
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(HISTORY)
def test_contributions_add_up(history: dict[str, Any]) -> None:
    onset, own, endometrial = history.pop("onset"), history.pop("own"), history.pop("endometrial")
    person = history | {
        "proband_crc": own,
        "proband_crc_age": onset if own else None,
        "proband_endometrial": endometrial,
        "proband_endometrial_age": onset if endometrial else None,
    }
    for name in ("fdr_crc", "sdr_crc", "fdr_endometrial", "sdr_endometrial"):
        person[f"{name}_min_age"] = onset if person[name] else None
    found = of(**person)
    assert found.reference is not None
    assert found.reference.value == pytest.approx(of(age=person["age"]).value, abs=1e-9)
    points = sum(c.delta_pp or 0 for c in found.contributions)
    assert found.reference.value + points == pytest.approx(found.value, abs=1e-9)
    share = found.value / 100
    scale = math.log(share / (1 - share))
    assert found.reference.scale_value + sum(c.delta for c in found.contributions) == pytest.approx(
        scale, abs=1e-9
    )

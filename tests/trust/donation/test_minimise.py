"""Coarsening: what a cell may say of a value, and no more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates import PartialDate
from app.facts.reduce import ReducedValue
from app.trust.donation.minimise import cell
from app.trust.donation.projects import Column
from app.trust.donation.pseudonyms import FURTHEST, ProjectKey

WIDTHS = st.sampled_from([0.1, 0.5, 1.0, 5.0, 10.0])


def column(keep: str, **more: Any) -> Column:
    return Column(name="c", fact="f", keep=keep, why="x", **more)  # type: ignore[arg-type]


@given(st.integers(-2000, 2000), WIDTHS, st.integers(0, 40), st.integers(1, 40))
def test_a_band_holds_its_value_and_the_ends_hold_the_rest(tenths: int, width: float, bottom: int, steps: int) -> None:
    value, top = tenths / 10, round(bottom + steps * width, 9)
    found = cell(column("band", width=width, bottom=float(bottom), top=top), ReducedValue("f", "known", value), 0)
    assert isinstance(found, float)
    if value >= top:
        assert found == top
    elif value < bottom:
        assert found == bottom - width
    else:
        assert found - 1e-9 <= value < found + width + 1e-9
        assert abs((found - bottom) / width - round((found - bottom) / width)) < 1e-6


def test_a_value_that_may_lie_in_two_bands_is_empty() -> None:
    age = ReducedValue("age", "known", 65)
    age.low, age.high = 64.0, 65.0
    assert cell(column("band", width=5), age, 0) is None
    age.low = 65.0
    assert cell(column("band", width=5), age, 0) == 65.0


@pytest.mark.parametrize(
    ("keep", "expected"),
    [("year", "2024"), ("quarter", "2024-Q2"), ("month", "2024-06"), ("shifted_day", "2024-06-13")],
)
def test_dates_are_cut_or_moved(keep: str, expected: str) -> None:
    known = ReducedValue("f", "known", PartialDate.parse("2024-06-03"))
    assert cell(column(keep), known, 10) == expected
    to_the_year = ReducedValue("f", "known", PartialDate.parse("2024"))
    assert cell(column(keep), to_the_year, 10) == ("2024" if keep == "year" else None)


@pytest.mark.parametrize("state", ["presumed", "unknown", "absent"])
def test_what_nobody_said_is_empty(state: Any) -> None:
    assert cell(column("as_is"), ReducedValue("f", state, False), 0) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_shift_is_one_of_the_person_and_never_none(person: str, project: str) -> None:
    key = ProjectKey(bytes(32), project)
    days = key.days(person)
    assert days == ProjectKey(bytes(32), project).days(person)
    assert 0 < abs(days) <= FURTHEST
    first, second = date(2020, 1, 1), date(2020, 3, 1)
    moved = [date.fromisoformat(str(cell(column("shifted_day"), ReducedValue("f", "known", PartialDate.of(day)), days)))
             for day in (first, second)]  # fmt: skip
    assert moved[1] - moved[0] == second - first
    assert moved[0] - first == timedelta(days=days)


def test_pseudonyms_differ_by_project_secret_and_person() -> None:
    made = {
        ProjectKey(secret, project).pseudonym(person)
        for secret in (bytes(32), bytes([1]) * 32) for project in ("a", "b") for person in ("x", "y")
    }  # fmt: skip
    assert len(made) == 8
    assert all(len(name) == 32 for name in made)

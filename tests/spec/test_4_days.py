"""Days of acts: within a period, before an age, later than another; known to the day, month or year."""

from __future__ import annotations

import pytest

from tests.spec.table import TRUTH, fact, person, rows, truth

WITHIN = """
# colonoscopy | within five years (on 2026-10-05)
  2021-10-06  |  T
  2021-10-05  |  F
  2021-11     |  T
  2021-10     |
  2021        |
  2022        |  T
  2020        |  F
  2026-12-01  |
              |
"""
"""An act of the future has not happened: as if nobody spoke of it."""

BEFORE_AGE = """
# born       | cytology   | before 30
  1996-06-06 | 2026-06-05 |  T
  1996-06-06 | 2026-06-06 |  F
  1996-06-06 | 2026-06    |
  1996       | 2025       |  T
  1996       | 2026       |
             | 2025       |
"""

LATER = """
# positive test | colonoscopy | later
  2026-08-01    | 2026-07-31  |  T
  2026-08-01    | 2026-08-01  |  F
  2026-08-01    | 2026-09-01  |  F
  2026-08-01    |             |  T
  2026-08-15    | 2026-08     |
  2026-08       | 2026-08-15  |
  2026-08       | 2026-07     |  T
  2026          | 2026-10-05  |  F
                | 2026-07-31  |
"""


@pytest.mark.parametrize("row", rows(WITHIN), ids=" ".join)
def test_within(row: list[str]) -> None:
    sheet = person(*(fact("colonoscopy", "normal", day) for day in row[:1] if day))
    assert truth("{fact: colonoscopy_last_date, within: P5Y}", sheet) is TRUTH[row[1]]


@pytest.mark.parametrize("row", rows(BEFORE_AGE), ids=" ".join)
def test_before_age(row: list[str]) -> None:
    sheet = person(fact("cytology", "normal", row[1]), born=row[0] or None)
    assert truth("{fact: cytology_last_normal_date, before_age: 30}", sheet) is TRUTH[row[2]]


@pytest.mark.parametrize("row", rows(LATER), ids=" ".join)
def test_later_than(row: list[str]) -> None:
    acts = [fact("fit", "positive", row[0])] if row[0] else []
    sheet = person(*acts, *(fact("colonoscopy", "done", day) for day in row[1:2] if day))
    assert truth("{fact: fit_last_positive_date, later_than: colonoscopy_last_date}", sheet) is TRUTH[row[2]]

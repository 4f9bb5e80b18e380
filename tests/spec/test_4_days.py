"""Days of acts: within a period, before an age, later than another; known to the day, month or year."""

from __future__ import annotations

import pytest

from app.facts.model import Fact
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


AFTER = """
# normal smear | colonoscopy | on that day or in the 12 months after
  2024-03-31   | 2024-03-30  |  F
  2024-03-31   | 2024-03-31  |  T
  2024-03-31   | 2025-03-30  |  T
  2024-03-31   | 2025-03-31  |  F
  2024-02-29   | 2025-02-27  |  T
  2024-02-29   | 2025-02-28  |  F
  2024-03      | 2024-03-15  |
  2024-03      | 2024-04     |  T
  2024         | 2025        |
  2024         | 2026        |  F
  2024         | 2023        |  F
# one of them is not known, or known never to have been done
  2024-03-31   |             |
               | 2024-03-31  |
  never        | 2024-03-31  |  F
  2024-03-31   | never       |  F
"""

BEFORE = """
# colonoscopy | normal smear | strictly before
  2024-03-30  | 2024-03-31   |  T
  2024-03-31  | 2024-03-31   |  F
  2024-04-01  | 2024-03-31   |  F
  2024-03     | 2024-03-31   |
  2024-02     | 2024-03      |  T
  2024        | 2024         |
              | 2024-03-31   |
  2024-03-31  |              |
  never       | 2024-03-31   |  F
  2024-03-31  | never        |  F
"""


def done(name: str, day: str) -> list[Fact]:
    """A normal act of this day; `never` is an answer, blank is silence."""
    if not day:
        return []
    return [fact(name, False, "2026-09-01", "citizen")] if day == "never" else [fact(name, "normal", day)]


@pytest.mark.parametrize("row", rows(AFTER), ids=" ".join)
def test_within_a_period_after_another_day(row: list[str]) -> None:
    sheet = person(*done("cytology", row[0]), *done("colonoscopy", row[1]))
    criterion = "{fact: colonoscopy_last_date, within: P12M, after: cytology_last_normal_date}"
    assert truth(criterion, sheet) is TRUTH[row[2]]


@pytest.mark.parametrize("row", rows(BEFORE), ids=" ".join)
def test_before_another_day(row: list[str]) -> None:
    sheet = person(*done("colonoscopy", row[0]), *done("cytology", row[1]))
    assert truth("{fact: colonoscopy_last_date, before: cytology_last_normal_date}", sheet) is TRUTH[row[2]]


def test_what_silence_means_may_be_said_for_either_day() -> None:
    criterion = "{fact: colonoscopy_last_date, before: cytology_last_normal_date, if_missing: no}"
    assert truth(criterion, person(*done("cytology", "2024-03-31"))) is False
    assert truth(criterion, person(*done("colonoscopy", "2024-03-31"))) is False

"""Tracks are tried in order. One that may apply holds the answer back only when it would answer otherwise."""

from __future__ import annotations

import pytest

from app.guidelines.rules import recommend
from tests.spec.table import fact, guideline, person, reader, rows

RULES = guideline("""
- {id: specialist, when: {fact: hypertension, is: true}, status: specialist}
- id: early
  when: {fact: copd, is: true}
  schedule: {due: [{after: fit_last_negative_date, plus: P1Y}], never: {age: 40}}
- {id: usual, when: {age: {from: 50}}, schedule: {due: [{after: fit_last_negative_date, plus: P2Y}], never: {age: 50}}}
""")
NAMES = ("hypertension", "copd")

TABLE = """
# hypertension | copd | test       | born       | status       | track      | asks
  T            |  T   |            | 1970-01-01 | specialist   | specialist |
  F            |  T   |            | 1970-01-01 | overdue      | early      |
  F            |  F   |            | 1970-01-01 | overdue      | usual      |
  F            |  F   |            | 1990-01-01 | not_eligible |            |
# one unknown: asked when it changes the answer
               |  F   |            | 1970-01-01 | ask          |            | hypertension
  F            |      |            | 1970-01-01 | overdue      | usual      |
  F            |      | 2026-08-01 | 1970-01-01 | up_to_date   | usual      |
  F            |      | 2025-01-01 | 1970-01-01 | ask          |            | copd
  F            |      |            | 1980-01-01 | ask          |            | copd
  T            |      |            | 1990-01-01 | specialist   | specialist |
# several: the first met is asked first
               |      |            | 1990-01-01 | ask          |            | hypertension, copd
               |  T   | 2026-08-01 | 1970-01-01 | ask          |            | hypertension
# due or overdue, soon or up to date: the same is asked of the person
  F            |      | 2025-12-20 | 1970-01-01 | up_to_date   | usual      |
  F            |      | 2024-10-20 | 1970-01-01 | ask          |            | copd
  F            |      | 2024-10-01 | 1970-01-01 | due          | usual      |
"""


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_dispatch(row: list[str]) -> None:
    said = [fact(name, cell == "T") for name, cell in zip(NAMES, row[:2], strict=True) if cell]
    tests = [fact("fit", "negative", row[2])] if row[2] else []
    found = recommend(RULES, reader(person(*said, *tests, born=row[3])))
    assert (found.status.value, found.track.id if found.track else "", ", ".join(found.asks)) == tuple(row[4:])


def test_what_silence_was_taken_to_mean_is_told() -> None:
    found = recommend(RULES, reader(person(sections=frozenset({"problems"}))))
    assert found.assumed == NAMES
    assert found.status == "overdue"


def test_the_trace_keeps_each_track_that_was_looked_at_and_what_it_would_answer() -> None:
    found = recommend(RULES, reader(person(fact("hypertension", False))))
    assert [(step.track.id, step.truth, step.status) for step in found.trace] == [
        ("specialist", False, None), ("early", None, "overdue"), ("usual", True, "overdue"),
    ]

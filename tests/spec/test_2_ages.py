"""Ages are completed years. A birth date known to the month or year gives a range; the day before is not the day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.spec.table import TRUTH, person, rows, truth

TABLE = """
# born      | on         | from 50 | to 74 | 50 to 74
 1976-10-06 | 2026-10-05 |  F      |  T    |  F
 1976-10-05 | 2026-10-05 |  T      |  T    |  T
 1951-10-06 | 2026-10-05 |  T      |  T    |  T
 1951-10-05 | 2026-10-05 |  T      |  F    |  F
# who is born on 29 February has a birthday on the 28th in other years
 1976-02-29 | 2026-02-27 |  F      |  T    |  F
 1976-02-29 | 2026-02-28 |  T      |  T    |  T
 1976-02-29 | 2024-02-28 |  F      |  T    |  F
 1952-02-29 | 2027-02-28 |  T      |  F    |  F
# a month or a year
 1976       | 2026-10-05 |         |  T    |
 1976-10    | 2026-10-05 |         |  T    |
 1976-10    | 2026-10-31 |  T      |  T    |  T
 1976       | 2026-12-31 |  T      |  T    |  T
 1975       | 2026-10-05 |  T      |  T    |  T
 1951       | 2026-10-05 |  T      |       |
 1977       | 2026-10-05 |  F      |  T    |  F
# not known; not born yet
            | 2026-10-05 |         |       |
 2027-01-01 | 2026-10-05 |  F      |  T    |  F
"""


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_age(row: list[str]) -> None:
    sheet = person(born=row[0] or None, on=date.fromisoformat(row[1]))
    criteria = ("age: {from: 50}", "age: {to: 74}", "age: {from: 50, to: 74}")
    assert [truth(criterion, sheet) for criterion in criteria] == [TRUTH[cell] for cell in row[2:]]

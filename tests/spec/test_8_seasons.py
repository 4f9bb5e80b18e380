"""A yearly campaign: an act counts from 1 September; the campaign is open from 14 October to 31 January."""

from __future__ import annotations

from datetime import date

import pytest

from app.guidelines.evaluate import recommend
from tests.spec.table import fact, guideline, person, reader, rows

RULES = guideline("""
- id: everyone
  when: {age: {from: 18}}
  schedule:
    season: {opens: "10-14", closes: "01-31", counts_from: "09-01"}
    season_event: influenza_vaccine_last_date
""")

TABLE = """
# dose      | on         | status     | due from
            | 2026-07-15 | up_to_date | 2026-10-14
            | 2026-07-16 | due_soon   | 2026-10-14
            | 2026-10-13 | due_soon   | 2026-10-14
            | 2026-10-14 | due        | 2026-10-14
            | 2027-01-31 | due        | 2026-10-14
            | 2027-02-01 | up_to_date | 2027-10-14
 2026-08-31 | 2026-11-10 | due        | 2026-10-14
 2026-09-01 | 2026-09-01 | up_to_date | 2027-10-14
 2026-09-01 | 2026-11-10 | up_to_date | 2027-10-14
 2027-01-08 | 2027-01-20 | up_to_date | 2027-10-14
 2027-01-08 | 2027-11-10 | due        | 2027-10-14
 2026-12-24 | 2026-11-10 | due        | 2026-10-14
 2026-10    | 2026-11-10 | up_to_date | 2027-10-14
 2026       | 2026-11-10 | ask        | 2026-10-14
 2025       | 2026-11-10 | due        | 2026-10-14
"""


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_season(row: list[str]) -> None:
    doses = [fact("influenza_vaccine", "dose", row[0])] if row[0] else []
    found = recommend(RULES, reader(person(*doses, on=date.fromisoformat(row[1]))))
    assert (found.status.value, str(found.due_from)) == (row[2], row[3])

"""Yearly campaigns. The first: an act counts from 1 September; the campaign is open from 14 October to 31 January."""

from __future__ import annotations

from datetime import date

import pytest

from app.guidelines.rules import recommend
from tests.spec.table import TRUTH, fact, guideline, person, reader, rows, truth

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


SPRING = guideline("""
- id: everyone
  when: {age: {from: 18}}
  schedule:
    season: {opens: "04-14", closes: "06-15", counts_from: "03-01"}
    season_event: influenza_vaccine_last_date
""")

WITHIN_ONE_YEAR = """
# dose      | on         | status     | due from
            | 2026-04-13 | due_soon   | 2026-04-14
            | 2026-04-14 | due        | 2026-04-14
            | 2026-06-15 | due        | 2026-04-14
            | 2026-06-16 | up_to_date | 2027-04-14
 2026-02-28 | 2026-05-01 | due        | 2026-04-14
 2026-03-01 | 2026-05-01 | up_to_date | 2027-04-14
            | 2026-02-01 | due_soon   | 2026-04-14
"""


@pytest.mark.parametrize("row", rows(WITHIN_ONE_YEAR), ids=" ".join)
def test_a_campaign_from_14_april_to_15_june(row: list[str]) -> None:
    doses = [fact("influenza_vaccine", "dose", row[0])] if row[0] else []
    found = recommend(SPRING, reader(person(*doses, on=date.fromisoformat(row[1]))))
    assert (found.status.value, str(found.due_from)) == (row[2], row[3])


WINDOWS = """
# on        | 1 Sept. to 31 Jan. | 1 June to 15 Sept.
 2026-08-31 |  F                 |  T
 2026-09-01 |  T                 |  T
 2026-09-15 |  T                 |  T
 2026-09-16 |  T                 |  F
 2027-01-31 |  T                 |  F
 2027-02-01 |  F                 |  F
 2028-02-29 |  F                 |  F
 2026-05-31 |  F                 |  F
 2026-06-01 |  F                 |  T
"""


@pytest.mark.parametrize("row", rows(WINDOWS), ids=" ".join)
def test_the_day_falls_in_a_part_of_the_year(row: list[str]) -> None:
    sheet = person(on=date.fromisoformat(row[0]))
    windows = ('{from: "09-01", to: "01-31"}', '{from: "06-01", to: "09-15"}')
    assert [truth(f"season: {window}", sheet) for window in windows] == [TRUTH[cell] for cell in row[1:]]


AT = """
# act        | from 15 March to 15 June
             |
 2026-03-14  | F
 2026-03-15  | T
 2020-06-15  | T
 2026-06-16  | F
 2026-04     | T
 2026-03     |
 2026        |
"""


@pytest.mark.parametrize("row", rows(AT), ids=" ".join)
def test_the_day_of_an_act_falls_in_a_part_of_the_year(row: list[str]) -> None:
    doses = [fact("influenza_vaccine", "dose", row[0])] if row[0] else []
    window = '{season: {from: "03-15", to: "06-15"}, at: influenza_vaccine_last_date}'
    assert truth(window, person(*doses, on=date(2026, 12, 31))) == TRUTH[row[1]]
    assert truth(window, person(*doses, on=date(2026, 12, 31), complete=True)) == (TRUTH[row[1]] if row[0] else False)

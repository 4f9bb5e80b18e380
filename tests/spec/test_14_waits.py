"""The least time after another act: nothing is due before it is over, whatever the schedule says."""

from __future__ import annotations

from datetime import date

import pytest

from app.facts.model import UnknownFact
from app.guidelines.rules import Rules, recommend
from tests.spec.table import TODAY, fact, guideline, person, reader, rows

INTERVAL = guideline("""
- id: everyone
  when: {age: {from: 18}}
  schedule:
    due: [{after: pcv20_vaccine_last_date, plus: P5Y}]
    never: {age: 65}
    wait: [{after: pcv13_vaccine_last_date, plus: P1Y}, {after: ppv23_vaccine_last_date, plus: P2Y}]
""")

TABLE = """
# act        | other acts                        | status     | due from
             |                                   | due        | 2026-10-05
             | pcv13 2025-10-05                  | due        | 2026-10-05
             | pcv13 2025-10-06                  | due_soon   | 2026-10-06
             | pcv13 2026-01-03                  | due_soon   | 2027-01-03
             | pcv13 2026-01-04                  | up_to_date | 2027-01-04
# the latest of the waits, and of the schedule's own day
             | pcv13 2026-01-01, ppv23 2024-10-20 | due_soon  | 2027-01-01
             | pcv13 2025-11-01, ppv23 2024-12-01 | due_soon  | 2026-12-01
 2021-10-05  | pcv13 2025-10-05                  | due        | 2026-10-05
 2021-12-01  | pcv13 2025-10-20                  | due_soon   | 2026-12-01
# known to the month
             | pcv13 2025-09                     | due        | 2026-10-05
             | pcv13 2025-10                     | ask        | 2026-10-05
             | pcv13 2025-11                     | due_soon   | 2026-11-01
"""


def answer(rules: Rules, act: str, others: str, on: date = TODAY, born: str = "1961-10-05") -> tuple[str, str]:
    acts = [fact("pcv20_vaccine", "dose", act)] if act else []
    for text in others.split(",") if others else []:
        name, day = text.split()
        acts.append(fact(f"{name}_vaccine", "dose", day))
    found = recommend(rules, reader(person(*acts, born=born, on=on)))
    return found.status.value, str(found.due_from or "")


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_wait(row: list[str]) -> None:
    assert answer(INTERVAL, row[0], row[1]) == (row[2], row[3])


def test_an_act_that_nobody_can_date_is_asked_for_when_something_is_due() -> None:
    sheet = person(born="1961-10-05", unknown=[UnknownFact("pcv13_vaccine", "…")])
    assert recommend(INTERVAL, reader(sheet)).asks == ("pcv13_vaccine",)
    sheet = person(born="1961-12-05", unknown=[UnknownFact("pcv13_vaccine", "…")])
    assert recommend(INTERVAL, reader(sheet)).asks == ()


CAMPAIGN = guideline("""
- id: everyone
  when: {age: {from: 18}}
  schedule:
    season: {opens: "10-14", closes: "01-31", counts_from: "09-01"}
    season_event: pcv20_vaccine_last_date
    wait: [{after: pcv20_vaccine_last_date, plus: P6M}, {after: pcv13_vaccine_last_date, plus: P6M}]
""")

SEASONS = """
# act        | other            | on         | status     | due from
 2026-04-13  |                  | 2026-10-13 | due_soon   | 2026-10-14
 2026-04-14  |                  | 2026-10-14 | due        | 2026-10-14
 2026-05-10  |                  | 2026-11-09 | due_soon   | 2026-11-10
 2026-05-10  |                  | 2026-11-10 | due        | 2026-11-10
             | pcv13 2026-06-01 | 2026-11-10 | due_soon   | 2026-12-01
# over only when the campaign is: the next one
 2026-07-31  |                  | 2026-11-10 | due_soon   | 2027-01-31
 2026-08-01  |                  | 2026-11-10 | up_to_date | 2027-10-14
 2026-09-01  |                  | 2026-11-10 | up_to_date | 2027-10-14
             | pcv13 2026-09-01 | 2026-11-10 | up_to_date | 2027-10-14
"""


@pytest.mark.parametrize("row", rows(SEASONS), ids=" ".join)
def test_wait_in_a_campaign(row: list[str]) -> None:
    assert answer(CAMPAIGN, row[0], row[1], date.fromisoformat(row[2])) == (row[3], row[4])

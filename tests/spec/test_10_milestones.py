"""Appointments at fixed ages: 25, 45 and 65, then every ten years.

One less than five years after the last act is skipped. With nothing done, the last appointment gone by is due."""

from __future__ import annotations

from datetime import date

import pytest

from app.guidelines.rules import recommend
from tests.spec.table import fact, guideline, person, reader, rows, with_reductions

WORDS = with_reductions("dtp_vaccine", spec_dtp_last="last_date")
RULES = guideline("""
- id: everyone
  when: {age: {from: 11}}
  schedule:
    milestones: {ages: [25, 45, 65], then_every: 10, event: spec_dtp_last, skip_if_within: P5Y, max_gap: P25Y}
""")

TABLE = """
# born      | dose       | on         | status     | due from
# nothing done
 2000-10-05 |            | 2025-07-06 | up_to_date | 2025-10-05
 2000-10-05 |            | 2025-07-07 | due_soon   | 2025-10-05
 2000-10-05 |            | 2025-10-05 | due        | 2025-10-05
 1976-10-05 |            | 2026-10-05 | overdue    | 2021-10-05
 1940-10-05 |            | 2026-10-04 | overdue    | 2025-10-05
# the next appointment
 1981-01-01 | 2006-03-01 | 2025-12-31 | due_soon   | 2026-01-01
 1981-01-01 | 2006-03-01 | 2026-01-01 | due        | 2026-01-01
 1976-01-01 | 2021-03-01 | 2026-10-05 | up_to_date | 2041-01-01
 1951-01-01 | 2016-01-01 | 2025-12-31 | due_soon   | 2026-01-01
# five years before an appointment, and one day less
 1981-10-05 | 2021-10-05 | 2026-10-05 | due        | 2026-10-05
 1981-10-05 | 2021-10-06 | 2026-10-05 | up_to_date | 2046-10-05
# on the day of an appointment
 1981-10-05 | 2026-10-05 | 2026-10-05 | up_to_date | 2046-10-05
# an appointment that was missed stays due
 1991-01-01 | 2009-01-01 | 2026-10-05 | overdue    | 2016-01-01
# after the last of the list, every ten years
 1951-10-05 | 2021-10-06 | 2026-10-05 | up_to_date | 2036-10-05
# a month or a year; a birth date known to the year
 1981-10-05 | 2021       | 2026-10-06 | ask        | 2026-10-05
 1981-10-05 | 2020       | 2026-10-06 | due        | 2026-10-05
 1981-10-05 | 2022       | 2026-10-06 | up_to_date | 2046-10-05
 1981       | 2010-01-01 | 2026-10-05 | ask        | 2026-01-01
 1981       | 2010-01-01 | 2027-01-05 | due        | 2026-01-01
# born early in the year, the appointment is too soon after the act; born late, it is not
 1981       | 2021-06-01 | 2027-01-05 | ask        | 2026-12-31
 1981       | 2021-06-01 | 2026-10-05 | due_soon   | 2026-12-31
            | 2010-01-01 | 2026-10-05 | ask        |
"""


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_milestones(row: list[str]) -> None:
    acts = [fact("dtp_vaccine", "dose", row[1])] if row[1] else []
    found = recommend(RULES, reader(person(*acts, born=row[0] or None, on=date.fromisoformat(row[2])), WORDS))
    assert (found.status.value, str(found.due_from or "")) == (row[3], row[4])


def test_the_birth_date_is_asked_when_it_decides() -> None:
    acts = [fact("dtp_vaccine", "dose", "2010-01-01")]
    assert recommend(RULES, reader(person(*acts, born="1981"), WORDS)).asks == ("birth_date",)
    assert recommend(RULES, reader(person(*acts, born=None), WORDS)).asks == ("birth_date",)


def test_no_longer_than_the_gap_whatever_the_appointments() -> None:
    rules = guideline("""
    - id: everyone
      when: {age: {from: 11}}
      schedule: {milestones: {ages: [65], event: spec_dtp_last, max_gap: P20Y}, no_trace: ask}
    """)
    done = person(fact("dtp_vaccine", "dose", "2010-03-01"), born="1980-01-01")
    assert str(recommend(rules, reader(done, WORDS)).due_from) == "2030-03-01"
    assert recommend(rules, reader(person(), WORDS)).asks == ("dtp_vaccine",)


def test_an_act_that_may_leave_no_appointment_is_asked_for() -> None:
    rules = guideline("""
    - id: everyone
      when: {age: {from: 11}}
      schedule: {milestones: {ages: [25], event: spec_dtp_last, skip_if_within: P5Y}}
    """)
    for day, status in (("2019-01-01", "overdue"), ("2019", "ask"), ("2020", "up_to_date")):
        found = recommend(rules, reader(person(fact("dtp_vaccine", "dose", day), born="1999-10-05"), WORDS))
        assert found.status.value == status

"""When is it due? Statuses around the day, the latest of several acts, what counts, and what is not known."""

from __future__ import annotations

from datetime import date

import pytest

from app.facts.model import Fact
from app.guidelines.recommendation import Recommendation
from app.guidelines.rules import recommend
from tests.spec.table import fact, guideline, person, reader, rows

RULES = guideline("""
- id: everyone
  when: {age: {from: 18}}
  schedule:
    due:
      - {after: fit_last_negative_date, plus: P24M}
      - {after: colonoscopy_last_date, plus: P5Y}
      - {after: abdominal_aorta_ultrasound_last_date, plus: once, from_age: 65}
    never: {age: 50}
""")
ACTS = {"fit": "negative", "colonoscopy": "normal", "abdominal_aorta_ultrasound": "normal"}

TABLE = """
# born      | acts                               | on         | status     | due from
# nothing ever done: the birthday
 1976-10-05 |                                    | 2026-10-04 | due_soon   | 2026-10-05
 1976-10-05 |                                    | 2026-10-05 | due        | 2026-10-05
 1976-02-29 |                                    | 2026-02-28 | due        | 2026-02-28
 1976       |                                    | 2027-01-01 | due        | 2026-12-31
# around the day
 1960-01-01 | fit 2024-10-05                     | 2026-07-06 | up_to_date | 2026-10-05
 1960-01-01 | fit 2024-10-05                     | 2026-07-07 | due_soon   | 2026-10-05
 1960-01-01 | fit 2024-10-05                     | 2026-10-05 | due        | 2026-10-05
 1960-01-01 | fit 2024-10-05                     | 2027-04-05 | due        | 2026-10-05
 1960-01-01 | fit 2024-10-05                     | 2027-04-06 | overdue    | 2026-10-05
# months end, leap days
 1960-01-01 | fit 2024-02-29                     | 2026-02-27 | due_soon   | 2026-02-28
 1960-01-01 | fit 2024-02-29                     | 2026-02-28 | due        | 2026-02-28
 1960-01-01 | fit 2024-08-31                     | 2026-08-31 | due        | 2026-08-31
# the latest day counts, and never before the age of the first act
 1960-01-01 | fit 2025-10-05, colonoscopy 2021-01-01 | 2026-10-05 | up_to_date | 2027-10-05
 1960-01-01 | fit 2025-10-05, colonoscopy 2024-01-01 | 2026-10-05 | up_to_date | 2029-01-01
 1976-10-05 | colonoscopy 2020-01-01             | 2026-10-05 | due        | 2026-10-05
# an act of the future, a month, a year
 1960-01-01 | fit 2024-10-05, fit 2026-12-01     | 2026-10-05 | due        | 2026-10-05
 1960-01-01 | fit 2024-09                        | 2026-10-05 | due        | 2026-09-01
 1960-01-01 | fit 2024-10                        | 2026-10-05 | ask        | 2026-10-01
 1960-01-01 | fit 2024-11                        | 2026-10-05 | due_soon   | 2026-11-01
 1960-01-01 | fit 2024-10-01, colonoscopy 2021   | 2026-10-05 | ask        | 2026-10-01
# once is for good, from an age
 1960-01-01 | abdominal_aorta_ultrasound 2025-01-01 | 2030-01-01 | up_to_date |
 1960-01-01 | abdominal_aorta_ultrasound 2024-12-31 | 2026-10-05 | overdue    | 2010-01-01
 1960-06-01 | abdominal_aorta_ultrasound 2025       | 2026-10-05 | ask        |
"""


def find(born: str, acts: list[Fact], on: str) -> Recommendation:
    return recommend(RULES, reader(person(*acts, born=born, on=date.fromisoformat(on))))


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_status_and_due_date(row: list[str]) -> None:
    acts = [entry.split() for entry in row[1].split(",") if entry]
    found = find(row[0], [fact(what, ACTS[what], day) for what, day in acts], row[2])
    assert (found.status.value, str(found.due_from or "")) == (row[3], row[4])


def test_an_act_that_may_have_been_done_since_is_asked_for() -> None:
    undated = fact("colonoscopy", "normal", None)
    assert find("1960-01-01", [fact("fit", "negative", "2023-01-01"), undated], "2026-10-05").asks == ("colonoscopy",)
    assert find("1960-01-01", [fact("fit", "negative", "2026-01-01"), undated], "2026-10-05").asks == ()


COUNTED = """
# acts                                                        | each counts, or why not
 fit 2020-10-05, fit 2024-10-05                               | replaced, counts
 fit 2024-10-05, colonoscopy 2021-01-01                       | counts, counts
 fit 2024-10-05, fit positive 2025-01-05                      | counts, result
 abdominal_aorta_ultrasound 2024-12-31                        | too_young
 abdominal_aorta_ultrasound 2025-01-01                        | counts
"""


@pytest.mark.parametrize("row", rows(COUNTED), ids=" ".join)
def test_what_was_done_and_whether_it_counts(row: list[str]) -> None:
    acts = [entry.split() for entry in row[0].split(",")]
    done = [fact(what, words[0] if len(words) == 2 else ACTS[what], words[-1]) for what, *words in acts]
    found = {act.fact.id + str(act.fact.date): act.why for act in find("1960-01-01", done, "2026-10-05").acts()}
    assert ", ".join(found[what + words[-1]] for what, *words in acts) == row[1]


def test_when_it_becomes_overdue() -> None:
    found = find("1960-01-01", [fact("fit", "negative", "2024-10-05")], "2026-10-05")
    assert (str(found.due_from), str(found.overdue_from)) == ("2026-10-05", "2027-04-06")

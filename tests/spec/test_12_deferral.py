"""Due, but to be postponed: to a day when it is known, else until somebody can say. What is not due does not wait."""

from __future__ import annotations

import pytest

from app.guidelines.rules import recommend
from tests.spec.table import fact, guideline, person, reader, rows

RULES = guideline("""
- id: everyone
  when: {age: {from: 18}}
  schedule: {due: [{after: fit_last_negative_date, plus: P2Y}], never: {age: 50}}
  defer:
    - {when: {fact: copd, is: true, if_missing: no}, until: {after: colonoscopy_last_date, plus: P6M}, why: "…"}
    - {when: {fact: asthma, is: true, if_missing: no}, why: "…"}
    - {when: {fact: heart_failure, is: true}, why: "…"}
""")

TABLE = """
# test      | holds         | since      | status      | due from   | asks
# until six months after a day
 2024-10-05 |               |            | due         | 2026-10-05 |
 2024-10-05 | copd          | 2026-04-06 | due_soon    | 2026-10-06 |
 2024-10-05 | copd          | 2026-04-05 | due         | 2026-10-05 |
 2024-10-05 | copd          | 2026-09    | due_soon    | 2027-03-30 |
# overdue waits too; what will be due after the end keeps its day
 2020-01-01 | copd          | 2026-09-01 | due_soon    | 2027-03-01 |
 2024-12-01 | copd          | 2026-04-10 | due_soon    | 2026-12-01 |
 2024-11-01 | copd          | 2026-09-01 | due_soon    | 2027-03-01 |
 2026-01-01 | copd          | 2026-09-01 | up_to_date  | 2028-01-01 |
# the end is not known: nothing is asked of the person for now
 2024-10-05 | copd          |            | information |            |
 2024-10-05 | asthma        |            | information |            |
# the first that holds
 2024-10-05 | copd, asthma  | 2026-09-01 | due_soon    | 2027-03-01 |
# not known whether it holds
 2024-10-05 | heart_failure? |           | ask         | 2026-10-05 | heart_failure
 2026-01-01 | heart_failure? |           | up_to_date  | 2028-01-01 |
"""


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_deferral(row: list[str]) -> None:
    held = [name.strip() for name in row[1].split(",") if name]
    said = [fact(name, True) for name in held if not name.endswith("?")]
    if "heart_failure?" not in held:
        said.append(fact("heart_failure", False))
    acts = [fact("colonoscopy", "normal", row[2])] if row[2] else []
    found = recommend(RULES, reader(person(fact("fit", "negative", row[0]), *said, *acts, born="1960-01-01")))
    assert (found.status.value, str(found.due_from or ""), ", ".join(found.asks)) == tuple(row[3:])


def test_the_trace_says_why_it_waits() -> None:
    found = recommend(RULES, reader(person(fact("asthma", True), fact("fit", "negative", "2020-01-01"))))
    assert found.deferral is not None
    assert found.trace_json()[0]["deferred"]["when"]["reading"]["fact"] == "asthma"

"""Ages are completed years. A birth date known to the month or year gives a range; the day before is not the day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.spec.table import TRUTH, fact, person, rows, truth

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


AT = """
# born      | colonoscopy | from 50 that day
 1970-10-05 | 2020-10-04  |  F
 1970-10-05 | 2020-10-05  |  T
 1972-02-29 | 2022-02-27  |  F
 1972-02-29 | 2022-02-28  |  T
 1970-10-05 | 2020        |
 1970-10-05 | 2021        |  T
 1970       | 2020-10-05  |
 1970       | 2020-12-31  |  T
            | 2020-10-05  |
# no colonoscopy that anyone spoke of, and one that was answered "never"
 1970-10-05 |             |
 1970-10-05 | never       |  F
"""


@pytest.mark.parametrize("row", rows(AT), ids=" ".join)
def test_age_on_the_day_of_an_act(row: list[str]) -> None:
    acts = [fact("colonoscopy", False if row[1] == "never" else "normal", None if row[1] == "never" else row[1])]
    sheet = person(*(acts if row[1] else []), born=row[0] or None)
    assert truth("{age: {from: 50}, at: colonoscopy_last_date}", sheet) is TRUTH[row[2]]


def test_what_silence_means_may_be_said_for_an_age_at_an_act() -> None:
    assert truth("{age: {from: 50}, at: colonoscopy_last_date, if_missing: no}", person()) is False


BORN = """
# born      | from 1980 | to 1999 | both
 1979-12-31 |  F        |  T      |  F
 1980-01-01 |  T        |  T      |  T
 1999-12-31 |  T        |  T      |  T
 2000-01-01 |  T        |  F      |  F
 1979       |  F        |  T      |  F
 1980       |  T        |  T      |  T
 1980-01    |  T        |  T      |  T
            |           |         |
"""


@pytest.mark.parametrize("row", rows(BORN), ids=" ".join)
def test_birth_dates(row: list[str]) -> None:
    sheet = person(born=row[0] or None)
    criteria = ("born: {from: 1980-01-01}", "born: {to: 1999-12-31}", "born: {from: 1980-01-01, to: 1999-12-31}")
    assert [truth(criterion, sheet) for criterion in criteria] == [TRUTH[cell] for cell in row[1:]]


def test_a_birth_date_known_to_the_year_may_lie_on_both_sides() -> None:
    assert truth("born: {from: 1980-07-01}", person(born="1980")) is None

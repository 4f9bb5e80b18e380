"""A series of doses: two for a first dose before 15, five months apart or more; else three, one and three months apart.

A series is continued, never begun again; a dose given too early does not count."""

from __future__ import annotations

from datetime import date

import pytest

from app.facts.model import Fact, UnknownFact
from app.guidelines.recommendation import Recommendation
from app.guidelines.rules import Rules, recommend
from tests.spec.table import fact, guideline, person, reader, rows, with_reductions

WORDS = with_reductions("hpv_vaccine", spec_doses="dates")
RULES = guideline("""
- id: everyone
  when: {age: {from: 9}}
  schedule:
    doses:
      event: spec_doses
      start: {age: 11}
      not_before: P9Y
      series:
        - {first_dose_before_age: 15, count: 2, intervals: [P5M], recommended: [P6M]}
        - {count: 3, intervals: [P1M, P3M]}
""")

TABLE = """
# born      | doses                              | on         | status     | due from   | possible from
# nothing given: due from eleven
 2015-10-06 |                                    | 2026-10-05 | due_soon   | 2026-10-06 |
 2015-10-05 |                                    | 2026-10-05 | due        | 2026-10-05 |
# two doses; the usual interval, and the least one
 2013-01-01 | 2026-03-31                         | 2026-09-29 | due_soon   | 2026-09-30 | 2026-08-31
 2013-01-01 | 2026-03-31                         | 2026-09-30 | due        | 2026-09-30 | 2026-08-31
 2013-01-01 | 2026-01-05, 2026-06-05             | 2026-10-05 | up_to_date |            |
# one day too early: not counted, and the series goes on from the first
 2013-01-01 | 2026-01-05, 2026-06-04             | 2026-10-05 | due        | 2026-07-05 | 2026-06-05
 2013-01-01 | 2026-01-05, 2026-06-04, 2026-07-05 | 2026-10-05 | up_to_date |            |
# the age at the first dose sets the series, whatever the age since
 2011-10-05 | 2026-10-04                         | 2027-04-04 | due        | 2027-04-04 | 2027-03-04
 2011-10-05 | 2026-10-05                         | 2026-11-05 | due        | 2026-11-05 | 2026-11-05
 2005-01-01 | 2018-01-01                         | 2026-10-05 | overdue    | 2018-07-01 | 2018-06-01
 2005-01-01 | 2022-01-01, 2022-02-01             | 2026-10-05 | overdue    | 2022-05-01 | 2022-05-01
 2005-01-01 | 2022-01-01, 2022-02-01, 2022-05-01 | 2026-10-05 | up_to_date |            |
 2005-01-01 | 2022-01-01, 2022-02-01, 2022-04-30 | 2026-10-05 | overdue    | 2022-05-01 | 2022-05-01
# a dose before nine years does not count
 2015-10-05 | 2024-10-04                         | 2026-10-05 | due        | 2026-10-05 |
 2015-10-05 | 2024-10-05                         | 2026-10-05 | overdue    | 2025-04-05 | 2025-03-05
# a dose of the future has not been given
 2013-01-01 | 2026-01-05, 2026-12-05             | 2026-10-05 | due        | 2026-07-05 | 2026-06-05
# days known to the month or the year
 2013-01-01 | 2025-01, 2025-09                   | 2026-10-05 | up_to_date |            |
 2013-01-01 | 2026-01, 2026-06                   | 2026-10-05 | ask        | 2026-07-01 |
 2013-01-01 | 2026-04                            | 2026-10-05 | ask        | 2026-10-01 |
 2013-01-01 | 2025                               | 2026-10-05 | due        | 2025-07-01 | 2025-06-01
 2005       | 2020-06-01, 2020-12-01             | 2026-10-05 | ask        | 2021-03-01 |
            | 2020-06-01                         | 2026-10-05 | ask        |            |
"""


def given(text: str) -> list[Fact]:
    return [fact("hpv_vaccine", "dose", day.strip() or None) for day in text.split(",")] if text else []


def find(doses: list[Fact], born: str | None, on: str, rules: Rules = RULES) -> Recommendation:
    return recommend(rules, reader(person(*doses, born=born, on=date.fromisoformat(on)), WORDS))


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_doses(row: list[str]) -> None:
    found = find(given(row[1]), row[0] or None, row[2])
    assert (found.status.value, str(found.due_from or ""), str(found.earliest or "")) == tuple(row[3:])


def test_a_dose_that_nobody_can_date_is_asked_for_unless_nothing_is_due() -> None:
    undated = fact("hpv_vaccine", "dose", None)
    assert find([undated], "2005-01-01", "2026-10-05").asks == ("hpv_vaccine",)
    assert find([undated, *given("2020-01-01")], "2005-01-01", "2026-10-05").asks == ("hpv_vaccine",)
    assert find([undated, *given("2018-01-01, 2019-01-01")], "2005-01-01", "2026-10-05").asks == ()


def test_boosters_follow_the_last_dose_of_a_complete_series() -> None:
    rules = guideline("""
    - id: everyone
      when: {age: {from: 9}}
      schedule:
        doses: {event: spec_doses, start: {now: true}, series: [{count: 2, intervals: [P1M]}], then: P10Y}
        no_trace: ask
    """)
    assert find([], "1980-01-01", "2026-10-05", rules).asks == ("hpv_vaccine",)
    assert str(find(given("2010-01-01"), "1980-01-01", "2026-10-05", rules).due_from) == "2010-02-01"
    complete = find(given("2010-01-01, 2010-02-01"), "1980-01-01", "2026-10-05", rules)
    assert (complete.status.value, str(complete.due_from)) == ("overdue", "2020-02-01")
    boosted = find(given("2010-01-01, 2010-02-01, 2021-03-01"), "1980-01-01", "2026-10-05", rules)
    assert (boosted.status.value, str(boosted.due_from)) == ("up_to_date", "2031-03-01")


NEXT = guideline("""
- id: everyone
  when: {age: {from: 9}}
  schedule:
    doses:
      event: spec_doses
      start: {age: 11}
      series:
        - {first_dose_before_age: 15, count: 2, intervals: [P5M], if_sooner: next_series}
        - {count: 3, intervals: [P1M, P3M]}
""")

SOONER = """
# doses                                  | status     | due from
# five months apart or more: two are enough
 2026-01-05, 2026-06-05                  | up_to_date |
# sooner, but far enough for the series of three: the second counts, and a third is due three months later
 2026-01-05, 2026-06-04                  | due        | 2026-09-04
 2026-01-05, 2026-02-05                  | due        | 2026-05-05
 2026-01-05, 2026-02-05, 2026-05-04      | due        | 2026-05-05
 2026-01-05, 2026-02-05, 2026-05-05      | up_to_date |
# too soon for both: the dose does not count, the series stays the same
 2026-01-05, 2026-02-04                  | due        | 2026-06-05
 2026-01-05, 2026-02-04, 2026-06-05      | up_to_date |
"""


@pytest.mark.parametrize("row", rows(SOONER), ids=" ".join)
def test_a_dose_given_sooner_may_make_the_next_series_apply(row: list[str]) -> None:
    found = find(given(row[0]), "2013-01-01", "2026-10-05", NEXT)
    assert (found.status.value, str(found.due_from or "")) == (row[1], row[2])


RANKS = """
# born      | doses, each with its rank                    | status     | due from
# the doses before the first that is recorded were given, nobody wrote when
 2000-01-01 | 2022-02-08 #3                                | up_to_date |
 2000-01-01 | 2022-02-08 #2                                | ask        | 2022-05-08
 2000-01-01 | 2022-02-08 #2, 2022-05-08                    | up_to_date |
# the first may have been given before fifteen, and two doses be enough: asked
 2008-06-01 | 2023-07-01 #2                                | ask        | 2023-10-01
 2013-01-01 | 2026-02-01 #2                                | up_to_date |
# a dose that does not count keeps its rank from counting
 2000-01-01 | 2022-01-01 #1, 2022-01-20 #2, 2022-02-01 #3  | overdue    | 2022-05-01
"""


@pytest.mark.parametrize("row", rows(RANKS), ids=" ".join)
def test_a_rank_tells_of_the_doses_before(row: list[str]) -> None:
    doses = []
    for text in row[1].split(","):
        day, _, rank = text.strip().partition(" #")
        doses.append(fact("hpv_vaccine", "dose", day, details={"dose_number": int(rank)} if rank else {}))
    found = find(doses, row[0], "2026-10-05")
    assert (found.status.value, str(found.due_from or "")) == (row[2], row[3])


def test_a_dose_of_unknown_day_or_name_beside_others_is_asked_for_when_one_is_due() -> None:
    for doses, asks in (("2022-01-01", ("hpv_vaccine",)), ("2018-01-01, 2019-01-01", ())):
        sheet = person(*given(doses), born="2005-01-01", unknown=[UnknownFact("hpv_vaccine", "…")])
        assert recommend(RULES, reader(sheet, WORDS)).asks == asks


COUNTED = """
# born      | doses                                    | each counts, or why not
 2013-01-01 | 2026-01-05, 2026-06-05                   | counts, counts
 2013-01-01 | 2026-01-05, 2026-06-04, 2026-07-05       | counts, too_early, counts
 2015-10-05 | 2024-10-04, 2026-03-05                   | too_young, counts
 2005-01-01 | 2022-01-01, 2022-02-01, 2022-04-30       | counts, counts, too_early
# nobody can say
 2013-01-01 | 2026-01, 2026-06                         | counts, ?
 2005-01-01 | 2022-01-01,                              | counts, no_date
"""


@pytest.mark.parametrize("row", rows(COUNTED), ids=" ".join)
def test_what_was_done_and_whether_it_counts(row: list[str]) -> None:
    doses = [fact("hpv_vaccine", "dose", day.strip() or None) for day in row[1].split(",")]
    acts = find(doses, row[0], "2026-10-05").acts()
    told = ["?" if act.counts is None and act.why == "counts" else act.why for act in acts]
    assert ", ".join(told) == row[2]
    assert all((act.counts is False) == (act.why in ("too_early", "too_young")) for act in acts)

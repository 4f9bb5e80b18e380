"""The start of a pregnancy and its term today, as intervals, from whatever part of them is recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.dates import PartialDate
from app.facts.model import Fact, FactSheet
from app.facts.reduce import ReducedFacts

TODAY = date(2026, 11, 25)


def facts(**values: object) -> ReducedFacts:
    """Facts said today; `(value, day)` for those said before."""
    sheet = FactSheet(TODAY, None)
    for name, given in values.items():
        value, day = given if isinstance(given, tuple) else (given, TODAY)
        sheet.facts[name] = [Fact(name, value, None, PartialDate.of(day))]
    return ReducedFacts(sheet)


def test_a_term_said_today_is_today_s_term() -> None:
    found = facts(pregnant=True, gestation_weeks=12.0)
    assert (found.get("gestation_weeks").low, found.get("gestation_weeks").high) == (12, 12)
    start = found.get("pregnancy_start_date")
    assert (start.earliest, start.latest) == (TODAY - timedelta(days=90), TODAY - timedelta(days=84))


@pytest.mark.parametrize(("days", "weeks"), [(0, (12, 12)), (1, (12, 13)), (7, (13, 13)), (10, (13, 14))])
def test_days_after_a_recorded_term_two_weeks_are_possible(days: int, weeks: tuple[int, int]) -> None:
    found = facts(pregnant=True, gestation_weeks=(12.0, TODAY - timedelta(days=days))).get("gestation_weeks")
    assert (found.low, found.high) == weeks


def test_the_first_day_of_the_last_period_gives_the_exact_term() -> None:
    found = facts(pregnant=True, pregnancy_start_date=PartialDate.of(TODAY - timedelta(days=100)))
    assert (found.get("gestation_weeks").low, found.get("gestation_weeks").high) == (14, 14)


def test_the_expected_day_of_delivery_gives_the_term_within_a_week() -> None:
    found = facts(pregnant=True, expected_delivery_date=PartialDate.of(TODAY + timedelta(days=140)))
    assert (found.get("gestation_weeks").low, found.get("gestation_weeks").high) == (20, 21)


def test_without_a_term_the_pregnancy_began_in_the_last_42_weeks() -> None:
    found = facts(pregnant=True)
    start = found.get("pregnancy_start_date")
    assert (start.state, start.earliest, start.latest) == ("known", TODAY - timedelta(weeks=42), TODAY)
    assert found.get("gestation_weeks").state == "absent"


def test_the_term_of_a_former_pregnancy_is_no_term_of_this_one() -> None:
    found = facts(pregnant=True, gestation_weeks=(12.0, TODAY - timedelta(weeks=60)))
    assert found.get("gestation_weeks").state == "stale"
    assert found.get("pregnancy_start_date").earliest == TODAY - timedelta(weeks=42)


def test_without_a_pregnancy_there_is_no_start() -> None:
    assert facts(pregnant=False).get("pregnancy_start_date").earliest is None
    assert facts().get("pregnancy_start_date").state == "absent"


def test_days_that_the_vaccination_calendar_names_follow_the_start() -> None:
    found = facts(pregnant=True, pregnancy_start_date=PartialDate.of(TODAY - timedelta(weeks=20)))
    assert found.get("pregnancy_week_32_date").earliest == TODAY + timedelta(weeks=12)
    assert found.get("pregnancy_week_36_end_date").latest == TODAY + timedelta(weeks=16, days=6)
    assert found.get("pregnancy_term_date").latest == TODAY + timedelta(weeks=21)
    assert facts(pregnant=False).get("pregnancy_week_32_date").earliest is None


def test_the_term_is_the_expected_day_of_delivery_when_it_is_known() -> None:
    expected = PartialDate.of(TODAY + timedelta(days=100))
    assert facts(pregnant=True, expected_delivery_date=expected).get("pregnancy_term_date").value == expected
    assert facts(pregnant=True).get("pregnancy_term_date").state == "absent"

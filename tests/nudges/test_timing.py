"""Hours and days in which messages may leave, over clock changes; how many contacts a person gets."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.nudges.model import DAYS, Hours, Rules, load_nudges
from app.nudges.timing import contacts_left, may_leave, next_moment, next_try, too_late

RULES = load_nudges().rules


def rules(start: str, end: str, **more: object) -> Rules:
    """Other hours, every day of the week."""
    allowed = RULES.allowed.model_copy(update={"hours": Hours(start=start, end=end), "choices": {}, "days": list(DAYS)})
    return RULES.model_copy(update={"allowed": allowed, **more})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("after", "expected"), [
    ("2026-11-26 15:00", "2026-11-26 15:00"),  # Thursday, 16:00 in Paris
    ("2026-11-26 18:00", "2026-11-27 08:00"),  # 19:00 sharp is over
    ("2026-11-28 19:00", "2026-11-30 08:00"),  # Saturday evening: no Sunday
    ("2026-11-30 03:00", "2026-11-30 08:00"),
    ("2026-03-28 20:00", "2026-03-30 07:00"),  # to summer time in the night to Sunday 29: 9:00 is 7:00 UTC
    ("2026-10-24 20:00", "2026-10-26 08:00"),  # back to winter time in the night to Sunday 25: 9:00 is 8:00 UTC
])  # fmt: skip
def test_messages_wait_for_the_hours_of_the_day(after: str, expected: str) -> None:
    assert next_moment(utc(after), RULES) == utc(expected)


def test_a_preferred_part_of_the_day_is_kept_and_one_that_is_gone_counts_for_nothing() -> None:
    assert next_moment(utc("2026-11-26 09:00"), RULES, "evening") == utc("2026-11-26 16:00")
    assert next_moment(utc("2026-11-26 09:00"), RULES, "midnight") == utc("2026-11-26 09:00")


def test_an_hour_that_the_clock_skips_falls_later() -> None:
    """29 March 2026: 02:00 becomes 03:00 in Paris. Hours from 02:15 to 04:00 start at 03:15 summer time."""
    night = rules("02:15", "04:00")
    found = next_moment(utc("2026-03-29 00:30"), night)
    assert found == utc("2026-03-29 01:15")
    assert found.astimezone(night.zone).strftime("%H:%M %z") == "03:15 +0200"


def test_an_hour_wholly_skipped_still_lets_a_moment_through_or_waits_for_the_next_day() -> None:
    found = next_moment(utc("2026-03-29 00:00"), rules("02:15", "02:45"))
    assert found == utc("2026-03-29 01:15")


def test_an_hour_shown_twice_is_open_both_times() -> None:
    """25 October 2026: 03:00 becomes 02:00 in Paris; 02:30 is 00:30 UTC, then 01:30 UTC."""
    night = rules("02:00", "02:45")
    for moment in ("2026-10-25 00:30", "2026-10-25 01:30"):
        assert may_leave(utc(moment), night)
    assert next_moment(utc("2026-10-25 01:50"), night) == utc("2026-10-26 01:00")


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)), st.sampled_from([None, *RULES.allowed.choices]))
def test_the_moment_is_not_before_and_shows_an_allowed_hour(after: datetime, choice: str | None) -> None:
    moment = after.replace(tzinfo=UTC)
    found = next_moment(moment, RULES, choice)
    local, hours = found.astimezone(RULES.zone), RULES.allowed.choices.get(choice or "", RULES.allowed.hours)
    assert moment <= found <= moment + timedelta(days=3)
    assert hours.start <= local.strftime("%H:%M") < hours.end
    assert DAYS[local.weekday()] in RULES.allowed.days
    assert may_leave(found, RULES, choice)


def test_contacts_are_counted_over_weeks_and_over_the_year() -> None:
    today, cap = date(2026, 11, 26), RULES.cap
    assert contacts_left([], today, cap)
    assert not contacts_left([date(2026, 11, 1)], today, cap)
    assert contacts_left([date(2026, 10, 29)], today, cap)  # four weeks before, to the day
    assert not contacts_left([date(2026, month, 1) for month in (1, 2, 4, 6, 8, 10)], today, cap)
    assert contacts_left([date(2025, month, 1) for month in (1, 2, 4, 6, 8, 10)], today, cap)


def test_tries_are_spaced_then_given_up() -> None:
    now = utc("2026-11-26 15:00")
    waits = [found - now for n in range(1, 10) if (found := next_try(n, now, RULES))]
    assert waits == [timedelta(minutes=one) for one in RULES.retry.minutes]
    assert too_late(now - timedelta(days=8), now, RULES)
    assert not too_late(now - timedelta(days=6), now, RULES)

"""Mood, negation, status and subject are read before any code."""

from __future__ import annotations

import pytest

from app.records.model import Reason
from tests.records.cda.builders import (
    ROLE,
    cd,
    code,
    entries,
    laboratory,
    modifier,
    observation,
    only,
    pq,
    problem,
    section,
    vaccine,
)


def _reason(*sections: str) -> Reason | None:
    refusal = only(*sections).refusal
    return refusal.reason if refusal else None


@pytest.mark.parametrize("mood", ["INT", "ARQ", "PRP", "PRMS", "RQO", "GOL"])
def test_what_is_planned_is_not_done(mood: str) -> None:
    wanted = observation("22748-8", day="20251201", attributes=f'moodCode="{mood}"', status="active")
    assert _reason(section("18776-5", wanted)) == Reason.PLANNED_NOT_DONE
    assert _reason(section("11369-6", vaccine(attributes=f'moodCode="{mood}"'))) == Reason.PLANNED_NOT_DONE


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("completed", None),
        ("active", Reason.NOT_FINAL),
        ("cancelled", Reason.NOT_DONE),
        ("aborted", Reason.NOT_DONE),
        ("nullified", Reason.ENTERED_IN_ERROR),
    ],
)
def test_the_status_of_a_result(status: str, reason: Reason | None) -> None:
    assert _reason(laboratory(observation("2093-3", pq("2", "g/L"), template="80", status=status))) == reason


@pytest.mark.parametrize("word", ["true", "1"])
def test_negation_means_not(word: str) -> None:
    no = f'moodCode="EVN" negationInd="{word}"'
    assert _reason(section("11450-4", problem("E11", attributes=no))) == Reason.REFUTED
    assert _reason(section("11369-6", vaccine(attributes=no))) == Reason.NOT_DONE


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("confirmed", None),
        ("unconfirmed", Reason.UNCONFIRMED),
        ("provisional", Reason.UNCONFIRMED),
        ("refuted", Reason.REFUTED),
        ("entered-in-error", Reason.ENTERED_IN_ERROR),
    ],
)
def test_the_certainty_of_a_diagnosis(word: str, reason: Reason | None) -> None:
    assert _reason(section("11450-4", problem("E11", inner=modifier("66455-7", word)))) == reason


def test_a_statement_about_a_parent_is_not_about_the_patient() -> None:
    mother = f"<subject><relatedSubject>{code('MTH', ROLE)}</relatedSubject></subject>"
    smokes = observation("72166-2", cd("LA18976-3"), inner=mother)
    assert _reason(section("29762-2", smokes)) == Reason.NOT_ABOUT_THE_PATIENT


def test_birth_and_newborn_are_not_the_adult() -> None:
    weight = section("8716-3", observation("29463-7", pq("2500", "g")))
    assert _reason(section("57075-4", inner=weight)) == Reason.NOT_ABOUT_THE_PATIENT


def test_a_reason_for_an_examination_is_not_a_diagnosis() -> None:
    assert _reason(section("42349-1", problem("B97.7"))) == Reason.UNCONFIRMED


def test_a_planned_act_hands_its_plan_down_but_not_to_its_reason() -> None:
    weight = (
        f'<entryRelationship typeCode="RSON">{observation("29463-7", pq("70", "kg"))}</entryRelationship>'
    )
    rhythm = f'<entryRelationship typeCode="COMP">{observation("8302-2", pq("1.7", "m"))}</entryRelationship>'
    act = f'<procedure moodCode="INT">{code("HHQE002", "1.2.250.1.213.2.5")}{weight}{rhythm}</procedure>'
    found = {
        e.codes[0].code: e.refusal.reason if e.refusal else None for e in entries(section("18776-5", act))
    }
    assert found == {
        "HHQE002": Reason.PLANNED_NOT_DONE,
        "29463-7": None,
        "8302-2": Reason.PLANNED_NOT_DONE,
    }


def test_ids_given_twice_still_make_two_paths() -> None:
    first = observation("8302-2", pq("1.70", "m"), identifier="AAAA")
    second = observation("29463-7", pq("70", "kg"), identifier="AAAA")
    found = entries(section("8716-3", first, second))
    assert [e.source.entry for e in found] == ["8716-3/AAAA", "8716-3/AAAA#2"]
    assert [e.identifiers for e in found] == [(), ()]

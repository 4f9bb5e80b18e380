"""Family history: relation, disease, age at onset."""

from __future__ import annotations

import pytest

from app.records.model import Reason, RecordEntry
from tests.records.cda.builders import (
    SNOMED,
    TA_ASIP,
    code,
    disease,
    entries,
    observation,
    only,
    pq,
    qualifier,
    relative,
    section,
)


def _told(role: str, *diseases: str) -> RecordEntry:
    return only(section("10157-6", relative(role, *(diseases or (disease("C50.9"),)))))


def _ages(entry: RecordEntry) -> tuple[float | None, float | None]:
    assert entry.relative is not None
    condition = entry.relative.conditions[0]
    return condition.onset_low, condition.onset_high


@pytest.mark.parametrize(
    ("role", "relation"),
    [
        ("MTH", "mother"),
        ("FTH", "father"),
        ("SIS", "sister"),
        ("HBRO", "half_brother"),
        ("DAU", "daughter"),
        ("MAUNT", "maternal_aunt"),
        ("PGRFTH", "paternal_grandfather"),
        ("FAMMEMB", None),
    ],
)
def test_who_the_relative_is(role: str, relation: str | None) -> None:
    entry = _told(role)
    assert entry.relative is not None
    assert entry.relative.relation == relation
    assert entry.refusal is None


@pytest.mark.parametrize("role", ["STPMTH", "MTHINLAW", "SPS", "SISINLAW"])
def test_who_shares_no_blood_is_set_aside(role: str) -> None:
    refusal = _told(role).refusal
    assert refusal is not None
    assert refusal.reason == Reason.NOT_A_BLOOD_RELATIVE


def test_an_age_given_as_a_number() -> None:
    age = f'<qualifier>{code("30525-0", tag="name")}<value xsi:type="PQR" value="50"/></qualifier>'
    assert _ages(_told("MTH", disease("C50.9", inner=age))) == (50, 50)


@pytest.mark.parametrize(
    ("band", "ages"), [("GEN-287", (0, 29)), ("GEN-289", (40, 49)), ("GEN-290", (50, 59))]
)
def test_an_age_given_as_a_band(band: str, ages: tuple[int, int]) -> None:
    assert _ages(_told("MTH", disease("C50.9", inner=qualifier("30525-0", band, TA_ASIP)))) == ages


def test_an_age_given_by_a_nested_observation() -> None:
    nested = observation(code("445518008", SNOMED), pq("540", "mo"))
    more = f'<entryRelationship typeCode="SUBJ">{nested}</entryRelationship>'
    assert _ages(_told("MTH", disease("C50.9", more=more))) == (45, 45)


def test_the_observations_time_is_never_an_age() -> None:
    entry = _told("MTH")
    assert _ages(entry) == (None, None)
    assert entry.date_basis == "recorded"


def test_one_entry_for_each_disease() -> None:
    found = entries(section("10157-6", relative("MTH", disease("C50.9"), disease("E11"))))
    assert [e.codes[0].code for e in found] == ["C50.9", "E11"]


def test_a_relatives_disease_without_code_is_told() -> None:
    words = disease("C50.9").replace('code="C50.9"', 'nullFlavor="OTH"')
    refusal = _told("MTH", words).refusal
    assert refusal is not None
    assert refusal.reason == Reason.UNCODED


def test_a_relative_without_any_disease_is_still_a_relative() -> None:
    entry = only(section("10157-6", relative("SIS")))
    assert entry.relative is not None
    assert (entry.relative.relation, entry.relative.conditions) == ("sister", ())
    assert entry.refusal is not None
    assert entry.refusal.reason == Reason.NO_CONTENT

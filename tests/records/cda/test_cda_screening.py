"""Cervical (DEP-CCU) and breast (D2LM) screening sheets."""

from __future__ import annotations

import pytest

from app.dates import PartialDate
from app.records.model import Code, Reason, RecordEntry
from tests.records.cda.builders import (
    TA_ASIP,
    cd,
    code,
    disease,
    document,
    event,
    observation,
    qualifier,
    read,
    relative,
    section,
)

FIRST, FINAL, SECOND = "MED-1104", "MED-121", "MED-043"
RIGHT, LEFT = "24028007", "7771000"
DICOM = "1.2.840.10008.2.16.4"


def reading(step: str, side: str, result: str) -> str:
    return observation(
        code(step, TA_ASIP, inner=qualifier("20228-3", side)), cd(result, TA_ASIP), day="20240415"
    )


def sheet(*readings: str, events: str | None = None, extra: str = "") -> list[RecordEntry]:
    results = section("30954-2", *readings)
    return read(
        document(section("22030-1", inner=results) + extra, volet="27", kind="18748-4",
                 events=event("QEQK004") if events is None else events)
    ).entries  # fmt: skip


def standing(entries: list[RecordEntry]) -> dict[str, str]:
    """Side → the reading that stands."""
    return {
        e.qualifiers[0].code: f"{e.codes[0].code}={e.value[0].code}"  # type: ignore[index]
        for e in entries
        if e.kind == "observation" and e.refusal is None
    }


def examination(entries: list[RecordEntry]) -> RecordEntry:
    (found,) = [e for e in entries if e.kind == "procedure"]
    return found


def test_one_reader_alone_stands() -> None:
    found = sheet(reading(FIRST, RIGHT, "MED-129"), reading(FIRST, LEFT, "MED-129"))
    assert standing(found) == {RIGHT: "MED-1104=MED-129", LEFT: "MED-1104=MED-129"}
    assert examination(found).value == (Code("ta_asip", "MED-129", None),)


def test_a_result_whose_code_is_not_known_is_never_read_as_normal() -> None:
    found = sheet(reading(FIRST, RIGHT, "MED-129"), reading(FIRST, LEFT, "MED-999"))
    assert examination(found).value == (Code("ta_asip", "MED-999", None),)


def test_the_second_reader_stands_over_the_first() -> None:
    found = sheet(reading(FIRST, RIGHT, "MED-129"), reading(SECOND, RIGHT, "MED-131"))
    assert standing(found) == {RIGHT: "MED-043=MED-131"}
    assert examination(found).value == (Code("ta_asip", "MED-131", None),)
    (aside,) = [e for e in found if e.refusal]
    assert aside.refusal is not None
    assert aside.refusal.reason == Reason.CONTRADICTORY
    assert examination(found).notes


def test_the_final_acr_stands_over_the_first_reading() -> None:
    found = sheet(reading(FIRST, LEFT, "MED-048"), reading(FINAL, LEFT, "MED-131"))
    assert standing(found) == {LEFT: "MED-121=MED-131"}
    (aside,) = [e for e in found if e.refusal]
    assert aside.refusal is not None
    assert aside.refusal.reason == Reason.NEAR_DUPLICATE


def test_a_final_acr_that_finds_something_is_never_read_as_normal() -> None:
    found = sheet(reading(FINAL, LEFT, "MED-131"), reading(SECOND, LEFT, "MED-129"))
    assert standing(found) == {LEFT: "MED-043=MED-129"}
    assert examination(found).value == (Code("ta_asip", "MED-131", None),)


def test_the_examination_is_the_headers_act_and_day() -> None:
    act = examination(sheet(reading(FIRST, RIGHT, "MED-129")))
    assert (act.codes[0].code, act.when) == ("QEQK004", PartialDate.parse("2024-04-15"))
    assert act.source.entry == "serviceEvent/QEQK004"


def test_a_sheet_without_act_is_a_mammography_all_the_same() -> None:
    act = examination(sheet(reading(FIRST, RIGHT, "MED-129"), events=""))
    assert (act.codes[0].code, act.when) == ("MG", PartialDate.parse("2024-04-15"))


@pytest.mark.parametrize(("said", "reason"), [("true", None), ("false", Reason.NOT_DONE)])
def test_an_earlier_mammography_is_an_act_of_its_own_day(said: str, reason: Reason | None) -> None:
    earlier = observation(code("MG", DICOM), f'<value xsi:type="BL" value="{said}"/>', day="20210301")
    found = sheet(extra=section("11348-0", earlier), events="")
    act = examination(found)
    assert act.when == PartialDate.parse("2021-03-01")
    assert (act.refusal.reason if act.refusal else None) == reason


def test_follow_up_advice_is_a_plan_not_a_fact() -> None:
    advice = observation(code("MED-120", TA_ASIP), '<value xsi:type="PQ" value="6" unit="mo"/>',
                         attributes='moodCode="INT"', status="active")  # fmt: skip
    (entry,) = sheet(extra=section("18776-5", advice), events="")
    assert entry.refusal is not None
    assert entry.refusal.reason == Reason.PLANNED_NOT_DONE


def test_relatives_who_do_not_have_it_are_not_affected() -> None:
    no = 'moodCode="EVN" negationInd="true"'
    family = relative("FAMMEMB", disease("D48.6", attributes=no), disease("D48.6"))
    absent, present = sheet(extra=section("10157-6", family), events="")
    assert absent.refusal is not None
    assert absent.refusal.reason == Reason.REFUTED
    assert absent.relative is not None
    assert absent.relative.conditions[0].absent
    assert present.refusal is None


def test_a_request_for_imaging_proves_no_act() -> None:
    (entry,) = read(document(volet="47", kind="55115-0", events=event("QEQK004"))).entries
    assert entry.refusal is not None
    assert entry.refusal.reason == Reason.PLANNED_NOT_DONE


def test_a_picture_only_mammography_still_tells_its_act() -> None:
    body = '<nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0=</text></nonXMLBody>'
    record = read(document(volet="", kind="18748-4", events=event("QEQK004"), body=body))
    assert [e.codes[0].code for e in record.entries if e.kind == "procedure"] == ["QEQK004"]
    assert not record.documents[0].readable

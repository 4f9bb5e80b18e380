"""Laboratory reports: which day, which value, which previous result."""

from __future__ import annotations

import pytest

from app.dates import PartialDate
from app.records.model import Code
from tests.records.cda.builders import (
    SNOMED,
    cd,
    code,
    document,
    entries,
    laboratory,
    observation,
    only,
    pq,
    read,
    section,
)

RANGE = """<referenceRange><observationRange moodCode="EVN.CRT"><value xsi:type="IVL_PQ">
<low value="3.89" unit="mmol/L"/><high value="3.89" unit="mmol/L"/></value></observationRange></referenceRange>"""
NORMAL = code("N", "2.16.840.1.113883.5.83", tag="interpretationCode")


def test_the_sample_gives_the_day_not_the_analysis_nor_the_report() -> None:
    entry = only(
        laboratory(observation("2093-3", pq("2", "g/L"), template="80", day="20240405"), sample="20240402")
    )
    assert entry.when == PartialDate.parse("2024-04-02")


def test_without_a_sample_the_result_has_its_own_day() -> None:
    entry = only(laboratory(observation("2093-3", pq("2", "g/L"), template="80", day="20140402")))
    assert entry.when == PartialDate.parse("2014-04-02")


def test_a_result_without_any_day_never_takes_the_documents() -> None:
    assert only(laboratory(observation("2093-3", pq("2", "g/L"), template="80", day=None))).when is None


def test_two_samples_of_two_days_leave_each_result_its_own() -> None:
    one = laboratory(observation("2093-3", pq("2", "g/L"), template="80", day="20240405"), sample="20240402")
    sample = one[
        one.index("<entryRelationship") : one.index("</entryRelationship>") + len("</entryRelationship>")
    ]
    both = one.replace(sample, sample + sample.replace("20240402", "20240403"), 1)
    assert only(both).when == PartialDate.parse("2024-04-05")


def test_a_battery_inside_the_act_keeps_the_sample() -> None:
    result = observation("2093-3", pq("2", "g/L"), template="80", day="20240405")
    held = f"{code('24331-1')}<component>{result}</component>"
    battery = f'<organizer classCode="BATTERY" moodCode="EVN">{held}</organizer>'
    entry = only(laboratory(battery, sample="20240402"))
    assert entry.when == PartialDate.parse("2024-04-02")
    assert entry.part_of


@pytest.mark.parametrize("template", ["", "80"])
def test_a_previous_result_has_its_own_day_and_says_what_it_is(template: str) -> None:
    before = observation("77379-6", cd("77851000146104", SNOMED), template=template, day="20210310")
    link = f'<entryRelationship typeCode="REFR">{before}</entryRelationship>'
    now = observation("77379-6", cd("1269497006", SNOMED), template="80", day="20240404", inner=link)
    current, previous = entries(laboratory(now, sample="20240402", chapter="18725-2"))
    assert (current.when, previous.when) == (PartialDate.parse("2024-04-02"), PartialDate.parse("2021-03-10"))
    assert current.value == (Code("snomed", "1269497006", None),)
    assert previous.value == (Code("snomed", "77851000146104", None),)
    assert any("antérieur" in note for note in previous.notes)


def test_the_laboratorys_interpretation_and_range_are_kept_as_they_stand() -> None:
    entry = only(
        laboratory(observation("40193-5", pq("4.89", "mmol/L"), template="80", inner=NORMAL + RANGE))
    )
    assert entry.interpretation == (Code("interpretation", "N", None),)
    assert entry.reference_ranges == ("3.89 mmol/L – 3.89 mmol/L",)


def test_two_units_of_one_result_are_one_result() -> None:
    value = """<value xsi:type="PQ" value="5.0" unit="mmol/L"><translation value="0.9" code="g/L"
    codeSystem="2.16.840.1.113883.6.8"/></value>"""
    assert only(laboratory(observation("2345-7", value, template="80"))).value.raw == "5.0 mmol/L"  # type: ignore[union-attr]


def test_a_result_without_code_keeps_its_words() -> None:
    named = '<code nullFlavor="UNK"><originalText>Cholestérol</originalText></code>'
    entry = only(laboratory(observation(named, pq("2", "g/L"), template="80")))
    assert (entry.codes, entry.text) == ((), "Cholestérol")


def test_words_of_the_narrative_are_shown_not_coded() -> None:
    named = '<code nullFlavor="UNK"><originalText><reference value="#r1"/></originalText></code>'
    result = observation(named, pq("2", "g/L"), template="80")
    shown = '<table><tr><td ID="r1">Cholestérol   total</td></tr></table>'
    (entry,) = read(document(section("18719-5", result, text=shown, oid="70"))).entries
    assert entry.text == "Cholestérol total"

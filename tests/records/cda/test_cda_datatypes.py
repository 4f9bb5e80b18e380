"""Dates, numbers and values of HL7 v3, as they are really written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.dates import PartialDate
from app.records.cda.datatypes import birth_day, day
from app.records.model import Code, Quantity, Reason
from tests.records.cda.builders import SNOMED, code, laboratory, observation, only, pq


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2014", "2014"),
        ("201405", "2014-05"),
        ("20140506", "2014-05-06"),
        ("20140500", "2014-05"),
        ("20140000", "2014"),
        ("201405061230", "2014-05-06"),
        ("20140506123059+0200", "2014-05-06"),
        ("20140506123059.123+0200", "2014-05-06"),
        ("20210729233000+0100", "2021-07-29"),  # a winter offset in summer: the stated day stands
        ("20240614233000+0000", "2024-06-15"),  # UTC is nobody's clock here: 01:30 in Paris
        ("20240114225900Z", "2024-01-14"),
    ],
)
def test_dates_keep_their_precision_and_their_stated_day(written: str, read: str) -> None:
    assert day(written) == PartialDate.parse(read)


@pytest.mark.parametrize(
    "written", [None, "", "soon", "20141301", "20140230", "14/05/2014", "2014-05-06", "0000"]
)
def test_what_is_no_date_is_not_guessed(written: str | None) -> None:
    assert day(written) is None


def test_a_lunar_birth_date_leaves_the_year_or_month() -> None:
    assert birth_day("19744215") == PartialDate.parse("1974")
    assert birth_day("19740231") == PartialDate.parse("1974-02")
    assert birth_day("x") is None


def _value(xml: str) -> object:
    return only(laboratory(observation("2093-3", xml, template="80"))).value


def test_a_physical_quantity_keeps_unit_and_raw_text() -> None:
    assert _value(pq("2.45", "g/L")) == Quantity(Decimal("2.45"), "g/L", raw="2.45 g/L")


def test_a_decimal_comma_is_a_decimal_point() -> None:
    assert _value(pq("2,45", "g/L")) == Quantity(Decimal("2.45"), "g/L", raw="2,45 g/L")


def test_a_quantity_without_unit_has_none() -> None:
    assert _value('<value xsi:type="PQ" value="2.45"/>') == Quantity(Decimal("2.45"), None, raw="2.45")


def test_a_type_may_carry_a_namespace_prefix() -> None:
    assert _value('<value xsi:type="hl7:PQ" value="1" unit="g"/>') == Quantity(Decimal(1), "g", raw="1 g")


def test_one_bound_is_a_comparison_and_two_are_text() -> None:
    below = _value('<value xsi:type="IVL_PQ"><high value="5" unit="mg/L"/></value>')
    assert isinstance(below, Quantity)
    assert (below.comparator, below.value, below.unit) == ("<", Decimal(5), "mg/L")
    above = _value('<value xsi:type="IVL_PQ"><low value="90" unit="mL/min" inclusive="true"/></value>')
    assert isinstance(above, Quantity)
    assert above.comparator == ">="
    both = _value('<value xsi:type="IVL_PQ"><low value="2" unit="mg"/><high value="5" unit="mg"/></value>')
    assert both == "2 mg – 5 mg"


def test_counts_and_ratios_are_pure_numbers() -> None:
    assert _value('<value xsi:type="INT" value="2"/>') == Quantity(Decimal(2), "1", raw="2")
    assert _value('<value xsi:type="REAL" value="2.0"/>') == Quantity(Decimal("2.0"), "1", raw="2.0")


def test_words_stay_words() -> None:
    assert _value('<value xsi:type="ED">&lt;1.0 mg/L</value>') == "<1.0 mg/L"
    assert _value(pq("environ deux", "g/L")) == "environ deux"


def test_a_coded_value_keeps_its_translations() -> None:
    inner = code("10828004", SNOMED, tag="translation")
    value = _value(f'<value xsi:type="CD" code="POS" codeSystem="1.2.3">{inner}</value>')
    assert value == (Code("1.2.3", "POS", None), Code("snomed", "10828004", None))


def test_yes_and_no() -> None:
    assert _value('<value xsi:type="BL" value="true"/>') is True
    assert _value('<value xsi:type="BL" value="false"/>') is False


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        ('<value xsi:type="PQ" nullFlavor="NASK"/>', "not-asked"),
        ('<value xsi:type="CD" nullFlavor="UNK"/>', "unknown"),
        ('<value nullFlavor="NAV"/>', "temp-unknown"),
        ('<value xsi:type="CD"/>', "unknown"),
        ("<value/>", "unknown"),
    ],
)
def test_unknown_is_told_with_its_reason(xml: str, why: str) -> None:
    entry = only(laboratory(observation("2093-3", xml, template="80")))
    assert (entry.value, entry.unknown) == (None, why)


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("", Reason.NO_RESULT),
        ('<value value="5" unit="g/L"/>', Reason.UNTYPED_VALUE),
        ('<value xsi:type="PQ" nullFlavor="MSK"/>', Reason.MASKED),
        ('<value xsi:type="CD"><originalText>voir texte</originalText></value>', Reason.FREE_TEXT_ONLY),
    ],
)
def test_what_gives_no_value_says_why(xml: str, reason: Reason) -> None:
    entry = only(laboratory(observation("2093-3", xml, template="80")))
    assert entry.refusal is not None
    assert entry.refusal.reason == reason

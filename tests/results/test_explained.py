"""The results of invented people: units, ranges for whom they are, alarm signs with their act, and no false alarm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from app.facts.model import Fact
from app.guidelines.pack import load_pack
from app.i18n import translator
from app.results.explained import results_json
from tests.plans.conftest import fact, sheet

PACK = load_pack("fr")


def explained(*facts: Fact, lang: str = "fr", **person: Any) -> dict[str, Any]:
    return results_json(sheet(*facts, **person), PACK.vocabulary, PACK, translator(lang))


def only(made: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(r for group in made["groups"] for r in group["results"] if r["fact"] == name)
    return found


def bounded(one: Fact, comparator: Any) -> Fact:
    return replace(one, comparator=comparator)


def test_nothing_is_shown_of_what_was_never_measured() -> None:
    assert explained()["groups"] == []


def test_a_value_is_given_in_both_units() -> None:
    ldl = only(
        explained(fact("ldl_cholesterol", 3.2066, "2026-04-22", as_recorded="1.24 g/L")), "ldl_cholesterol"
    )
    assert (ldl["text"], ldl["other_units"], ldl["as_recorded"]) == ("3,21 mmol/L", ["1,24 g/L"], "1.24 g/L")
    assert ldl["position"] is None
    assert ldl["picture"] is None


@pytest.mark.parametrize(
    ("sex", "value", "position"),
    [("male", 12.5, "below"), ("female", 12.5, "within"), ("female", 16.5, "above"), ("unknown", 12.5, None)],
)
def test_the_range_is_that_of_the_person(sex: str, value: float, position: str | None) -> None:
    assert (
        only(explained(fact("haemoglobin", value, "2026-11-10"), sex=sex), "haemoglobin")["position"]
        == position
    )


def test_an_alarm_comes_first_with_its_act_and_its_source() -> None:
    made = explained(fact("haemoglobin", 12.5, "2026-11-10"), fact("potassium", 6.6, "2026-11-14"))
    assert [(alarm["fact"], alarm["urgency"]) for alarm in made["alarms"]] == [
        ("potassium", "now"),
        ("haemoglobin", "soon"),
    ]
    assert "15" in made["alarms"][0]["action"]
    assert all(alarm["source"]["date"] for alarm in made["alarms"])


def test_an_old_value_calls_nobody_to_the_telephone() -> None:
    (alarm,) = explained(fact("potassium", 6.6, "2024-01-14"))["alarms"]
    assert alarm["urgency"] == "soon"
    assert "15" not in alarm["action"]
    assert "médecin" in alarm["action"]


def test_only_the_last_value_alarms() -> None:
    made = explained(fact("potassium", 6.6, "2026-11-10"), fact("potassium", 4.2, "2026-11-14"))
    assert made["alarms"] == []
    assert len(only(made, "potassium")["series"]) == 2


def test_a_known_diabetes_is_not_discovered_again() -> None:
    value = fact("hba1c", 7.4, "2026-11-10")
    assert [alarm["fact"] for alarm in explained(value)["alarms"]] == ["hba1c"]
    known = explained(value, fact("diabetes", "type2", "2020-01-01"))
    assert known["alarms"] == []
    assert only(known, "hba1c")["range"] is None
    assert explained(value, fact("diabetes", "none", "2020-01-01"))["alarms"]


def test_a_pregnancy_has_its_own_thresholds() -> None:
    pregnant = fact("pregnant", True, "2026-10-01")
    made = explained(fact("haemoglobin", 11.0, "2026-11-10"), pregnant, sex="female", born="1995-01-01")
    assert (made["alarms"], only(made, "haemoglobin")["position"]) == ([], None)
    assert "grossesse" in only(made, "haemoglobin")["position_text"]
    sugar = fact("fasting_glucose", 5.2, "2026-11-10")
    assert explained(sugar, pregnant, sex="female", born="1995-01-01")["alarms"]
    assert not explained(sugar, sex="female", born="1995-01-01")["alarms"]
    low = explained(fact("potassium", 6.6, "2026-11-10"), pregnant, sex="female", born="1995-01-01")
    assert low["alarms"][0]["urgency"] == "now"  # what is urgent for everybody is so in a pregnancy


def test_a_child_is_not_held_to_the_ranges_of_adults() -> None:
    made = explained(fact("haemoglobin", 11.5, "2026-11-10"), born="2022-01-01")
    assert (made["alarms"], only(made, "haemoglobin")["range"]) == ([], None)
    assert "enfants" in only(made, "haemoglobin")["position_text"]


@pytest.mark.parametrize(
    ("comparator", "value", "position"),
    [(">", 90.0, "within"), (">", 40.0, None), ("<", 60.0, "below"), ("<", 80.0, None)],
)
def test_a_bound_says_no_more_than_it_is_sure_of(comparator: str, value: float, position: str | None) -> None:
    made = explained(bounded(fact("egfr", value, "2026-11-10"), comparator))
    assert only(made, "egfr")["position"] == position
    assert bool(made["alarms"]) == (position == "below")
    assert only(made, "egfr")["text"].startswith(f"{comparator} ")


def test_the_course_has_a_picture_and_the_same_in_words() -> None:
    values = [
        fact("egfr", value, day)
        for value, day in ((88.0, "2019-03"), (75.0, "2022-06-01"), (55.0, "2026-11-02"))
    ]
    egfr = only(explained(*values), "egfr")
    chart = ElementTree.fromstring(egfr["chart"])
    title = chart.find("title")
    assert title is not None
    assert all(each["text"] in str(title.text) for each in egfr["series"])
    assert len(chart.findall("circle[@class='mark']")) == 2
    assert len(chart.findall("path[@class='mark out']")) == 1
    heights = [float(pair.split(",")[1]) for pair in str(chart.find("polyline").get("points")).split()]  # type: ignore[union-attr]
    assert heights == sorted(heights)  # falling values go down the picture


def test_one_value_is_no_course() -> None:
    assert only(explained(fact("egfr", 88.0, "2026-11-02")), "egfr")["chart"] is None


@pytest.mark.parametrize("value", [0.0, 1.0, 59.9, 60.0, 500.0])
def test_a_picture_stays_in_its_frame(value: float) -> None:
    picture = ElementTree.fromstring(only(explained(fact("egfr", value, "2026-11-02")), "egfr")["picture"])
    box = [float(number) for number in picture.attrib["viewBox"].split()]
    for text in picture.findall("text"):
        assert 0 <= float(text.attrib["x"]) <= box[2]
    usual = picture.find("rect")
    assert usual is not None
    assert 0 <= float(usual.attrib["x"]) <= float(usual.attrib["x"]) + float(usual.attrib["width"]) <= box[2]


def test_an_unusual_value_is_to_be_checked() -> None:
    assert only(explained(fact("haemoglobin", 9.0, "2026-11-02", note="Valeur inhabituelle")), "haemoglobin")[
        "to_check"
    ]

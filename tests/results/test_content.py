"""content/results: every laboratory fact is explained, nothing alarming without an act, and mistakes are told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from app.content import content_dir
from app.errors import ContentError
from app.facts.units import units
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack
from app.results.content import Alarm, load_results

RESULTS = [result for file in load_results() for result in file.results]


def test_every_quantity_of_the_laboratory_is_explained() -> None:
    biology = {
        fact.id
        for fact in load_vocabulary().facts.values()
        if fact.category == "biology" and fact.type == "quantity"
    }
    only_asked = {"ldl_before_treatment"}  # an answer to a question, never a result
    assert biology - {result.fact for result in RESULTS} == only_asked


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.fact)
def test_alarms_stand_where_values_can_be_and_outside_what_is_usual(result: object) -> None:
    definition = load_vocabulary().facts[result.fact]  # type: ignore[attr-defined]
    for alarm in result.alarms:  # type: ignore[attr-defined]
        threshold = alarm.at_least if alarm.at_least is not None else alarm.below
        if definition.plausible is not None:
            low, high = definition.plausible.hard
            assert low <= threshold <= high, alarm
        for bounds in result.bounds:  # type: ignore[attr-defined]
            if alarm.pregnant or (alarm.sex and bounds.sex and alarm.sex != bounds.sex):
                continue
            if alarm.at_least is not None and bounds.high is not None:
                assert alarm.at_least >= bounds.high, alarm
            if alarm.below is not None and bounds.low is not None:
                assert alarm.below <= bounds.low, alarm


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.fact)
def test_the_most_urgent_alarm_of_a_side_is_met_first(result: object) -> None:
    order = {"now": 0, "today": 1, "soon": 2}
    for side, sign in (("at_least", -1), ("below", 1)):
        alarms: list[Alarm] = [
            a for a in result.alarms if getattr(a, side) is not None and not a.pregnant and not a.unless
        ]  # type: ignore[attr-defined]
        for sex in ("female", "male"):
            met = [alarm for alarm in alarms if alarm.sex in (None, sex)]
            assert [order[alarm.urgency] for alarm in met] == sorted(order[alarm.urgency] for alarm in met)
            thresholds = [sign * getattr(alarm, side) for alarm in met]
            assert thresholds == sorted(thresholds)


def test_what_is_urgent_names_whom_to_call() -> None:
    for result in RESULTS:
        for alarm in result.alarms:
            if alarm.urgency == "now":
                assert "le 15" in alarm.action, alarm
            if alarm.urgency == "today":
                assert "ppelez" in alarm.action, alarm


def test_other_units_convert_both_ways() -> None:
    facts = load_vocabulary().facts
    for result in RESULTS:
        for unit in result.other_units:
            linear = units().conversion(unit, facts[result.fact])
            assert linear is not None, (result.fact, unit)
            assert linear.factor > Decimal(0)


def test_guidelines_that_go_further_exist() -> None:
    known = set(load_pack("fr").ids())
    assert {name for result in RESULTS for name in result.see} <= known


FATS = "fats.yaml"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("fact: ldl_cholesterol", "fact: ldl", "ldl is no quantity"),
        ("fact: ldl_cholesterol", "fact: hdl_cholesterol", "hdl_cholesterol is explained twice"),
        ("at_least: 4.9,", "at_least: 4.9, below: 1,", "either `at_least` or `below`"),
        (
            "source: has2017, verified: yes}\n    see",
            "source: has1999, verified: yes}\n    see",
            "no source named has1999",
        ),
        ("other_units: [g/L]", "other_units: [zorkmid]", "zorkmid is no unit"),
        ("low: 1.03, source", "source", "write `low`, `high`, or both"),
        ("measures:", "mesures:", "not known"),
    ],
)
def test_mistakes_are_told_with_their_file(tmp_path: Path, before: str, after: str, told: str) -> None:
    text = (content_dir() / "results" / FATS).read_text(encoding="utf-8")
    assert before in text
    (tmp_path / FATS).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=told) as raised:
        load_results.fresh(tmp_path)
    assert str(raised.value.where).startswith(FATS)

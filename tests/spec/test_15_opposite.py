"""What would change an answer: each single fact that is enough; when none is, the pairs that are."""

from __future__ import annotations

import pytest

from app.guidelines.evaluate import answers_for
from app.guidelines.suppose.opposite import changes_of
from tests.spec.table import fact, guideline, person, rows
from tests.spec.test_14_questions import pack

RULES = guideline("""
- {id: both, when: {all: [{fact: copd, is: true}, {fact: asthma, is: true}]}, status: specialist}
- {id: smoker, when: {all: [{fact: tobacco_status, is: current}, {fact: copd, is: true}]}, status: due}
- {id: heavy, when: {all: [{fact: bmi, at_least: 40}, {age: {from: 18}}]}, status: information}
""")
NAMES = ("copd", "asthma")

TABLE = """
# copd | asthma | tobacco | bmi | answers      | would change it
   T   |   T    | never   | 25  | specialist   | copd → not_eligible; asthma → not_eligible
   T   |   F    | never   | 25  | not_eligible | asthma → specialist; tobacco_status → due; bmi → information
   F   |   F    | never   | 25  | not_eligible | bmi → information
   T   |   F    | current | 45  | due          | copd → information; asthma → specialist; tobacco_status → information
# not decided: what settles it
       |   F    | current | 25  | ask          | copd → due; copd → not_eligible; tobacco_status → not_eligible
"""

PAIRS = guideline(
    "- {id: all_three, when: {all: [{fact: copd, is: true}, {fact: asthma, is: true}]}, status: specialist}"
)


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_single_facts(row: list[str]) -> None:
    said = [fact(name, cell == "T") for name, cell in zip(NAMES, row[:2], strict=True) if cell]
    sheet = person(*said, fact("tobacco_status", row[2]), fact("bmi", float(row[3])))
    answers = answers_for(pack(RULES), sheet)
    assert answers["spec"].status == row[4]
    told = [f"{', '.join(change.facts)} → {change.found.status}" for change in changes_of(answers, "spec")]
    assert "; ".join(told) == row[5]


def test_two_facts_when_one_is_not_enough() -> None:
    answers = answers_for(pack(PAIRS), person(fact("copd", False), fact("asthma", False)))
    (change,) = changes_of(answers, "spec")
    assert (change.facts, change.found.status) == (("copd", "asthma"), "specialist")


def test_time_and_sex_are_not_for_the_person_to_change() -> None:
    rules = guideline("- {id: women, when: {all: [{fact: sex_at_birth, is: female}, {age: {from: 50}}]}, status: due}")
    assert changes_of(answers_for(pack(rules), person(sex="male")), "spec") == []


def test_what_the_person_said_before_is_left_as_it_was() -> None:
    sheet = person(fact("copd", True), fact("asthma", True))
    before = sheet.to_json()
    changes_of(answers_for(pack(RULES), sheet), "spec")
    assert sheet.to_json() == before

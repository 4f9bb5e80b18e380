"""The question asked first is the one whose possible answers settle most: of a yes or no, half, all or none of them.

A number is tried between all thresholds, an act as never done, recent, and older than each period."""

from __future__ import annotations

from datetime import date

import pytest

from app.guidelines.evaluate import answers_for
from app.guidelines.pack import Pack, PackHead
from app.guidelines.rules import Rules
from app.guidelines.suppose.possible import possible_answers
from tests.spec.table import fact, guideline, person, rows

HEAD = PackHead(id="spec", version="1", country="FR", title="…", released=date(2026, 1, 1))
RULES = guideline("""
- {id: one, when: {all: [{fact: copd, is: true}, {fact: heart_failure, is: true}]}, status: specialist}
- {id: other, when: {all: [{fact: asthma, is: true}, {fact: heart_failure, is: true}]}, status: information}
""")
NAMES = ("copd", "asthma", "heart_failure")

TABLE = """
# copd | asthma | heart_failure | asks, with the share of the answers that settle
       |        |               | heart_failure 0.5, copd 0.0, asthma 0.0
       |   F    |               | copd 0.5, heart_failure 0.5
   T   |        |               | heart_failure 1.0, asthma 0.0
   F   |        |       T       | asthma 1.0
       |        |       T       | copd 0.5, asthma 0.0
       |        |       F       |
"""


def pack(*rules: Rules) -> Pack:
    return Pack(HEAD, [one.guideline for one in rules], "sha256:0")


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_what_settles_most_is_asked_first(row: list[str]) -> None:
    said = [fact(name, cell == "T") for name, cell in zip(NAMES, row[:3], strict=True) if cell]
    found = answers_for(pack(RULES), person(*said))["spec"]
    assert ", ".join(f"{name} {found.share(name)}" for name in found.asks) == row[3]


THRESHOLDS = guideline("""
- {id: heavy, when: {all: [{fact: bmi, at_least: 30}, {fact: bmi, less_than: 40}]}, status: information}
- {id: test, when: {fact: colonoscopy_last_date, within: P5Y}, status: not_needed}
- {id: young, when: {fact: cytology_last_normal_date, before_age: 30}, status: information}
- id: family
  when: {family: {condition: colorectal_cancer, degree: 1, before_age: 65}, at_least: 2}
  status: specialist
- {id: smoker, when: {fact: tobacco_status, is: current}, status: due}
- {id: of_age, when: {age: {from: 18, to: 74}}, status: information}
""")

ANSWERS = """
# fact                     | answers tried
  bmi                      | height 170 weight 75.14; height 170 weight 101.15; height 170 weight 127.16
  tobacco_status           | current; former; never
  copd                     | True; False
  birth_date               | 2008-10-06; 2008-10-04; 1951-10-06; 1951-10-04
  family_colorectal_cancer | none; mother 64, sister 64; mother 65, sister 65
"""


@pytest.mark.parametrize("row", rows(ANSWERS), ids=" ".join)
def test_answers_are_tried_on_each_side_of_every_threshold(row: list[str]) -> None:
    sheet = person()
    answers = answers_for(pack(THRESHOLDS), sheet)
    vocabulary = answers.reader.facts.vocabulary
    compared = THRESHOLDS.compared(vocabulary).get(row[0])
    found = possible_answers(row[0], [compared] if compared else [], sheet, vocabulary)
    assert "; ".join(words(row[0], supposed) for supposed in found) == row[1]


def test_acts_are_tried_as_never_done_recent_and_old() -> None:
    sheet = person(born="1990-10-05")
    vocabulary = answers_for(pack(THRESHOLDS), sheet).reader.facts.vocabulary
    compared = THRESHOLDS.compared(vocabulary)

    def tried(name: str) -> list[object]:
        return [answer[name] for answer in possible_answers(name, [compared[name]], sheet, vocabulary)]

    days = [date(2026, 9, 5), date(2021, 10, 4)]
    assert tried("colonoscopy") == [
        "never", *({"date": day, "result": result} for result in ("normal", "abnormal") for day in days)
    ]
    birthday = [date(2026, 9, 5), date(2020, 10, 4), date(2020, 10, 5)]
    assert [answer["date"] for answer in tried("cytology")[1:4]] == birthday  # type: ignore[index]


def words(name: str, supposed: dict[str, object]) -> str:
    if len(supposed) > 1:
        return " ".join(f"{fact} {round(number, 2)}" for fact, number in supposed.items())  # type: ignore[call-overload]
    answer = supposed[name]
    if isinstance(answer, list):
        return ", ".join(f"{one['relation']} {one['age_at_diagnosis']}" for one in answer) or "none"
    return str(answer)

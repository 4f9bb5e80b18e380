"""Relatives: degree, age at diagnosis (blank: not known), how many; and what the person's silence means."""

from __future__ import annotations

import pytest

from tests.spec.table import TRUTH, fact, person, relative, rows, truth

NAME = "family_colorectal_cancer"

TABLE = """
# relatives with their age   | one before 65 | two | ten years before, at 40
  father 64                  |  T            |  F  |  F
  father 65                  |  F            |  F  |  F
  father 50                  |  T            |  F  |  T
  father 51                  |  T            |  F  |  F
  father                     |               |  F  |
  father 60-64               |  T            |  F  |  F
  father 60-70               |               |  F  |  F
  father, mother             |               |  T  |
  father 70, mother 70       |  F            |  T  |  F
  father 70, maternal_aunt 40|  F            |  F  |  F
  half_brother 40            |  F            |  F  |  F
  cousin 30, sibling 45      |  T            |  F  |  T
"""


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_relatives_of_the_first_degree(row: list[str]) -> None:
    cases = [entry.split() for entry in row[0].split(",")]
    sheet = person(*(relative(NAME, entry[0], "".join(entry[1:])) for entry in cases), born="1986-10-05")
    first = "condition: colorectal_cancer, degree: 1"
    criteria = (f"family: {{{first}, before_age: 65}}", f"{{family: {{{first}}}, at_least: 2}}",
                f"family: {{{first}, years_before: 10}}")
    found = [truth(criterion, sheet) for criterion in criteria]
    assert found == [TRUTH[cell] for cell in row[1:]]


ANY = "family: {condition: colorectal_cancer}"


def test_silence_is_unknown_unless_the_criterion_says_what_it_means() -> None:
    assert truth(ANY, person()) is None
    assert truth(f"{{{ANY}, if_missing: no}}", person()) is False


def test_a_person_who_answers_nobody_is_believed() -> None:
    assert truth(ANY, person(fact(NAME, False, author="citizen"))) is False
    assert truth(ANY, person(fact(NAME, False, author="citizen"), relative(NAME, "father", "60"))) is True


def test_one_condition_of_several_may_be_enough_and_silence_on_the_other_is_not_a_no() -> None:
    either = "family: {condition: [colorectal_cancer, endometrial_cancer], before_age: 50}"
    assert truth(either, person(relative(NAME, "father", "45"))) is True
    assert truth(either, person(relative(NAME, "father", "70"))) is None


KIN = """
# relatives                        | degree 1 or 2 | a woman | mother's side | father's side
  maternal_aunt 50                 |  T            |  T      |  T            |  F
  paternal_grandfather 60          |  T            |  F      |  F            |  T
  cousin 40                        |  F            |         |               |
  paternal_cousin 40               |  F            |         |  F            |  T
# brothers, sisters and children are of both branches
  sister 50                        |  T            |  T      |  T            |  T
  son 30                           |  T            |  F      |  T            |  T
  half_brother 40                  |  T            |  F      |               |
"""


@pytest.mark.parametrize("row", rows(KIN), ids=" ".join)
def test_degree_sex_and_side(row: list[str]) -> None:
    relation, onset = row[0].split()
    sheet = person(relative(NAME, relation, onset))
    criteria = ("at_most_degree: 2", "sex: female", "side: maternal", "side: paternal")
    found = [truth(f"family: {{condition: colorectal_cancer, {asked}}}", sheet) for asked in criteria]
    assert found == [TRUTH[cell] for cell in row[1:]]


SAME = """
# relatives                              | two of one branch
  mother 50, maternal_aunt 60            |  T
  mother 50, paternal_aunt 60            |  F
  mother 50, sister 40                   |  T
  paternal_uncle 50, brother 40          |  T
  mother 50, paternal_aunt 60, son 20    |  T
  mother 50, half_sister 40              |
  mother 50                              |  F
"""


@pytest.mark.parametrize("row", rows(SAME), ids=" ".join)
def test_relatives_of_one_branch(row: list[str]) -> None:
    sheet = person(*(relative(NAME, *entry.split()) for entry in row[0].split(",")))
    criterion = "{family: {condition: colorectal_cancer, same_side: true}, at_least: 2}"
    assert truth(criterion, sheet) is TRUTH[row[1]]

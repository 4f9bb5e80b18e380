"""True (T), false (F) and unknown (blank): how criteria combine."""

from __future__ import annotations

import pytest

from tests.spec.table import TRUTH, fact, person, rows, truth

NAMES = ("hypertension", "copd", "asthma")
LEAVES = ", ".join(f"{{fact: {name}, is: true}}" for name in NAMES)

TABLE = """
# a | b | c | all | any | at least 2 | not a
  T | T | T |  T  |  T  |  T         |  F
  T | T | F |  F  |  T  |  T         |  F
  T | T |   |     |  T  |  T         |  F
  T | F | F |  F  |  T  |  F         |  F
  T | F |   |  F  |  T  |            |  F
  T |   |   |     |  T  |            |  F
  F | F | F |  F  |  F  |  F         |  T
  F | F |   |  F  |     |  F         |  T
  F |   |   |  F  |     |            |  T
    |   |   |     |     |            |
    | T | T |     |  T  |  T         |
    | F | T |  F  |  T  |            |
"""


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_all_any_at_least_not(row: list[str]) -> None:
    said = dict(zip(NAMES, row[:3], strict=True))
    sheet = person(*(fact(name, cell == "T") for name, cell in said.items() if cell))
    criteria = (f"all: [{LEAVES}]", f"any: [{LEAVES}]", f"{{at_least: 2, of: [{LEAVES}]}}",
                "not: {fact: hypertension, is: true}")
    assert [truth(criterion, sheet) for criterion in criteria] == [TRUTH[cell] for cell in row[3:]]


def test_not_turns_twice_to_the_same() -> None:
    sheet = person()
    assert truth("not: {not: {fact: hypertension, is: true}}", sheet) is None
    assert truth("not: {not: {age: {from: 50}}}", sheet) is True

"""Numbers: a value, or what a laboratory writes when it is beyond its scale (`> 7`), and what rounding does."""

from __future__ import annotations

import re

import pytest

from tests.spec.table import TRUTH, fact, person, rows, truth

TABLE = """
# value | at least 7 | more than 7 | at most 7 | less than 7 | 6 to 7
  6.9   |  F         |  F          |  T        |  T          |  T
  7     |  T         |  F          |  T        |  F          |  T
  7.1   |  T         |  T          |  F        |  F          |  F
  > 7   |  T         |             |           |  F          |
  > 8   |  T         |  T          |  F        |  F          |  F
  > 6   |            |             |           |             |
  < 6   |  F         |  F          |  T        |  T          |
  < 7   |            |  F          |  T        |             |
  < 5   |  F         |  F          |  T        |  T          |  F
        |            |             |           |             |
"""


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_thresholds(row: list[str]) -> None:
    sheet = person()
    if match := re.fullmatch(r"([<>]?) ?([\d.]+)", row[0]):
        sheet = person(fact("fasting_glucose", float(match[2]), comparator=match[1] or None))
    bounds = ("at_least: 7", "more_than: 7", "at_most: 7", "less_than: 7", "at_least: 6, at_most: 7")
    found = [truth(f"{{fact: fasting_glucose, {bound}}}", sheet) for bound in bounds]
    assert found == [TRUTH[cell] for cell in row[1:]]


@pytest.mark.parametrize(("weight", "height", "reached"), [(129.6, 180, True), (129.5, 180, False), (81, 180, True)])
def test_a_computed_index_is_compared_as_on_paper(weight: float, height: float, reached: bool) -> None:
    sheet = person(fact("weight", weight), fact("height", height))
    threshold = 25 if weight < 100 else 40
    assert truth(f"{{fact: bmi, at_least: {threshold}}}", sheet) is reached


def test_a_criterion_on_an_index_that_pregnancy_forbids_is_unknown() -> None:
    sheet = person(fact("weight", 90.0), fact("height", 160.0), fact("pregnant", True))
    assert truth("{fact: bmi, at_least: 30}", sheet) is None

"""Numbers: a value, or what a laboratory writes when it is beyond its scale (`> 7`), what rounding does, and drift."""

from __future__ import annotations

import re

import pytest

from app.facts.model import Fact
from app.facts.reduce import ReducedFacts
from app.facts.vocabulary import Fact as Definition
from app.facts.vocabulary import Reduction, Vocabulary
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


DRIFT = """
# filtration of the kidneys in the last five years (on 2026-10-05)             | change    | change per year
# one value, or two less than a year apart: nothing is known of a change
  90 2025-10-01                                                                |           |
  90 2025-10-01, 70 2026-09-30                                                 |           |
  90 2026-10-01, 70 2026-10-01                                                 |           |
# the last value less the first, whatever came between
  90 2024-10-01, 70 2026-10-01                                                 | -20       | -10.01
  90 2024-10-01, 20 2025-10-01, 80 2026-10-01                                  | -10       | -5.00
  70 2025-10-01, 76 2026-10-01                                                 | 6         | 6.00
# what is older than five years, or dated after the day, does not count
  99 2021-10-05, 90 2024-10-01, 70 2026-10-01                                  | -20       | -10.01
  90 2024-10-01, 70 2026-10-01, 20 2026-12-01                                  | -20       | -10.01
# days known to the month, bounds of a laboratory
  90 2024-10, 70 2026-09                                                       | -20       | -10.90 to -10.02
  90 2025-10, 70 2026-10                                                       |           |
  > 90 2024-10-01, 70 2026-10-01                                               | below -20 | below -10.01
  90 2024-10-01, > 90 2026-10-01                                               | above 0   | above 0.00
"""


@pytest.mark.parametrize("row", rows(DRIFT), ids=" ".join)
def test_a_value_that_drifts(row: list[str]) -> None:
    values = ReducedFacts(person(*_values("egfr", row[0])))
    assert [_shown(values, "egfr_change", 0), _shown(values, "egfr_change_per_year", 2)] == row[1:]


MEAN = """
# pressure at home in the last three months     | mean
  130 2026-10-01, 141 2026-09-01                 | 135.5
  130 2026-10-01, 190 2026-07-05                 | 130.0
  130 2026-10-01, > 140 2026-09-01               | above 135.0
  190 2026-07-05                                 |
"""


@pytest.mark.parametrize("row", rows(MEAN), ids=" ".join)
def test_the_mean_of_several_values(row: list[str]) -> None:
    values = ReducedFacts(person(*_values("systolic_bp", row[0], author="device")))
    assert _shown(values, "systolic_bp_home_mean", 1) == row[1]


WHERE = """
# filter of a reduction             | of 6.9, 7 and 7.1, how many it keeps
  where_at_least: 7                 | 2
  where_at_most: 7                  | 2
  where_at_least: 7, where_at_most: 7 | 1
"""


@pytest.mark.parametrize("row", rows(WHERE), ids=" ".join)
def test_a_reduction_may_keep_some_numbers_only(row: list[str]) -> None:
    filters = {k.strip(): float(v) for k, v in (item.split(":") for item in row[0].split(","))}
    count = Reduction(take="count", label="…", **filters)  # type: ignore[arg-type]
    made = Definition(id="tsh", type="quantity", label="…", category="biology", unit="U/L", reductions={"n": count})
    sheet = person(*(fact("tsh", value) for value in (6.9, 7.0, 7.1)))
    assert ReducedFacts(sheet, Vocabulary([made], "")).get("n").value == int(row[1])


def test_of_two_values_of_one_day_the_most_reliable_counts() -> None:
    day = "2024-10-01"
    twice = [fact("egfr", 60.0, day, "citizen"), fact("egfr", 90.0, day), fact("egfr", 70.0, "2026-10-01")]
    for first_two in (twice, [twice[1], twice[0], twice[2]]):
        assert _shown(ReducedFacts(person(*first_two)), "egfr_change", 0) == "-20"


def _values(name: str, text: str, author: str = "professional") -> list[Fact]:
    found = [re.fullmatch(r"([<>]?) ?(\d+) ([\d-]+)", item.strip()) for item in text.split(",")]
    return [fact(name, float(m[2]), m[3], author, comparator=m[1] or None) for m in found if m]  # type: ignore[arg-type]


def _shown(values: ReducedFacts, name: str, digits: int) -> str:
    reading = values.get(name)
    if reading.state != "known":
        return ""
    low, high = (f"{end:.{digits}f}" for end in (reading.low, reading.high))
    if "inf" in (low, high.lstrip("-")) or low == "-inf":
        return f"below {high}" if low == "-inf" else f"above {low}"
    return low if low == high else f"{low} to {high}"

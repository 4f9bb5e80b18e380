"""Five ways of knowing a fact: known, presumed, stale, said to be unknown, never spoken of."""

from __future__ import annotations

import pytest

from app.facts.model import FactSheet, UnknownFact
from tests.spec.table import TRUTH, fact, person, rows, truth

LISTED = frozenset({"problems"})
PEOPLE: dict[str, FactSheet] = {
    "says yes": person(fact("copd", True)),
    "says no": person(fact("copd", False)),
    "never spoken of": person(),
    "a list of problems without it": person(sections=LISTED),
    "said to be unknown": person(sections=LISTED, unknown=[UnknownFact("copd", "…")]),
    "a complete case without it": person(complete=True),
}

TABLE = """
# person                        | is true | silence means no | silence means yes | known
  says yes                      |  T      |  T               |  T                |  T
  says no                       |  F      |  F               |  F                |  T
  never spoken of               |         |  F               |  T                |  F
  a list of problems without it |  F      |  F               |  F                |  F
  said to be unknown            |         |                  |                   |  F
  a complete case without it    |  F      |  F               |  F                |  T
"""


@pytest.mark.parametrize("row", rows(TABLE), ids=" ".join)
def test_a_disease(row: list[str]) -> None:
    operators = ("is: true", "is: true, if_missing: no", "is: true, if_missing: yes", "known: true")
    found = [truth(f"{{fact: copd, {operator}}}", PEOPLE[row[0]]) for operator in operators]
    assert found == [TRUTH[cell] for cell in row[1:]]


FRESH = """
# tobacco said on | current | has smoked
  2025-10-06      |  T      |  T
  2025-10-05      |         |  T
"""


@pytest.mark.parametrize("row", rows(FRESH), ids=" ".join)
def test_a_habit_must_be_asked_again_after_a_year_and_the_past_stays(row: list[str]) -> None:
    sheet = person(fact("tobacco_status", "current", row[0]))
    found = [truth("{fact: tobacco_status, is: current}", sheet), truth("{fact: tobacco_ever, is: true}", sheet)]
    assert found == [TRUTH[cell] for cell in row[1:]]


SYMPTOM = """
# answered      | symptom
  yes 2026-09-01 |  T
  yes 2026-05-01 |
  no 2026-09-01  |  F
  no 2026-05-01  |  F
                 |  F
"""


@pytest.mark.parametrize("row", rows(SYMPTOM), ids=" ".join)
def test_an_old_no_is_silence_and_an_old_yes_is_asked_again(row: list[str]) -> None:
    said = row[0].split()
    sheet = person(*([fact("symptom_breast_lump", said[0] == "yes", said[1], "citizen")] if said else []))
    assert truth("symptom: [breast_lump]", sheet) is TRUTH[row[1]]


RESULT = """
# stool test      | negative within two years
  negative        |  T
  positive        |  F
  without result  |
  never           |  F
"""


@pytest.mark.parametrize("row", rows(RESULT), ids=" ".join)
def test_an_act_without_its_result_settles_nothing_even_in_a_complete_case(row: list[str]) -> None:
    value = {"without result": "done", "never": None}.get(row[0], row[0])
    sheet = person(*([fact("fit", value, "2026-05-01")] if value else []), complete=True)
    assert truth("{fact: fit_last_negative_date, within: P2Y}", sheet) is TRUTH[row[1]]

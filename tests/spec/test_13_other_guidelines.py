"""A guideline may read what another one answers, and replace it. What a doctor should see is never replaced."""

from __future__ import annotations

from datetime import date

import pytest

from app.facts.model import FactSheet
from app.guidelines.evaluate import evaluate
from app.guidelines.pack import Pack, PackHead
from app.guidelines.recommendation import Recommendation
from app.guidelines.stops import Stop, Stops
from tests.spec.table import fact, guideline, person, rows

HEAD = PackHead(id="spec", version="1", country="FR", title="…", released=date(2026, 1, 1))
OTHER = guideline("""
- {id: known, when: {fact: hypertension, is: true}, status: specialist}
- {id: old, when: {age: {from: 80}}, status: information}
- {id: usual, when: {fact: copd, is: true},
   schedule: {due: [{after: fit_last_negative_date, plus: P2Y}], never: {age: 50}}}
""", "other")


def reads(criterion: str) -> Pack:
    one = guideline(f"- {{id: it_holds, when: {criterion}, status: information}}", "one")
    return Pack(HEAD, [one.guideline, OTHER.guideline], "sha256:0")


def answers(pack: Pack, sheet: FactSheet) -> dict[str, Recommendation]:
    return {found.id: found for found in evaluate(pack, sheet)}


READ = """
# hypertension | copd | specialist | specialist or due | usual or known | known and specialist | none of its tracks
  T            |      |  T         |  T                |  T             |  T                   |  F
  F            |  T   |  F         |  T                |  T             |  F                   |  F
  F            |  F   |  F         |  F                |  F             |  F                   |  T
# not decided: true when every answer that it may give is among those asked for, false when none is
               |  T   |            |  T                |  T             |                      |  F
               |  F   |            |                   |                |                      |
  F            |      |  F         |                   |                |  F                   |
"""


@pytest.mark.parametrize("row", rows(READ), ids=" ".join)
def test_another_guideline_answers_so(row: list[str]) -> None:
    said = [fact(name, cell == "T") for name, cell in zip(("hypertension", "copd"), row[:2], strict=True) if cell]
    sheet = person(*said, fact("fit", "negative", "2024-10-01"), born="1970-01-01")
    asked = ("status: [specialist]", "status: [specialist, due]", "track: [usual, known]",
             "track: [known], status: [specialist]", "track: [otherwise]")
    found = [answers(reads(f"{{guideline: other, {what}}}"), sheet)["one"] for what in asked]
    words = ["T" if one.status == "information" else "" if one.status == "ask" else "F" for one in found]
    assert words == row[2:]


def test_what_would_decide_the_other_is_asked() -> None:
    pack = reads("{guideline: other, status: [specialist]}")
    assert answers(pack, person())["one"].asks == ("hypertension", "copd")


def test_a_guideline_that_is_not_in_force_says_nothing() -> None:
    pack = reads("{guideline: other, status: [specialist]}")
    early = person(fact("hypertension", True, "2019-01-01"), on=date(2019, 6, 1))
    assert [one.id for one in evaluate(pack, early)] == []


REPLACES = guideline(
    "- {id: it_holds, when: {fact: asthma, is: true}, status: specialist}", "one",
    supersedes=[{"guideline": "other", "when": ["specialist", "due"]}],
)

REPLACED = """
# asthma | hypertension | copd | test       | born       | the other answers
  T      |  F           |  T   | 2024-10-01 | 1970-01-01 | not_needed
  T      |  F           |  T   | 2026-01-01 | 1970-01-01 | not_needed
  T      |  F           |      |            | 1970-01-01 | not_needed
  T      |  F           |  F   |            | 1940-01-01 | not_needed
  F      |  F           |  T   | 2024-10-01 | 1970-01-01 | due
# not known whether it is replaced: it answers for itself
         |  F           |  T   | 2024-10-01 | 1970-01-01 | due
# for a doctor, or not for the person at all
  T      |  T           |      |            | 1970-01-01 | specialist
  T      |  F           |  F   |            | 1970-01-01 | not_eligible
"""


@pytest.mark.parametrize("row", rows(REPLACED), ids=" ".join)
def test_another_guideline_replaces_it(row: list[str]) -> None:
    names = ("asthma", "hypertension", "copd")
    said = [fact(name, cell == "T") for name, cell in zip(names, row[:3], strict=True) if cell]
    tests = [fact("fit", "negative", row[3])] if row[3] else []
    pack = Pack(HEAD, [OTHER.guideline, REPLACES.guideline], "sha256:0")
    found = answers(pack, person(*said, *tests, born=row[4]))["other"]
    assert found.status == row[5]
    assert (found.covered_by is not None) == (found.status == "not_needed")


def test_what_gave_way_to_a_guideline_that_is_stopped_stands_again() -> None:
    pack = Pack(HEAD, [OTHER.guideline, REPLACES.guideline], "sha256:0")
    said = [fact("asthma", True), fact("hypertension", False), fact("copd", True)]
    sheet = person(*said, fact("fit", "negative", "2024"))
    assert answers(pack, sheet)["other"].status == "not_needed"
    stops = Stops((Stop("a", "guideline", "one", None, date(2026, 1, 1), "…"),))
    [other] = evaluate(pack, sheet, stops=stops)
    assert (other.id, other.covered_by) == ("other", None)
    assert other.status != "not_needed"


def test_a_stopped_guideline_says_nothing_to_others() -> None:
    sheet = person(fact("hypertension", True))
    pack = reads("{guideline: other, status: [specialist]}")
    assert answers(pack, sheet)["one"].status == "information"
    stops = Stops((Stop("a", "guideline", "other", None, date(2026, 1, 1), "…"),))
    [one] = evaluate(pack, sheet, stops=stops)
    assert (one.id, one.status) == ("one", "not_eligible")

"""One meaning: generated people have the same status, track and day due from the columns as one by one.

Everybody stands in one batch, so that the whole pack is compiled once a day. People have missing facts, days known to
the month or year, values that are bounds, odd families, doses too close to each other (`tests/guidelines/people.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from app.facts.model import FactSheet
from app.guidelines.cases import case_sheet, read_cases
from app.guidelines.evaluate import evaluate
from app.guidelines.recommendation import Recommendation
from app.guidelines.status import Status
from app.population.batches import Batches
from app.population.circuits import circuit
from app.population.names import names_of
from app.population.row import row_of, table_of
from tests.guidelines.people import PACK, VOCABULARY, sheets

MANY = 150


@pytest.fixture(scope="module")
def people() -> list[FactSheet]:
    drawn: list[FactSheet] = []

    @settings(
        max_examples=MANY, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )  # fmt: skip
    @given(sheets())
    def draw(sheet: FactSheet) -> None:
        drawn.append(sheet)

    draw()
    return drawn


@pytest.fixture(scope="module")
def of_cases() -> list[FactSheet]:
    """The people of the French cases of one day, the day that most of them have: each stands near a threshold."""
    folder = Path(__file__).parents[1] / "cases" / "fr"
    cases = [case for path in sorted(folder.glob("*.yaml")) for case in read_cases(path)]
    ((day, _),) = Counter(case.as_of for case in cases).most_common(1)
    return [case_sheet(case, VOCABULARY) for case in cases if case.as_of == day]


def columns_say(people: list[FactSheet], as_of: date) -> list[dict[str, Any]]:
    """(status, track, due) of each person by guideline, from one batch."""
    names = names_of(PACK.on(as_of))
    table = table_of([row_of(sheet, names, VOCABULARY) for sheet in people], names, VOCABULARY)
    compiled = circuit(PACK, as_of, table.schema, days=True)
    (batch,) = table.to_batches()
    told = Batches(compiled).answers(batch, ())
    rows: list[dict[str, Any]] = [{} for _ in people]
    for name in compiled.guidelines:
        columns = (told.column(f"{name}.{part}").to_pylist() for part in ("status", "track", "due"))
        for row, status, track, due in zip(rows, *columns, strict=True):
            row[name] = (Status(status), track, due)
    return rows


def one_by_one(found: Recommendation) -> tuple[Status, str | None, date | None]:
    undecided = found.status is Status.ASK and found.track is None
    return found.status, None if undecided else found.track.id if found.track else "otherwise", found.due_from


@pytest.mark.parametrize("as_of", [date(2026, 11, 15), date(2024, 2, 29)])
def test_columns_say_what_one_person_is_told(people: list[FactSheet], as_of: date) -> None:
    sheets_ = [replace(sheet, as_of=as_of) for sheet in people if _born(sheet, as_of)]
    assert len(sheets_) > MANY / 2
    assert list(differences(sheets_, as_of)) == []


def test_columns_say_what_the_people_of_the_cases_are_told(of_cases: list[FactSheet]) -> None:
    assert len(of_cases) > MANY
    assert list(differences(of_cases, of_cases[0].as_of)) == []


def differences(sheets_: list[FactSheet], as_of: date) -> Iterator[tuple[int, str, Any, Any]]:
    for number, (sheet, told) in enumerate(zip(sheets_, columns_say(sheets_, as_of), strict=True)):
        wanted = {found.id: one_by_one(found) for found in evaluate(PACK, sheet)}
        yield from ((number, name, told[name], wanted[name]) for name in wanted if told[name] != wanted[name])


def _born(sheet: FactSheet, as_of: date) -> bool:
    birth = sheet.subject.birth_date if sheet.subject else None
    return birth is None or birth.latest <= as_of


def test_every_status_is_met(people: list[FactSheet], of_cases: list[FactSheet]) -> None:
    """So that the comparisons above compare something."""
    met = {found.status for sheet in [*people, *of_cases[::7]] for found in evaluate(PACK, sheet)}
    assert met == set(Status)

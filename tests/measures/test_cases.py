"""The two US measures on invented patients, both sides of each threshold, and on the official test cases."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.content import read_yaml
from app.measures.catalog import load_catalog
from app.measures.evaluate import Evaluator
from app.measures.reading import read_cases
from app.measures.valuesets import read_value_sets
from tests.measures.patients import CASES, patient, value_sets_of

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
POPULATIONS = ("initial-population", "denominator", "denominator-exclusion", "numerator")
BORN = {"breast_cancer_screening": "1965-06-15", "cervical_cancer_screening": "1985-06-15"}
SEEN = [{"encounter": "office_visit", "from": "2025-06-10T09:00:00.000Z", "to": "2025-06-10T09:30:00.000Z"}]


def own_cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        for theme, cases in read_yaml(path).items():
            found += [pytest.param(path.stem, case, id=f"{path.stem}-{theme}-{case['id']}") for case in cases]
    return found


@pytest.fixture(scope="module")
def evaluators() -> dict[str, Evaluator]:
    scopes = load_catalog("us").scopes
    return {scope.measure.id: Evaluator(scope, value_sets_of(scope), FIRST, LAST) for scope in scopes}


@pytest.mark.parametrize(("measure", "case"), own_cases())
def test_an_invented_patient(measure: str, case: dict[str, Any], evaluators: dict[str, Evaluator]) -> None:
    evaluator = evaluators[measure]
    who = {"born": BORN[measure], "gender": "female", **case, "has": [*case.get("seen", SEEN), *case.get("has", ())]}
    found = evaluator.evaluate(patient(evaluator.scope, who)).groups[""]
    assert "".join(str(found[name]) for name in POPULATIONS) == case["is"]


def test_no_two_cases_have_one_name() -> None:
    names = [case.id for case in own_cases()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("measure", "folder", "count"), [("CMS125", "breast", 58), ("CMS124", "cervical", 29)])
def test_the_official_cases(measure: str, folder: str, count: int, shared_data: Path) -> None:
    home = shared_data / "us-ecqm"
    if not home.is_dir():
        pytest.skip(f"no official cases at {home}")
    evaluator = Evaluator(load_catalog("us").get(measure), read_value_sets([home / "valuesets.json"]), FIRST, LAST)
    cases = list(read_cases([home / folder / "cases"]))
    assert len(cases) == count
    wrong = [case.name for case in cases if evaluator.evaluate(case.resources).groups[""] != case.expected]
    assert not wrong

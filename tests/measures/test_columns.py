"""Columns on DuckDB give what the one-patient evaluator gives, for everybody and every feature of the language."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import UsageError
from app.measures.catalog import Scope, load_catalog
from app.measures.columns.engine import groups_of, members
from app.measures.columns.layout import layout_of
from app.measures.columns.tables import Tables, from_cases, read_columns, write_columns
from app.measures.evaluate import Evaluator
from app.measures.reading import Case, read_cases
from app.measures.valuesets import ValueSets, read_value_sets
from tests.measures.generated import patients
from tests.measures.patients import patient, value_sets_of
from tests.measures.test_cases import BORN, SEEN, own_cases
from tests.measures.test_language import THEMES, scope_of

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
SCOPES = {scope.measure.id: scope for scope in load_catalog("us").scopes}


def from_columns(scope: Scope, value_sets: ValueSets, tables: Tables) -> list[Any]:
    return [groups for _, groups in groups_of(members(scope, value_sets, FIRST, LAST, tables))]


def one_by_one(scope: Scope, value_sets: ValueSets, cases: list[Case]) -> list[Any]:
    evaluator = Evaluator(scope, value_sets, FIRST, LAST)
    return [evaluator.evaluate(case.resources).groups for case in cases]


def compare(scope: Scope, value_sets: ValueSets, cases: list[Case]) -> None:
    found = from_columns(scope, value_sets, from_cases(cases, layout_of([scope])))
    for case, one, other in zip(cases, one_by_one(scope, value_sets, cases), found, strict=True):
        assert other == one, case.name


def invented(measure: str) -> list[Case]:
    found = []
    for parameters in own_cases():
        name, case = parameters.values
        if name == measure:
            has = [*case.get("seen", SEEN), *case.get("has", ())]
            who = {"born": BORN[name], "gender": "female", **case, "has": has}
            found.append(Case(case["id"], patient(SCOPES[name], who)))
    return found


@pytest.mark.parametrize("measure", SCOPES)
def test_the_invented_patients(measure: str) -> None:
    compare(SCOPES[measure], value_sets_of(SCOPES[measure]), invented(measure))


@pytest.mark.parametrize(("measure", "folder"), [("CMS125", "breast"), ("CMS124", "cervical")])
def test_the_official_cases(measure: str, folder: str, shared_data: Path) -> None:
    home = shared_data / "us-ecqm"
    if not home.is_dir():
        pytest.skip(f"no official cases at {home}")
    cases, scope = list(read_cases([home / folder / "cases"])), load_catalog("us").get(measure)
    tables = from_cases(cases, layout_of(load_catalog("us").scopes))  # one set of columns for all measures
    found = from_columns(scope, read_value_sets([home / "valuesets.json"]), tables)
    assert [groups[""] for groups in found] == [case.expected for case in cases]


@pytest.mark.parametrize("theme", THEMES)
def test_a_feature(theme: str, tmp_path: Path) -> None:
    sections = {key: value for key, value in THEMES[theme].items() if key not in ("holds", "fails", "criterion")}
    scope = scope_of(sections, THEMES[theme]["criterion"], tmp_path)
    people = [*THEMES[theme]["holds"], *THEMES[theme]["fails"]]
    people = [{"born": "1965-06-15", **who, "id": f"{theme}-{n}"} for n, who in enumerate(people)]
    cases = [Case(who["id"], patient(scope, who)) for who in people]
    compare(scope, value_sets_of(scope), cases)


@pytest.mark.parametrize("measure", SCOPES)
@given(data=st.data())
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_drawn_patients(measure: str, data: st.DataObject) -> None:
    scope = SCOPES[measure]
    drawn = data.draw(st.lists(patients(scope), min_size=1, max_size=40))
    compare(scope, value_sets_of(scope), [Case(f"{n}", resources) for n, resources in enumerate(drawn)])


@pytest.mark.parametrize("theme", THEMES)
@given(data=st.data())
@settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_drawn_patients_of_a_feature(theme: str, data: st.DataObject, tmp_path: Path) -> None:
    sections = {key: value for key, value in THEMES[theme].items() if key not in ("holds", "fails", "criterion")}
    scope = scope_of(sections, THEMES[theme]["criterion"], tmp_path)
    drawn = data.draw(st.lists(patients(scope), min_size=1, max_size=30))
    compare(scope, value_sets_of(scope), [Case(f"{n}", resources) for n, resources in enumerate(drawn)])


def test_as_parquet(tmp_path: Path) -> None:
    """Written, read again, in another process or later: the same populations, names and order."""
    scope = SCOPES["breast_cancer_screening"]
    cases = invented("breast_cancer_screening")
    assert write_columns(iter(cases), layout_of(SCOPES.values()), tmp_path / "columns") == len(cases)
    found = list(groups_of(members(scope, value_sets_of(scope), FIRST, LAST, read_columns(tmp_path / "columns"))))
    assert [name for name, _ in found] == [case.name for case in cases]
    assert [groups for _, groups in found] == one_by_one(scope, value_sets_of(scope), cases)
    with pytest.raises(UsageError, match="stands already"):
        write_columns(iter(cases), layout_of([scope]), tmp_path / "columns")


def test_nothing_is_left_when_writing_fails(tmp_path: Path) -> None:
    def broken() -> Any:
        yield from invented("breast_cancer_screening")[:2]
        raise UsageError("the third is broken")

    with pytest.raises(UsageError, match="the third is broken"):
        write_columns(broken(), layout_of(SCOPES.values()), tmp_path / "columns")
    assert list(tmp_path.iterdir()) == []


def test_nobody() -> None:
    scope = SCOPES["breast_cancer_screening"]
    assert from_columns(scope, value_sets_of(scope), from_cases([], layout_of([scope]))) == []


def test_columns_of_other_measures(tmp_path: Path) -> None:
    breast, cervical = SCOPES["breast_cancer_screening"], SCOPES["cervical_cancer_screening"]
    tables = from_cases(invented("cervical_cancer_screening"), layout_of([cervical]))
    with pytest.raises(UsageError, match="made for other measures"):
        members(breast, value_sets_of(breast), FIRST, LAST, tables)


@pytest.mark.parametrize("harm", ["head", "version", "events", "people"])
def test_a_folder_that_is_not_whole(harm: str, tmp_path: Path) -> None:
    folder = tmp_path / "columns"
    write_columns(iter(invented("cervical_cancer_screening")), layout_of(SCOPES.values()), folder)
    if harm == "head":
        (folder / "columns.json").write_text("{")
    elif harm == "version":
        head = (folder / "columns.json").read_text()
        (folder / "columns.json").write_text(head.replace('"version": 1', '"version": 0'))
    elif harm == "events":
        (folder / "events.parquet").unlink()
    else:
        (folder / "people.parquet").write_bytes((folder / "events.parquet").read_bytes())
    with pytest.raises(UsageError, match="make the columns again"):
        read_columns(folder)



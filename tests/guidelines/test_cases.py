"""The French cases: each passes, and together they try every track and both sides of every threshold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from app.guidelines.cases import Case, read_cases, run_cases
from app.guidelines.lint.coverage import untried
from app.guidelines.pack import load_pack
from app.guidelines.recommendation import Recommendation

FILES = sorted((Path(__file__).resolve().parents[1] / "cases" / "fr").glob("*.yaml"))
PACK = load_pack("fr")
CASES = {path.stem: read_cases(path) for path in FILES}
ALL = [case for cases in CASES.values() for case in cases]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_the_case_passes(case: Case) -> None:
    (outcome,) = run_cases([case], PACK)
    assert outcome.problem is None, f"{case.note} ({case.source}): {outcome.problem}"


@pytest.mark.parametrize("guideline", PACK.ids())
def test_every_track_and_both_sides_of_every_threshold_have_a_case(guideline: str) -> None:
    cases = CASES[guideline]
    found: list[tuple[Case, Recommendation]] = [
        (case, outcome.recommendation)
        for case, outcome in zip(cases, run_cases(cases, PACK), strict=True)
        if outcome.recommendation is not None
    ]
    assert [gap.problem for gap in untried(PACK.get(guideline, cases[0].as_of), found)] == []


def test_a_file_holds_the_cases_of_one_guideline_in_force_on_their_day() -> None:
    for name, cases in CASES.items():
        for case in cases:
            assert case.guideline == name
            assert PACK.get(name, case.as_of).effective_from <= case.as_of, case.id


def test_each_case_can_be_read_by_a_doctor_and_has_a_name_of_its_own() -> None:
    twice = [name for name, count in Counter(case.id for case in ALL).items() if count > 1]
    assert twice == []
    for case in ALL:
        assert case.note, f"{case.id} has no note"
        assert case.source


def test_cases_kept_elsewhere_pass_too(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Cases of guidelines that the pack does not have yet are counted, not failed."""
    path = shared_data.parent / "reference" / "cases-fr.yaml"
    if not path.is_file():
        pytest.skip(f"no reference cases at {path}")
    cases = read_cases(path)
    ours = [case for case in cases if case.guideline in PACK.ids()]
    with capsys.disabled():
        print(f"\n{len(ours)} reference cases run, {len(cases) - len(ours)} of guidelines not written yet")
    assert ours
    assert [f"{o.case_id}: {o.problem}" for o in run_cases(ours, PACK) if o.problem] == []

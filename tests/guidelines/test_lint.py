"""What lint finds beyond what stops a file from being read, each with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.facts.vocabulary import load_vocabulary
from app.guidelines.lint.lint import lint
from app.guidelines.lint.tracks import track_findings
from app.guidelines.pack import load_pack, read_guideline

HERE = Path(__file__).resolve().parent
BEFORE, AFTER = (
    (HERE / "wrong" / "bad_period.yaml").read_text(encoding="utf-8").replace("made_up", "spec").split("tracks:\n")[0],
    "otherwise:\n  why: Sinon.\nsources:\n  - {id: text-2024, title: Texte, publisher: Éditeur, date: 2024-01-16}\n",
)
FIRST_TRACK = BEFORE.count("\n") + 2


def write(folder: Path, *tracks: str) -> Path:
    """A file with these tracks, one a line: `id level when…`; the status, unless given, is `information`."""
    lines = [f"  - {{{track if 'status:' in track else track + ', status: information'}, source: text-2024}}"
             for track in tracks]
    path = folder / "spec.yaml"
    path.write_text(f"{BEFORE}tracks:\n" + "\n".join(lines) + f"\n{AFTER}", encoding="utf-8")
    return path


def track(name: str, when: str, more: str = "", level: str = "average") -> str:
    return f"id: {name}, level: {level}, when: {when}{more}"


def found(folder: Path, *tracks: str) -> list[str]:
    path = write(folder, *tracks)
    vocabulary = load_vocabulary()
    return [str(one) for one in track_findings(read_guideline(path, vocabulary), path, vocabulary)]


IMPOSSIBLE = [
    "{all: [{age: {from: 60}}, {age: {to: 50}}]}",
    "{all: [{fact: bmi, at_least: 30}, {fact: bmi, less_than: 30}]}",
    "{all: [{fact: tobacco_status, is: current}, {fact: tobacco_status, in: [former, never]}]}",
    "{all: [{fact: copd, is: true}, {not: {fact: copd, is: true}}]}",
    "{all: [{fact: copd, is: true}, {fact: copd, is: false, if_missing: no}]}",
    "{all: [{fact: fit_last_negative_date, within: P2Y}, {not: {fact: fit_last_negative_date, within: P5Y}}]}",
    "{all: [{born: {from: 1980-01-01}}, {born: {to: 1979-12-31}}]}",
    "{all: [{symptom: [breast_lump]}, {not: {symptom: [breast_lump, black_stool]}}]}",
    "{all: [{at_least: 2, of: [{fact: copd, is: true}, {fact: asthma, is: true}]}, {fact: asthma, is: false}]}",
    "{all: [{risk: score2, category: [high]}, {risk: score2, category: [low, moderate]}]}",
    "{all: [{family: {condition: stroke}}, {not: {family: {condition: stroke}, if_missing: no}}]}",
    "{all: [{fact: cytology_last_normal_date, before_age: 30}, {age: {from: 30}, at: cytology_last_normal_date}]}",
]


@pytest.mark.parametrize("when", IMPOSSIBLE)
def test_conditions_that_exclude_each_other(tmp_path: Path, when: str) -> None:
    assert found(tmp_path, track("nobody", when)) == [
        f"spec.yaml:{FIRST_TRACK}: track nobody can never apply: its conditions exclude each other → "
        "mend the bounds, or remove the track"
    ]


POSSIBLE = [
    "{all: [{age: {from: 50}}, {age: {to: 50}}]}",
    "{all: [{fact: bmi, at_least: 30}, {fact: bmi, at_most: 30}]}",
    "{all: [{fact: fit_last_negative_date, within: P5Y}, {not: {fact: fit_last_negative_date, within: P2Y}}]}",
    "{any: [{fact: copd, is: true}, {not: {fact: copd, is: true}}]}",
    "{all: [{fact: tobacco_status, in: [current, former]}, {fact: tobacco_status, in: [former, never]}]}",
    "{at_least: 2, of: [{fact: copd, is: true}, {fact: asthma, is: true}, {fact: hypertension, is: false}]}",
]


@pytest.mark.parametrize("when", POSSIBLE)
def test_conditions_that_may_hold_together(tmp_path: Path, when: str) -> None:
    assert found(tmp_path, track("somebody", when)) == []


def test_a_track_that_those_before_it_leave_nobody(tmp_path: Path) -> None:
    tracks = track("young", "{age: {to: 49}}"), track("old", "{age: {from: 60}}"), track("rest", "{age: {from: 50}}")
    nobody = track("nobody", "{all: [{age: {from: 40, to: 70}}, {fact: copd, is: true}]}")
    assert found(tmp_path, *tracks, nobody) == [
        f"spec.yaml:{FIRST_TRACK + 3}: track nobody can never apply: the tracks before it take everybody → "
        "move it up, or remove it"
    ]
    assert found(tmp_path, *tracks[:2], nobody) == []


SPECIALIST = ", status: specialist"


def test_tracks_of_one_level_that_answer_differently(tmp_path: Path) -> None:
    ill, heavy = "{fact: copd, is: true}", "{fact: bmi, at_least: 30}"
    one, other = track("ill", ill), track("heavy", heavy, SPECIALIST)
    assert found(tmp_path, one, other) == [
        f"spec.yaml:{FIRST_TRACK}: tracks ill and heavy (average) may hold for the same person and answer differently; "
        "ill decides → exclude one from the other, or write `over: [heavy]` in ill"
    ]
    assert found(tmp_path, track("ill", ill, ", over: [heavy]"), other) == []
    assert found(tmp_path, one, track("heavy", heavy)) == []
    assert found(tmp_path, one, track("heavy", heavy, SPECIALIST, level="elevated")) == []
    assert found(tmp_path, one, track("heavy", f"{{all: [{heavy}, {{fact: copd, is: false}}]}}", SPECIALIST)) == []


def test_a_particular_case_before_the_general_one_is_how_tracks_are_written(tmp_path: Path) -> None:
    particular = track("ill_and_old", "{all: [{fact: copd, is: true}, {age: {from: 65}}]}")
    assert found(tmp_path, particular, track("old", "{age: {from: 50}}", SPECIALIST)) == []


def test_every_error_of_a_file_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, track("one", "{fact: nothing, is: true}"), track("two", "{fact: bmi, is: true}"))
    assert [str(one) for one in lint([path], "fr", None)] == [
        f"spec.yaml:{FIRST_TRACK}: unknown fact 'nothing' → define it in content/vocabulary",
        f"spec.yaml:{FIRST_TRACK + 1}: bmi holds a number, not yes or no → change the fact or the comparison",
    ]
    path.write_text(path.read_text().replace("  cost: Gratuit.\n", "").replace("  why: Pourquoi.\n", "  why: ''\n"))
    assert [str(one) for one in lint([path], "fr", None)] == [
        "spec.yaml:10: wording.why: is empty → write it", "spec.yaml:8: wording.cost: is missing → write it",
    ]


CASE = """
- id: c{n}
  as_of: 2026-06-01
  guideline: spec
  person: {{birth_date: {born}, administrative_sex: female}}
  expect: {{status: information}}
  source: none
"""


def test_what_the_cases_leave_untried(tmp_path: Path) -> None:
    path = write(tmp_path, track("old", "{age: {from: 50}}"))
    cases = tmp_path / "cases"
    cases.mkdir()
    assert [str(one) for one in lint([path], "fr", cases)] == [
        "spec.yaml:2: no case → write cases on both sides of each threshold"
    ]
    (cases / "spec.yaml").write_text(CASE.format(n=1, born="1976-06-01"))
    assert [str(one) for one in lint([path], "fr", cases)] == [
        f"spec.yaml:{FIRST_TRACK + 1}: no case for otherwise → write the case",
        f"spec.yaml:{FIRST_TRACK}: no case just before age 50 → write the case",
    ]
    (cases / "spec.yaml").write_text(CASE.format(n=1, born="1976-06-01") + CASE.format(n=2, born="1976-06-02"))
    assert lint([path], "fr", cases) == []


def test_the_french_pack_has_nothing_to_mend() -> None:
    from app.guidelines.lint.lint import cases_of
    from app.guidelines.pack import guideline_files

    assert load_pack("fr").ids()
    assert lint(guideline_files("fr"), "fr", cases_of("fr")) == []

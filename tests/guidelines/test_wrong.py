"""Wrong content, one mistake a file: each is refused with file, line and remedy, word for word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.content import content_dir, read_yaml
from app.errors import ContentError, UsageError
from app.facts.vocabulary import load_vocabulary
from app.guidelines.cases import read_cases, run_cases
from app.guidelines.pack import load_pack, read_guideline

HERE = Path(__file__).resolve().parent
EXPECTED: dict[str, str] = read_yaml(HERE / "wrong.yaml")


def test_every_wrong_file_has_its_message() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in (HERE / "wrong").glob("*.yaml"))


@pytest.mark.parametrize("name", EXPECTED)
def test_the_message(name: str) -> None:
    with pytest.raises(ContentError) as refused:
        read_guideline(HERE / "wrong" / f"{name}.yaml", load_vocabulary())
    assert str(refused.value) == EXPECTED[name]


def test_two_versions_may_follow_each_other_and_not_overlap(tmp_path: Path) -> None:
    home = tmp_path / "fr"
    shutil.copytree(content_dir() / "guidelines" / "fr", home)
    old = (home / "tobacco.yaml").read_text(encoding="utf-8")
    (home / "tobacco-2027.yaml").write_text(
        old.replace("effective_from: 2014-10-01", "effective_from: 2027-01-01")
    )
    with pytest.raises(ContentError) as refused:
        load_pack("fr", tmp_path)
    line = old[: old.index("effective_from")].count("\n") + 1
    assert str(refused.value).startswith(
        f"tobacco.yaml:{line}: two versions of tobacco are in force on the same day (the other is tobacco-2027.yaml)"
    )
    load_pack.cache_clear()
    ends = "effective_from: 2014-10-01\neffective_until: 2026-12-31"
    (home / "tobacco.yaml").write_text(old.replace("effective_from: 2014-10-01", ends))
    assert load_pack("fr", tmp_path).ids() == load_pack("fr").ids()


@pytest.mark.parametrize("country", ["xx", "../fr", ""])
def test_an_unknown_pack_names_those_that_exist(country: str) -> None:
    with pytest.raises(UsageError, match="there are: fr"):
        load_pack(country)


WRONG_CASES = {
    "facts: {blood_group: A}": "unknown name 'blood_group' → use a name of the vocabulary of facts",
    "events: [{what: potion, date: 2026-01-01}]": "unknown name 'potion' → use a name of the vocabulary of facts",
    "unknown: [colour]": "unknown name 'colour' → use a name of the vocabulary of facts",
    "family: [{relation: stepmother, condition: diabetes}]": "unknown relation 'stepmother'",
    "facts: {tobacco_status: sometimes}": "tobacco_status: 'sometimes' is not one of current, former, never",
    "facts: {hypertension: high}": "hypertension: 'high' is neither true nor false",
    "facts: {bmi: large}": "bmi: 'large' is not a number",
    "facts: {tobacco_stop_date: long ago}": "not a date: 'long ago' (expected AAAA, AAAA-MM or AAAA-MM-JJ)",
    "events: [{what: mammography, date: in spring}]": "not a date: 'in spring' (expected AAAA, AAAA-MM or AAAA-MM-JJ)",
    "events: [{what: mammography, date: 2026-01, result: ok}]": "mammography: 'ok' is not one of normal, abnormal",
}


@pytest.mark.parametrize("part", WRONG_CASES)
def test_a_case_that_cannot_be_read_fails_and_says_why(part: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(
        "- id: example\n  as_of: 2026-10-05\n  guideline: tobacco\n  source: none\n  expect: {status: due}\n"
        f"  person: {{birth_date: 1980-01-01, administrative_sex: female, {part}}}\n"
    )
    (outcome,) = run_cases(read_cases(path), load_pack())
    assert outcome.problem == f"example: {WRONG_CASES[part]}"

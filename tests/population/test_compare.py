"""A pack against a copy in which one thing changed: who changes status is counted, and what changed is said."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.content import content_dir
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import Pack, load_pack, read_pack
from app.guidelines.status import Status
from app.i18n import translator
from app.population.compare import Comparison, compare_packs
from app.population.compare_words import Said, as_json, html, markdown, why
from app.population.files import Source
from app.population.run import evaluate_files
from app.population.strata import SMALL
from tests.population.synthetic_people import DAY, write_people

OLD = load_pack("fr")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return write_people(tmp_path_factory.mktemp("people") / "p.parquet", 20_000)


def changed(folder: Path, name: str, old: str, new: str) -> Pack:
    """The pack with one text of one file changed."""
    shutil.copytree(content_dir() / "guidelines" / "fr", folder / "fr")
    path = folder / "fr" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return read_pack("fr", folder, load_vocabulary())


def test_an_age_that_changed(tmp_path: Path, source: Source) -> None:
    new = changed(tmp_path, "breast_cancer_screening", "age: {from: 50, to: 74}", "age: {from: 45, to: 74}")
    found = compare_packs(OLD, new, source, DAY)
    assert found.people == 20_000
    assert found.changed == ["breast_cancer_screening"]
    counted = [
        evaluate_files(pack, source, DAY, only=["breast_cancer_screening"])["counts"]["breast_cancer_screening"]
        for pack in (OLD, new)
    ]  # fmt: skip
    assert {move.before for move in found.moves} == {Status.NOT_ELIGIBLE}
    for move in found.moves:
        assert move.people == counted[1][str(move.after)] - counted[0].get(str(move.after), 0)
    assert sum(move.people or 0 for move in found.moves) == counted[0]["not_eligible"] - counted[1]["not_eligible"]
    said = Said(OLD, new, DAY, translator("fr"))
    assert why(found.moves[0], found, said) == [
        "Situation habituelle (average) : « Avoir de 50 à 74 ans » devient « Avoir de 45 à 74 ans »"
    ]
    shown = markdown(found, said)
    assert "| Mammographie de dépistage | non concerné |" in shown
    page = html(found, said, "fr")
    assert '<th scope="row">Mammographie de dépistage</th>' in page
    assert "<script" not in page
    assert as_json(found, said)["moves"][0]["from"] == "not_eligible"


def test_small_numbers_are_told_of_invented_people_alone(tmp_path: Path, source: Source) -> None:
    new = changed(tmp_path, "influenza_vaccination", "age: {from: 65}", "age: {from: 64}")
    whole = compare_packs(OLD, new, source, DAY).moves
    assert any(0 < (move.people or 0) < SMALL for move in whole)
    told = compare_packs(OLD, new, replace(source, synthetic=False), DAY).moves
    assert {(move.before, move.after) for move in told} == {(move.before, move.after) for move in whole}
    assert None in [move.people for move in told]
    assert all(move.people is None or move.people >= SMALL for move in told)


def test_what_another_guideline_reads(tmp_path: Path, source: Source) -> None:
    """A guideline whose own text is the same may answer otherwise."""
    new = changed(tmp_path, "hepatitis_b_vaccination", "level: average", "level: elevated")
    found = compare_packs(OLD, new, source, DAY)
    assert found.changed == ["hepatitis_b_test", "hepatitis_b_vaccination"]
    assert found.because_of == {"hepatitis_b_test": ["hepatitis_b_vaccination"]}
    assert found.moves == []  # a level says how to speak of it, not to whom
    assert "Personne ne change de réponse" in markdown(found, Said(OLD, new, DAY, translator("fr")))


def test_words_alone_change_nobody(tmp_path: Path, source: Source) -> None:
    new = changed(tmp_path, "breast_cancer_screening", "title: Mammographie de dépistage", "title: Mammographie")
    found = compare_packs(OLD, new, source, DAY)
    assert found == Comparison(20_000, [one.id for one in OLD.on(DAY)], [], {}, [])
    assert "la même chose à tout le monde" in markdown(found, Said(OLD, new, DAY, translator("fr")))


def test_a_guideline_that_is_gone(tmp_path: Path, source: Source) -> None:
    shutil.copytree(content_dir() / "guidelines" / "fr", tmp_path / "fr")
    (tmp_path / "fr" / "tobacco.yaml").unlink()
    new = read_pack("fr", tmp_path, load_vocabulary())
    found = compare_packs(OLD, new, source, DAY)
    assert "tobacco" in found.changed
    gone = [move for move in found.moves if move.guideline == "tobacco"]
    assert all(move.after is None for move in gone)
    assert sum(move.people or 0 for move in gone) <= 20_000
    said = Said(OLD, new, DAY, translator("fr"))
    assert why(gone[0], found, said) == ["recommandation retirée"]
    assert "absente de cette version" in markdown(found, said)

"""Guidelines that name each other: a link that leads nowhere, or in a circle, is refused with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import ContentError
from app.guidelines.pack import load_pack

HERE = Path(__file__).resolve().parent
LINES = (HERE / "wrong" / "bad_period.yaml").read_text(encoding="utf-8").split("\n")
PACK = "id: fr\nversion: '1'\ncountry: FR\ntitle: Essai\nreleased: 2026-01-01\n"


def write(folder: Path, name: str, when: str, supersedes: str = "[]") -> None:
    lines = [line.replace("made_up", name) for line in LINES]
    lines[lines.index("    when: {fact: mammography_last_date, within: 5 ans}")] = f"    when: {when}"
    lines.insert(lines.index("sources:"), f"supersedes: {supersedes}")
    home = folder / "fr"
    home.mkdir(exist_ok=True)
    (home / "pack.yaml").write_text(PACK)
    (home / f"{name}.yaml").write_text("\n".join(lines))


def refused(folder: Path) -> str:
    with pytest.raises(ContentError) as error:
        load_pack("fr", folder)
    return str(error.value)


def test_an_unknown_guideline_or_track(tmp_path: Path) -> None:
    write(tmp_path, "one", "{guideline: nowhere, status: [due]}")
    assert refused(tmp_path) == "one.yaml:19: no guideline 'nowhere' in this pack → write one of one"
    write(tmp_path, "one", "{guideline: two, track: [someone]}")
    write(tmp_path, "two", "{age: {from: 50}}")
    assert refused(tmp_path) == "one.yaml:19: two has no track 'someone' → write one of everyone, otherwise"
    write(tmp_path, "one", "{age: {from: 50}}", "[{guideline: three, when: [due]}]")
    assert refused(tmp_path) == "one.yaml:24: no guideline 'three' in this pack → write one of one, two"


def test_a_circle(tmp_path: Path) -> None:
    write(tmp_path, "one", "{guideline: two, status: [due]}")
    write(tmp_path, "two", "{any: [{age: {from: 50}}, {guideline: three, track: [everyone]}]}")
    write(tmp_path, "three", "{not: {guideline: one, track: [everyone]}}")
    assert refused(tmp_path) == (
        "three.yaml:19: guidelines wait for each other: one → two → three → one → remove one of these links"
    )


def test_what_replaces_may_not_wait_for_what_it_replaces(tmp_path: Path) -> None:
    write(tmp_path, "one", "{guideline: two, status: [due]}", "[{guideline: two, when: [information]}]")
    write(tmp_path, "two", "{age: {from: 50}}")
    assert "guidelines wait for each other" in refused(tmp_path)


def test_links_without_a_circle_load(tmp_path: Path) -> None:
    write(tmp_path, "one", "{all: [{guideline: two, track: [everyone]}, {guideline: three, track: [otherwise]}]}")
    write(tmp_path, "two", "{guideline: three, status: [information]}")
    write(tmp_path, "three", "{age: {from: 50}}", "[{guideline: two, when: [information]}]")
    assert load_pack("fr", tmp_path).ids() == ["one", "three", "two"]

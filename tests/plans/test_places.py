"""Where things are done: the content fits the guidelines, and only what a person is asked to do leads there."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from app.content import content_dir, samples_dir
from app.errors import ContentError
from app.facts.extract import extract
from app.guidelines.pack import load_pack
from app.plans.places import load_places
from app.plans.plan import make_plan
from app.records.load import read_record


def test_every_need_names_guidelines_that_exist() -> None:
    known = set(load_pack("fr").ids())
    assert {name for need in load_places().needs.values() for name in need.guidelines} <= known


def test_every_kind_is_looked_for() -> None:
    content = load_places()
    assert {kind for need in content.needs.values() for kind in need.kinds} == set(content.kinds)


@pytest.mark.parametrize(("file", "old", "new", "message"), [
    ("needs.yaml", "kinds: [laboratory]", "kinds: [laboratoire]", "no kind of place named laboratoire"),
    ("kinds.yaml", 'finess: ["611"]', 'finess: ["620"]', "told twice: finess:620"),
    ("kinds.yaml", 'finess: ["611"]', 'finess: ["61"]', "kinds.yaml:"),
    ("needs.yaml", "id: dentist", "id: mood", "stands twice"),
    ("needs.yaml", "https://www.sante.fr/", "http://www.sante.fr/", "needs.yaml:"),
])  # fmt: skip
def test_wrong_content_is_refused(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    folder = shutil.copytree(content_dir() / "places", tmp_path / "places")
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match=message):
        load_places(folder)


def test_an_item_leads_to_its_places_unless_a_doctor_decides_first_or_nothing_is_asked() -> None:
    content, seen = load_places(), set()
    for sample in ("claudine", "rachid", "ines", "gerard", "thierry"):
        files = sorted(p for p in (samples_dir() / sample).iterdir() if p.suffix in {".json", ".xml"})
        plan = make_plan(extract(read_record(files), date(2026, 11, 15)), "fr").to_json()
        for item in [*plan["now"], *plan["next"], *plan["up_to_date"]]:
            assert [place["need"] for place in item["places"]] == [need.id for need in content.of(item["guideline"])]
            seen |= {place["need"] for place in item["places"]}
        assert all(item["places"] == [] for item in [*plan["to_see_with_doctor"], *plan["not_for_you"]])
    assert {"mammography", "colorectal_kit", "vaccination"} <= seen

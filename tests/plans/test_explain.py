from __future__ import annotations

import json

import pytest

from app.errors import UsageError
from app.facts.model import FactSheet
from app.guidelines.pack import load_pack
from app.plans.explain import explain
from tests.plans.conftest import AS_OF, fact, sheet


def test_the_whole_reasoning_is_told(smoker: FactSheet) -> None:
    told = explain(smoker, "tobacco").to_json()
    json.dumps(told)
    assert told["status"] == "due"
    (chosen,) = [track for track in told["tracks"] if track["chosen"]]
    assert chosen["track"] == "november"
    leaves = chosen["criteria"]["steps"]
    assert {leaf["truth"] for leaf in leaves} == {True}
    assert any("fume actuellement, le 11 mai 2026" in leaf.get("reading", "") for leaf in leaves)
    assert told["trace"]
    assert told["sources"]


def test_why_not_and_from_when() -> None:
    none = fact("family_colorectal_cancer", False, "2026-11-01")
    told = explain(sheet(none, born="1980-03-02"), "colorectal_cancer_screening")
    assert told.to_json()["status"] == "not_eligible"
    assert "Vos 50 ans, le 2 mars 2030." in told.changes()
    assert any(sentence == "Vous avez 46 ans." for sentence in told.item.why)


def test_what_would_change_an_up_to_date_answer_is_time() -> None:
    told = explain(sheet(fact("fit", "negative", "2025-06-01"), fact("family_colorectal_cancer", False, "2025-06-01")),
                   "colorectal_cancer_screening")
    assert told.to_json()["status"] == "up_to_date"
    assert any("1er juin 2027" in sentence for sentence in told.changes())


def test_what_waits_for_an_answer_names_the_question() -> None:
    told = explain(sheet(), "colorectal_cancer_screening")
    assert told.to_json()["status"] == "ask"
    assert any("Votre réponse à" in sentence for sentence in told.changes())


def test_an_unknown_guideline_names_close_ones() -> None:
    with pytest.raises(UsageError) as wrong:
        explain(sheet(), "breast_cancer_screning")
    assert wrong.value.code == "unknown_guideline"
    assert "breast_cancer_screening" in str(wrong.value)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_guideline_is_explained_to_everyone(everyone: list[FactSheet], lang: str) -> None:
    for person in everyone[::5]:
        for guideline in load_pack("fr").on(AS_OF):
            told = explain(person, guideline.id, lang)
            assert all(len(line) <= 80 for line in told.to_text().splitlines())
            assert told.to_json()["lang"] == lang

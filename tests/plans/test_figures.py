"""Drawn figures are those of the sentences, and are shown with them alone."""

from __future__ import annotations

from app.guidelines.pack import load_pack
from app.plans.explain import explain
from app.plans.figures import load_figures
from tests.plans.conftest import fact, sheet


def test_each_figure_stands_in_its_sentence() -> None:
    guidelines = {guideline.id: guideline for guideline in load_pack("fr").guidelines}
    assert load_figures().figures
    for figure in load_figures().figures:
        sentence = getattr(guidelines[figure.guideline].wording, figure.side).text.replace("\u202f", " ")
        words = sentence.replace("1 000", "1000").replace(",", " ").split()
        assert {str(figure.count), str(figure.per)} <= set(words), (figure.guideline, figure.side)


def test_figures_are_shown_with_their_sentence_alone() -> None:
    woman = sheet(born="1974-03-02", sex="female")
    woman.complete = True
    shown = explain(woman, "breast_cancer_screening").to_json()
    assert [(figure["side"], figure["count"], figure["per"]) for figure in shown["figures"]] == [
        ("benefit", 5, 1000), ("harm", 14, 1000),
    ]  # fmt: skip
    assert "995" in shown["figures"][0]["words"], "both framings"
    followed = sheet(fact("breast_cancer_history", True, "2019-05-01"), born="1974-03-02", sex="female")
    assert explain(followed, "breast_cancer_screening").to_json()["figures"] == []

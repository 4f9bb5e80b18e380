"""Wrong words of facts: each is refused with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import ContentError
from app.facts.vocabulary import load_vocabulary

ONE = "  - {id: one, type: boolean, label: Un, category: conditions}\n"

WRONG = {
    f"{ONE}{ONE}": "words.yaml:3: the name 'one' is taken by words.yaml (one) → choose another name",
    ONE.replace("}", ", aliases: [two]}") + ONE.replace("one", "two"):
        "words.yaml:3: the name 'two' is taken by words.yaml (one) → choose another name",
    ONE.replace("}", ", reductions: {one: {take: any, label: Un}}}"):
        "words.yaml:2: the name 'one' is taken by words.yaml (one) → choose another name",
    ONE.replace("}", ", reductions: {any_one: {take: any, label: Un, since: two_last_date}}}"):
        "words.yaml:2: unknown fact 'two_last_date' → write the name of a fact",
    ONE.replace("}", ", question: {text: 'Un ?', answer: yes_no, sets: {'true': [two]}}}"):
        "words.yaml:2: unknown fact 'two' → write the name of a fact",
    ONE.replace("}", ", fresh_for: 1 an}"):
        "words.yaml:2: facts.0.fresh_for: not a period: '1 an' (write P2Y, P18M, P6W or P90D) → 1 error(s) in this "
        "file; see docs/add-a-guideline.md",
    "  - {id: one, type: quantity, unit: mmol/L, analyte: phlogiston, label: Un, category: biology}\n":
        "words.yaml:2: unknown analyte 'phlogiston': its units do not convert → add it to units.yaml, or remove the "
        "key",
    "  - {id: one, type: quantity, unit: cm, analyte: cholesterol, label: Un, category: biology}\n":
        "words.yaml:2: cm does not convert to mmol/L (cholesterol) → write a unit of the same dimension (units.yaml "
        "lists them)",
    "  - {id: one, type: quantity, unit: cm, unit_factors: {in: two and a half}, label: Un, category: biology}\n":
        "words.yaml:2: 'in' does not convert by 'two and a half' → write a number above zero",
}


@pytest.mark.parametrize("facts", WRONG)
def test_the_message(facts: str, tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_text(f"facts:\n{facts}", encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        load_vocabulary.fresh(tmp_path)
    assert str(refused.value) == WRONG[facts]


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_bytes(b"facts:\n" + ONE.replace("Un", "Été").encode("latin-1"))
    with pytest.raises(ContentError, match=r"^words\.yaml:2: not UTF-8 text → save the file as UTF-8$"):
        load_vocabulary.fresh(tmp_path)

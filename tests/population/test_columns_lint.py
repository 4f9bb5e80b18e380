"""A guideline that the columns cannot say is told by the lint, with its line: it would be left out of every count."""

from __future__ import annotations

import pytest

from app.guidelines.pack import guideline_files
from app.population import risks
from app.population.lint import not_in_columns


def test_every_guideline_that_ships_has_a_column_form() -> None:
    assert not_in_columns(guideline_files("fr"), "fr") == []


def test_a_model_without_a_column_form_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [path for path in guideline_files("fr") if path.stem.startswith("type2_diabetes")]
    monkeypatch.delitem(risks.MODELS, "findrisc")
    found = not_in_columns(files, "fr")
    assert found
    assert all("findrisc has no form over columns" in one.problem and ":" in one.where for one in found)

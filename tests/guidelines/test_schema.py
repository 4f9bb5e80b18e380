"""The published JSON Schema accepts every guideline, and refuses what an editor should underline."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from app.content import content_dir, parse_yaml
from app.guidelines.pack import guideline_files

WRONG = Path(__file__).resolve().parent / "wrong"
SCHEMA = jsonschema_rs.validator_for(
    json.loads((content_dir() / "guidelines" / "schema.json").read_text(encoding="utf-8")), validate_formats=True
)


def as_an_editor_reads(data: Any, key: str = "") -> Any:
    """YAML 1.2: days are texts, and a bare yes or no is a word."""
    if isinstance(data, dict):
        return {name: as_an_editor_reads(value, name) for name, value in data.items()}
    if isinstance(data, list):
        return [as_an_editor_reads(item, key) for item in data]
    if isinstance(data, date):
        return data.isoformat()
    if isinstance(data, bool) and key in ("if_missing", "verified"):
        return "yes" if data else "no"
    return data


def errors(path: Path) -> list[str]:
    data = as_an_editor_reads(parse_yaml(path.read_text(encoding="utf-8"), name=path.name))
    return [error.message for error in SCHEMA.iter_errors(data)]


@pytest.mark.parametrize("path", guideline_files("fr"), ids=lambda path: path.stem)
def test_every_guideline_is_accepted(path: Path) -> None:
    assert errors(path) == []


@pytest.mark.parametrize("name", [
    "misspelt_key", "missing_word", "unknown_fact", "unknown_status", "unknown_symptom", "unknown_condition",
    "unknown_risk", "wrong_priority", "schedule_after_a_number", "not_a_criterion", "urgency_of_another_word",
    "deferred_to_a_word", "age_at_a_number", "empty_list",
])  # fmt: skip
def test_what_an_editor_underlines(name: str) -> None:
    assert errors(WRONG / f"{name}.yaml")

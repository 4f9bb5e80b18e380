"""The JSON Schema of measures accepts those that ship or are shown, and refuses what an editor should underline."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import jsonschema_rs
import pytest

from app.content import content_dir, read_yaml
from app.measures.catalog import measure_files, measures_folder
from tests.measures.test_language import FRAME, THEMES
from tests.measures.test_page import MEASURES

TEXT = (content_dir() / "guidelines" / "measure.schema.json").read_text(encoding="utf-8")
SCHEMA = jsonschema_rs.validator_for(json.loads(TEXT), validate_formats=True)
SHIPPED = {path.stem: read_yaml(path) for path in measure_files(measures_folder("us"))}


def as_an_editor_reads(data: Any) -> Any:
    """YAML 1.2: days are texts."""
    if isinstance(data, dict):
        return {name: as_an_editor_reads(value) for name, value in data.items()}
    if isinstance(data, list):
        return [as_an_editor_reads(item) for item in data]
    return data.isoformat() if isinstance(data, date) else data


def theme(name: str) -> dict[str, Any]:
    sections = {key: value for key, value in THEMES[name].items() if key not in ("holds", "fails", "criterion")}
    criterion = THEMES[name]["criterion"]
    return {**FRAME, **sections, "populations": {"initial-population": criterion, "numerator": criterion}}


@pytest.mark.parametrize("measure", [*SHIPPED.values(), *MEASURES.values(), *map(theme, THEMES)], ids=lambda m: m["id"])
def test_a_measure_is_accepted(measure: dict[str, Any]) -> None:
    assert [error.message for error in SCHEMA.iter_errors(as_an_editor_reads(measure))] == []


@pytest.mark.parametrize("wrong", [
    {"evnts": {}}, {"version": 1}, {"populations": {}}, {"events": {"E": {"what": "procedure"}}},
    {"events": {"e": {"what": "procedure", "time": {"within": "measurement_period"}}}},
    {"events": {"e": {"what": "procedure", "keep": {"last": "ending"}}}},
    {"events": {"e": {"what": "procedure", "with": {"event": "x"}}}},
    {"events": {"e": {"what": "procedure", "interval": "a b"}}},
    {"windows": {"w": {"to": {"birthday": 1, "minus": "2Y"}}}},
])  # fmt: skip
def test_what_an_editor_underlines(wrong: dict[str, Any]) -> None:
    assert list(SCHEMA.iter_errors(as_an_editor_reads({**theme("counts"), **wrong})))

"""docs/validation.md is what a run of the reference vectors gives (`make validation` writes it)."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import risk_models

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "validation.py"))
PAGE = ROOT / "docs" / "validation.md"


def test_the_page_is_fresh(shared_data: Path) -> None:
    assert PAGE.read_text(encoding="utf-8") == SCRIPT["page"](shared_data / "risk-vectors"), "run make validation"


def test_every_model_has_its_line() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for model in risk_models.ids():
        assert f"| `{model}` |" in text or f"- `{model}`: " in text
    assert ", 0 failed." in text


def test_a_failure_is_told_on_the_page(tmp_path: Path) -> None:
    right = {"inputs": {"weight": 81, "height": 1.8, "age": 40}, "expected": {"bmi": 25.004}, "tolerance": 0.01}
    wrong = {"inputs": {"weight": 81, "height": 1.8, "age": 40}, "expected": {"bmi": 26.0}}
    refused = {"inputs": {"weight": 81, "height": 1.8, "age": 12}, "expected": "refuse"}
    vectors = {"model": "bmi", "origin": "by hand | " + "word " * 60, "vectors": [right, wrong, refused]}
    (tmp_path / "bmi.json").write_text(json.dumps(vectors), encoding="utf-8")
    without = SCRIPT["page"].__globals__["WITHOUT"]
    others = {model: "left out of this test" for model in risk_models.ids() if model != "bmi"}
    try:
        without.update(others)
        text = SCRIPT["page"](tmp_path)
    finally:
        for model in others.keys() - {"participation"}:
            del without[model]
    assert "**2 vectors of 1 models passed, 1 failed.**" in text
    assert "| `bmi` | 2000.1 | 2 | 1 | 1 | 0.01 | by hand \\| word" in text
    assert "FAILED: `bmi` vector 1" in text

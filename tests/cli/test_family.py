"""`jalon family`: the four forms, the blank questionnaire, and bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from app.cli import cli
from app.content import samples_dir

SAMPLE = str(samples_dir() / "claudine")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["family", *arguments])


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_family_in_four_forms(lang: str) -> None:
    text = run(SAMPLE, "--lang", lang)
    drawn = run(SAMPLE, "--lang", lang, "--format", "svg")
    data = json.loads(run(SAMPLE, "--lang", lang, "--format", "json").stdout)
    bundle = json.loads(run(SAMPLE, "--lang", lang, "--format", "fhir").stdout)
    assert (text.exit_code, drawn.exit_code) == (0, 0)
    assert drawn.stdout.startswith("<svg")
    assert data["relatives"]
    for relative in data["relatives"]:
        assert relative["text"] in text.stdout
    assert len(bundle["entry"]) == 1 + len(data["relatives"])


def test_the_blank_questionnaire_is_filled_in_and_read(tmp_path: Path) -> None:
    blank = yaml.safe_load(run("--questions").stdout)
    blank["family"]["relatives"] = [
        {"relation": "sister", "conditions": [{"condition": "ovarian_cancer", "age_at_diagnosis": 44}]}
    ]
    answers = tmp_path / "famille.yaml"
    answers.write_text(yaml.safe_dump(blank), encoding="utf-8")
    told = run(SAMPLE, "--answers", str(answers))
    assert "Sœur : cancer de l'ovaire à 44" in told.stdout
    planned = CliRunner().invoke(cli, ["plan", SAMPLE, "--answers", str(answers), "--as-of", "2026-11-15"])
    assert planned.exit_code == 0


def test_bad_input_is_told(tmp_path: Path) -> None:
    answers = tmp_path / "famille.yaml"
    answers.write_text("family: {relatives: [{relation: neighbour}]}", encoding="utf-8")
    wrong = run(SAMPLE, "--answers", str(answers))
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "relation" in wrong.stderr
    assert run().exit_code == 2

"""Cards agree with the code; the library stands alone; its surface is what it says."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import risk_models
from risk_models.base import RiskModel
from risk_models.lock import modules_of

CARDS = Path(risk_models.__file__).parent / "cards"


def test_every_model_has_a_card_and_every_card_a_model() -> None:
    assert sorted(path.stem for path in CARDS.glob("*.md")) == sorted(risk_models.ids())


@pytest.mark.parametrize("model_id", risk_models.ids())
def test_the_card_says_what_the_code_does(model_id: str) -> None:
    told = risk_models.describe(model_id)
    card, rows = told["card"], {row["name"]: row for row in told["inputs"]}
    assert (card["id"], card["version"]) == (model_id, risk_models.get(model_id).version)
    assert card["actions_needed"] is True
    assert set(card["inputs"]) == set(rows)
    assert set(card["modifiable_inputs"]) <= set(rows)
    for name, row in rows.items():
        if row.get("unit", "").startswith("in "):  # the range is that of the unit told in words
            assert card["inputs"][name].split(", ")[0] in row["meaning"]
        elif "range" in row:
            assert card["inputs"][name].startswith(row["range"])
        assert ("excludes" in row) == (card["inputs"][name] == "excludes")
        assert row["meaning"] or row.get("excludes") or "choices" in row, name
    source = told["source"]
    assert any(s["citation"].split(",")[0] in source for s in card["sources"])
    doi = card["sources"][0]["doi"]
    assert doi is None or doi in source
    assert len(card["body"]) > 50
    json.dumps(told)


def test_what_ifs_only_touch_what_the_card_calls_modifiable() -> None:
    person = {
        "region": "low",
        "sex": "male",
        "smoker": True,
        "sbp": 160,
        "total_cholesterol": 7,
        "hdl_cholesterol": 1,
    }
    overweight = {"weight": 110, "height": 1.7, "age": 50}
    for model_id, given in (
        ("score2", person | {"age": 50}),
        ("score2-op", person | {"age": 75}),
        ("bmi", overweight),
    ):
        touched = {w.input for w in risk_models.compute(model_id, given).what_ifs}
        assert touched == set(risk_models.card(model_id).data.modifiable_inputs)


def test_the_digest_covers_shared_code() -> None:
    names = {path.name for path in modules_of(risk_models.score2)}
    assert {"score2.py", "score2_form.py", "score2_category.py", "cholesterol.py", "attribution.py"} <= names
    assert "findrisc.py" not in names
    digests = {risk_models.card(model_id).digest for model_id in risk_models.ids()}
    assert len(digests) == len(risk_models.ids())
    assert all(digest.startswith("sha256:") and len(digest) == 71 for digest in digests)


def test_refusals_never_repeat_what_was_given() -> None:
    with pytest.raises(risk_models.NotApplicable) as caught:
        risk_models.compute(
            "bmi", {"weight": 987654, "height": "TEST-DURAND", "age": 40, "pregnant": "perhaps"}
        )
    text = str(caught.value) + json.dumps(caught.value.to_json())
    assert "987654" not in text
    assert "DURAND" not in text
    assert "perhaps" not in text
    assert len(caught.value.refusals) == 3


@pytest.mark.parametrize("inputs", [None, [], "age=50", 3])
def test_inputs_must_be_an_object(inputs: object) -> None:
    with pytest.raises(risk_models.NotApplicable):
        risk_models.compute("bmi", inputs)  # type: ignore[arg-type]


@pytest.mark.parametrize("model_id", ["", "SCORE2", "score3", None, []])
def test_an_unknown_model_is_named_with_those_there_are(model_id: object) -> None:
    with pytest.raises(risk_models.UnknownModel, match="score2"):
        risk_models.compute(model_id, {})  # type: ignore[arg-type]


@pytest.mark.parametrize("tool", ["frax", "canrisk", "stop-bang", "tyrer-cuzick", "polygenic-scores", "framingham"])
def test_tools_whose_terms_forbid_it_are_cards_without_a_formula(tool: str) -> None:
    data = risk_models.elsewhere()[tool].data
    assert data.id == tool
    assert tool not in risk_models.ids()
    assert set(data.instead) <= set(risk_models.ids())
    with pytest.raises(risk_models.UnknownModel, match="is not computed here") as caught:
        risk_models.compute(tool, {})
    assert data.go_to is None or data.go_to in str(caught.value)


def test_words_from_a_command_line_are_read() -> None:
    given = {"weight": "81", "height": "1.80", "age": "40", "pregnant": "false"}
    assert risk_models.compute("bmi", given).category == "overweight"


def test_estimates_are_json() -> None:
    estimate = risk_models.eisinger(
        relatives=[{"branch": "both", "cancer": "breast", "sex": "female", "age": [40, 45]}]
    )
    assert json.loads(json.dumps(estimate.to_json()))["result"]["score"] == 2


def test_public_names_exist_and_models_are_callable_by_name() -> None:
    for name in risk_models.__all__:
        assert getattr(risk_models, name) is not None
    for model_id in risk_models.ids():
        assert isinstance(getattr(risk_models, model_id.replace("-", "_")), RiskModel)


def test_it_loads_without_the_application_or_heavy_libraries() -> None:
    code = "import risk_models, sys; print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "risk_models" in loaded
    assert not {"app", "numpy", "pandas", "yaml", "sqlalchemy", "fastapi"} & set(loaded)


@pytest.mark.parametrize(
    "module", ["risk_models", "risk_models.base", "risk_models.columns", "risk_models.numeric"]
)
def test_examples_in_docstrings_run(module: str) -> None:
    results = doctest.testmod(import_module(module))
    assert (results.failed, results.attempted > 0) == (0, True)


def test_the_examples_of_the_guide_run() -> None:
    guide = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "risk-models.md"
    results = doctest.testfile(str(guide), module_relative=False)
    assert (results.failed, results.attempted > 10) == (0, True)

"""The lock: a changed coefficient without a new version neither computes nor passes; a changed comment does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import risk_models
from risk_models.lock import LOCK, digest, parts, verify

ROOT = Path(risk_models.__file__).resolve().parents[1]
SCORE2 = (
    "import risk_models; print(round(risk_models.score2(region='low', sex='male', age=50, smoker=True, sbp=140, "
    "total_cholesterol=5.5, hdl_cholesterol=1.3).value, 3))"
)
CARD = "import risk_models; print(risk_models.card('score2').data.version)"


@pytest.mark.parametrize("model_id", risk_models.ids())
def test_every_model_is_the_one_of_its_version(model_id: str) -> None:
    model = risk_models.get(model_id)
    versions = json.loads(LOCK.read_text(encoding="utf-8"))["models"][model_id]
    assert versions[model.version] == digest(model), (
        f"{model_id} changed and its version did not: give it a new one, then python scripts/lock_models.py"
    )
    verify(model)


def test_the_lock_is_what_the_script_writes() -> None:
    done = run(ROOT, "scripts/lock_models.py", "--check")
    assert done.returncode == 0, done.stderr


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Without compiled files: an edit of the same length within a second would leave the old one in use.
    environment = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The library with its script, to be changed."""
    shutil.copytree(ROOT / "risk_models", tmp_path / "risk_models", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "lock_models.py", tmp_path / "scripts")
    return tmp_path


def edit(copy: Path, file: str, before: str, after: str) -> None:
    path = copy / "risk_models" / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_a_changed_coefficient_is_refused_until_its_version_says_so(copy: Path) -> None:
    assert run(copy, "-c", SCORE2).stdout == "5.913\n"
    edit(copy, "models/score2.py", "smoker=0.6012", "smoker=0.7012")
    for asked in (SCORE2, CARD):
        done = run(copy, "-c", asked)
        assert (done.returncode, done.stdout) == (1, "")
        assert "ModelChanged: score2: version 2021.1 stands for other coefficients" in done.stderr
    refused = run(copy, "scripts/lock_models.py")
    assert refused.returncode == 1
    assert "give it a new version" in refused.stderr
    edit(copy, "models/score2.py", '"2021.1"', '"2021.2"')
    assert "is not in models.lock" in run(copy, "-c", SCORE2).stderr


def test_a_new_version_is_added_beside_the_old_one(copy: Path) -> None:
    before = json.loads((copy / "risk_models" / "models.lock").read_text(encoding="utf-8"))["models"]["bmi"]
    edit(copy, "models/bmi.py", "0.95 *", "0.90 *")
    edit(copy, "models/bmi.py", '"2000.1"', '"2000.2"')
    done = run(copy, "scripts/lock_models.py")
    assert done.returncode == 0, done.stderr
    after = json.loads((copy / "risk_models" / "models.lock").read_text(encoding="utf-8"))["models"]["bmi"]
    assert set(after) == {"2000.1", "2000.2"}
    assert after["2000.1"] == before["2000.1"] != after["2000.2"]


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("models/score2.py", "from __future__", "# told better\nfrom __future__"),
        ("models/score2.py", '"""SCORE2: 10-year', '"""SCORE2, the 10-year'),
        ("models/qrisk3_tables.py", "0.977268040180206", "0.9"),
        ("inputs.py", "must be a number, not yes or no", "must be a number"),
    ],
)
def test_comments_docstrings_other_models_and_words_of_the_frame_are_no_new_version(
    copy: Path, file: str, before: str, after: str
) -> None:
    edit(copy, file, before, after)
    assert run(copy, "-c", SCORE2).stdout == "5.913\n"
    assert run(copy, "-c", CARD).stdout == "2021.1\n"


def test_what_is_shared_or_fitted_counts_with_the_model() -> None:
    assert {"models/score2.py", "models/score2_form.py", "curves.py"} <= set(parts(risk_models.score2_diabetes))
    assert "models/qrisk3_tables.py" in parts(risk_models.qrisk3)
    assert "data/participation.json" in parts(risk_models.participation)

"""Every reference vector of the models that are here, and what the checker says of files that are wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import risk_models
from risk_models.check import agrees

OWN = {
    "score2": 28,
    "score2-op": 21,
    "score2-category": 15,
    "findrisc": 15,
    "eisinger": 15,
    "colorectal-family-level": 11,
    "bmi": 12,
    "ckd-epi-2009": 19,
    "ckd-epi-2021": 19,
    "kdigo-grid": 17,
    "premm5": 16,
    "samscore": 13,
    "dlcn": 17,
    "audit-c": 12,
    "audit": 10,
    "phq": 13,
    "gad-7": 10,
    "score2-diabetes": 23,
    "kfre-4": 20,
    "fib-4": 13,
    "ost": 10,
    "ftnd-hsi": 11,
    "icope-step1": 12,
    "cha2ds2-va": 12,
    "plcom2012": 16,
    "plcom2012-norace": 9,
    "bcrat-gail": 15,
    "prevent-base": 16,
    "qrisk3": 22,
}
"""Vectors in the reference file of each model, at least."""


@pytest.mark.parametrize("model_id", [model for model in risk_models.ids() if model != "participation"])
def test_reference_vectors_pass(model_id: str, shared_data: Path) -> None:
    report = risk_models.check(shared_data / "risk-vectors" / f"{model_id}.json")
    assert [f"{r.index}: {r.message}" for r in report.failed] == []
    assert report.passed >= OWN.get(model_id, 1)
    assert report.model == model_id


def _file(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "vectors.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def _bmi(expected: object, tolerance: float | None = None, **changes: object) -> dict[str, object]:
    vector: dict[str, object] = {
        "inputs": {"weight": 81, "height": 1.8, "age": 40, **changes},
        "expected": expected,
    }
    return vector if tolerance is None else vector | {"tolerance": tolerance}


def test_the_checker_tells_right_from_wrong(tmp_path: Path) -> None:
    vectors = [
        _bmi({"bmi": 25.0, "class": "overweight"}),
        _bmi({"bmi": 25.1, "class": "overweight"}, 0.05),
        _bmi({"bmi": 25.1, "class": "overweight"}, 0.2),
        _bmi({"class": "normal"}),
        _bmi({"class": "overweight", "colour": "red"}),
        _bmi("refuse"),
        _bmi("refuse", age=12),
        _bmi({"bmi": 25.0}, age=12),
    ]
    report = risk_models.check(_file(tmp_path, {"model": "bmi", "vectors": vectors}))
    assert [r.passed for r in report.results] == [True, False, True, False, False, False, True, False]
    assert (report.passed, len(report.failed), report.ok) == (3, 5, False)
    assert "expected 'refuse', got" in report.results[5].message
    assert "refused: bmi: age" in report.results[7].message
    assert report.to_json()["failed"] == 5


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not JSON"),
        ("[]", "model"),
        ({"vectors": []}, "model"),
        ({"model": "bmi"}, "vectors"),
        ({"model": "bmi", "vectors": []}, "at least one"),
        ({"model": "bmi", "vectors": [{"inputs": {}}]}, "vector 0"),
        ({"model": "bmi", "vectors": [{"inputs": {}, "expected": 1, "tolerance": -1}]}, "tolerance"),
    ],
)
def test_unreadable_files_are_refused_with_a_reason(tmp_path: Path, content: object, told: str) -> None:
    with pytest.raises(risk_models.BadVectors, match=told):
        risk_models.check(_file(tmp_path, content))


@pytest.mark.parametrize(
    ("model", "inputs", "told"),
    [
        ("bmi", {"weigth": 81, "height": 1.8, "age": 40}, "no input weigth"),
        (
            "eisinger",
            {"relatives": [{"branch": "both", "cancer": "ovary", "onset": 40}]},
            "no input relatives.0.onset",
        ),
        ("bmi", [], "must be an object"),
    ],
)
def test_a_mistyped_input_is_an_error_even_where_a_refusal_is_expected(
    tmp_path: Path, model: str, inputs: object, told: str
) -> None:
    content = {"model": model, "vectors": [{"inputs": inputs, "expected": "refuse"}]}
    with pytest.raises(risk_models.BadVectors, match=f"vector 0: .*{told}"):
        risk_models.check(_file(tmp_path, content))


def test_the_worst_difference_is_told(tmp_path: Path) -> None:
    vectors = [_bmi({"bmi": 25.1, "class": "overweight"}, 0.2), _bmi({"bmi": 25.0}), _bmi("refuse", age=12)]
    report = risk_models.check(_file(tmp_path, {"model": "bmi", "origin": "by hand", "vectors": vectors}))
    assert report.worst == pytest.approx(0.1)
    assert (report.to_json()["worst_difference"], report.origin) == (report.worst, "by hand")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(risk_models.BadVectors, match="cannot be opened"):
        risk_models.check(tmp_path / "none.json")


def test_a_file_of_another_model_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(risk_models.UnknownModel, match="score2-op"):
        risk_models.check(_file(tmp_path, {"model": "no-such-model", "vectors": [_bmi(1)]}))


@pytest.mark.parametrize(
    ("expected", "result", "same"),
    [
        (1, 1.0, True),
        (True, 1, False),
        (1, True, False),
        (0.5, "0.5", False),
        ([], [], True),
        (["a"], [], False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"b": 2}, False),
        ({"a": 1}, 1, False),
    ],
)
def test_agreement(expected: object, result: object, same: bool) -> None:
    assert agrees(expected, result, 1e-9) is same

"""Quality measures in docs/add-a-guideline.md: the YAML is valid, and its examples give what they say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.content import parse_yaml
from app.measures.catalog import load_measure
from app.measures.evaluate import Evaluator
from tests.measures.patients import patient, value_sets_of
from tests.measures.test_language import FRAME

PAGE = Path(__file__).resolve().parents[2] / "docs" / "add-a-guideline.md"
PART = PAGE.read_text(encoding="utf-8").partition("\n## Quality measures\n")[2]
BLOCKS = [parse_yaml(block, name=PAGE.name) for block in re.findall(r"(?ms)^```yaml\n(?!# yaml-lang)(.*?)^```", PART)]
MEASURES: dict[str, Any] = {block["id"]: block for block in BLOCKS if "id" in block}
SEEN = {"encounter": "office_visit", "from": "2025-06-10", "to": "2025-06-10"}
DIABETES = {"condition": "diabetes", "onset": "2019-01-01"}


def at(kind: str, name: str, day: str, **more: Any) -> dict[str, Any]:
    return {kind: name, "at": day, **more}


COLORECTAL = [
    ("1979-12-31", [SEEN], "1100"), ("1980-01-01", [SEEN], "0000"),
    ("1950-01-01", [SEEN], "1100"), ("1949-12-31", [SEEN], "0000"),
    ("1970-01-01", [], "0000"),
    ("1970-01-01", [SEEN, at("laboratory_test", "fecal_occult_blood_test", "2025-01-01", value=1)], "1101"),
    ("1970-01-01", [SEEN, at("laboratory_test", "fecal_occult_blood_test", "2024-12-31", value=1)], "1100"),
    ("1970-01-01", [SEEN, at("laboratory_test", "fecal_occult_blood_test", "2025-01-01")], "1100"),
    ("1970-01-01", [SEEN, at("laboratory_test", "stool_dna_test", "2023-01-01", value=1)], "1101"),
    ("1970-01-01", [SEEN, at("laboratory_test", "stool_dna_test", "2022-12-31", value=1)], "1100"),
    ("1970-01-01", [SEEN, at("procedure", "flexible_sigmoidoscopy", "2021-01-01")], "1101"),
    ("1970-01-01", [SEEN, at("procedure", "flexible_sigmoidoscopy", "2020-12-31")], "1100"),
    ("1970-01-01", [SEEN, at("study", "ct_colonography", "2021-01-01")], "1101"),
    ("1970-01-01", [SEEN, at("procedure", "colonoscopy", "2016-01-01")], "1101"),
    ("1970-01-01", [SEEN, at("procedure", "colonoscopy", "2015-12-31")], "1100"),
    ("1970-01-01", [SEEN, {"condition": "malignant_neoplasm_of_colon", "onset": "2025-12-31"}], "1110"),
    ("1970-01-01", [SEEN, {"condition": "malignant_neoplasm_of_colon", "onset": "2026-01-01"}], "1100"),
    ("1970-01-01", [SEEN, at("procedure", "total_colectomy", "1999-01-01")], "1110"),
    ("1955-01-01", [SEEN, at("assessment", "housing_status", "2025-01-01", value="lives_in_nursing_home")], "1110"),
]  # fmt: skip


def hba1c(day: str, value: float | None) -> dict[str, Any]:
    more = {} if value is None else {"valueQuantity": {"value": value, "code": "%"}}
    return at("laboratory_test", "hba1c", day, **more)


HBA1C = [
    ([SEEN, DIABETES], "1101"), ([SEEN], "0000"), ([DIABETES], "0000"),
    ([SEEN, DIABETES, hba1c("2025-03-01", 9.1)], "1101"), ([SEEN, DIABETES, hba1c("2025-03-01", 9)], "1100"),
    ([SEEN, DIABETES, hba1c("2024-12-31", 7)], "1101"),
    ([SEEN, DIABETES, hba1c("2025-03-01", 7), hba1c("2025-03-02", None)], "1101"),
    ([SEEN, DIABETES, hba1c("2025-03-01", 9.5), hba1c("2025-03-02", 7)], "1100"),
    ([SEEN, DIABETES, hba1c("2025-03-02", 9.5), hba1c("2025-03-01", 7)], "1101"),
    ([SEEN, {**DIABETES, "verificationStatus": {"coding": [{"code": "refuted"}]}}], "0000"),
    ([SEEN, {**DIABETES, "clinical": "resolved", "abatement": "2024-12-31"}], "0000"),
]  # fmt: skip

FLU = [
    ("1975-12-31", [SEEN, at("immunization", "influenza_vaccine", "2024-10-01")], "1101"),
    ("1976-01-01", [SEEN, at("immunization", "influenza_vaccine", "2024-10-01")], "0000"),
    ("1970-01-01", [SEEN, at("immunization", "influenza_vaccine", "2024-09-30")], "1100"),
    ("1970-01-01", [SEEN, at("immunization", "influenza_vaccine", "2025-03-31")], "1101"),
    ("1970-01-01", [SEEN, at("immunization", "influenza_vaccine", "2025-04-01")], "1100"),
]  # fmt: skip
PATIENTS = [
    *(("colorectal_example", *case) for case in COLORECTAL), *(("flu_vaccine_from_50", *case) for case in FLU),
    *(("hba1c_example", "1970-01-01", *case) for case in HBA1C),
]  # fmt: skip


def evaluator_of(block: dict[str, Any], folder: Path) -> Evaluator:
    path = folder / "measure.yaml"
    path.write_text(yaml.safe_dump(block, sort_keys=False))
    scope = load_measure(path, "us")
    return Evaluator(scope, value_sets_of(scope), date(2025, 1, 1), date(2025, 12, 31))


def test_the_page_has_its_examples() -> None:
    assert set(MEASURES) == {measure for measure, *_ in PATIENTS}


@pytest.mark.parametrize(("measure", "born", "has", "populations"), PATIENTS)
def test_a_patient_of_an_example(
    measure: str, born: str, has: list[dict[str, Any]], populations: str, tmp_path: Path
) -> None:
    evaluator = evaluator_of(MEASURES[measure], tmp_path)
    found = evaluator.evaluate(patient(evaluator.scope, {"id": "x", "born": born, "has": has})).groups[""]
    assert "".join(map(str, found.values())) == populations


@pytest.mark.parametrize("number", [n for n, block in enumerate(BLOCKS) if "id" not in block])
def test_a_piece_of_the_page_can_stand_in_a_measure(number: int, tmp_path: Path) -> None:
    """Names of the piece may come from the vocabulary or the piece itself: it loads, and evaluates nobody."""
    block = BLOCKS[number]
    criteria = [{"use": name} for name in block.get("definitions", {})]
    criteria += [{"event": name} for name in block.get("events", {})]
    anybody = {"any": criteria or [{"age": {"from": 0}}]}
    evaluator = evaluator_of(
        {**FRAME, **block, "populations": {"initial-population": anybody, "numerator": anybody}}, tmp_path
    )
    evaluator.evaluate(patient(evaluator.scope, {"id": "x", "born": "1970-01-01"}))

"""The reference bundles, entry by entry: every expected fact and reason, nothing wrongly used."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.facts.extract import extract
from app.facts.model import FactSheet
from app.records.fhir import read_fhir

NAMES = [
    "man-58-smoker-lipids", "man-67-ex-smoker-aorta", "messy-man-44", "woman-31-pregnant-cytology",
    "woman-52-mammography",
]  # fmt: skip


def _sheet(folder: Path, name: str) -> tuple[FactSheet, dict[str, Any]]:
    expected = yaml.safe_load((folder / f"{name}.expected.yaml").read_text(encoding="utf-8"))
    record = read_fhir((folder / f"{name}.json").read_bytes(), f"{name}.json")
    return extract(record, date.fromisoformat(expected["as_of"])), expected


@pytest.mark.parametrize("name", NAMES)
def test_reference_bundle(shared_data: Path, name: str) -> None:
    sheet, expected = _sheet(shared_data / "fr-fhir", name)
    facts = sheet.to_json()["facts"]
    misses = [want["name"] for want in expected["facts"] if not any(_matches(want, fact) for fact in facts)]
    assert misses == []
    aside = {item["entry"]: item["reason"] for item in sheet.to_json()["set_aside"]}
    wanted = {entry: item["reason"] for item in expected["set_aside"] for entry in _list(item["resource"])}
    assert aside == wanted
    sources = {entry for want in expected["facts"] for entry in _list(want["from"])}
    assert {source["entry"] for fact in facts for source in fact["sources"]} == sources


@pytest.mark.parametrize("name", NAMES)
def test_what_must_stay_unknown_has_no_value(shared_data: Path, name: str) -> None:
    sheet, expected = _sheet(shared_data / "fr-fhir", name)
    told = {source.entry for unknown in sheet.unknown for source in unknown.sources}
    used = {source.entry for fact in sheet.all() for source in fact.sources}
    for item in expected["unknown"]:
        for entry in _list(item.get("from", [])):
            assert entry in told or entry in {aside.source.entry for aside in sheet.set_aside}
            assert entry not in used


def _matches(want: dict[str, Any], fact: dict[str, Any]) -> bool:
    value, entries = want["value"], {source["entry"] for source in fact["sources"]}
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if numeric and not (
        isinstance(fact["value"], float | int)
        and abs(fact["value"] - value) <= abs(value) * 0.005
        and fact["unit"] == want.get("unit", fact["unit"])
    ):
        return False
    return (
        set(_list(want["from"])) <= entries
        and fact["author"] == want.get("author", "professional")
        and (want["date"] is None or (fact["date"] or "").startswith(str(want["date"])))
        and fact.get("comparator") == want.get("comparator")
    )


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]

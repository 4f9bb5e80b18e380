"""Bundles written to be misread: each file of `adversarial/` with the facts and reasons that a careful reader gives.

In an expected file a list of reasons means that any of them is right; a fact without `value` is one in words, one with
`author: null` may be anybody's, and `unchecked` entries are read in more than one defensible way.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.facts.extract import extract
from app.records.load import read_record

FOLDER = Path(__file__).parent / "adversarial"


@pytest.mark.parametrize("expected", sorted(FOLDER.glob("*.expected.yaml")), ids=lambda path: path.name.split(".")[0])
def test_adversarial_bundle(expected: Path) -> None:
    wanted = yaml.safe_load(expected.read_text(encoding="utf-8"))
    name = expected.name.removesuffix(".expected.yaml")
    (record,) = (p for p in FOLDER.glob(f"{name}.*") if p != expected)
    told = extract(read_record([record]), date.fromisoformat(str(wanted["as_of"]))).to_json()
    missed = [want for want in wanted["facts"] if not any(_is(want, fact) for fact in told["facts"])]
    assert missed == []
    aside = {item["entry"]: item["reason"] for item in told["set_aside"]}
    for item in wanted.get("set_aside", []):
        for entry in _list(item["resource"]):
            assert aside.pop(entry, None) in _list(item["reason"]), entry
    asked = {item["id"]: {source["entry"] for source in item["sources"]} for item in told["unknown"]}
    for item in wanted.get("unknown", []):
        for fact in _list(item["name"]):
            assert set(_list(item["from"])) <= asked.get(fact, set()), fact
    free = set(wanted.get("unchecked", []))
    assert aside.keys() <= free
    used = {source["entry"] for fact in told["facts"] for source in fact["sources"]}
    assert used - free == {entry for want in wanted["facts"] for entry in _list(want["from"])}


def _is(want: dict[str, Any], fact: dict[str, Any]) -> bool:
    value = want.get("value")
    if isinstance(value, int | float) and not isinstance(value, bool):
        got = fact["value"]
        if not isinstance(got, int | float) or abs(got - value) > max(abs(value) * 0.005, 1e-9):
            return False
        if (want.get("unit") or fact["unit"]) != fact["unit"]:
            return False
    return (
        set(_list(want["from"])) <= {source["entry"] for source in fact["sources"]}
        and (want.get("date") is None or str(fact["date"] or "").startswith(str(want["date"])))
        and want.get("author", "professional") in (None, fact["author"])
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

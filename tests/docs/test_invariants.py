"""docs/invariants-and-security.md names, for each property, the file that holds it and the test that breaks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "invariants-and-security.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith(("| property", "| ---"))
]


def test_each_row_has_a_property_a_reason_a_file_and_a_test() -> None:
    assert len(ROWS) >= 10
    for row in ROWS:
        assert len(row) == 4, row
        assert all(row), row
        assert "`" in row[2], row
        assert "`tests/" in row[3], row


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z_]+/[\w./-]+(?:::\w+)?)`", PAGE))))
def test_what_the_page_names_exists(name: str) -> None:
    path, _, test = name.partition("::")
    there = ROOT / path
    assert there.exists(), path
    if test:
        assert re.search(rf"(?m)^\s*(async )?def {test}\b", there.read_text(encoding="utf-8")), test

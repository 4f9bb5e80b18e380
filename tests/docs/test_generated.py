"""Pages computed from code and content are what the code and content now give (`make docs` writes them)."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = runpy.run_path(str(ROOT / "scripts" / "reference.py"))["PAGES"]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_fresh(name: str) -> None:
    page = ROOT / "docs" / "reference" / name
    assert page.is_file(), "run make docs"
    assert page.read_text(encoding="utf-8") == PAGES[name](), "stale: run make docs"

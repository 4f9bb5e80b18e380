"""Pages computed from code and content are what the code and content now give (`make docs` writes them)."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from app.guidelines.pack import load_pack

ROOT = Path(__file__).resolve().parents[2]
PAGES = runpy.run_path(str(ROOT / "scripts" / "reference.py"))["PAGES"]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_fresh(name: str) -> None:
    page = ROOT / "docs" / name
    assert page.is_file(), "run make docs"
    assert page.read_text(encoding="utf-8") == PAGES[name](), "stale: run make docs"


def test_what_the_content_could_not_verify_is_listed() -> None:
    """Every doubt, every rule and every figure that is not fully verified stands on the page."""
    page = " ".join(PAGES["to-verify.md"]().replace("\\|", "|").split())
    guidelines = [g for country in ("fr", "us") for g in load_pack(country).guidelines]
    assert sum(len(g.doubts) for g in guidelines) > 20
    for guideline in guidelines:
        for doubt in guideline.doubts:
            assert " ".join(doubt.split()) in page, guideline.id
        for wording in (guideline.wording, *(track.wording for track in guideline.tracks)):
            for statement in (wording.benefit, wording.harm):
                if statement is not None and statement.verified != "yes":
                    assert " ".join(statement.text.split()) in page, guideline.id
        for track in guideline.tracks:
            if track.verified != "yes":
                assert f"| `{track.id}` | {track.verified} |" in page, guideline.id

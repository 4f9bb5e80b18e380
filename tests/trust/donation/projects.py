"""A project for tests, written as its team would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

AGE = {"name": "age_band", "fact": "age", "keep": "band", "width": 10, "why": "x", "identifies": True}
TOBACCO = {"name": "tobacco", "fact": "tobacco_status", "keep": "as_is", "why": "x"}


def written(folder: object, **change: Any) -> Path:
    """A folder with `p_test.yaml`, changed as told."""
    assert isinstance(folder, Path)
    project: dict[str, Any] = {
        "id": "p_test", "title": "Un projet", "why": "Pour essayer", "summary": "Peu de choses", "purpose": "research",
        "who": {"name": "TEST-EQUIPE", "status": "public", "contact": "equipe@example.fr"}, "legal_basis": "…",
        "categories": ["identity", "habits"], "starts_on": "2026-01-01", "ends_on": "2029-12-31",
        "keeps_until": "2030-12-31", "columns": [AGE, TOBACCO],
        "ethics": {"committee": "c", "reference": "r", "decision": "favourable", "decided_on": "2026-01-01"},
    }  # fmt: skip
    content = yaml.safe_dump(project | change, allow_unicode=True)
    (folder / "p_test.yaml").write_text(content, encoding="utf-8")
    return folder

"""Fixtures of every package's tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE_THE_REPO = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Reference records and vectors, kept outside the repository (JALON_SHARED_DATA, or ../shared/data)."""
    folder = Path(os.environ.get("JALON_SHARED_DATA", _BESIDE_THE_REPO))
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder}: set JALON_SHARED_DATA to run this test")
    return folder

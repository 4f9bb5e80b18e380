"""`jalon places`: what is printed, and what a wrong file costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from tests.directory.conftest import COMMUNES, finess_lines


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JALON_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "communes.csv").write_text(COMMUNES, encoding="utf-8")
    (tmp_path / "finess.csv").write_text("\n".join(finess_lines()), encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["places", *arguments])


def test_load_then_list(folder: Path) -> None:
    done = run("load", str(folder / "communes.csv"), "--dated", "2026-09-01")
    assert (done.exit_code, done.stdout) == (0, "communes.csv: postcodes of 2026-09-01, 4 rows\n")
    done = run("load", str(folder / "finess.csv"))
    assert done.exit_code == 0
    assert done.stdout == "finess.csv: finess of 2026-05-12, 5 rows\n  left out, other category: 1\n"
    found = json.loads(run("list", "--format", "json").stdout)
    assert [(each["source"], each["dated"], each["rows"]) for each in found] == [
        ("finess", "2026-05-12", 5), ("postcodes", "2026-09-01", 4),
    ]  # fmt: skip


def test_a_wrong_file_is_one_sentence_and_exit_2(folder: Path) -> None:
    (folder / "photo.csv").write_bytes(b"\xff\xd8\xff\xe0" + b"\x00" * 1000)
    for name in ("photo.csv", "finess.csv"):
        done = run("load", str(folder / name))
        assert done.exit_code == 2
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert "nothing is loaded" in run("list").stderr

"""The requests of the README and of docs/mobile.md, run as written against the real service."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"<!-- run with the service -->\s*\n```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


def run(page: str, port: int, folder: Path) -> subprocess.CompletedProcess[str]:
    """The blocks of a page, one after the other in one shell."""
    if shutil.which("curl") is None:
        pytest.skip("no curl here")
    script = "\n".join(BLOCK.findall((ROOT / page).read_text(encoding="utf-8")))
    assert script
    script = script.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace("python3", sys.executable)
    (folder / "samples").symlink_to(ROOT / "samples")
    return subprocess.run(["sh", "-euc", script], cwd=folder, capture_output=True, text=True, check=False)


def test_the_first_curl_answers_a_plan(service: int, tmp_path: Path) -> None:
    done = run("README.md", service, tmp_path)
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert plan["lang"] == "en"
    assert plan["now"], plan


def test_an_app_developer_gets_from_nothing_to_a_plan(service: int, tmp_path: Path) -> None:
    done = run("docs/mobile.md", service, tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    titles = [line for line in lines if line.startswith("• ")]
    assert 1 <= len(titles) <= 3
    rest = lines[len(titles):]
    assert rest[:3] == ["304", "200", "1"]
    assert rest[3].endswith("groups of results")
    assert rest[4].endswith(" move")
    assert rest[5:7] == ["87 characters", "200"]
    assert rest[7].endswith(" places")
    assert rest[8].startswith("/problems/")
    assert rest[9:] == ["401"]

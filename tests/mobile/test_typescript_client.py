"""A TypeScript client generated from the contract compiles, with an app that uses it (tests/mobile/app.ts)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
CONTRACT = HERE.parents[1] / "openapi" / "jalon.yaml"
TOOLS = HERE / "node_modules" / ".bin"


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """A folder with the generated `jalon.ts`, the app and the libraries."""
    if shutil.which("node") is None or not (TOOLS / "openapi-typescript").exists():
        pytest.skip("no npm here, or its packages are not installed: cd tests/mobile && npm ci")
    for name in ("app.ts", "tsconfig.json", "package.json"):
        shutil.copy(HERE / name, tmp_path / name)
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    made = _run(tmp_path, "openapi-typescript", str(CONTRACT), "--output", "jalon.ts")
    assert made.returncode == 0, made.stderr
    return tmp_path


def _run(folder: Path, tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TOOLS / tool, *arguments], cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def test_the_generated_client_compiles_with_an_app(client: Path) -> None:
    done = _run(client, "tsc", "--project", "tsconfig.json")
    assert done.returncode == 0, done.stdout


def test_a_name_that_the_contract_does_not_have_does_not_compile(client: Path) -> None:
    app = (client / "app.ts").read_text(encoding="utf-8")
    (client / "app.ts").write_text(app.replace("item.due_from", "item.due_form"), encoding="utf-8")
    done = _run(client, "tsc", "--project", "tsconfig.json")
    assert done.returncode != 0
    assert "due_form" in done.stdout

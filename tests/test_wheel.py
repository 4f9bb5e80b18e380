"""The wheel, built and installed apart from the source tree: what it carries is enough to work."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    done = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; its dependencies are those of the running environment, added by path
    (a path file inside a folder so added is not followed: the source tree stays out)."""
    folder = tmp_path_factory.mktemp("elsewhere")
    assert run(sys.executable, "-m", "venv", folder / "venv", cwd=folder).returncode == 0
    bin_ = folder / "venv" / "bin"
    done = run(bin_ / "python", "-m", "pip", "install", "--no-deps", "--no-index", wheel, cwd=folder)
    assert done.returncode == 0, done.stderr
    purelib = run(
        bin_ / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder
    ).stdout
    Path(purelib.strip(), "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def test_content_migrations_samples_and_licence_are_inside(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = (("content", "app/_content"), ("migrations", "app/_migrations"), ("samples", "app/_samples"))
    for source, packaged in (*data, ("app", "app"), ("risk_models", "risk_models")):
        files = [
            path for path in (ROOT / source).rglob("*") if path.is_file() and "__pycache__" not in path.parts
        ]
        missing = {
            packaged + path.as_posix().removeprefix((ROOT / source).as_posix()) for path in files
        } - names
        assert files
        assert not missing, sorted(missing)[:5]
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "docs/", "scripts/"))]


def test_it_reads_its_own_content(elsewhere: Path) -> None:
    program = (
        "import json, app, app.content as c\n"
        "from app.guidelines.pack import load_pack\n"
        "print(json.dumps([app.__file__, str(c.content_dir()), str(c.migrations_dir()), str(c.samples_dir()),"
        " len(load_pack('fr').guidelines)]))"
    )
    done = run(elsewhere / "venv" / "bin" / "python", "-c", program, cwd=elsewhere)
    assert done.returncode == 0, done.stderr
    *folders, guidelines = json.loads(done.stdout)
    for folder in folders:
        assert Path(folder).is_relative_to(elsewhere), folder
    assert guidelines > 0


@pytest.mark.parametrize(
    "command", [["--help"], ["--version"], ["guidelines", "list"], ["risk", "list"]], ids=" ".join
)
def test_the_command_works_outside_the_source_tree(elsewhere: Path, command: list[str]) -> None:
    done = run(elsewhere / "venv" / "bin" / "jalon", *command, cwd=elsewhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_a_plan_from_the_samples_inside(elsewhere: Path) -> None:
    samples = next((elsewhere / "venv").glob("lib/python3.*/site-packages/app/_samples"))
    person = sorted(path for path in samples.iterdir() if path.is_dir())[0]
    done = run(elsewhere / "venv" / "bin" / "jalon", "plan", person, "--format", "json", cwd=elsewhere)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["pack"]["id"] == "fr"

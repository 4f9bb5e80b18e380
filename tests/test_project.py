"""The project's own promises: locks, layout, image, wheel, import contracts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import app

ROOT = Path(__file__).resolve().parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
LICENCE_LIKE = {"LICENSE"}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Files of the repository, as git sees them."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git clone, or no git: the list of files is unknown")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


# --- locks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_and_hashes_everything_and_names_no_index(lock: Path) -> None:
    requirements = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", lock.read_text()).strip())
    assert len(requirements) > 3
    for requirement in requirements:
        assert re.match(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==\S+", requirement), requirement[:60]
        assert "--hash=sha256:" in requirement, requirement[:60]
    assert not re.search(r"://|--(extra-)?index|--find-links|-f ", lock.read_text())


def test_tests_run_on_the_versions_that_ship() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / name).read_text()
        return dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==(\S+)", text))

    run = pins("run.txt")
    for other in ("dev.txt", "build.txt"):
        differing = {name for name, version in pins(other).items() if run.get(name, version) != version}
        assert not differing, f"{other}: {differing}: run make lock"


def test_each_dependency_is_locked(project: dict[str, Any]) -> None:
    names = {re.split(r"[^A-Za-z0-9._-]", one)[0].lower() for one in project["project"]["dependencies"]}
    locked = {
        match.lower()
        for match in re.findall(r"(?m)^([A-Za-z0-9._-]+)", (ROOT / "requirements/run.txt").read_text())
    }
    assert names <= locked, f"not locked: {names - locked}: run make lock"


# --- what stands in the repository -----------------------------------------------------------------------------------

REGISTRIES = r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|proxy\.golang\.org|crates\.io"
MACHINE = r"(?<![\w.])/(work|root|home/\w+|Users/\w+)/"


def test_no_file_names_a_registry_or_a_path_of_someones_machine(tracked: list[Path]) -> None:
    forbidden = re.compile(f"{REGISTRIES}|{MACHINE}")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked
        if path != Path(__file__) and (text := text_of(path)) is not None
        for number, line in enumerate(text.splitlines(), 1)
        if forbidden.search(line)
    ]
    assert not found


def test_no_python_file_is_longer_than_400_lines(tracked: list[Path]) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked
        if path.suffix == ".py" and (lines := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_no_private_key_nor_local_data(tracked: list[Path]) -> None:
    assert not [path for path in tracked if path.suffix in {".db", ".sqlite", ".pem", ".key", ".env"}]
    assert not [path for path in tracked if (text := text_of(path)) and "-----BEGIN " + "PRIVATE KEY" in text]


# --- version, changelog, licence -------------------------------------------------------------------------------------


def test_one_version_everywhere(project: dict[str, Any]) -> None:
    version = project["project"]["version"]
    assert version == app.__version__
    assert re.search(rf"(?m)^## \[{re.escape(version)}\]", (ROOT / "CHANGELOG.md").read_text())
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    assert compose["services"]["service"]["image"] == f"jalon:{version}"


def test_the_licence_is_whole(project: dict[str, Any]) -> None:
    text = (ROOT / "LICENSE").read_text()
    assert project["project"]["license"] == "EUPL-1.2"
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
    assert re.findall(r"(?m)^(\d+)\. [A-Z]", text) == [str(number) for number in range(1, 16)]
    assert "Appendix" in text


# --- architecture ----------------------------------------------------------------------------------------------------


def test_import_contracts_hold() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [lint, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_upward_import_breaks_a_contract(tmp_path: Path) -> None:
    """The contracts bite: the same configuration refuses an import that goes up."""
    for package in ("app", "risk_models"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.html")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "app" / "records" / "model.py").open("a") as file:
        file.write("\nimport app.plans\n")
    with (tmp_path / "risk_models" / "__init__.py").open("a") as file:
        file.write("\nimport app.dates\n")
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [lint, "--no-logo", "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert re.search(r"Data flows one way.*BROKEN", done.stdout)
    assert re.search(r"Risk models stand alone.*BROKEN", done.stdout)

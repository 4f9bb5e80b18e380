"""Dockerfile and compose.yaml: what can be proven of them where no container engine runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.identity.provider import ISSUERS

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, arguments), with continuation lines joined."""
    text = re.sub(r"(?m)^\s*#.*\n", "", (ROOT / "Dockerfile").read_text()).replace("\\\n", " ")
    return [
        (word.upper(), rest.strip())
        for word, _, rest in (line.partition(" ") for line in text.splitlines())
        if word
    ]


@pytest.fixture(scope="module")
def stages(instructions: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for instruction in instructions:
        if instruction[0] == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return read


def arguments(stage: list[tuple[str, str]], word: str) -> list[str]:
    return [rest for name, rest in stage if name == word]


def test_the_base_is_pinned_by_version_and_slim(instructions: list[tuple[str, str]]) -> None:
    for base in arguments(instructions, "FROM"):
        assert re.match(r"python:3\.\d+\.\d+-slim-\w+( AS \w+)?$", base), base


def test_the_last_stage_has_no_build_tools_and_an_ordinary_user(stages: list[list[tuple[str, str]]]) -> None:
    assert len(stages) == 2
    last = stages[-1]
    (user,) = arguments(last, "USER")
    assert int(user.split(":")[0]) > 0
    tools = re.compile(r"\b(pip|make|gcc|build-essential)\b|-dev\b")
    assert not [line for line in arguments(last, "RUN") if tools.search(line)]
    for line in arguments(last, "RUN"):  # what the system installs are libraries and fonts, and its lists are removed
        if "apt-get" in line:
            installed = re.search(r"install --yes --no-install-recommends ([^&]+)", line)
            assert installed
            assert all(re.match(r"lib|fonts-", name) for name in installed[1].split())
            assert "rm -rf /var/lib/apt/lists" in line
    assert all(line.startswith("--from=build ") for line in arguments(last, "COPY"))
    names = [name for name, _ in last]
    assert names.index("USER") < names.index("ENTRYPOINT")


def test_the_image_knows_whether_it_is_well(stages: list[list[tuple[str, str]]]) -> None:
    (check,) = arguments(stages[-1], "HEALTHCHECK")
    assert "/healthz" in check
    assert '"python"' in check, "slim images have no curl"


def test_what_is_copied_exists_and_is_let_in(stages: list[list[tuple[str, str]]]) -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in arguments(stages[0], "COPY"):
        *sources, _destination = shlex.split(line)
        for source in sources:
            assert (ROOT / source).exists(), source
            assert source in let_in, f"{source} is kept out by .dockerignore"


def test_only_locked_packages_are_installed(stages: list[list[tuple[str, str]]]) -> None:
    steps = [
        step for line in arguments(stages[0], "RUN") for step in line.split("&&") if "pip install" in step
    ]
    assert steps
    for step in steps:
        assert "--require-hashes" in step or ("--no-index" in step and "--no-deps" in step), step


def test_compose_runs_the_service_beside_postgresql(compose: dict[str, Any]) -> None:
    service, database = compose["services"]["service"], compose["services"]["database"]
    assert re.fullmatch(r"postgres:\d+\.\d+(-\w+)?", database["image"])
    assert "pg_isready" in database["healthcheck"]["test"]
    assert service["depends_on"]["database"]["condition"] == "service_healthy"
    assert service["environment"]["DATABASE_URL"].startswith("postgresql://")
    assert all(port.startswith("127.0.0.1:") for port in service["ports"]), (
        "only this machine reaches the port"
    )
    assert "ports" not in database


def test_no_secret_is_written_down(compose: dict[str, Any], instructions: list[tuple[str, str]]) -> None:
    for name, service in compose["services"].items():
        for key, value in service["environment"].items():
            if re.search(r"PASSWORD|SECRET|TOKEN|DATABASE_URL", key):
                assert "${" in str(value), f"{name}.{key} holds a value"
    assert not [
        rest
        for word, rest in instructions
        if word in {"ENV", "ARG"} and re.search(r"PASSWORD|SECRET|TOKEN", rest)
    ]


def test_settings_named_in_compose_exist(compose: dict[str, Any]) -> None:
    """A provider's settings are named by their common beginning (`app.identity.provider`)."""
    settings = "".join((ROOT / "app" / name).read_text() for name in ("settings.py", "identity/provider.py"))
    for key in compose["services"]["service"]["environment"]:
        of_providers = [setting.removesuffix("ISSUER") for setting in ISSUERS.values()]
        begins = [one for one in of_providers if key.startswith(one)]
        name = key.removeprefix(begins[0]) if begins and not key.endswith("_ISSUER") else key
        assert f'"{name}"' in settings, f"{key} is not a setting"

"""New content in a running service: all of it, or the former one goes on, and `/readyz` and the log say why."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.content import content_dir
from app.facts.units import units
from app.facts.vocabulary import load_vocabulary
from app.guidelines.pack import load_pack
from app.services.reload import reload_content
from app.services.services import Services
from tests.api.test_server import ROOT, SERVE, environment, free_port


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the content, which the process reads until the end of the test."""
    kept = load_pack("fr"), load_vocabulary(), units()
    folder = tmp_path / "content"
    shutil.copytree(content_dir(), folder)
    monkeypatch.setenv("JALON_CONTENT_DIR", str(folder))
    yield folder
    load_pack.put(kept[0], "fr")
    load_vocabulary.put(kept[1])
    units.put(kept[2])


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def broken_guideline(folder: Path) -> str:
    edit(folder / "guidelines" / "fr" / "tobacco.yaml", "priority:", "priorty:")
    return "tobacco.yaml:"


def unknown_fact(folder: Path) -> str:
    edit(folder / "guidelines" / "fr" / "tobacco.yaml", "fact: tobacco_status", "fact: tobaco_status")
    return "unknown fact 'tobaco_status'"


def fact_defined_twice(folder: Path) -> str:
    with (folder / "vocabulary" / "habits.yaml").open("a", encoding="utf-8") as file:
        file.write("\n  - {id: copd, type: boolean, label: Encore, category: conditions}\n")
    return "the name 'copd' is taken by"


def units_that_do_not_convert(folder: Path) -> str:
    edit(folder / "vocabulary" / "units.yaml", "dimensions:", "dimension:")
    return "units.yaml:"


def translation_that_cannot_be_read(folder: Path) -> str:
    (folder / "locales" / "en" / "LC_MESSAGES" / "jalon.po").write_bytes(b"msgid \"\xff\xfe")
    return "translations:"


@pytest.mark.parametrize("spoil", [broken_guideline, unknown_fact, fact_defined_twice, units_that_do_not_convert,
                                   translation_that_cannot_be_read])  # fmt: skip
def test_wrong_content_changes_nothing(
    spoil: Callable[[Path], str], content: Path, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    before = (services.pack, load_pack("fr"), load_vocabulary(), units())
    expected = spoil(content)
    assert reload_content(services) is False
    assert (services.pack, load_pack("fr"), load_vocabulary(), units()) == before
    assert services.content_problem is not None
    assert expected in services.content_problem
    assert "the former one is kept" in caplog.text
    assert expected in caplog.text


def test_right_content_takes_the_place_of_all_of_the_former(content: Path, services: Services) -> None:
    broken_guideline(content)
    assert reload_content(services) is False
    edit(content / "guidelines" / "fr" / "tobacco.yaml", "priorty:", "priority:")
    edit(content / "guidelines" / "fr" / "pack.yaml", "version:", "version: '2099.1' #")
    edit(content / "vocabulary" / "habits.yaml", "facts:", "facts:\n  # a word of more")
    before = services.vocabulary
    assert reload_content(services) is True
    assert services.content_problem is None
    assert services.pack.version == "2099.1"
    assert load_pack("fr") is services.pack
    assert load_vocabulary() is services.vocabulary is not before


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no hang-up signal")
def test_a_running_service_reloads_on_hang_up(tmp_path: Path) -> None:
    content, port = tmp_path / "content", free_port()
    shutil.copytree(content_dir(), content)
    variables = environment(tmp_path / "data", JALON_CONTENT_DIR=str(content))
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-c", SERVE, str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"

    def ready(want: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        for _ in range(600):
            try:
                body: dict[str, Any] = httpx.get(f"{address}/readyz").raise_for_status().json()
                if want(body):
                    return body
            except httpx.HTTPError:
                assert process.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.1)
        raise AssertionError(f"not seen; the log: {(tmp_path / 'log').read_text()}")

    try:
        assert ready(lambda body: True) == {"status": "ready"}
        pack = httpx.get(f"{address}/v1/transparency/guidelines").json()["pack"]
        expected = broken_guideline(content)
        process.send_signal(signal.SIGHUP)
        told = ready(lambda body: "details" in body)
        assert told["status"] == "ready"
        assert expected in told["details"]["content"]
        assert httpx.get(f"{address}/v1/transparency/guidelines").json()["pack"] == pack
        edit(content / "guidelines" / "fr" / "tobacco.yaml", "priorty:", "priority:")
        edit(content / "guidelines" / "fr" / "pack.yaml", "version:", "version: '2099.1' #")
        process.send_signal(signal.SIGHUP)
        ready(lambda body: "details" not in body)
        assert httpx.get(f"{address}/v1/transparency/guidelines").json()["pack"]["version"] == "2099.1"
    finally:
        process.terminate()
        process.wait(30)
    written = (tmp_path / "log").read_text()
    assert "the former one is kept" in written
    assert "Traceback" not in written

"""The first `curl` of the README, run as written against the real service (on a free port, with its own data)."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("service")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"JALON_DATA_DIR": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [BIN / "jalon", "serve", "--demo", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                    break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
        else:
            pytest.fail((folder / "log").read_text())
        yield port
    finally:
        process.terminate()
        process.wait(30)


def test_the_first_curl_answers_a_plan(service: int) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl here")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (script,) = re.findall(
        r"<!-- run with the service -->\s*\n```sh\n(.*?)^```", readme, re.DOTALL | re.MULTILINE
    )
    script = script.replace("127.0.0.1:8000", f"127.0.0.1:{service}").replace("python3", sys.executable)
    done = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert plan["lang"] == "en"
    assert plan["now"], plan

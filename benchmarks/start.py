"""How long a stranger waits: clone → first plan → service answering, the second start, and `jalon --help`.

A clone of the committed tree is made in a temporary folder and `make run` is run there, as in the README. The first
figure depends on the network and on pip's cache: both are those of this machine.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 600
"""Seconds after which a start has failed."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def make_run(folder: Path) -> tuple[float, float, int]:
    """Seconds to the end of the printed plan, and to the service's first answer; then Ctrl-C, and its exit code."""
    port = free_port()
    start = time.perf_counter()
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("JALON_", "MAKE", "MFLAGS"))
        },
    )
    assert process.stdout is not None
    plan = 0.0
    for line in process.stdout:
        if "→ the service" in line:
            plan = time.perf_counter() - start
            break
    answered = False
    try:
        while plan and process.poll() is None and time.perf_counter() - start < LONGEST and not answered:
            answered = answers(port)
            time.sleep(0.01)
        served = time.perf_counter() - start
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
    rest = process.communicate(timeout=30)[0]
    if not answered:
        sys.exit(f"make run did not come to serve:\n{rest}")
    return plan, served, process.returncode


def help_seconds(folder: Path, runs: int = 15) -> float:
    """Median wall time of `jalon --help` in a new process."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([folder / ".venv" / "bin" / "jalon", "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return median(times)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="jalon-start-") as name:
        clone = Path(name) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        plan, served, _ = make_run(clone)
        print(f"make run, fresh clone: first plan after {plan:.1f} s, service after {served:.1f} s")
        plan, served, code = make_run(clone)
        print(
            f"make run, second time: first plan after {plan:.2f} s, service after {served:.2f} s (target: under 3 s)"
        )
        stopped = code in (0, -signal.SIGINT, 128 + signal.SIGINT)
        print(f"Ctrl-C: {'stopped' if stopped else f'exit code {code}'}")
        print(f"jalon --help: {help_seconds(clone):.3f} s (target: under 0.3 s)")


if __name__ == "__main__":
    main()

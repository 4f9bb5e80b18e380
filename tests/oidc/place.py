"""A real OpenID provider (npm `oidc-provider`), and a service that trusts it."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

from app.settings import Settings, from_environment

FOLDER = Path(__file__).parent


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@dataclass
class Provider:
    """A provider that may be stopped, and started again with another key."""

    port: int
    site: str
    process: subprocess.Popen[str]

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def start_with_another_key(self) -> None:
        self.stop()
        self.process = _start(self.port, self.site, "second")

    def settings(self, folder: Path, more: Mapping[str, str] = MappingProxyType({})) -> Settings:
        """Of a service that is not in demo mode; `more` is its environment besides."""
        key = "A" * 43 + "="
        environment = {
            "JALON_DATA_DIR": str(folder), "JALON_BASE_URL": self.site, "JALON_LOG_KEY": key,
            "JALON_DATA_KEYS": f"t:{key}", "JALON_ACCEPTED_IDENTITY": "test,none",
        }  # fmt: skip
        for profile, client in (("CITIZEN", "citizens"), ("PROFESSIONAL", "professionals")):
            prefix = f"JALON_OIDC_{profile}_"
            environment |= {
                prefix + "ISSUER": self.issuer, prefix + "CLIENT_ID": client,
                prefix + "CLIENT_SECRET": f"secret-of-{client}",
            }  # fmt: skip
        return from_environment(environment | dict(more))


@contextmanager
def provider() -> Iterator[Provider]:
    """Skips, and says why, where it cannot run."""
    if shutil.which("node") is None or not (FOLDER / "node_modules").is_dir():
        pytest.skip("no OpenID provider here: Node.js is needed (make setup installs the provider when node is there)")
    port, site = free_port(), f"http://127.0.0.1:{free_port()}"
    running = Provider(port, site, _start(port, site, "first"))
    try:
        yield running
    finally:
        running.stop()


def _start(port: int, site: str, key: str) -> subprocess.Popen[str]:
    node = shutil.which("node") or "node"
    process = subprocess.Popen(
        [node, "provider.mjs", str(port), site, key], cwd=FOLDER, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "listening"
    return process

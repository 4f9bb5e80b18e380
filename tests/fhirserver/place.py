"""The FHIR server of the tests, running."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.oidc.place import free_port


@contextmanager
def fhir_server(issuer: str) -> Iterator[str]:
    """Its address, without the part that says how it behaves."""
    port = free_port()
    process = subprocess.Popen([sys.executable, str(Path(__file__).with_name("server.py")), str(port), issuer])
    try:
        for _ in range(300):
            try:
                httpx.get(f"http://127.0.0.1:{port}/")
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()

"""The real service on a loopback port, with its sample people on a fixed day, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.api.app import create_app
from app.services.demo import load_samples
from app.services.services import Services, open_services
from app.settings import Settings, from_environment

NOW = datetime(2026, 11, 15, 9, 30, tzinfo=UTC)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    return os.environ.get("JALON_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded database with the sample people, as they are before anybody visits."""
    folder = tmp_path_factory.mktemp("prepared")
    services = open_services(_settings(folder), clock=lambda: NOW)
    load_samples(services)
    services.close()
    return folder


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a service in demo mode; what one test answers, no other test sees."""
    folder = shutil.copytree(prepared, tmp_path / "service")
    settings = _settings(folder)
    yield from serve(settings, open_services(settings, clock=lambda: NOW))


def serve(settings: Settings, services: Services) -> Iterator[str]:
    """Serve until the test is over."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(settings, services), log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    assert server.started
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    services.close()


def _settings(folder: Path) -> Settings:
    return from_environment({"JALON_DATA_DIR": str(folder)}, demo=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip(
            "no Chromium on this machine: install it (Debian: apt install chromium) or set JALON_CHROMIUM"
        )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Visitor:
    """Somebody with a phone in front of the site."""

    page: Page
    context: BrowserContext
    site: str

    def go(self, path: str) -> None:
        self.page.goto(self.site + path)

    def sign_in(self, given_name: str) -> None:
        """Choose a sample person by the first word of its sentence."""
        self.go("/")
        self.page.get_by_role("button", name=given_name).click()

    @property
    def overflow(self) -> int:
        """CSS pixels by which the page is wider than the screen."""
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[object]:
    """`visit(width=390, scripts=True, dark=False)` opens a browser of its own; French unless said."""
    opened: list[BrowserContext] = []

    def make(width: int = 390, *, scripts: bool = True, dark: bool = False, lang: str = "fr-FR") -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            locale=lang,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        opened.append(context)
        return Visitor(context.new_page(), context, site)

    yield make
    for context in opened:
        context.close()

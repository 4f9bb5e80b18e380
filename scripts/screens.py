"""Pictures of the main pages for docs/screens: phone and desktop, light and dark, small files.

    python scripts/screens.py        (make screens)

Needs Chromium (Debian: apt install chromium, or JALON_CHROMIUM) and takes half a minute. The people are invented and
the day is fixed, so that a picture changes only when its page does.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
OUT = ROOT / "docs" / "screens"
DAY = datetime(2026, 11, 15, 9, 30, tzinfo=UTC)
PAGES = [
    # name, person (None: nobody), path, screens
    ("welcome", None, "/", "phone desktop"),
    ("choices", None, "/bienvenue/3", "phone"),
    ("plan", "Claudine", "/mon-plan", "phone desktop dark"),
    ("item", "Claudine", "/mon-plan/breast_cancer_screening", "phone desktop"),
    ("risks", "Rachid", "/mes-risques", "phone dark"),
    ("family", "Claudine", "/ma-famille", "phone"),
    ("relative", "Claudine", "/ma-famille/proche", "phone"),
    ("helped", "Claudine", "/me-faire-aider", "phone"),
    ("data", "Claudine", "/mes-donnees", "phone"),
    ("record", "Claudine", "/mon-dossier", "phone"),
    ("questionnaire", "Thierry", "/questionnaire", "phone"),
    ("at-my-age", None, "/a-mon-age", "phone"),
    ("where", None, "/ou-aller?pour=vaccination", "phone"),
]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
SCREENS = {"phone": (390, 844, "light"), "desktop": (1280, 900, "light"), "dark": (390, 844, "dark")}
TALLEST = 1700
"""Pixels of a page that are shown."""


@contextmanager
def served() -> Iterator[str]:
    """The address of a service in demo mode, on the loopback, for as long as the pictures take."""
    import uvicorn

    from app.api.app import create_app
    from app.services.demo import load_samples
    from app.services.services import open_services
    from app.settings import from_environment

    with tempfile.TemporaryDirectory() as folder:
        settings = from_environment({"JALON_DATA_DIR": folder}, demo=True)
        services = open_services(settings, clock=lambda: DAY)
        load_samples(services)
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(settings, services), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()
        services.close()


def main() -> int:
    from PIL import Image
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("JALON_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("no Chromium here: install it (Debian: apt install chromium) or set JALON_CHROMIUM", file=sys.stderr)
        return 2
    OUT.mkdir(parents=True, exist_ok=True)
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, person, path, screens in PAGES:
            for screen in screens.split():
                width, height, scheme = SCREENS[screen]
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, locale="fr-FR",
                    reduced_motion="reduce",
                )  # fmt: skip
                page = context.new_page()
                page.goto(site)
                if person:
                    page.get_by_role("button", name=person).click()
                page.goto(site + path)
                tall = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
                page.set_viewport_size({"width": width, "height": tall})
                picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                kept = picture.quantize(96, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
                kept.save(OUT / f"{name}-{screen}.png", optimize=True)
                context.close()
        browser.close()
    total = sum(path.stat().st_size for path in OUT.glob("*.png"))
    print(f"{len(list(OUT.glob('*.png')))} pictures in docs/screens, {total // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

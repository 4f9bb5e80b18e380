"""The main pages from right to left, in a language a third longer than French: nothing overflows, axe is silent."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.content import content_dir
from app.i18n import languages, translator
from app.i18n.pseudo import LANG, write
from tests.e2e.conftest import Visitor

Visit = Callable[..., Visitor]
PAGES = [
    "/", "/bienvenue/2", "/a-mon-age", "/ou-aller", "/numeros-utiles", "/mon-plan", "/mes-resultats", "/ma-famille",
    "/mes-risques", "/mes-donnees", "/mes-autorisations", "/questionnaire", "/hors-ligne",
]  # fmt: skip


WIDE = """() => [...document.querySelectorAll("body *")]
  .filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.left < -1 || r.right > innerWidth + 1); })
  .slice(0, 5).map(e => e.outerHTML.slice(0, 160))"""
"""What sticks out, when something does."""


def _forget() -> None:
    languages.cache_clear()
    translator.cache_clear()


@pytest.fixture(autouse=True)
def pseudo_language(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The content of the project, and one language more."""
    folder = Path(shutil.copytree(content_dir(), tmp_path_factory.mktemp("content") / "content"))
    write(folder / "locales")
    monkeypatch.setenv("JALON_CONTENT_DIR", str(folder))
    _forget()
    yield
    monkeypatch.undo()
    _forget()


def test_pages_from_right_to_left(visit: Visit) -> None:
    visitor = visit(320, lang="he-IL")
    visitor.sign_in("Monique")
    for path in PAGES:
        page = visitor.page
        answer = page.goto(visitor.site + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.locator("html").get_attribute("dir") == "rtl", path
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl", path
        assert visitor.overflow == 0, (path, page.evaluate(WIDE))
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
        if folder := os.environ.get("JALON_SCREENS"):
            page.screenshot(path=f"{folder}/rtl{path.replace('/', '-')}.png", full_page=True)
    assert LANG in languages()

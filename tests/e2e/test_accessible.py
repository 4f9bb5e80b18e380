"""Every page, for everybody: axe finds nothing, nothing overflows, the keyboard is enough, targets are large."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

Visit = Callable[..., Visitor]
PEOPLE = ["Claudine", "Rachid", "Inès", "Gérard", "Thierry", "Monique", "Youssef"]

MODEL_PAGES = ["/transparence/modeles"] + [
    f"/transparence/modeles/{model}" for model in ("score2", "phq", "kdigo-grid", "participation", "eisinger", "none")
]

SMALL_TARGETS = """
() => [...document.querySelectorAll(
  "button, summary, select, input[type=text], label.choice, .nav a, a.button, a.plain"
)]
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
  .map(each => each.outerHTML.slice(0, 120))
"""


def pages(visitor: Visitor) -> Iterator[str]:
    """Opens each kind of page in turn, everything unfolded, and gives its name."""
    visitor.go("/")
    yield "welcome"
    for path in MODEL_PAGES:
        visitor.go(path)
        yield path
    for person in PEOPLE:
        visitor.sign_in(person)
        yield f"plan of {person}"
    links = visitor.page.locator('a[href^="/mon-plan/"]').evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    for path in sorted(set(links))[:6]:
        visitor.go(path)
        yield path
    for path in (
        "/ma-famille",
        "/mes-autorisations",
        "/mes-autorisations?besoin=1",
        "/qui-a-consulte",
        "/mes-donnees",
        "/mon-plan/no_such_thing",
    ):
        visitor.go(path)
        yield path
    visitor.sign_in("Gérard")
    visitor.page.locator("article summary", has_text="C’est déjà fait ?").first.click()
    visitor.page.get_by_role("button", name="Enregistrer").first.click()
    yield "wrong answer"


def unfold(visitor: Visitor) -> None:
    visitor.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    visitor.page.evaluate("document.querySelectorAll('[data-opens]').forEach(each => each.checked = true)")


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (320, False)])
def test_every_page_is_for_everybody(visit: Visit, width: int, dark: bool) -> None:
    """axe finds nothing; nothing is wider than the screen, even with text twice as large; targets are large."""
    visitor, axe, found = visit(width, dark=dark), Axe(), {}
    for name in pages(visitor):
        unfold(visitor)
        for violation in axe.run(visitor.page).response["violations"]:
            found[f"{name}: {violation['id']}"] = [node["html"][:200] for node in violation["nodes"][:3]]
        if small := visitor.page.evaluate(SMALL_TARGETS):
            found[f"{name}: small targets"] = small
        if visitor.overflow > 0:
            found[f"{name}: wider than the screen"] = [visitor.overflow]
        if width == 390:
            visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
            if visitor.overflow > 0:
                found[f"{name}: wider than the screen with large text"] = [visitor.overflow]
    assert found == {}


def test_nothing_comes_from_elsewhere_and_nothing_breaks_the_policy(visit: Visit) -> None:
    visitor, asked, complaints = visit(), set(), []
    visitor.page.on("request", lambda request: asked.add(request.url))
    visitor.page.on("console", lambda message: complaints.append(message.text))
    visitor.page.on("pageerror", lambda error: complaints.append(str(error)))
    for _ in pages(visitor):
        pass
    assert {url for url in asked if not url.startswith(visitor.site)} == set()
    assert [text for text in complaints if "status of 4" not in text] == []
    policy = visitor.page.goto(visitor.site + "/").headers["content-security-policy"]  # type: ignore[union-attr]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_keyboard_is_enough(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("Claudine")
    page, keyboard = visitor.page, visitor.page.keyboard
    expect(page).to_have_url(visitor.site + "/mon-plan")
    keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Aller au contenu")
    keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    opener = page.get_by_role("article", name=re.compile("Mammographie")).locator(
        "summary", has_text="déjà fait"
    )
    for _ in range(60):
        keyboard.press("Tab")
        if opener.evaluate("each => each === document.activeElement"):
            break
    expect(opener).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "the focus is not visible"
    keyboard.press("Enter")
    keyboard.press("Tab")
    keyboard.type("2026")
    keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("votre réponse est enregistrée")

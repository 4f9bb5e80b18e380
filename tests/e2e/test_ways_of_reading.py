"""Other ways to read and to act: the keyboard alone, paper, large text, 400 % zoom, less motion, a voice."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Visitor

Visit = Callable[..., Visitor]
PAGES = ["/mon-plan", "/mon-plan/breast_cancer_screening", "/ma-famille", "/mes-resultats", "/ma-famille/demander"]


def reach(page: Page, wanted: Locator, most: int = 120) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    expect(wanted).to_be_focused()


def test_consent_family_and_a_code_by_the_keyboard_alone(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("Léa")
    page, keyboard = visitor.page, visitor.page.keyboard
    visitor.go("/mes-autorisations")
    reach(page, page.get_by_role("checkbox").first)
    keyboard.press("Space")
    for name in ("Maladies dans votre famille", "Dépistages"):
        box = page.get_by_role("checkbox", name=name)
        reach(page, box)
        keyboard.press("Space")
        expect(box).to_be_checked()
    reach(page, page.get_by_role("button", name=re.compile("Confirmer|Enregistrer")).first)
    with page.expect_navigation():
        keyboard.press("Enter")
    visitor.go("/ma-famille")
    reach(page, page.get_by_role("link", name="Ajouter un proche"))
    keyboard.press("Enter")
    page.wait_for_url(re.compile("/ma-famille/proche"))
    relation = page.get_by_label("Qui est-ce pour vous ?")
    reach(page, relation)
    keyboard.type("Mère")
    expect(relation).to_have_value("mother")
    reach(page, page.get_by_role("checkbox", name="Cancer du sein").first)
    keyboard.press("Space")
    keyboard.press("Tab")
    keyboard.type("47")
    keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("enregistré")
    expect(page.get_by_role("main")).to_contain_text("Mère : cancer du sein à 47 ans")
    visitor.go("/me-faire-aider")
    reach(page, page.get_by_label(re.compile("Votre nom")))
    keyboard.type("Léa")
    keyboard.press("Tab")
    keyboard.type("Luc")
    keyboard.press("Tab")
    keyboard.press("Space")
    reach(page, page.get_by_role("button", name="Faire le code, pour toutes mes informations"))
    keyboard.press("Enter")
    expect(page.locator(".code")).to_have_text(re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{3}$"))


@pytest.mark.parametrize("path", PAGES)
def test_on_paper_the_text_is_whole_and_nothing_else(visit: Visit, path: str) -> None:
    """No navigation, no form; what was folded is there; nothing is wider than the sheet (A4 at 96 dpi, margins off)."""
    visitor = visit(width=718)
    visitor.sign_in("Claudine")
    visitor.go(path)
    visitor.page.emulate_media(media="print")
    for hidden in ("header.top", "footer.foot", "main form"):
        for each in visitor.page.locator(hidden).all():
            expect(each).to_be_hidden()
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    assert visitor.overflow <= 0
    folded = visitor.page.locator("main details:not([open]):not(#pas-pour-moi) > p, main details:not([open]) > ul")
    seen = [each.evaluate("each => each.getBoundingClientRect().height") for each in folded.all()[:5]]
    assert all(height > 0 for height in seen)


def test_text_is_as_large_as_chosen(visit: Visit) -> None:
    visitor = visit(width=320)
    visitor.sign_in("Claudine")
    sizes = []
    for choice in ("Normale", "Grande", "Très grande"):
        visitor.go("/affichage")
        visitor.page.get_by_label(choice, exact=True).check()
        visitor.page.get_by_role("main").get_by_role("button", name="Enregistrer").click()
        for path in PAGES:
            visitor.go(path)
            assert visitor.overflow <= 0, (choice, path)
        sizes.append(visitor.page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"))
    assert sizes[0] < sizes[1] < sizes[2]


@pytest.mark.parametrize("path", PAGES)
def test_at_400_percent_nothing_is_lost(visit: Visit, path: str) -> None:
    """A screen of 1280 × 1024 at 400 % is 320 × 256 (WCAG 1.4.10): one direction of reading, and nothing that stays on
    the screen hides the text."""
    visitor = visit(width=320)
    visitor.page.set_viewport_size({"width": 320, "height": 256})
    visitor.sign_in("Claudine")
    visitor.go(path)
    assert visitor.overflow <= 0
    fixed = visitor.page.evaluate(
        "[...document.querySelectorAll('body *')]"
        ".filter(each => ['fixed', 'sticky'].includes(getComputedStyle(each).position) && each.checkVisibility())"
        ".reduce((all, each) => all + each.getBoundingClientRect().height, 0)"
    )
    assert fixed < 256 / 2, "what stays on the screen leaves more than half of it to the text"
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()


def test_nothing_moves_for_whoever_asked_for_less_motion(browser: Browser, site: str) -> None:
    moving = (
        "[...document.querySelectorAll('*')].map(each => getComputedStyle(each)).some(s =>"
        " parseFloat(s.transitionDuration) > 0 || parseFloat(s.animationDuration) > 0 || s.scrollBehavior === 'smooth')"
    )
    found = {}
    for choice in ("reduce", "no-preference"):
        context = browser.new_context(reduced_motion=choice, locale="fr-FR")  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(site + "/")
        found[choice] = page.evaluate(moving)
        context.close()
    assert found == {"reduce": False, "no-preference": True}


def test_a_voice_knows_the_language_and_reads_in_order(visit: Visit) -> None:
    """The language of the page and of what is in another one; text in the order of the screen; no text that only a
    picture holds."""
    visitor = visit()
    visitor.sign_in("Claudine")
    for path in PAGES:
        visitor.go(path)
        page = visitor.page
        assert page.evaluate("document.documentElement.lang") == "fr"
        expect(page.get_by_role("button", name="English")).to_have_attribute("lang", "en")
        levels = [int(each.evaluate("each => each.tagName[1]")) for each in page.locator("h1, h2, h3, h4").all()]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)
        unnamed = page.evaluate(
            "[...document.querySelectorAll('svg, img')].filter(each => each.getAttribute('aria-hidden') !== 'true' &&"
            " !each.closest('[aria-hidden=true]') && !each.getAttribute('aria-label') && !each.querySelector('title')"
            " && !each.getAttribute('aria-labelledby') && !each.getAttribute('alt')).length"
        )
        assert unnamed == 0, path

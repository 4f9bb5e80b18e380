"""An ordinary review in a real browser: how many gestures, how many seconds; with the keyboard, without a script, on a
phone; and axe finds nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

Visit = Callable[..., Visitor]
MOST_GESTURES = 5
FIRST = "[data-keys] [data-row]"


def doctor(visit: Visit, width: int = 1280, **more: object) -> Visitor:
    visitor = visit(width, **more)
    visitor.sign_in("Dr")
    expect(visitor.page.locator(FIRST).first).to_be_visible()
    return visitor


def found_by_axe(visitor: Visitor) -> list[str]:
    return [one["id"] for one in Axe().run(visitor.page).response["violations"]]


def test_an_ordinary_review_takes_few_gestures(visit: Visit, capsys: object) -> None:
    page = doctor(visit).page
    begun, gestures = time.monotonic(), 0
    for key, shown in (("Enter", "#trois"), ("Shift+A", "#nouveau")):
        page.keyboard.press(key)
        gestures += 1
        page.wait_for_selector(shown)
        if key == "Enter":
            expect(page.locator(FIRST).first).to_be_focused()
    seconds = time.monotonic() - begun
    with capsys.disabled():  # type: ignore[attr-defined]
        print(f"\nan ordinary review: {gestures} gestures, {seconds:.1f} s of machine time")
    expect(page.locator("#nouveau")).to_contain_text("C’est noté")
    expect(page.locator(FIRST).first).to_contain_text("TEST-MARTIN")
    assert gestures <= MOST_GESTURES


def test_setting_aside_by_keyboard_takes_few_gestures_too(visit: Visit) -> None:
    page = doctor(visit).page
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator(FIRST).first).to_be_focused()
    title = page.locator(f"{FIRST} h3").first.inner_text()
    page.keyboard.press("x")
    expect(page.locator("details[open] select").first).to_be_focused()
    page.keyboard.press("a")  # typed in a field, it is a letter
    page.locator("details[open] button", has_text="Mettre de côté").first.click()
    page.wait_for_selector("#nouveau")
    assert title not in page.locator(f"{FIRST} h3").all_inner_texts()


def test_everything_works_without_a_script_on_a_phone(visit: Visit) -> None:
    visitor = doctor(visit, 320, scripts=False)
    assert visitor.overflow == 0
    visitor.page.locator(FIRST).first.click()
    assert visitor.overflow == 0
    visitor.page.get_by_role("button", name="Tout confirmer").click()
    expect(visitor.page.locator("#nouveau")).to_be_visible()
    assert visitor.overflow == 0


def test_one_tap_opens_the_document_behind_a_fact(visit: Visit) -> None:
    page = doctor(visit).page
    page.locator(FIRST).first.click()
    page.locator("article a", has_text="Voir le document").first.click()
    expect(page.locator("pre")).to_be_visible()


def test_axe_finds_nothing(visit: Visit) -> None:
    for width, dark in ((390, False), (1280, True)):
        visitor = doctor(visit, width, dark=dark)
        assert found_by_axe(visitor) == []
        visitor.page.locator(FIRST).first.click()
        visitor.page.wait_for_selector("#trois")
        assert found_by_axe(visitor) == []
        for details in visitor.page.locator("details").all():
            details.evaluate("each => each.open = true")
        assert found_by_axe(visitor) == []
        assert visitor.overflow == 0
        visitor.page.get_by_role("link", name="Préparer la consultation").click()
        visitor.page.wait_for_selector("#questions")
        assert found_by_axe(visitor) == []
        assert visitor.overflow == 0


def test_the_second_doctor_reads_what_changed(visit: Visit) -> None:
    first, second = doctor(visit), doctor(visit)
    for each in (first, second):
        each.page.locator(FIRST).first.click()
        each.page.wait_for_selector("#trois")
    for each in (first, second):
        each.page.get_by_role("button", name="Tout confirmer").click()
        each.page.wait_for_selector("#nouveau")
    expect(second.page.locator("#nouveau")).to_contain_text("le plan a changé")
    expect(second.page.locator("#nouveau")).to_contain_text("TEST-MARTIN")

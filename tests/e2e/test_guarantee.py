"""The guarantee board in a real browser: two readers read blind, discuss and decide; without a script, on a phone; axe
finds nothing in both themes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from app.services.demo import ALL
from app.services.guarantee import drawing, seating
from app.services.services import Services, open_services
from app.store.tables import stamp
from app.trust import consents, people, relations
from app.trust.door import Job
from app.trust.rules import Asked
from app.trust.vocabulary import Tag
from tests.e2e.conftest import NOW, Visitor, _settings, serve

Visit = Callable[..., Visitor]
READERS = {"Ada": "10100000091", "Ben": "10100000092"}


def with_a_board(services: Services) -> None:
    """Two invented readers, and a sample drawn among two people who consent."""
    for name, number in READERS.items():
        detail = f'{{"name": "{name} TEST-LECTEUR", "profession": "doctor"}}'
        label = f"{name} TEST-LECTEUR, du collège"
        who, _ = services.door.account(lambda c: people.add_professional(c, name, label, detail, NOW))  # noqa: B023
        services.door.account(lambda c: relations.join(c, who, [number], stamp(NOW)))  # noqa: B023
        seating.change(services, number, sits=True)
    digest = services.door.consents[drawing.PURPOSE].texts["fr"].digest
    load = Asked(Tag.SAMPLE_LOAD, "write", "sample", "demonstration", ALL)
    for person in services.door.account(people.samples):
        if person.sample in {"claudine", "rachid"}:
            services.door.enter_now(
                Job(person.id), load,
                lambda grant: consents.change(grant, drawing.PURPOSE, ALL, digest, "fr", stamp(NOW)),
            )  # fmt: skip
    drawing.draw(services, "2026-11", "seed")


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Iterator[str]:
    settings = _settings(shutil.copytree(prepared, tmp_path / "service"))
    services = open_services(settings, clock=lambda: NOW)
    with_a_board(services)
    yield from serve(settings, services)


def reader(visit: Visit, name: str, **more: object) -> Visitor:
    visitor = visit(320, scripts=False, **more)
    visitor.sign_in(name)
    visitor.page.get_by_role("link", name="Garantie humaine").first.click()
    return visitor


def judge(visitor: Visitor, number: int, verdict: str) -> None:
    visitor.page.locator("#a-lire ~ ol a, section[aria-labelledby=a-lire] ol a").nth(number).click()
    assert visitor.overflow == 0
    visitor.page.get_by_text(re.compile(f"^{verdict}")).click()
    visitor.page.get_by_role("button", name="Garder mon avis").click()
    expect(visitor.page.locator("#nouveau")).to_be_visible()


def test_two_readers_read_discuss_and_decide(visit: Visit, browser: Browser) -> None:
    """They have the same cases in orders of their own: each reads all that the other can close."""
    ada = reader(visit, "Ada")
    assert ada.overflow == 0
    hers = ada.page.locator("section[aria-labelledby=a-lire] ol li")
    total = hers.count()
    assert total > 30
    judge(ada, 0, "Juste")
    expect(ada.page.locator("#nouveau")).to_contain_text("scellé")
    expect(hers.first).to_contain_text("Lu ; l’autre lecteur n’a pas fini")
    ben = reader(visit, "Ben")
    his = ben.page.locator("section[aria-labelledby=a-lire] ol li")
    for place in range(total):
        judge(ben, place, "Pas assez")
        if his.nth(place).get_by_text("À discuter").count():
            break
    his.filter(has_text="À discuter").locator("a").click()
    expect(ben.page.locator("dl.terms")).to_contain_text("Ada TEST-LECTEUR")
    ben.page.get_by_text(re.compile("^Pas assez")).last.click()
    ben.page.get_by_label(re.compile("Pourquoi")).fill("Décidé ensemble.")
    ben.page.get_by_role("button", name="Proposer cette décision").click()
    ada.page.reload()
    hers.filter(has_text="Une décision est proposée").locator("a").click()
    assert ada.overflow == 0
    ada.page.get_by_role("button", name="Confirmer cette décision").click()
    expect(ada.page.locator("#nouveau")).to_contain_text("clos")
    expect(ada.page.locator("section[aria-labelledby=constats] article")).to_contain_text("Décidé ensemble.")
    assert hers.count() == total - 1


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, True)])
def test_axe_finds_nothing(visit: Visit, width: int, dark: bool) -> None:
    visitor = visit(width, dark=dark)
    visitor.sign_in("Ada")
    visitor.go("/garantie-humaine")
    addresses = ["/garantie-humaine", "/transparence/garantie-humaine"]
    first = visitor.page.locator("section[aria-labelledby=a-lire] ol a").first.get_attribute("href")
    for address in (*addresses, first or ""):
        visitor.go(address)
        visitor.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert [one["id"] for one in Axe().run(visitor.page).response["violations"]] == [], address
        assert visitor.overflow == 0, address
    visitor.go("/")
    visitor.sign_in("Claudine")
    visitor.go("/mes-autorisations")
    expect(visitor.page.locator("section[aria-labelledby=quality_reading]")).to_contain_text("relus, sans votre nom")
    assert [one["id"] for one in Axe().run(visitor.page).response["violations"]] == []

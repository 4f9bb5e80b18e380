"""A doctor's software launches Jalon in a real browser, without a script: the patient's page opens, or says why not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.services.services import open_services
from tests.e2e.test_sign_in import Place, served
from tests.oidc.place import provider
from tests.oidc.test_launch import a_patient, launching


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with provider() as running:
        settings = launching(running, tmp_path)
        services = open_services(settings)
        with ThreadPoolExecutor(1) as thread:  # the browser's own loop runs in this one
            thread.submit(lambda: asyncio.run(a_patient(services, running))).result()
        yield from served(running, settings, services)


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        locale="fr-FR", java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def launch(page: Page, place: Place, patient: str) -> None:
    """As the software opens it: an address in a new tab."""
    page.goto(f"{place.site}/smart/launch?iss={place.provider.issuer}/fhir&launch={patient}")
    page.get_by_placeholder("Enter any login").fill("doctor")
    page.get_by_placeholder("and password").fill("whatever")
    page.get_by_role("button", name="Sign-in").click()
    if page.get_by_role("button", name="Continue").is_visible():
        page.get_by_role("button", name="Continue").click()


def test_the_patient_opens_in_the_doctors_browser(place: Place, tab: Page) -> None:
    launch(tab, place, "anne")
    tab.wait_for_url("**/espace-professionnel/*")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("TEST-DURAND")
    cookies = {cookie["name"]: cookie for cookie in tab.context.cookies(place.site)}
    assert (cookies["jalon_session"]["httpOnly"], cookies["jalon_session"]["sameSite"]) == (True, "Strict")
    assert "jalon_lancement" not in cookies


def test_another_patient_opens_nothing_and_the_page_is_for_everybody(place: Place, browser: Browser) -> None:
    context = browser.new_context(locale="fr-FR", viewport={"width": 320, "height": 800})
    page = context.new_page()
    launch(page, place, "other-birth")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cet accès n’est pas permis")
    assert "jalon_session" not in {cookie["name"] for cookie in context.cookies(place.site)}
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.goto(f"{place.site}/espace-professionnel")
    expect(page).not_to_have_url(f"{place.site}/espace-professionnel")
    context.close()

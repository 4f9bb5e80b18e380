"""Signing in through a real OpenID provider (npm `oidc-provider`) with a real browser: citizen and professional."""

from __future__ import annotations

import json
import re
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import text

from app.api.app import create_app
from app.services.services import Services, open_services
from app.settings import Settings
from tests.oidc.place import Provider, provider


@dataclass
class Place:
    site: str
    services: Services
    provider: Provider


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A service that is not in demo mode, and the provider that it trusts."""
    with provider() as running:
        settings = running.settings(tmp_path)
        yield from served(running, settings, open_services(settings))


def served(running: Provider, settings: Settings, services: Services) -> Iterator[Place]:
    """Serve where the provider sends browsers back, until the test is over."""
    port = int(running.site.rpartition(":")[2])
    config = uvicorn.Config(create_app(settings, services), host="127.0.0.1", port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    yield Place(running.site, services, running)
    server.should_exit = True
    thread.join()
    services.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(locale="fr-FR", java_script_enabled=False)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, site: str, link: str, login: str) -> None:
    page.goto(site)
    page.get_by_role("link", name=link, exact=True).click()
    page.get_by_placeholder("Enter any login").fill(login)
    page.get_by_placeholder("and password").fill("whatever")
    page.get_by_role("button", name="Sign-in").click()
    if page.get_by_role("button", name="Continue").is_visible():
        page.get_by_role("button", name="Continue").click()


def test_a_citizen_signs_in_and_is_asked_for_consent(place: Place, tab: Page) -> None:
    sign_in(tab, place.site, "Se connecter", "anne")
    tab.wait_for_url(f"{place.site}/mes-autorisations?besoin=1")
    cookies = {cookie["name"]: cookie for cookie in tab.context.cookies(place.site)}
    assert cookies["jalon_session"]["httpOnly"]
    assert cookies["jalon_session"]["sameSite"] == "Strict"
    assert "jalon_connexion" not in cookies
    with place.services.engine.connect() as connection:
        tables = ("account_identity", "health_identity")
        rows = repr([connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables])
        tags = connection.execute(text("SELECT tag FROM audit_entry ORDER BY seq")).scalars().all()
    assert "DURAND" not in rows
    assert "anne" not in rows
    assert tags[:2] == ["account:session:open", "citizen:identity:set"]


def test_the_same_citizen_finds_the_same_account(place: Place, tab: Page) -> None:
    sign_in(tab, place.site, "Se connecter", "anne")
    tab.wait_for_url(f"{place.site}/mes-autorisations?besoin=1")
    tab.get_by_role("button", name="Quitter").click()
    tab.goto(f"{place.site}/connexion/citizen")
    tab.wait_for_url(f"{place.site}/mes-autorisations?besoin=1")
    with place.services.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM account_person")).scalar_one() == 1


def test_a_professional_signs_in_and_sees_no_patient(place: Place, tab: Page) -> None:
    sign_in(tab, place.site, "Professionnel de santé : se connecter", "doctor")
    tab.wait_for_url(f"{place.site}/espace-professionnel")
    assert tab.get_by_role("heading", name="Espace professionnel").is_visible()
    tab.goto(f"{place.site}/mon-plan")
    assert tab.get_by_role("heading", name="Espace professionnel").count() == 0


@pytest.mark.parametrize(("link", "login"), [
    ("Se connecter", "incomplete"), ("Professionnel de santé : se connecter", "student"),
    ("Professionnel de santé : se connecter", "anne"),
])  # fmt: skip
def test_who_is_not_admitted_is_told_so(place: Place, tab: Page, link: str, login: str) -> None:
    sign_in(tab, place.site, link, login)
    assert tab.get_by_text("Cette identité ne permet pas d’entrer ici.").is_visible()
    assert "jalon_session" not in {cookie["name"] for cookie in tab.context.cookies(place.site)}


def test_an_answer_is_good_once_and_for_one_browser(place: Place, tab: Page, browser: Browser) -> None:
    came_back: list[str] = []
    tab.on("request", lambda request: came_back.append(request.url) if "/retour?" in request.url else None)
    sign_in(tab, place.site, "Se connecter", "anne")
    tab.wait_for_url(f"{place.site}/mes-autorisations?besoin=1")
    tab.goto(came_back[0])
    assert tab.get_by_text("La connexion n’est pas allée jusqu’au bout.").is_visible()
    other = browser.new_context(locale="fr-FR").new_page()
    other.goto(came_back[0])
    assert other.get_by_text("La connexion n’est pas allée jusqu’au bout.").is_visible()
    other.context.close()


def test_a_provider_that_is_down_is_told_and_sessions_go_on(place: Place, tab: Page) -> None:
    sign_in(tab, place.site, "Se connecter", "anne")
    tab.wait_for_url(f"{place.site}/mes-autorisations?besoin=1")
    place.provider.stop()
    place.services.identity["citizen"]._metadata = None
    tab.goto(f"{place.site}/qui-a-consulte")
    assert tab.get_by_text("Connexion").first.is_visible()
    tab.context.clear_cookies()
    tab.goto(f"{place.site}/connexion/citizen")
    assert tab.get_by_role("heading", name="La connexion ne répond pas").is_visible()


def test_signing_out_offers_to_leave_the_provider_too(place: Place, tab: Page) -> None:
    sign_in(tab, place.site, "Se connecter", "anne")
    tab.wait_for_url(f"{place.site}/mes-autorisations?besoin=1")
    tab.get_by_role("button", name="Quitter", exact=True).click()
    assert tab.get_by_role("heading", name="Vous avez quitté Jalon").is_visible()
    assert not {"jalon_session", "jalon_identite"} & {cookie["name"] for cookie in tab.context.cookies()}
    tab.get_by_role("link", name="Quitter aussi le service d’identité").click()
    tab.get_by_role("button", name="Yes, sign me out").click()
    tab.wait_for_url(re.compile(re.escape(place.site) + r"/(\?.*)?$"))
    tab.get_by_role("link", name="Se connecter", exact=True).click()
    assert tab.get_by_placeholder("Enter any login").is_visible()


def test_the_provider_ends_its_session_here_too(place: Place, tab: Page) -> None:
    """Front channel: it loads our address with its own session's id, which nobody else knows."""
    sign_in(tab, place.site, "Se connecter", "anne")
    tab.wait_for_url(f"{place.site}/mes-autorisations?besoin=1")
    kept = next(c["value"] for c in tab.context.cookies(f"{place.site}/deconnexion") if c["name"] == "jalon_identite")
    body = kept.partition(":")[2].split(".")[1]
    sid = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sid"]
    end = f"{place.site}/connexion/citizen/fin"
    for params, status in (
        ({"iss": "https://other.example", "sid": sid}, 400), ({"iss": place.provider.issuer}, 400),
        ({"iss": place.provider.issuer, "sid": "x" * 20}, 200),
    ):  # fmt: skip
        assert httpx.get(end, params=params).status_code == status
    tab.goto(f"{place.site}/qui-a-consulte")
    assert tab.get_by_role("heading", name="Qui a consulté vos données").is_visible()
    assert httpx.get(end, params={"iss": place.provider.issuer, "sid": sid}).status_code == 200
    tab.goto(f"{place.site}/qui-a-consulte")
    tab.wait_for_url(f"{place.site}/?fin=1")


def test_a_professional_with_several_exercises_chooses_one_for_the_session(place: Place, tab: Page) -> None:
    def practices() -> int:
        with place.services.engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM account_member")).scalar_one())

    sign_in(tab, place.site, "Professionnel de santé : se connecter", "both")
    tab.wait_for_url(f"{place.site}/espace-professionnel")
    assert practices() == 0, "nothing is reached before the choice"
    for label, reached in (("Médecin, CENTRE TEST-SUD", 2), ("Infirmier", 0), ("Médecin, CABINET TEST-NORD", 2)):
        tab.get_by_label(label).check()
        tab.get_by_role("button", name="Choisir").click()
        assert tab.get_by_label(label).is_checked()
        assert practices() == reached, label

"""Signing in through a real OpenID provider (npm `oidc-provider`) with a real browser: citizen and professional."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import text

from app.api.app import create_app
from app.services.services import Services, open_services
from app.settings import from_environment

PROVIDER = Path(__file__).parents[1] / "oidc"


@dataclass
class Place:
    site: str
    services: Services
    process: subprocess.Popen[str]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A service that is not in demo mode, and the provider that it trusts."""
    node = shutil.which("node")
    if node is None or not (PROVIDER / "node_modules").is_dir():
        pytest.skip("no OpenID provider here: Node.js is needed (make setup installs the provider when node is there)")
    port, here = free_port(), free_port()
    site = f"http://127.0.0.1:{here}"
    process = subprocess.Popen(
        [node, "provider.mjs", str(port), site], cwd=PROVIDER, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "listening"
    key = "A" * 43 + "="
    environment = {
        "JALON_DATA_DIR": str(tmp_path), "JALON_BASE_URL": site, "JALON_LOG_KEY": key, "JALON_DATA_KEYS": f"t:{key}",
        "JALON_ACCEPTED_IDENTITY": "test,none",
    }  # fmt: skip
    for profile, client in (("CITIZEN", "citizens"), ("PROFESSIONAL", "professionals")):
        prefix = f"JALON_OIDC_{profile}_"
        environment |= {
            prefix + "ISSUER": f"http://127.0.0.1:{port}", prefix + "CLIENT_ID": client,
            prefix + "CLIENT_SECRET": f"secret-of-{client}",
        }  # fmt: skip
    settings = from_environment(environment)
    services = open_services(settings)
    config = uvicorn.Config(create_app(settings, services), host="127.0.0.1", port=here, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    yield Place(site, services, process)
    process.terminate()
    process.wait()
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
    place.process.terminate()
    place.process.wait()
    place.services.identity["citizen"]._metadata = None
    tab.goto(f"{place.site}/qui-a-consulte")
    assert tab.get_by_text("Connexion").first.is_visible()
    tab.context.clear_cookies()
    tab.goto(f"{place.site}/connexion/citizen")
    assert tab.get_by_role("heading", name="La connexion ne répond pas").is_visible()

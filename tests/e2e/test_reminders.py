"""Reminders in a browser: chosen without script, received by e-mail, opened, explained and stopped; for everybody."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from app.nudges.outgoing import Mail, Outgoing
from app.services.services import Services, open_services
from app.settings import from_environment
from tests.e2e.conftest import Visitor, serve
from tests.nudges.conftest import NOON, Mailbox, look_now, send_now

Visit = Callable[..., Visitor]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    opened = Mailbox()
    yield opened
    opened.close()


@pytest.fixture
def services(prepared: Path, tmp_path: Path, mailbox: Mailbox) -> Services:
    """A deployment that has a mail server, at noon on a Thursday; `site` closes it."""
    folder = shutil.copytree(prepared, tmp_path / "service")
    mail = Mail("127.0.0.1", mailbox.port, "none", "Jalon <prevention@example.test>", "retours@example.test")
    settings = replace(from_environment({"JALON_DATA_DIR": str(folder)}, demo=True), outgoing=Outgoing(mail=mail))
    return open_services(settings, clock=lambda: NOON)


@pytest.fixture
def site(services: Services) -> Iterator[str]:
    yield from serve(services.settings, services)


def look_and_send(services: Services) -> None:
    async def both() -> None:
        await look_now(services)
        await send_now(services)

    thread = threading.Thread(target=lambda: asyncio.run(both()))  # the browser's loop runs in this one
    thread.start()
    thread.join()


def choose(visitor: Visitor) -> None:
    visitor.sign_in("Claudine")
    visitor.go("/mes-donnees")
    visitor.page.get_by_role("link", name=re.compile("Mes rappels")).click()
    visitor.page.get_by_label("Courriel (e-mail)").first.check()
    visitor.page.get_by_label("Adresse e-mail").fill("claudine@example.org")
    visitor.page.get_by_role("button", name="Enregistrer mes choix").click()
    expect(visitor.page.get_by_role("status")).to_contain_text("C’est enregistré")
    expect(visitor.page.get_by_label("Adresse e-mail")).to_have_value("claudine@example.org")


def link_in(mailbox: Mailbox) -> str:
    found = re.search(r"(/m/[\w-]{22})\s", mailbox.got[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert found
    return found[1]


def test_from_the_choice_to_the_stop_without_script(
    visit: Visit, services: Services, mailbox: Mailbox, browser: Browser
) -> None:
    visitor = visit(scripts=False)
    choose(visitor)
    look_and_send(services)
    address = link_in(mailbox)
    visitor.go(address)
    visitor.page.get_by_role("link", name="Voir de quoi il s’agit").click()
    expect(visitor.page.get_by_role("heading", name=re.compile("Mammographie de dépistage"))).to_be_visible()
    expect(visitor.page.get_by_text("Règle en vigueur depuis").first).to_be_visible()
    visitor.page.get_by_role("link", name=re.compile("Pas maintenant : Mammographie")).click()
    expect(visitor.page).to_have_url(re.compile(r"/mon-plan/breast_cancer_screening#plus-tard"))
    visitor.go(address)
    visitor.page.get_by_role("button", name="Plus de rappels par e-mail").click()
    expect(visitor.page.get_by_role("status")).to_contain_text("plus aucun rappel par e-mail")
    visitor.go("/mes-rappels")
    expect(visitor.page.get_by_label("Courriel (e-mail)").first).not_to_be_checked()
    stranger = visit(scripts=False)
    stranger.go(address)
    stranger.page.get_by_role("link", name="Voir de quoi il s’agit").click()
    expect(stranger.page).to_have_url(stranger.site + "/?fin=1")


def test_what_was_typed_wrong_is_said_beside_it_and_kept(visit: Visit) -> None:
    visitor = visit(scripts=False)
    visitor.sign_in("Claudine")
    visitor.go("/mes-rappels")
    visitor.page.get_by_label("Téléphone mobile").fill("01 23 45 67 89")
    visitor.page.get_by_role("button", name="Enregistrer mes choix").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("téléphone mobile")
    expect(visitor.page.get_by_label("Téléphone mobile")).to_have_value("01 23 45 67 89")


def test_pages_about_reminders_are_for_everybody(visit: Visit, services: Services, mailbox: Mailbox) -> None:
    """Axe finds nothing in both themes, and nothing is wider than 320 px, nor with text twice as large."""
    visitor, axe, found = visit(), Axe(), {}
    choose(visitor)
    look_and_send(services)
    address = link_in(mailbox)
    pictures = os.environ.get("JALON_PICTURES")
    paths = {"choices": "/mes-rappels", "link": address, "why": f"/mes-rappels/{address[3:]}",
             "device": "/mes-rappels/appareil"}  # fmt: skip
    for name, path in paths.items():
        visitor.go(path)
        visitor.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        for theme in ("light", "dark"):
            visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            for violation in axe.run(visitor.page).response["violations"]:
                found[f"{name}, {theme}: {violation['id']}"] = [node["html"][:200] for node in violation["nodes"][:3]]
        visitor.page.emulate_media(color_scheme="light")
        for width, size in ((390, "200%"), (320, "100%")):
            visitor.page.set_viewport_size({"width": width, "height": 844})
            visitor.page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            if visitor.overflow > 0:
                found[f"{name}: wider than {width} px with text at {size}"] = [str(visitor.overflow)]
        if pictures:
            for width in (320, 390, 1280):
                visitor.page.set_viewport_size({"width": width, "height": 844})
                visitor.page.screenshot(path=f"{pictures}/{name}-{width}.png", full_page=True)
        visitor.page.set_viewport_size({"width": 390, "height": 844})
    assert found == {}


def test_a_push_is_shown(visit: Visit) -> None:
    """The browser's own push service is out of reach here: the worker gets a message as the browser would hand it
    over."""
    visitor = visit()
    visitor.sign_in("Claudine")
    visitor.context.grant_permissions(["notifications"], origin=visitor.site)
    visitor.go("/mes-rappels/appareil")
    expect(visitor.page.get_by_role("button", name="Recevoir des notifications ici")).to_be_visible()
    session = visitor.context.new_cdp_session(visitor.page)
    found: list[str] = []
    session.on("ServiceWorker.workerRegistrationUpdated",
               lambda told: found.extend(one["registrationId"] for one in told["registrations"]))  # fmt: skip
    session.send("ServiceWorker.enable")
    visitor.page.evaluate(
        """async () => {
          const made = await navigator.serviceWorker.register("/push-worker.js", { scope: "/mes-rappels/" });
          const worker = made.installing || made.waiting || made.active;
          while (worker.state !== "activated") await new Promise((done) => setTimeout(done, 20));
        }"""
    )
    data = '{"title": "Jalon", "body": "Vous avez un message de prévention.", "tag": "a", "url": "/m/x"}'
    session.send(
        "ServiceWorker.deliverPushMessage", {"origin": visitor.site, "registrationId": found[-1], "data": data}
    )
    shown = visitor.page.evaluate(
        """async () => {
          const made = await navigator.serviceWorker.getRegistration("/mes-rappels/");
          for (let n = 0; n < 100; n++) {
            const all = await made.getNotifications();
            if (all.length) return [all[0].title, all[0].body, all[0].data];
            await new Promise((done) => setTimeout(done, 50));
          }
        }"""
    )
    assert shown == ["Jalon", "Vous avez un message de prévention.", "/m/x"]


def test_without_script_the_page_says_so(visit: Visit) -> None:
    visitor = visit(scripts=False)
    visitor.sign_in("Claudine")
    visitor.go("/mes-rappels/appareil")
    expect(visitor.page.get_by_text("Votre navigateur ne le permet pas")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Recevoir des notifications ici")).to_have_count(0)

"""Reading the last plan without connection: only where asked, only the plan, and gone at sign-out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from tests.e2e.conftest import Visitor

Visit = Callable[..., Visitor]

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found.sort();
}"""


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(KEPT)
    return found


def cut(visitor: Visitor) -> None:
    """No network for the page, nor for its worker."""
    visitor.context.set_offline(True)
    visitor.context.route("**/*", lambda route: route.abort("internetdisconnected"))


def test_nothing_is_kept_unless_asked(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("Claudine")
    visitor.go("/mes-donnees")
    assert kept(visitor.page) == []
    assert visitor.page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


def test_the_plan_is_read_without_connection_and_gone_at_sign_out(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("Claudine")
    page = visitor.page
    visitor.go("/hors-ligne")
    page.get_by_role("button", name="Garder mon plan").click()
    page.get_by_role("link", name="Ouvrir mon plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon plan de prévention")
    expect(page.get_by_text("Vous lisez votre plan sans connexion")).to_be_hidden()
    page.wait_for_function("caches.match('/mon-plan').then(Boolean)")
    assert [path for path in kept(page) if not path.startswith("/static/")] == ["/mon-plan", "/sans-connexion"]

    cut(visitor)
    visitor.go("/ma-famille")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pas de connexion")
    visitor.go("/mon-plan")
    expect(page.get_by_text("Vous lisez votre plan sans connexion")).to_be_visible()

    visitor.context.unroute_all()
    visitor.context.set_offline(False)
    visitor.go("/mon-plan")
    page.get_by_role("button", name="Quitter").click()
    visitor.go("/")
    assert "/mon-plan" not in kept(page)
    cut(visitor)
    with pytest.raises(Error):
        visitor.go("/mon-plan")


def test_it_can_be_installed(visit: Visit) -> None:
    visitor = visit()
    visitor.go("/")
    found = visitor.context.request.get(f"{visitor.site}/manifest.webmanifest").json()
    assert found["start_url"] == "/mon-plan"
    for icon in found["icons"]:
        answer = visitor.context.request.get(visitor.site + icon["src"])
        assert answer.headers["content-type"].startswith(icon["type"])
        if icon["sizes"] != "any":
            width = int.from_bytes(answer.body()[16:20], "big")
            assert icon["sizes"] == f"{width}x{width}"

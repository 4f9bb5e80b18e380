"""The public page of the monitoring, with figures: axe finds nothing in both themes, nothing overflows, no script."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from app.services.monitoring.alerts import alerts
from app.services.monitoring.content import load_monitoring
from app.services.services import Services, open_services
from app.store.tables import stamp
from app.trust.guarantee import months
from tests.e2e.conftest import NOW, Visitor, _settings, serve

Visit = Callable[..., Visitor]


def with_months(services: Services) -> None:
    """Two invented months, as `jalon monitoring compute` keeps them."""
    before = {
        "people": 400, "pack": "2026.10", "reference": None, "alerts": [], "edges": {}, "software": {},
        "statuses": {"tobacco@2024-01-01": {"due": 200, "up_to_date": 200}}, "decisions": {}, "groups": {},
        "inputs": {"weight": {"bin0": 200, "bin1": 200}}, "calibration": {},
    }  # fmt: skip
    after = {
        **before, "pack": "2026.11", "reference": "2026-10",
        "statuses": {"tobacco@2024-01-01": {"due": 60, "up_to_date": 340}},
        "decisions": {"tobacco@2024-01-01": {"accept": 40, "set_aside:not_now": 30, "adapt": 25}},
        "groups": {"tobacco": {"female:decided": 50, "female:overridden": 35, "male:decided": 45,
                               "male:overridden": 20}},
        "calibration": {"score2": {"all:people": 390, "all:announced": 14.2, "all:happened": 31}},
    }  # fmt: skip
    kinds = {kind: {"sent": 14, "answered": 24, "late": 12, "overdue": 0, "days": [9] * 24} for kind in ("review",)}
    after["signals"] = {"kinds": kinds, "guidelines": {}}
    found = alerts(after, before, [], load_monitoring())
    after["alerts"] = [one.to_json() | {"stopped": one.suspends} for one in found]
    for month, content in (("2026-10", before), ("2026-11", after)):
        services.door.account(lambda c: months.keep(c, month, content, stamp(NOW)))  # noqa: B023


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Iterator[str]:
    settings = _settings(shutil.copytree(prepared, tmp_path / "service"))
    services = open_services(settings, clock=lambda: NOW)
    with_months(services)
    yield from serve(settings, services)


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, True)])
def test_a_month_is_for_everybody(visit: Visit, width: int, dark: bool) -> None:
    visitor = visit(width, dark=dark)
    for address in ("/transparence/surveillance", "/transparence/surveillance?mois=2026-10"):
        visitor.go(address)
        visitor.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert [one["id"] for one in Axe().run(visitor.page).response["violations"]] == [], address
        assert visitor.overflow == 0, address
    visitor.go("/transparence/surveillance")
    expect(visitor.page.locator("section[aria-labelledby=alertes] li")).to_have_count(5)
    expect(visitor.page.locator("section[aria-labelledby=alertes]")).to_contain_text("Suspendu aussitôt")
    expect(visitor.page.locator("section[aria-labelledby=decisions]")).to_contain_text("58 %")

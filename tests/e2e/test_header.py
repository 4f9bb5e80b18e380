"""The header of a small telephone: the mark, the languages and the way out stand on one line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("lang", ["fr-FR", "en-GB"])
@pytest.mark.parametrize("width", [320, 360, 390])
def test_it_is_one_line(visit: Visit, width: int, lang: str) -> None:
    visitor = visit(width, lang=lang)
    visitor.sign_in("Rachid")
    visitor.go("/mes-donnees")
    middles = visitor.page.locator(".top .brand, .top .wrap > form button").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect()).map(box => Math.round(box.top + box.height / 2))"
    )
    assert len(middles) == 4
    assert max(middles) - min(middles) <= 2
    assert visitor.page.get_by_role("link", name="Jalon", exact=True).first.is_visible()
    assert visitor.overflow == 0

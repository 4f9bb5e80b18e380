"""From an item of the plan to an address, without a script, at 320 px, in French and English."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_plan_to_a_telephone_number(visit: Visit, scripts: bool) -> None:
    visitor = visit(320, scripts=scripts)
    visitor.sign_in("Claudine")
    visitor.go("/mon-plan/breast_cancer_screening")
    page = visitor.page
    page.get_by_role("link", name="Trouver près de chez moi : Une mammographie de dépistage").click()
    expect(page.get_by_label("Ce que je cherche")).to_have_value("mammography")
    page.get_by_label("Code postal").fill("69003")
    page.get_by_role("button", name="Chercher").click()
    assert page.url == visitor.site + "/ou-aller#lieux", "neither the need nor the postcode is in the address"
    expect(page.get_by_role("heading", level=2)).to_contain_text("69003 Lyon 3e")
    first = page.get_by_role("list").filter(has=page.get_by_role("heading", level=3)).get_by_role("listitem").first
    expect(first.get_by_role("link")).to_have_attribute("href", re.compile(r"^tel:0\d{9}$"))
    assert visitor.overflow == 0


def test_the_next_ones_and_back(visit: Visit) -> None:
    visitor = visit(320, scripts=False)
    visitor.go("/ou-aller?pour=vaccination")
    page = visitor.page
    page.get_by_label("Code postal").fill("75011")
    page.keyboard.press("Enter")
    names, following = page.get_by_role("heading", level=3), page.get_by_role("button", name="Les suivants")
    expect(following).to_be_visible()
    before = names.all_text_contents()
    assert len(before) == 10
    following.click()
    expect(names).not_to_have_text(before)
    page.get_by_role("button", name="Les précédents").click()
    expect(names).to_have_text(before)
    expect(page.get_by_label("Code postal")).to_have_value("75011")

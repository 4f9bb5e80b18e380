"""Frequencies as pictures: as many filled dots as people, and both sides in words."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from app.facts.model import FactSheet
from app.i18n import translator
from app.plans.html import plan_html
from app.plans.icons import both_sides, icon_array
from app.plans.plan import make_plan


@pytest.mark.parametrize(("count", "per"), [(0, 100), (1, 100), (7, 100), (33, 100), (100, 100), (12, 1000)])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_dots_and_words_say_the_same(count: int, per: int, lang: str) -> None:
    root = ElementTree.fromstring(icon_array(count, per, translator(lang), name="r"))
    dots = root.findall("circle")
    assert [dot.get("class") for dot in dots] == ["on"] * count + ["off"] * (per - count)
    assert len({(dot.get("cx"), dot.get("cy")) for dot in dots}) == per
    title = root.find("title")
    assert title is not None
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", title.get("id"))
    numbers = [int(n) for n in re.findall(r"\d+", re.sub(r"(?<=\d)[\s\u202f\u00a0,](?=\d)", "", title.text or ""))]
    assert numbers[0] == count
    assert per - count in numbers


def test_less_than_one_has_words_of_its_own() -> None:
    assert both_sides(1, 100, translator("fr"), less_than=True).startswith("Moins de 1 personne sur 100 ; plus de 99")


def test_the_plan_draws_each_figure_once_with_one_denominator(smoker: FactSheet) -> None:
    plan = make_plan(smoker)
    page = plan_html(plan)
    assert page.count('class="array"') == len(plan.risks) == 1
    assert page.count('class="on"') == plan.risks[0].count
    assert {risk.per for risk in plan.risks} == {100}
    assert {risk.horizon_years for risk in plan.risks} == {10}


def test_both_sides_are_told_for_the_figure_and_for_what_would_change_it(smoker: FactSheet) -> None:
    (risk,) = make_plan(smoker).risks
    assert f"{100 - risk.count} n'en auraient pas" in risk.text
    for what_if in risk.what_ifs:
        assert f"{what_if.count} sur 100, et {100 - what_if.count} sans" in what_if.text

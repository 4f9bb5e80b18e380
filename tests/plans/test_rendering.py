from __future__ import annotations

import re
from itertools import pairwise

import pytest
from lxml import html

from app.dates import PartialDate
from app.facts.model import FactSheet
from app.facts.vocabulary import load_vocabulary
from app.i18n import translator
from app.plans.essential import ranked
from app.plans.facts_text import facts_lines
from app.plans.gp_text import gp_lines
from app.plans.html import plan_html
from app.plans.plan import make_plan
from app.plans.text import plan_lines, plan_text
from app.records.model import Document, Reason, Source
from tests.plans.conftest import SMOKER, fact, sheet

FRENCH = re.compile(r"\b(vous|votre|est|une|les|avec|pour|sur)\b", re.IGNORECASE)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_text_fits_80_columns_and_ends_with_limits_and_emergency(everyone: list[FactSheet], lang: str) -> None:
    for person in everyone:
        plan = make_plan(person, lang)
        lines = [*plan_lines(plan), *gp_lines(plan), *facts_lines(person, plan.say.t, ranked(person, []))]
        for _, text in lines:
            assert len(text) <= 80, text
        assert "112" in plan_text(plan)[-300:]


def test_good_news_come_first_then_the_doctor_then_now(smoker: FactSheet) -> None:
    smoker.facts["influenza_vaccine"] = [fact("influenza_vaccine", "dose", "2026-11-02")]
    smoker.facts["copd"] = [fact("copd", True, "2020")]
    headings = [text for style, text in plan_lines(make_plan(smoker)) if style == "heading"]
    wanted = ("Ce qui va déjà bien", "À voir avec un médecin", "Ce qui compte le plus maintenant")
    order = [headings.index(name) for name in wanted]
    assert order == sorted(order)


def test_no_news_is_said_with_what_it_rests_on() -> None:
    text = plan_text(make_plan(sheet(sections=frozenset(), born="1990-01-01")))
    assert "Rien de pressé d'après votre dossier" in text.replace("\n", " ")


def test_an_unreadable_document_is_told(smoker: FactSheet) -> None:
    smoker.documents.append(Document("scan.pdf", "IMG", readable=False))
    assert "1 document de votre dossier n'a pas pu être lu" in plan_text(make_plan(smoker))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_html_is_one_accessible_document(smoker: FactSheet, lang: str) -> None:
    page = plan_html(make_plan(smoker, lang))
    tree = html.document_fromstring(page)
    assert tree.get("lang") == lang
    assert tree.findtext(".//title")
    assert len(tree.findall(".//h1")) == 1
    assert tree.find(".//main") is not None
    assert not tree.xpath("//script | //link | //img | //*[@onclick] | //@src")
    levels = [int(element.tag[1]) for element in tree.iter("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    text = tree.text_content()
    assert ("Ce qui compte le plus maintenant" if lang == "fr" else "What matters most now") in text


def test_texts_of_a_record_are_escaped(smoker: FactSheet) -> None:
    smoker.documents.append(Document("dossier.json", "X", "<script>alert(1)</script>", PartialDate.parse("2026")))
    page = plan_html(make_plan(smoker))
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_colours_have_enough_contrast() -> None:
    page = plan_html(make_plan(sheet()))
    names = ("ink", "paper", "soft", "line", "mark")
    themes = re.findall("; ".join(rf"--{name}: (#\w{{6}})" for name in names), page)
    assert len(themes) == 2
    for ink, paper, soft, _line, mark in themes:
        for front, back in ((ink, paper), (ink, soft), (mark, paper), (mark, soft)):
            assert contrast(front, back) >= 4.5


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours."""
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_an_english_plan_holds_no_french(everyone: list[FactSheet]) -> None:
    """Titles of publications keep their language; everything else is translated."""
    for person in [*everyone, sheet(*SMOKER)]:
        made = make_plan(person, "en").to_json()
        lists = ("now", "next", "up_to_date", "to_see_with_doctor", "not_for_you")
        for item in (item for name in lists for item in made[name]):
            said = [item["title"], *item["why"], *item["assumes"], item["when"]]
            said += [item[name] or "" for name in ("benefit", "harm", "action", "where", "cost")]
            for sentence in said:
                assert not FRENCH.search(sentence.replace("Mon bilan", "")), sentence


def test_facts_as_text_show_what_was_set_aside(smoker: FactSheet) -> None:
    from app.facts.model import SetAside

    source = Source("x.json", "Observation/imc")
    smoker.set_aside.append(SetAside(source, Reason.IMPLAUSIBLE_VALUE, "Valeur impossible."))
    lines = facts_lines(smoker, translator("fr"), ranked(smoker, []))
    text = "\n".join(t for _, t in lines).replace("\n    ", " ").replace("\u00a0", " ")
    assert "Observation/imc (x.json) : Valeur impossible. [implausible_value]" in text
    assert load_vocabulary().facts["tobacco_status"].label in text

"""Charts are drawn from the models' own functions, are readable without colour, and say in words what they show."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from risk_models import score2
from risk_models.charts import CHARTS, NoChart, chart
from risk_models.drawing import _ENGLISH, _FRENCH, COLOURS, LETTERS, Lang

SVG = "{http://www.w3.org/2000/svg}"


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def words(root: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("model", CHARTS)
def test_every_chart_is_an_svg_with_title_and_description(model: str, lang: Lang) -> None:
    root = ElementTree.fromstring(chart(model, lang))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title")
    assert root.findtext(f"{SVG}desc")
    width, height = float(root.get("width") or 0), float(root.get("height") or 0)
    for text in root.iter(f"{SVG}text"):
        x, y = float(text.get("x") or 0), float(text.get("y") or 0)
        length = 6.6 * len(text.text or "") * (int(text.get("font-size") or 12) / 12)
        start = {"start": x, "middle": x - length / 2, "end": x - length}[text.get("text-anchor") or "start"]
        assert start > -8, text.text
        assert start + length < width + 8, text.text
        assert 0 < y < height


def test_cells_are_what_the_function_gives() -> None:
    """A man of 62 who smokes, 150 mmHg, non-HDL 5.5 (total 6.8), HDL 1.3, in France."""
    found = score2(
        region="low", sex="male", age=62, smoker=True, sbp=150, total_cholesterol=6.8, hdl_cholesterol=1.3
    )
    root = ElementTree.fromstring(chart("score2", "en"))
    cells = [word for word in words(root) if word[:-1].isdigit() and word[-1] in "LHV"]
    assert len(cells) == 6 * 4 * 4 * 4
    place = 3 * 96 + 2 * 24 + 1 * 4 + 1  # group, column, age and pressure, in the order in which they are drawn
    assert found.value is not None
    assert cells[place] == f"{found.value:.0f}{LETTERS['en'][found.category or '']}"


@pytest.mark.parametrize("category", COLOURS)
def test_text_is_readable_on_its_class(category: str) -> None:
    fill, ink = (luminance(colour) for colour in COLOURS[category])
    lighter, darker = max(fill, ink), min(fill, ink)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_both_languages_have_the_same_words() -> None:
    assert set(_ENGLISH) <= set(_FRENCH)


def test_a_model_without_chart_says_which_have_one() -> None:
    with pytest.raises(NoChart, match="score2"):
        chart("eisinger")

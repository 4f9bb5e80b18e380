"""The palette: every pair of colours that is used together is readable, in light and in dark."""

from __future__ import annotations

import re

import pytest

from app.web.render import static_file

TEXT = [
    ("ink", "paper"), ("ink", "card"), ("ink", "good-tint"), ("ink", "care-tint"), ("ink", "ask-tint"),
    ("soft", "paper"), ("soft", "card"), ("soft", "good-tint"), ("soft", "ask-tint"), ("accent", "paper"),
    ("accent", "card"), ("accent", "ask-tint"), ("accent", "good-tint"), ("on-accent", "accent"), ("care", "card"),
    ("accent", "accent-tint"), ("ink", "accent-tint"), ("soft", "accent-tint"), ("care", "care-tint"),
    ("soft", "care-tint"),
    ("wrong", "paper"), ("ask", "ask-tint"), ("ask", "card"), ("good", "card"), ("wrong", "card"),
]  # fmt: skip
"""(text, background)"""

SHAPES = [("edge", "card"), ("edge", "paper"), ("focus", "card"), ("focus", "paper"), ("care", "card")]
"""(border or drawing, background)"""


def palettes() -> dict[str, dict[str, str]]:
    css = static_file("jalon.css").decode()
    read = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
    blocks = {
        "light": ":root {", "dark": ':root:not([data-theme="light"]) {', "chosen dark": ':root[data-theme="dark"] {',
    }  # fmt: skip
    return {name: dict(read.findall(css.split(start, 1)[1].split("}", 1)[0])) for name, start in blocks.items()}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SHAPES, 3.0)], ids=["text", "shapes"])
def test_pairs_are_readable(scheme: str, pairs: list[tuple[str, str]], least: float) -> None:
    palette = palettes()[scheme]
    poor = {f"{a} on {b}": round(contrast(palette[a], palette[b]), 2) for a, b in pairs}
    assert {name: value for name, value in poor.items() if value < least} == {}


def test_both_schemes_name_the_same_colours() -> None:
    both = palettes()
    assert both["light"].keys() == both["dark"].keys()
    assert both["dark"] == both["chosen dark"], "the reader's choice and the device's are the same dark"

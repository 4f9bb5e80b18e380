"""What the charts of models are drawn with: an SVG sheet, colours and letters of classes, and the words in French."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Literal

Lang = Literal["fr", "en"]
INK = "#1a1a1a"

COLOURS = {
    "low": ("#d9f0d3", INK), "low_to_moderate": ("#d9f0d3", INK), "slightly_elevated": ("#fff3b0", INK),
    "moderate": ("#fbd97a", INK), "high": ("#f6b26b", INK), "very_high": ("#a61c1c", "#ffffff"),
}  # fmt: skip
"""Background and text of a class; a test holds each pair at a contrast of 4.5."""

LETTERS: dict[Lang, dict[str, str]] = {
    "en": {"low_to_moderate": "L", "high": "H", "very_high": "V"},
    "fr": {"low_to_moderate": "f", "high": "E", "very_high": "T"},
}

_ENGLISH = {
    "low": "low", "low_to_moderate": "low to moderate", "slightly_elevated": "slightly elevated",
    "moderate": "moderate", "high": "high", "very_high": "very high",
    "female, does not smoke": "Women, do not smoke", "female, smokes": "Women, smoke",
    "male, does not smoke": "Men, do not smoke", "male, smokes": "Men, smoke",
}  # fmt: skip

_FRENCH = {
    "low": "faible", "low_to_moderate": "faible à modéré", "slightly_elevated": "un peu élevé", "moderate": "modéré",
    "high": "élevé", "very_high": "très élevé", "years": "ans", "in": "sur",
    "female, does not smoke": "Femmes, sans tabac", "female, smokes": "Femmes, tabac",
    "male, does not smoke": "Hommes, sans tabac", "male, smokes": "Hommes, tabac",
    "SCORE2, 40 to 69 years": "SCORE2, de 40 à 69 ans", "SCORE2-OP, 70 to 89 years": "SCORE2-OP, de 70 à 89 ans",
    "Out of 100 people in France, over 10 years. HDL cholesterol 1.3 mmol/L.":
        "Sur 100 personnes en France, en 10 ans. Cholestérol HDL : 1,3 mmol/L.",
    "Rows: age and systolic pressure (mmHg). Columns: non-HDL cholesterol (mmol/L).":
        "Lignes : âge et tension du haut (mmHg). Colonnes : cholestérol non-HDL (mmol/L).",
    "Classes: 2.5 and 7.5 before 50 years; 5 and 10 from 50 years on.":
        "Classes : 2,5 et 7,5 avant 50 ans ; 5 et 10 à partir de 50 ans.",
    "Classes: 7.5 and 15.": "Classes : 7,5 et 15.",
    "Drawn by Jalon from its own function; not the chart of the ESC.":
        "Dessiné par Jalon avec sa propre fonction ; ce n'est pas la grille de l'ESC.",
    "KDIGO grid: filtration (rows, mL/min/1.73 m²) and albuminuria (columns)":
        "Grille KDIGO : filtration (lignes, mL/min/1,73 m²) et albuminurie (colonnes)",
    "One result is to be confirmed: kidney disease needs more than three months.":
        "Un seul résultat est à confirmer : une maladie des reins se juge sur plus de trois mois.",
    "FINDRISC: type 2 diabetes within 10 years, by points":
        "FINDRISC : diabète de type 2 dans les 10 ans, selon les points",
    "Predicted and observed participation (%), by tenth": "Participation prévue et observée (%), par dixième",
    "across: predicted; upwards: observed": "en largeur : prévue ; en hauteur : observée",
}  # fmt: skip


def say(words: str, lang: Lang) -> str:
    """A word or sentence of a chart, in the language."""
    if lang == "en":
        return _ENGLISH.get(words, words)
    return _FRENCH[words]


def number(value: float, lang: Lang) -> str:
    return f"{value:g}".replace(".", "," if lang == "fr" else ".")


@dataclass(slots=True)
class Sheet:
    """An SVG being drawn: 12-pixel text, origin top left. `told` is what the picture says, in words."""

    width: float
    height: float
    title: str
    told: str
    parts: list[str] = field(default_factory=list)

    def draw(self, part: str) -> None:
        self.parts.append(part)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        anchor: str = "start",
        *,
        ink: str = INK,
        size: int = 12,
        bold: bool = False,
    ) -> None:
        more = (f' font-size="{size}"' if size != 12 else "") + (' font-weight="bold"' if bold else "")
        self.draw(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{ink}"{more}>{escape(words)}</text>'
        )

    def cell(self, x: float, y: float, width: float, height: float, category: str, words: str) -> None:
        """A box of a class, with words in its middle."""
        fill, ink = COLOURS[category]
        box = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
        self.draw(f'<rect {box} fill="{fill}" stroke="#fff"/>')
        if words:
            self.text(x + width / 2, y + height / 2 + 4, words, "middle", ink=ink)

    def legend(self, x: float, y: float, classes: Iterable[str], lang: Lang) -> None:
        for category in classes:
            words = say(category, lang)
            self.cell(x, y, 20, 16, category, LETTERS[lang][category])
            self.text(x + 26, y + 12, words)
            x += 44 + 6.5 * len(words)

    def svg(self) -> str:
        size = f'viewBox="0 0 {self.width:g} {self.height:g}" width="{self.width:g}" height="{self.height:g}"'
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="chart-title chart-told" '
            'font-family="system-ui, sans-serif" font-size="12">'
        )
        words = (
            f'<title id="chart-title">{escape(self.title)}</title>',
            f'<desc id="chart-told">{escape(self.told)}</desc>',
        )
        paper = f'<rect width="{self.width:g}" height="{self.height:g}" fill="#fff"/>'
        return "\n".join([head, *words, paper, *self.parts, "</svg>\n"])

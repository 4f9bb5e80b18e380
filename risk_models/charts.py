"""Charts of models, drawn from our own functions: what `jalon risk show MODEL --chart out.svg` writes.

SCORE2 and SCORE2-OP as the familiar grid (sex, smoking, age, blood pressure, non-HDL cholesterol), the KDIGO grid, the
steps of FINDRISC, the calibration of the participation model. Classes are told by a letter or a word, never by colour
alone. Layout, colours and words are ours; no chart of others is reproduced.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from risk_models.drawing import LETTERS, Lang, Sheet, number, say
from risk_models.errors import RiskModelError
from risk_models.models.findrisc import class_of
from risk_models.models.kdigo_grid import risk_of
from risk_models.models.participation import fitted
from risk_models.models.score2 import score2
from risk_models.models.score2_op import score2_op


class NoChart(RiskModelError):
    """This model has no chart; the message lists those that have."""


def chart(model_id: str, lang: Lang = "en") -> str:
    """The SVG of a model. Raises NoChart."""
    if model_id not in CHARTS:
        raise NoChart(f"{model_id}: no chart; there are charts of {', '.join(CHARTS)}")
    return CHARTS[model_id](lang)


_PRESSURES = (170, 150, 130, 110)
_NON_HDL = (3.5, 4.5, 5.5, 6.5)
_HDL = 1.3
_CELL, _ROW, _GAP = 36, 20, 10


def _score2_grid(model: Any, ages: tuple[int, ...], title: str, limits: str, lang: Lang) -> str:
    """Risk in France in the middle of each band: pressure 100 to 179 mmHg by 20, non-HDL cholesterol 3 to 6.9 by 1."""
    block, left, top = 4 * _CELL + 14, 130, 126
    band = 4 * _ROW + _GAP
    bottom = top + len(ages) * band
    about = say("Out of 100 people in France, over 10 years. HDL cholesterol 1.3 mmol/L.", lang)
    reading = say("Rows: age and systolic pressure (mmHg). Columns: non-HDL cholesterol (mmol/L).", lang)
    sheet = Sheet(left + 4 * block + 10, bottom + 60, title, f"{about} {reading} {limits}")
    sheet.text(10, 24, title, size=16, bold=True)
    for line, words in enumerate((about, reading, limits)):
        sheet.text(10, 44 + 16 * line, words)
    groups = [(sex, smoker) for sex in ("female", "male") for smoker in (False, True)]
    for place, (sex, smoker) in enumerate(groups):
        x = left + place * block
        sheet.text(
            x + 2 * _CELL,
            100,
            say(f"{sex}, {'smokes' if smoker else 'does not smoke'}", lang),
            "middle",
            bold=True,
        )
        for column, non_hdl in enumerate(_NON_HDL):
            sheet.text(x + (column + 0.5) * _CELL, 118, number(non_hdl, lang), "middle")
            for row, (age, sbp) in enumerate((age, sbp) for age in ages for sbp in _PRESSURES):
                found = model(region="low", sex=sex, age=age, smoker=smoker, sbp=sbp,
                              total_cholesterol=non_hdl + _HDL, hdl_cholesterol=_HDL)  # fmt: skip
                y = top + row // 4 * band + row % 4 * _ROW
                words = f"{found.value:.0f}{LETTERS[lang][found.category]}"
                sheet.cell(x + column * _CELL, y, _CELL, _ROW, found.category, words)
    for place, age in enumerate(ages):
        y = top + place * band
        sheet.text(10, y + 2 * _ROW + 4, f"{age} {say('years', lang)}", bold=True)
        for row, sbp in enumerate(_PRESSURES):
            sheet.text(left - 10, y + row * _ROW + 14, f"{sbp}", "end")
    sheet.legend(left, bottom + 6, ("low_to_moderate", "high", "very_high"), lang)
    sheet.text(10, bottom + 46, say("Drawn by Jalon from its own function; not the chart of the ESC.", lang))
    return sheet.svg()


def _score2(lang: Lang) -> str:
    limits = say("Classes: 2.5 and 7.5 before 50 years; 5 and 10 from 50 years on.", lang)
    return _score2_grid(score2, (67, 62, 57, 52, 47, 42), say("SCORE2, 40 to 69 years", lang), limits, lang)


def _score2_op(lang: Lang) -> str:
    limits = say("Classes: 7.5 and 15.", lang)
    return _score2_grid(score2_op, (87, 82, 77, 72), say("SCORE2-OP, 70 to 89 years", lang), limits, lang)


_A = (("A1", "< 30 mg/g"), ("A2", "30–300 mg/g"), ("A3", "> 300 mg/g"))
_G = (("G1", "≥ 90"), ("G2", "60–89"), ("G3a", "45–59"), ("G3b", "30–44"), ("G4", "15–29"), ("G5", "< 15"))


def _kdigo(lang: Lang) -> str:
    title = say("KDIGO grid: filtration (rows, mL/min/1.73 m²) and albuminuria (columns)", lang)
    told = "; ".join(f"{g} {a}: {say(risk_of(g, a), lang)}" for g, _ in _G for a, _ in _A)
    sheet = Sheet(600, 290, title, told)
    sheet.text(10, 24, title, bold=True)
    for column, (a, words) in enumerate(_A):
        sheet.text(165 + column * 120, 54, f"{a} {words}", "middle")
        for row, (g, _) in enumerate(_G):
            category = risk_of(g, a)
            sheet.cell(105 + column * 120, 62 + row * 30, 120, 30, category, say(category, lang))
    for row, (g, words) in enumerate(_G):
        sheet.text(95, 82 + row * 30, f"{g} {words}", "end")
    sheet.text(
        10, 270, say("One result is to be confirmed: kidney disease needs more than three months.", lang)
    )
    return sheet.svg()


def _findrisc(lang: Lang) -> str:
    of_class: dict[tuple[str, int], list[int]] = {}
    for score in range(27):
        of_class.setdefault(class_of(score), []).append(score)
    title = say("FINDRISC: type 2 diabetes within 10 years, by points", lang)
    words = [
        (
            f"{scores[0]}–{scores[-1]}",
            f"1 {say('in', lang)} {one_in} ({say(category, lang)})",
            category,
            one_in,
        )
        for (category, one_in), scores in of_class.items()
    ]
    sheet = Sheet(
        560, 60 + 34 * len(words), title, "; ".join(f"{points}: {told}" for points, told, *_ in words)
    )
    sheet.text(10, 24, title, bold=True)
    for row, (points, told, category, one_in) in enumerate(words):
        y, width = 40 + row * 34, 500 / one_in
        sheet.text(60, y + 18, points, "end")
        sheet.cell(70, y, width, 26, category, "")
        sheet.text(80 + width, y + 18, told)
    return sheet.svg()


def _participation(lang: Lang) -> str:
    rows = fitted()["evaluation"]["calibration"]
    title = say("Predicted and observed participation (%), by tenth", lang)
    sheet = Sheet(360, 350, title, "; ".join(f"{r['predicted']} → {r['observed']}" for r in rows))
    sheet.text(10, 24, title, bold=True)
    sheet.draw('<line x1="40" y1="300" x2="300" y2="40" stroke="#555" stroke-dasharray="3 4"/>')
    sheet.draw('<path d="M40 40 V300 H300" fill="none" stroke="#1a1a1a"/>')
    for value in (0, 25, 50, 75, 100):
        sheet.text(40 + 2.6 * value, 316, f"{value}", "middle")
        sheet.text(34, 304 - 2.6 * value, f"{value}", "end")
    sheet.text(170, 338, say("across: predicted; upwards: observed", lang), "middle")
    for row in rows:
        x, y = 40 + 2.6 * row["predicted"], 300 - 2.6 * row["observed"]
        sheet.draw(f'<circle cx="{x:.4g}" cy="{y:.4g}" r="4" fill="#0b5ea8"/>')
    return sheet.svg()


CHARTS: dict[str, Callable[[Lang], str]] = {
    "score2": _score2, "score2-op": _score2_op, "kdigo-grid": _kdigo, "findrisc": _findrisc,
    "participation": _participation,
}  # fmt: skip

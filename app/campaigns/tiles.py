"""Départements as tiles: each about where it lies, all of one size, so that few people in a large place do not look
like many. A drawing of ours, made by hand; the overseas départements stand below."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from xml.sax.saxutils import escape

_GRID = """
..  ..  ..  ..  ..  ..  62  59  ..  ..  ..  ..
..  ..  ..  ..  76  80  60  02  08  ..  ..  ..
..  ..  50  14  27  95  93  77  51  55  57  67
29  22  35  61  78  92  75  94  10  54  88  68
..  56  53  72  28  91  45  89  52  70  90  ..
..  44  49  37  41  18  58  21  39  25  ..  ..
..  85  79  86  36  03  71  01  74  ..  ..  ..
..  17  16  87  23  63  42  69  38  73  ..  ..
..  33  24  19  15  43  07  26  05  ..  ..  ..
40  47  46  12  48  30  84  04  06  ..  ..  ..
64  32  82  81  34  13  83  ..  ..  ..  2B  ..
..  65  31  11  ..  ..  ..  ..  ..  ..  2A  ..
..  ..  09  66  ..  ..  971 972 973 974 976 ..
"""
_SIDE, _GAP = 34, 2
_SHADES = ("#e4eef8", "#b5d0ea", "#7faed9", "#3f82bf", "#0b4a8f")
"""From the least to the most; the number of a tile is white on the two darkest."""
_ABSENT = "#f0f0f0"


@lru_cache(maxsize=1)
def places() -> dict[str, tuple[int, int]]:
    """Column and row of each département."""
    rows = [line.split() for line in _GRID.strip().splitlines()]
    return {code: (x, y) for y, row in enumerate(rows) for x, code in enumerate(row) if code != ".."}


def tile_map(values: Mapping[str, float], told: str, legend: tuple[str, str, str]) -> str:
    """An SVG of the values (département → number); those without one are grey. `legend`: least, most, not known."""
    low, high = (min(values.values()), max(values.values())) if values else (0.0, 0.0)
    step = _SIDE + _GAP
    width, height = 12 * step, 13 * step
    parts = []
    for code, (x, y) in places().items():
        shade = _shade(values[code], low, high) if code in values else None
        fill, ink = (_SHADES[shade], "#fff" if shade > 2 else "#1b1b1b") if shade is not None else (_ABSENT, "#595959")
        parts.append(
            f'<rect x="{x * step}" y="{y * step}" width="{_SIDE}" height="{_SIDE}" rx="4" fill="{fill}"/>'
            f'<text x="{x * step + _SIDE / 2:g}" y="{y * step + 22}" fill="{ink}">{code}</text>'
        )
    for n, (fill, words) in enumerate(((_SHADES[0], legend[0]), (_SHADES[-1], legend[1]), (_ABSENT, legend[2]))):
        at = height + 8 + n * 24
        parts.append(
            f'<rect x="2" y="{at}" width="18" height="18" rx="3" fill="{fill}" stroke="#767676"/>'
            f'<text x="28" y="{at + 14}" text-anchor="start" fill="#1b1b1b">{escape(words)}</text>'
        )
    size = f'viewBox="0 0 {width} {height + 84}" width="{width}" height="{height + 84}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(told)}" font-family="sans-serif" '
        f'font-size="13" text-anchor="middle" {size}>{"".join(parts)}</svg>'
    )


def _shade(value: float, low: float, high: float) -> int:
    return min(int((value - low) / (high - low) * len(_SHADES)), len(_SHADES) - 1) if high > low else 2

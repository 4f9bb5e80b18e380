"""The pedigree as SVG, in the standard symbols: square man, circle woman, diamond when the sex is not known; a slash
for the dead, brackets for the adopted (dashed line when adopted into the family), an arrow for the person; quadrants
filled by disease, with a legend. Nothing hangs on colour, and every symbol carries its words.

Source of the conventions: Bennett RL et al., J Genet Couns 2008;17:424-433 and 2022;31:1238-1248 (NSGC).
"""

from __future__ import annotations

import re
from html import escape
from textwrap import wrap

from app.facts.kin import Kin
from app.i18n import Translator
from app.pedigree.build import Pedigree
from app.pedigree.content import load_content
from app.pedigree.layout import CHILDREN, Drawing, Sibship, Spot, is_person, layout
from app.pedigree.words import family_lines, health, label, life, relation

SLOT, SIZE, LINE = 150.0, 36.0, 14.0
_HALF = SIZE / 2
_MARGIN, _ABOVE = 20.0, 60.0
_LETTERS = 22
_NUMBER = re.compile(r"(\d) ")
QUADRANTS = 4


def pedigree_svg(pedigree: Pedigree, t: Translator) -> str:
    """The whole drawing; its description is the list of the family in words."""
    return _Picture(pedigree, t).render()


class _Picture:
    def __init__(self, pedigree: Pedigree, t: Translator) -> None:
        self.pedigree, self.t = pedigree, t
        self.drawing: Drawing = layout(pedigree)
        self.marked = _marked(pedigree)
        self.tops = self._rows()
        self.out: list[str] = []

    def render(self) -> str:
        t, drawing = self.t, self.drawing
        for one, other in drawing.couples:
            self._line(self._x(one) + _HALF, self._y(one), self._x(other) - _HALF, self._y(other))
        for sibship in drawing.sibships:
            self._sibship(sibship)
        for spot in drawing.spots:
            self._person(spot.kin, self._x(spot), self._y(spot), told=spot.told, self_=is_person(spot))
        width = max(drawing.width * SLOT, 4 * SLOT) + 2 * _MARGIN
        bottom = self._apart(self.tops[-1], width)
        height = self._legend(bottom) + _MARGIN
        title = t("Arbre de votre famille")
        described = escape(". ".join(text.removeprefix("- ") for _, text in family_lines(self.pedigree, t)))
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="img" aria-labelledby="arbre-titre arbre-mots" '
            'font-family="system-ui, sans-serif" font-size="11">'
        )
        return "\n".join(
            [
                head,
                f'<title id="arbre-titre">{escape(title)}</title>',
                f'<desc id="arbre-mots">{described}</desc>',
                f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>',
                *self.out,
                "</svg>\n",
            ]
        )

    def _rows(self) -> list[float]:
        """The top of each generation; a row is as high as its longest label."""
        tops, top = [], _MARGIN
        for row in range(CHILDREN + 1):
            tops.append(top)
            here = self.drawing.at(row)
            if here:
                longest = max(len(self._label(spot.kin, spot.told)) for spot in here)
                top += _ABOVE / 2 + SIZE + longest * LINE + _ABOVE
        return [*tops, top]

    def _x(self, spot: Spot) -> float:
        return _MARGIN + spot.x * SLOT

    def _y(self, spot: Spot) -> float:
        """The middle of the symbol."""
        return self.tops[spot.row] + _HALF

    def _label(self, kin: Kin, told: bool) -> list[str]:
        parts = [relation(kin, self.t), *life(kin, self.t)]
        if not told:
            parts.append(self.t("rien de noté"))
        elif kin.conditions or not kin.health_known:
            parts += health(kin, self.t)
        kept = (_NUMBER.sub("\\1\u00a0", part) for part in parts)  # an age stays with its unit
        return [line for part in kept for line in wrap(part, _LETTERS)]

    def _sibship(self, sibship: Sibship) -> None:
        """The line down from the couple, the bar, and a line down to each child."""
        first = sibship.children[0]
        bar = self.tops[first.row] - _ABOVE / 2
        from_x = _MARGIN + sibship.from_x * SLOT
        above = self.tops[first.row - 1] + (_HALF if sibship.of_couple else SIZE)
        self._line(from_x, above, from_x, bar)
        places = [self._x(child) for child in sibship.children]
        self._line(min(*places, from_x), bar, max(*places, from_x), bar)
        for child in sibship.children:
            adopted = child.kin.adoption == "in" or (is_person(child) and self.pedigree.adopted)
            self._line(self._x(child), bar, self._x(child), self._y(child) - _HALF, dashed=adopted)

    def _person(self, kin: Kin, x: float, y: float, *, told: bool, self_: bool = False) -> None:
        names = {c.name for c in kin.conditions if not c.absent}
        adopted = kin.adoption in ("in", "out") or (self_ and self.pedigree.adopted)
        parts = [_quadrant(kin, x, y, place) for place, name in enumerate(self.marked) if name in names]
        stroke = 'stroke="#555" stroke-dasharray="2 3"' if not told else 'stroke="#111" stroke-width="1.6"'
        parts.append(_outline(kin, x, y, f'fill="none" {stroke}'))
        if told and not kin.health_known and not names:
            parts.append(f'<text x="{x:g}" y="{y + 5:g}" text-anchor="middle" font-size="16">?</text>')
        reach = _HALF + 7
        if kin.deceased:
            parts.append(_stroke(x - reach, y + reach, x + reach, y - reach))
        if adopted:
            for side in (-1, 1):
                edge, inner = x + side * (reach + 2), x + side * (reach - 4)
                top, bottom = f"{y - reach:g}", f"{y + reach:g}"
                points = f"{inner:g},{top} {edge:g},{top} {edge:g},{bottom} {inner:g},{bottom}"
                parts.append(f'<polyline points="{points}" fill="none" stroke="#111" stroke-width="1.6"/>')
        if self_:
            tip_x, tip_y = x - _HALF - 4, y + _HALF + 4
            parts.append(_stroke(tip_x - 16, tip_y + 16, tip_x, tip_y))
            points = f"{tip_x:g},{tip_y:g} {tip_x - 9:g},{tip_y + 3:g} {tip_x - 3:g},{tip_y + 9:g}"
            parts.append(f'<polygon points="{points}" fill="#111"/>')
        centred = not (self_ and self.drawing.at(CHILDREN))  # the line to the children goes down the middle
        parts += self._text(self._label(kin, told), x if centred else x + 8, y + _HALF, centred=centred)
        self.out.append(f"<g>{''.join(parts)}</g>")

    def _text(self, lines: list[str], x: float, y: float, *, centred: bool) -> list[str]:
        anchor = ' text-anchor="middle"' if centred else ""
        return [
            f'<text x="{x:g}" y="{y + 6 + (place + 1) * LINE:g}"{anchor}>{escape(line)}</text>'
            for place, line in enumerate(lines)
        ]

    def _line(self, x1: float, y1: float, x2: float, y2: float, *, dashed: bool = False) -> None:
        self.out.append(_stroke(x1, y1, x2, y2, ' stroke-dasharray="5 4"' if dashed else ""))

    def _apart(self, top: float, width: float) -> float:
        """Relatives without a place in the lines, in rows below; gives the bottom."""
        people = self.drawing.apart
        if not people:
            return top
        heading = escape(self.t("Autres parents"))
        self.out.append(f'<text x="{_MARGIN:g}" y="{top:g}" font-weight="bold">{heading}</text>')
        by_row = max(1, int((width - 2 * _MARGIN) // SLOT))
        for start in range(0, len(people), by_row):
            row = people[start : start + by_row]
            for place, kin in enumerate(row):
                self._person(kin, _MARGIN + (place + 0.5) * SLOT, top + 20 + _HALF, told=True)
            top += 20 + SIZE + max(len(self._label(kin, True)) for kin in row) * LINE + 20
        return top

    def _legend(self, top: float) -> float:
        """Which quadrant is which disease."""
        square = Kin("brother", "male")
        for place, name in enumerate(self.marked):
            y = top + place * 24 + 12
            self.out.append(
                f'<g transform="translate({_MARGIN + 10:g} {y:g}) scale(0.5)">{_quadrant(square, 0, 0, place)}'
                f"{_outline(square, 0, 0, _PLAIN)}</g>"
            )
            self.out.append(f'<text x="{_MARGIN + 28:g}" y="{y + 4:g}">{escape(label(name, self.t) or "")}</text>')
        return top + len(self.marked) * 24


_PLAIN = 'fill="none" stroke="#111" stroke-width="2"'


def _marked(pedigree: Pedigree) -> list[str]:
    """The diseases of the family that get a quadrant: the first four in the order of the content."""
    everyone = (pedigree.person, *pedigree.relatives)
    present = {c.name for kin in everyone for c in kin.conditions if not c.absent}
    return [known.id for known in load_content().conditions if known.id in present][:QUADRANTS]


def _stroke(x1: float, y1: float, x2: float, y2: float, more: str = "") -> str:
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="#111" stroke-width="1.6"{more}/>'


def _outline(kin: Kin, x: float, y: float, style: str) -> str:
    if kin.sex == "male":
        return f'<rect x="{x - _HALF:g}" y="{y - _HALF:g}" width="{SIZE:g}" height="{SIZE:g}" {style}/>'
    if kin.sex == "female":
        return f'<circle cx="{x:g}" cy="{y:g}" r="{_HALF:g}" {style}/>'
    points = f"{x:g},{y - _HALF:g} {x + _HALF:g},{y:g} {x:g},{y + _HALF:g} {x - _HALF:g},{y:g}"
    return f'<polygon points="{points}" {style}/>'


def _quadrant(kin: Kin, x: float, y: float, place: int) -> str:
    """A filled quarter: top left, top right, bottom left, bottom right."""
    side, up = (-1 if place % 2 == 0 else 1), (-1 if place < 2 else 1)
    if kin.sex == "male":
        return (
            f'<rect x="{min(x, x + side * _HALF):g}" y="{min(y, y + up * _HALF):g}" width="{_HALF:g}" '
            f'height="{_HALF:g}" fill="#111"/>'
        )
    across, down = f"{x + side * _HALF:g},{y:g}", f"{x:g},{y + up * _HALF:g}"
    if kin.sex == "female":
        sweep = 1 if side * up < 0 else 0
        return f'<path d="M{x:g},{y:g} L{across} A{_HALF:g},{_HALF:g} 0 0 {1 - sweep} {down} Z" fill="#111"/>'
    return f'<polygon points="{x:g},{y:g} {across} {down}" fill="#111"/>'

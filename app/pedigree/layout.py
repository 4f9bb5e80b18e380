"""Where everyone stands in the drawing: generations from top to bottom, the father's side on the left.

Both parents are always there. Grandparents of a side come as a couple as soon as one of them, an aunt or an uncle is
known. Relatives whose place hangs on somebody unnamed (cousins, nieces and nephews, half-siblings, grandchildren,
great-grandparents, a side that is not known) stand apart, below, without lines. Units are slots and rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.facts.kin import Kin
from app.pedigree.build import SELF, Pedigree
from app.records.model import Sex

GRANDPARENTS, PARENTS, OWN, CHILDREN = range(4)


@dataclass(frozen=True, slots=True)
class Spot:
    """One person of the drawing. `told` is False for a parent or grandparent of whom nothing is said."""

    kin: Kin
    x: float
    row: int
    told: bool = True


@dataclass(frozen=True, slots=True)
class Sibship:
    """Children of one couple (or of one person): `from_x` is the place of the couple's middle, above."""

    from_x: float
    row: int
    children: tuple[Spot, ...]
    of_couple: bool = True


@dataclass(slots=True)
class Drawing:
    spots: list[Spot] = field(default_factory=list)
    couples: list[tuple[Spot, Spot]] = field(default_factory=list)
    sibships: list[Sibship] = field(default_factory=list)
    apart: list[Kin] = field(default_factory=list)

    @property
    def width(self) -> float:
        """In slots; the leftmost person is in the middle of the first."""
        return max(spot.x for spot in self.spots) + 0.5

    def at(self, row: int) -> list[Spot]:
        return [spot for spot in self.spots if spot.row == row]


_PLACED = {
    "father", "mother", "sister", "brother", "sibling", "daughter", "son", "child", "paternal_grandfather",
    "paternal_grandmother", "maternal_grandfather", "maternal_grandmother", "paternal_aunt", "paternal_uncle",
    "maternal_aunt", "maternal_uncle",
}  # fmt: skip


def layout(pedigree: Pedigree) -> Drawing:
    drawing = Drawing()
    paternal = _side(pedigree, "paternal", "father", "male")
    maternal = _side(pedigree, "maternal", "mother", "female")
    left = max(len(paternal.sibs), 2 if paternal.grandparents else 1)
    father = _place_side(drawing, paternal, 0, left)
    mother = _place_side(drawing, maternal, left, max(len(maternal.sibs), 2 if maternal.grandparents else 1))
    drawing.couples.append((father, mother))
    middle = (father.x + mother.x) / 2
    own = [*pedigree.named("sister", "brother", "sibling"), pedigree.person]
    spots = _row(own, middle, OWN)
    children = _row(pedigree.named("daughter", "son", "child"), spots[-1].x, CHILDREN)
    drawing.spots += [*spots, *children]
    drawing.sibships.append(Sibship(middle, OWN, tuple(spots)))
    if children:
        drawing.sibships.append(Sibship(spots[-1].x, CHILDREN, tuple(children), of_couple=False))
    drawing.apart = [kin for kin in pedigree.relatives if kin.relation not in _PLACED]
    return _shifted(drawing)


@dataclass(frozen=True, slots=True)
class _Side:
    """`sibs` are the parent and their brothers and sisters, the parent nearest to the other side."""

    grandparents: tuple[tuple[Kin, bool], ...]
    sibs: tuple[tuple[Kin, bool], ...]
    parent_last: bool


def _side(pedigree: Pedigree, side: str, parent: str, sex: Sex) -> _Side:
    others = pedigree.named(f"{side}_aunt", f"{side}_uncle")
    told = pedigree.named(f"{side}_grandfather", f"{side}_grandmother")
    couple = (
        (_one(pedigree, f"{side}_grandfather", "male"), _one(pedigree, f"{side}_grandmother", "female"))
        if told or others
        else ()
    )
    one = _one(pedigree, parent, sex)
    around = [(kin, True) for kin in others]
    last = side == "paternal"
    return _Side(couple, tuple([*around, one] if last else [one, *around]), last)


def _one(pedigree: Pedigree, relation: str, sex: Sex) -> tuple[Kin, bool]:
    found = pedigree.named(relation)
    return (found[0], True) if found else (Kin(relation, sex), False)


def _place_side(drawing: Drawing, side: _Side, start: float, width: int) -> Spot:
    """Place one side of the family from `start`, over `width` slots; gives the parent."""
    first = start + (width - len(side.sibs)) / 2
    sibs = [Spot(kin, first + place + 0.5, PARENTS, told) for place, (kin, told) in enumerate(side.sibs)]
    drawing.spots += sibs
    if side.grandparents:
        middle = (sibs[0].x + sibs[-1].x) / 2
        couple = [Spot(kin, middle + offset, GRANDPARENTS, told)
                  for (kin, told), offset in zip(side.grandparents, (-0.5, 0.5), strict=True)]  # fmt: skip
        drawing.spots += couple
        drawing.couples.append((couple[0], couple[1]))
        drawing.sibships.append(Sibship(middle, PARENTS, tuple(sibs)))
    return sibs[-1] if side.parent_last else sibs[0]


def _row(people: Sequence[Kin], middle: float, row: int) -> list[Spot]:
    first = middle - (len(people) - 1) / 2
    return [Spot(kin, first + place, row) for place, kin in enumerate(people)]


def _shifted(drawing: Drawing) -> Drawing:
    """So that the leftmost person is at half a slot."""
    by = 0.5 - min(spot.x for spot in drawing.spots)
    moved = {id(spot): Spot(spot.kin, spot.x + by, spot.row, spot.told) for spot in drawing.spots}
    return Drawing(
        list(moved.values()),
        [(moved[id(one)], moved[id(other)]) for one, other in drawing.couples],
        [Sibship(s.from_x + by, s.row, tuple(moved[id(c)] for c in s.children), s.of_couple) for s in drawing.sibships],
        drawing.apart,
    )


def is_person(spot: Spot) -> bool:
    return spot.kin.relation == SELF

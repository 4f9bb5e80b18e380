"""What the readers of directories share: where a commune is, what is kept, and how an address is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.plans.places import PlacesContent
from app.store.directory import Commune, Place

Point = tuple[float, float]
"""Latitude and longitude, in degrees."""

TERRITORIES = (
    (41.2, 51.3, -5.6, 9.8), (14.2, 18.3, -63.3, -60.7), (2.0, 6.0, -54.8, -51.4), (-21.6, -20.7, 55.0, 56.0),
    (-13.2, -12.5, 44.9, 45.4), (46.6, 47.3, -56.6, -56.0), (-14.5, -13.1, -178.4, -176.0),
    (-23.0, -19.0, 163.0, 169.0), (-28.0, -7.0, -155.0, -134.0),
)  # fmt: skip
"""Boxes (south, north, west, east) that hold France: mainland, Antilles, Guyane, La Réunion, Mayotte,
Saint-Pierre-et-Miquelon, Wallis-et-Futuna, Nouvelle-Calédonie, Polynésie."""

STREETS = {
    "R": "rue", "AV": "avenue", "BD": "boulevard", "PL": "place", "RTE": "route", "CHE": "chemin", "ALL": "allée",
    "IMP": "impasse", "CRS": "cours", "QU": "quai", "QUA": "quartier", "SQ": "square", "PAS": "passage",
    "LOT": "lotissement", "RES": "résidence", "FG": "faubourg", "RPT": "rond-point", "VC": "voie communale",
    "GR": "grande rue", "MTE": "montée",
}  # fmt: skip


def in_france(latitude: float, longitude: float) -> bool:
    return any(s <= latitude <= n and w <= longitude <= e for s, n, w, e in TERRITORIES)


class Centres:
    """Where communes and postcodes are: the centre of a commune; of a postcode, the middle of its communes."""

    def __init__(self, communes: Iterable[Commune]) -> None:
        self._communes: dict[str, Point] = {}
        around: dict[str, list[Point]] = {}
        for each in communes:
            point = (each.latitude, each.longitude)
            self._communes.setdefault(each.commune, point)
            around.setdefault(each.postcode, []).append(point)
        self._postcodes = {postcode: middle(points) for postcode, points in around.items()}

    def __bool__(self) -> bool:
        return bool(self._postcodes)

    def of(self, commune: str, postcode: str) -> Point | None:
        return self._communes.get(commune) or self._postcodes.get(postcode)


def middle(points: list[Point]) -> Point:
    return sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)


@dataclass(slots=True)
class Sifting:
    """What is kept of a directory (`content`), how a place without a position gets one (`centres`; `numbered` are the
    places of FINESS by number), and what was left out, by reason."""

    content: PlacesContent
    centres: Centres
    numbered: dict[str, tuple[float, float, bool]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def wants(self, code: str) -> bool:
        return code in self.content.kind_of_code

    def placed(
        self, point: Point | None, precise: bool, commune: str, postcode: str
    ) -> tuple[float, float, bool] | None:
        """Where a place is, and whether that is more than its commune; None, counted, when nobody can say."""
        if point is not None and in_france(*point):
            return (*point, precise)
        centre = self.centres.of(commune, postcode)
        if centre is None:
            self.left_out["no_position"] += 1
            return None
        return (*centre, False)


@dataclass(slots=True)
class Found:
    """A recognised file: its source, the day it tells of (None: it does not say), and its rows."""

    source: str
    dated: str | None
    rows: Iterator[Place | Commune]


def street(number: str, suffix: str, kind: str, name: str) -> str:
    """`12 bis rue DES LILAS`, from parts of which any may be blank."""
    words = STREETS.get(kind.upper(), kind.lower())
    if words and name.lower().startswith(f"{words} "):
        words = ""
    return " ".join(part for part in (number.lstrip("0"), suffix.lower(), words, name) if part)

"""The places of some kinds nearest to a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin, sqrt

from app.directory.rows import Point
from app.store.directory import Place, Reading

RADIUS = 6371.0088
"""Mean radius of the Earth, in kilometres."""
FIRST, FARTHEST = 0.5, 100.0
"""Kilometres: what is looked at first, and what is not looked at any more."""


@dataclass(frozen=True, slots=True)
class Near:
    """A place, and how far its position is as the crow flies, in kilometres."""

    place: Place
    km: float


def nearest(
    reading: Reading, codes: Sequence[str], centre: Point, *, skip: int = 0, most: int = 10
) -> tuple[list[Near], bool]:
    """The places of these codes within `FARTHEST`, the nearest first, without the first `skip`; and whether more
    follow. Looks in boxes that grow until one surely holds enough."""
    latitude, longitude = centre
    radius, wanted = FIRST, skip + most
    while True:
        up = degrees(radius / RADIUS)
        aside = up / max(cos(radians(latitude)), 0.01)
        box = reading.within(codes, latitude - up, latitude + up, longitude - aside, longitude + aside)
        found = sorted((distance(centre, (north, east)), number) for number, north, east in box)
        inside = [each for each in found if each[0] <= radius]
        if len(inside) > wanted or radius >= FARTHEST:
            break
        radius = min(FARTHEST, radius * (2 if inside else 4))
    page = inside[skip:wanted]
    places = reading.places([number for _, number in page])
    return [Near(places[number], km) for km, number in page if number in places], len(inside) > wanted


def distance(a: Point, b: Point) -> float:
    """Kilometres on the sphere (haversine)."""
    north, east = radians(b[0] - a[0]) / 2, radians(b[1] - a[1]) / 2
    return 2 * RADIUS * asin(min(1.0, sqrt(sin(north) ** 2 + cos(radians(a[0])) * cos(radians(b[0])) * sin(east) ** 2)))

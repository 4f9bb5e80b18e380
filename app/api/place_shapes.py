"""The shapes of what is told of places near a postcode (see app.api.shapes)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from app.api.shape import Shape


class OfficialLink(Shape):
    title: str
    url: str


class NeedShape(Shape):
    """What one can look for; `guidelines` are the recommendations that lead there."""

    id: str
    title: str
    advice: str | None
    links: list[OfficialLink]
    guidelines: list[str]


class DirectoryShape(Shape):
    """A directory in use: `date` is the day that it tells of; `sample` says that its places are invented."""

    id: Literal["finess", "rpps", "local", "postcodes"]
    title: str
    publisher: str
    date: date
    loaded_at: datetime
    rows: int
    sample: bool


class PlaceShape(Shape):
    """`distance_km` is as the crow flies, from the middle of the postcode; approximate when not `precise`."""

    kind: str
    kind_title: str
    name: str
    street: str
    postcode: str
    town: str
    distance_km: float
    precise: bool
    phone: str | None
    opening: str | None
    access: str | None
    source: str
    sample: bool


class PlacesKnown(Shape):
    needs: list[NeedShape]
    sources: list[DirectoryShape]


class PlacesNear(Shape):
    need: NeedShape
    postcode: str
    towns: list[str]
    places: list[PlaceShape]
    page: int
    more: bool
    sources: list[DirectoryShape]

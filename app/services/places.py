"""Places in a doctor's worklist, already worked out. A place follows from its key and the day; consent is not kept."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.guidelines.stops import Stops

MOST = 20_000


class Reason(NamedTuple):
    """Why somebody stands where they do: `group` is a place in `content/review.yaml`, `order`."""

    guideline: str
    status: str
    group: int


@dataclass(frozen=True, slots=True)
class Place:
    """`group`: the first line of the order that holds (None: none does). `awaits`: something waits for a decision."""

    as_of: date
    group: int | None = None
    weight: float = 0.0
    reasons: tuple[Reason, ...] = ()
    awaits: bool = False
    reviewed_on: date | None = None
    reviewed_by: str | None = None


class Places:
    """By the digest of the facts (which differs for each person), the categories shared and what is stopped. The oldest
    leaves first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._places: dict[str, tuple[frozenset[str], Stops, Place]] = {}
        self._filling = threading.Lock()

    def get(self, digest: str, shares: frozenset[str], stops: Stops) -> Place | None:
        found = self._places.get(digest)
        return found[2] if found is not None and found[:2] == (shares, stops) else None

    def put(self, digest: str, shares: frozenset[str], stops: Stops, place: Place) -> None:
        with self._filling:
            self._places.pop(digest, None)
            while len(self._places) >= self._most:
                del self._places[next(iter(self._places))]
            self._places[digest] = (shares, stops, place)

    def forget(self, digest: str | None) -> None:
        with self._filling:
            if digest is not None:
                self._places.pop(digest, None)

    def clear(self) -> None:
        """The guidelines changed."""
        with self._filling:
            self._places.clear()

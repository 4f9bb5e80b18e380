"""Plans already made. A plan is a pure function of its key, so it may be kept; consent and log never are."""

from __future__ import annotations

import threading
from datetime import date
from typing import NamedTuple

from app.guidelines.stops import Stops

MOST = 2_000


class PlanKey(NamedTuple):
    """All that a plan depends on. `facts` is the digest of facts, answers and vocabulary; `granted` the
    categories that the person allows; `stops` what is stopped."""

    facts: str | None
    as_of: date
    pack: str
    lang: str
    trace: bool
    granted: frozenset[str]
    stops: Stops


class Rendered(NamedTuple):
    """JSON as sent, and its entity tag."""

    body: bytes
    etag: str


class PlanCache:
    """At most `MOST` plans, the oldest made leaves first. Safe to read and fill from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._plans: dict[PlanKey, Rendered] = {}
        self._filling = threading.Lock()

    def get(self, key: PlanKey) -> Rendered | None:
        return self._plans.get(key)

    def forget(self, facts: str | None) -> None:
        """Drop the plans made of these facts."""
        with self._filling:
            for key in [key for key in self._plans if key.facts == facts]:
                del self._plans[key]

    def put(self, key: PlanKey, plan: Rendered) -> None:
        with self._filling:
            while len(self._plans) >= self._most:
                del self._plans[next(iter(self._plans))]
            self._plans[key] = plan

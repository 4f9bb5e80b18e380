"""Figures made of two months' counts: how far they drifted, how often doctors decide otherwise, whether what a model
announces happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

Cells = Mapping[str, float]
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Drift:
    """The population stability index of two distributions; `chance` is what two samples of the same people would reach
    19 times out of 20, by their sizes alone. `size` is that of the smaller."""

    psi: float
    chance: float
    size: int

    @property
    def beyond_chance(self) -> bool:
        return self.psi > self.chance


def drift(before: Cells, after: Cells) -> Drift | None:
    """None where one of the two holds nobody. Half a person is added to each cell, so that an empty one has a share.

    Under no change the index times nm/(n+m) follows a chi-square law with one degree of freedom less than there are
    cells (Yurdakul and Naranjo, Journal of Risk Model Validation 2020; verified: no)."""
    from scipy.stats import chi2

    names = [name for name in {**before, **after} if before.get(name, 0) or after.get(name, 0)]
    n, m = sum(before.values()), sum(after.values())
    if not n or not m:
        return None
    if len(names) < 2:
        return Drift(0.0, 0.0, int(min(n, m)))
    total = 0.0
    for name in names:
        p = (before.get(name, 0) + 0.5) / (n + 0.5 * len(names))
        q = (after.get(name, 0) + 0.5) / (m + 0.5 * len(names))
        total += (q - p) * log(q / p)
    chance = float(chi2.ppf(CONFIDENCE, len(names) - 1)) * (1 / n + 1 / m)
    return Drift(total, chance, int(min(n, m)))


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None


def overrides(cells: Cells) -> Share:
    """Decisions that set aside or adapt, of all that were taken (cards without an answer are no decision)."""
    from app.services.monitoring.counts import OVERRIDES

    decided = {name: int(times) for name, times in cells.items() if name != "unanswered"}
    return Share(sum(n for name, n in decided.items() if name.partition(":")[0] in OVERRIDES), sum(decided.values()))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of `people`, how many events were `announced`, how many `happened`; `low` and `high` bound their ratio (exact
    Poisson limits, 95 %)."""

    people: int
    announced: float
    happened: int
    low: float
    high: float

    @property
    def ratio(self) -> float | None:
        return self.happened / self.announced if self.announced else None

    @property
    def beyond_chance(self) -> bool:
        return not self.low <= 1 <= self.high


def calibrations(cells: Cells) -> dict[str, Calibration]:
    """Group (`all`, a sex, a class of ages) → its calibration."""
    from scipy.stats import chi2

    found = {}
    for group in dict.fromkeys(name.rpartition(":")[0] for name in cells):
        people, announced, happened = (cells.get(f"{group}:{what}", 0) for what in ("people", "announced", "happened"))
        if not announced:
            continue
        low = float(chi2.ppf((1 - CONFIDENCE) / 2, 2 * happened)) / 2 if happened else 0.0
        high = float(chi2.ppf((1 + CONFIDENCE) / 2, 2 * (happened + 1))) / 2
        found[group] = Calibration(int(people), announced, int(happened), low / announced, high / announced)
    return found


def by_group(cells: Cells) -> dict[str, Share]:
    """Group → how often what was decided of it sets aside or adapts."""
    groups = dict.fromkeys(name.rpartition(":")[0] for name in cells)
    return {one: Share(int(cells.get(f"{one}:overridden", 0)), int(cells.get(f"{one}:decided", 0))) for one in groups}

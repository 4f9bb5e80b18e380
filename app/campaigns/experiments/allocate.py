"""Who gets what, drawn from the registered seed: the same people and seed always give the same arms.

Within each stratum people stand in an order that only the seed and their id decide, and arms follow each other in
blocks whose order is drawn too (stratified permuted blocks). In a stepped wedge the order of areas is drawn.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count

import pyarrow as pa

from app.campaigns.experiments.model import Experiment, SteppedWedge
from app.errors import UsageError
from app.population.files import PERSON

ARM, STRATUM, STEP = "arm", "stratum", "step"


def allocate(experiment: Experiment, people: pa.Table) -> pa.Table:
    """The people with their stratum and arm; in a stepped wedge, with the step at which their area goes over (from 1)
    instead. Raises UsageError when there are fewer areas than steps."""
    if isinstance(experiment.design, SteppedWedge):
        areas = people.column(experiment.design.cluster).to_pylist()
        steps = _steps(experiment, experiment.design, areas)
        return people.append_column(STEP, pa.array([steps[one] for one in areas], pa.int64()))
    ids = people.column(PERSON).to_pylist()
    columns = [people.column(name).to_pylist() for name in experiment.strata]
    strata = ["/".join(row) for row in zip(*columns, strict=True)] if columns else [""] * len(ids)
    members: dict[str, list[int]] = defaultdict(list)
    for place, stratum in enumerate(strata):
        members[stratum].append(place)
    arms = [""] * len(ids)
    for stratum, places in members.items():
        places.sort(key=lambda place: _drawn(experiment, "person", ids[place]))
        for place, arm in zip(places, _blocks(experiment, stratum), strict=False):
            arms[place] = arm
    return people.append_column(STRATUM, pa.array(strata)).append_column(ARM, pa.array(arms))


def _blocks(experiment: Experiment, stratum: str) -> Iterator[str]:
    """Arms without end, in their shares within each block."""
    block = [(one.id, n) for one in experiment.arms for n in range(one.share)]
    for number in count():
        yield from (arm for arm, _ in sorted(
            block, key=lambda one: _drawn(experiment, "block", f"{stratum}\n{number}\n{one[0]}\n{one[1]}")
        ))  # fmt: skip


def _steps(experiment: Experiment, design: SteppedWedge, areas: Iterable[str]) -> dict[str, int]:
    order = sorted(set(areas), key=lambda one: _drawn(experiment, "area", one))
    if len(order) < design.steps:
        raise UsageError(f"{design.steps} steps need at least as many areas; the target finds people in {len(order)}",
                         code="experiment")  # fmt: skip
    return {area: 1 + place * design.steps // len(order) for place, area in enumerate(order)}


def _drawn(experiment: Experiment, what: str, name: str) -> bytes:
    """A number that nobody chooses: the digest of seed, experiment and name."""
    return hashlib.sha256(f"{experiment.seed}\n{experiment.id}\n{what}\n{name}".encode()).digest()

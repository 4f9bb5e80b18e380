"""The month's sample: read the plans of those who consent, through the door, draw answers, give each to two readers.

Run twice, it draws once: the second run only gives to others what was left by those who do not sit any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.exchange.terms import version_of
from app.plans.model import Item, Plan
from app.services import asks
from app.services.guarantee import sampling
from app.services.guarantee.content import load_guarantee
from app.services.guarantee.people import PURPOSE, everybody, looked
from app.services.guarantee.sampling import Stratum
from app.services.guarantee.shown import shown
from app.services.services import Services
from app.store.tables import stamp
from app.trust.grant import Grant
from app.trust.guarantee import cases, register, seats
from app.trust.vocabulary import Tag

_LOOK = asks.read(Tag.GUARANTEE_DRAW, "plan", PURPOSE)
_KEEP = asks.write(Tag.GUARANTEE_KEEP, "guarantee", PURPOSE)


@dataclass(frozen=True, slots=True)
class Drawn:
    """`people` who consent and have a plan; `answers` that could be drawn, and how many were, of how many strata;
    `unread`: cases that lack a reader (too few sit, or none is independent of the person)."""

    month: str
    seed: str
    frame: str
    people: int
    answers: int
    strata: int
    drawn: int
    unread: int


def draw(services: Services, month: str, seed: str, *, dry_run: bool = False) -> Drawn:
    """Draw the sample of a month (`2026-11`) with this seed, unless it was; `dry_run`: say what would be drawn."""
    known = next((one for one in services.door.account(register.draws) if one["month"] == month), None)
    if known is not None and not dry_run:
        strata = json.loads(known["strata"])
        count = sum(one["drawn"] for one in strata)
        return Drawn(month, known["seed"], known["frame"], 0, sum(one["size"] for one in strata), len(strata), count,
                     _give(services, month, known["seed"]))  # fmt: skip
    frame: dict[Stratum, list[str]] = {}
    people = 0
    for one in everybody(services, _LOOK):
        people += 1
        for item in one.plan.items:
            frame.setdefault(stratum_of(item, one.plan), []).append(f"{one.person}\0{item.id}")
    rules = load_guarantee().sample
    chosen = sampling.draw(frame, seed, rules.size, rules.at_least)
    digest, sizes = sampling.digest(frame, seed), {stratum: len(units) for stratum, units in frame.items()}
    drawn, unread = sum(len(units) for units in chosen.values()), 0
    if not dry_run:
        at = stamp(services.now())
        rows = [
            {"guideline": one.guideline, "version": one.version, "track": one.track, "size": sizes[one],
             "drawn": len(chosen.get(one, ()))}
            for one in sorted(frame)
        ]  # fmt: skip
        kept = {"month": month, "seed": seed, "frame": digest, "pack": services.pack.version, "at": at,
                "strata": json.dumps(rows, separators=(",", ":"))}  # fmt: skip
        services.door.account(lambda connection: register.keep_draw(connection, kept))
        drawn = sum(_keep(services, month, units, at) for units in _by_person(chosen).values())
        unread = _give(services, month, seed)
    return Drawn(month, seed, digest, people, sum(sizes.values()), len(frame), drawn, unread)


def stratum_of(item: Item, plan: Plan) -> Stratum:
    found = item.recommendation
    track = found.track.id if found.track is not None else found.status.value
    return Stratum(item.id, version_of(found.guideline, plan.pack.head), track)


def _by_person(chosen: Mapping[Stratum, Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for units in chosen.values():
        for unit in units:
            found.setdefault(unit.partition("\0")[0], []).append(unit)
    return found


def _keep(services: Services, month: str, units: Sequence[str], at: str) -> int:
    """Keep the answers drawn of one person, as they are shown to the readers; gives how many (none, when they have just
    withdrawn)."""
    person, guidelines = units[0].partition("\0")[0], {unit.partition("\0")[2] for unit in units}
    found = next(looked(services, [person], _LOOK), None)
    if found is None:
        return 0
    plan = found.plan
    views = [shown(item, plan, stratum_of(item, plan)) for item in plan.items if item.id in guidelines]

    def work(grants: Sequence[Grant]) -> int:
        for grant in grants:
            for view in views:
                cases.keep(grant, month, view, (), at)
        return len(views) * len(grants)

    return services.door.enter_each([person], _KEEP, work)


def _give(services: Services, month: str, seed: str) -> int:
    """Give each case that lacks a reader to those who have the fewest; gives how many cases still lack one."""

    def work(connection: Any) -> int:
        readers, at, unread = seats.seated(connection), stamp(services.now()), 0
        missing = cases.take_back(connection, readers)
        loads = cases.loads(connection, readers)
        for case, person, has in missing:
            free = seats.others(connection, seats.independent(connection, person, readers), has)
            free.sort(key=lambda one: (loads[one], _rank(seed, case, one)))
            chosen = free[: cases.READERS - len(has)]
            cases.give(connection, case, person, chosen, at)
            for one in chosen:
                loads[one] += 1
            unread += len(chosen) + len(has) < cases.READERS
        return unread

    return services.door.account(work)


def _rank(seed: str, case: str, reader: str) -> str:
    return hashlib.sha256(f"{seed}\0{case}\0{reader}".encode()).hexdigest()



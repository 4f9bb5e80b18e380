"""The patients of a practice, first those for whom a visit would change most.

The place of a patient follows from their plan. Working out two thousand plans takes seconds (benchmarks/practice.py),
so places are kept in memory, by the digest of the facts and what is shared: a change of either makes a new place.
Consent is asked of the database each time. Places that are missing are worked out in the doctor's name, each reading in
the log of the patient; when they are many, beside the answer, which then says how many are still to come.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.errors import JalonError, UsageError
from app.guidelines.stops import Stops
from app.i18n import Translator, translator
from app.plans.model import Item, Plan
from app.plans.plan import weight
from app.plans.review import history_of
from app.plans.review_content import load_review
from app.services import asks
from app.services.places import Place, Reason
from app.services.plans import made_of
from app.services.practice import Listed, identified, of
from app.services.services import Services
from app.services.sheets import Seen, see
from app.trust import relations, signals
from app.trust.door import Refused, SignedIn
from app.trust.grant import Grant
from app.trust.relations import Waiting
from app.trust.rules import Asked
from app.trust.vocabulary import Tag

log = logging.getLogger(__name__)
_LIST = Asked(Tag.PATIENTS_READ, "read", "patients", relations.REVIEW)
_ORDER = asks.review(Tag.PATIENT_ORDER_READ, "plan")
AT_ONCE = 16
"""Places worked out together, and within a request: more of them wait for the background."""
MOST, USUAL = 100, 20
NOTHING = Place(date.max)
"""Of somebody who never sent anything."""


@dataclass(frozen=True, slots=True)
class Page:
    """`rows`: who stands on this page, with their place (None: not worked out yet). `groups`: how many stand under each
    line of the order. `preparing`: how many have no place yet. `asking`: those who asked their doctor for a review."""

    rows: list[tuple[Listed, Place | None]]
    groups: dict[str, int]
    total: int
    preparing: int
    next: int | None
    asking: frozenset[str] = frozenset()


async def worklist(
    services: Services, professional: SignedIn, *, group: str | None = None, waiting: bool = False, after: int = 0,
    limit: int = USUAL,
) -> Page:
    """One page, from place `after` on; `group` (a line of the order) and `waiting` (something waits for a decision)
    keep some. Raises UsageError (`page`), Refused."""
    order = [rule.id for rule in load_review().order]
    texts = services.door.consents
    def listed(grant: Grant) -> tuple[list[Waiting], frozenset[str], Stops]:
        found = relations.waiting(grant, texts)
        return found, signals.asking(grant, [one.patient.id for one in found]), grant.stops

    patients, asking, stops = await services.door.enter(professional, _LIST, listed)
    if not 1 <= limit <= MOST or not 0 <= after <= 1_000_000 or (group is not None and group not in order):
        raise UsageError(f"a page has 1 to {MOST} lines, from 0 on; a group is one of the order", code="page")
    known = [(one, _place(services, one, stops)) for one in patients]
    # what was worked out too long ago still serves, until it is worked out again
    oldest = services.today() - timedelta(days=load_review().keep_days)
    missing = [one for one, place in known if place is None or place.as_of < oldest]
    if 0 < len(missing) <= AT_ONCE:
        await _work_out(services, professional, missing)
        known = [(one, _place(services, one, stops)) for one in patients]
    elif missing:
        _in_background(services, professional, missing)
    groups = dict.fromkeys(order, 0)
    for _, place in known:
        if place is not None and place.group is not None:
            groups[order[place.group]] += 1
    kept = [
        (one, place) for one, place in known
        if (group is None or (place is not None and place.group is not None and order[place.group] == group))
        and (not waiting or (place is not None and place.awaits))
    ]  # fmt: skip
    kept.sort(key=lambda each: _key(each[1], len(order)))
    shown = kept[after : after + limit]
    who = await identified(services, professional, [one.patient for one, _ in shown])
    more = after + limit if after + limit < len(kept) else None
    preparing = sum(place is None for _, place in known)
    rows = [(each, place) for each, (_, place) in zip(who, shown, strict=True)]
    return Page(rows, groups, len(kept), preparing, more, asking)


def page_json(page: Page, services: Services, lang: str) -> dict[str, Any]:
    """Raises UsageError (`language`)."""
    t, order = translator(lang), load_review().order
    return {
        "patients": [_row(listed, place, services, t, page.asking) for listed, place in page.rows],
        "groups": [{"id": rule.id, "label": t(rule.label), "count": page.groups[rule.id]} for rule in order],
        "total": page.total, "preparing": page.preparing, "next": page.next,
    }  # fmt: skip


def _row(
    listed: Listed, place: Place | None, services: Services, t: Translator, asking: frozenset[str]
) -> dict[str, Any]:
    order, titles = load_review().order, services.pack.titles
    rule = order[place.group] if place is not None and place.group is not None else None
    return {
        "id": listed.patient.id, "since": listed.patient.since, "relation": listed.patient.kind,
        "family": listed.family, "given": listed.given, "birth_date": listed.birth_date,
        "known": place is not None, "group": rule.id if rule else None, "group_label": t(rule.label) if rule else None,
        "reasons": [
            {"guideline": each.guideline, "title": t(titles.get(each.guideline, each.guideline)), "status": each.status,
             "group_label": t(order[each.group].label)}
            for each in (place.reasons if place else ())
        ],
        "awaits_review": place is not None and place.awaits, "asks_review": listed.patient.id in asking,
        "reviewed": {"on": str(place.reviewed_on), "by": place.reviewed_by} if place and place.reviewed_on else None,
    }  # fmt: skip


def place_of(plan: Plan, seen: Seen[Any]) -> Place:
    """Where this plan stands, by `content/review.yaml`."""
    review = load_review()
    found: list[tuple[int, float, Item]] = []
    for item in plan.items:
        if not item.set_aside and (group := review.group_of(item)) is not None:
            found.append((group, weight(item.recommendation), item))
    found.sort(key=lambda each: (each[0], -each[1]))
    history = history_of(seen.stored.reviews) if seen.stored else []
    return Place(
        plan.as_of, found[0][0] if found else None,
        sum(heavy for group, heavy, _ in found if group == found[0][0]),
        tuple(Reason(item.id, item.status.value, group) for group, _, item in found[:3]),
        any(item.awaits_review for item in plan.items),
        history[-1].on if history else None, history[-1].name if history else None,
    )  # fmt: skip


def _key(place: Place | None, groups: int) -> tuple[int, float]:
    """Those whose place is not worked out yet come last."""
    if place is None:
        return groups + 1, 0.0
    return (place.group if place.group is not None else groups), -place.weight


def _place(services: Services, one: Waiting, stops: Stops) -> Place | None:
    return NOTHING if one.digest is None else services.places.get(one.digest, one.shares, stops)


async def _work_out(services: Services, professional: SignedIn, missing: Sequence[Waiting]) -> None:
    seen = await asyncio.gather(*(_seen(services, professional, one) for one in missing))
    made = await asyncio.to_thread(lambda: [_made(services, each) if each else None for each in seen])
    for each, place in zip(seen, made, strict=True):
        if each is not None and place is not None and each.digest is not None:
            services.places.put(each.digest, each.granted, each.stops, place)


async def _seen(services: Services, professional: SignedIn, one: Waiting) -> Seen[Any] | None:
    try:
        return await see(services, of(professional, one.patient.id), _ORDER)
    except Refused:  # they have just withdrawn
        return None


def _made(services: Services, seen: Seen[Any]) -> Place | None:
    try:
        return place_of(made_of(services, seen, services.today(), "fr"), seen)
    except JalonError as error:
        log.warning("the place of a patient cannot be worked out: %s", error.code)
        return None


def _in_background(services: Services, professional: SignedIn, missing: Sequence[Waiting]) -> None:
    """One such task at a time for a session; it stops when the session does."""
    running = services.background
    name = f"worklist {professional.token_hash}"
    if any(task.get_name() == name for task in running):
        return

    async def work() -> None:
        for first in range(0, len(missing), AT_ONCE):
            await _work_out(services, professional, missing[first : first + AT_ONCE])

    _keep(running, asyncio.create_task(work(), name=name))


def _keep(running: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
    running.add(task)

    def over(done: asyncio.Task[None]) -> None:
        running.discard(done)
        if not done.cancelled() and (error := done.exception()) is not None:
            log.warning("the worklist is not complete: %s", type(error).__name__)

    task.add_done_callback(over)



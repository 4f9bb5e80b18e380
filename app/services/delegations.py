"""Acting for somebody else: inviting a carer, taking up an invitation, being the parent of a minor, ending it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from app.dates import PartialDate
from app.errors import UsageError
from app.records.model import Subject
from app.services import asks
from app.services.services import Services
from app.store.tables import stamp
from app.trust import delegations, health
from app.trust.delegation_rules import load_rules
from app.trust.delegations import Seen
from app.trust.door import SignedIn
from app.trust.vocabulary import CATEGORIES, Tag

_SHOW = asks.right(Tag.DELEGATIONS_READ, "read", "delegations")
_CHANGE = asks.right(Tag.DELEGATION_CHANGE, "write", "delegations")
_IDENTITY = asks.right(Tag.IDENTITY_SET, "write", "identity")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a carer is invited to: `person` and `delegate` are names for the two of them to see."""

    person: str
    delegate: str
    actions: Sequence[str]
    categories: Sequence[str]
    days: int


@dataclass(frozen=True, slots=True)
class Child:
    """The strict traits of a minor, against which their record will be held."""

    given: str
    family: str
    sex: Literal["female", "male"]
    birth_date: date


async def offer(services: Services, who: SignedIn, wanted: Offer) -> str:
    """The code to give to the carer. Raises UsageError (`delegation`, `delegations`)."""
    now = services.now()
    return await services.door.enter(
        who, _CHANGE,
        lambda grant: delegations.offer(
            grant, wanted.person, wanted.delegate, wanted.actions, wanted.categories, wanted.days, now
        ),
    )  # fmt: skip


async def accept(services: Services, who: SignedIn, code: str) -> dict[str, Any]:
    """Take up an invitation. Raises UsageError (`delegation_code`)."""
    now = services.now()
    seen = await services.door.enter(who, _CHANGE, lambda grant: delegations.accept(grant, code[:60], now))
    if seen is None:
        raise UsageError("this code is not good, or not any more", code="delegation_code")
    return _told(seen, services.today())


async def add_child(services: Services, who: SignedIn, child: Child) -> str:
    """Open an account for one's minor child: the delegation's id. Raises UsageError (`not_a_minor`, `delegation`)."""
    now = services.now()
    if not child.family.strip() or len(child.family) > 80:
        raise UsageError("the family name is missing", code="delegation", where="/family")
    made = await services.door.enter(
        who, _CHANGE, lambda grant: delegations.add_child(grant, child.given, child.birth_date, now)
    )
    traits = Subject(
        PartialDate.parse(child.birth_date.isoformat()), child.sex, (), child.family.strip(), given=child.given.strip()
    )
    await services.door.enter(
        replace(who, about=made), _IDENTITY, lambda grant: health.write_identity(grant, traits, stamp(now))
    )
    return made


async def end(services: Services, who: SignedIn, delegation: str) -> bool:
    """End a delegation of which one is a part; False for any other."""
    now = services.now()
    return await services.door.enter(who, _CHANGE, lambda grant: delegations.end(grant, delegation, now))


async def mine(services: Services, who: SignedIn) -> dict[str, Any]:
    """Who acts for the signed-in person, for whom they act, and what may be chosen."""
    now, rules = services.now(), load_rules()
    given, received = await services.door.enter(who, _SHOW, lambda grant: delegations.mine(grant, now))
    return {
        "given": [_told(one, services.today()) for one in given],
        "received": [_told(one, services.today()) for one in received],
        "carer": {
            "actions": [{"id": a.id, "label": a.label} for a in rules.actions if a.id in rules.carer.actions],
            "longest_days": rules.carer.longest_days,
            "code_days": rules.carer.code_days,
        },
        "parent": [band.model_dump(mode="json") for band in rules.parent],
    }


def _told(seen: Seen, today: date) -> dict[str, Any]:
    """A delegation as JSON; of a parent, with what the child's age leaves today."""
    terms, rules = seen.terms, load_rules()
    actions, categories, words = list(terms.actions), list(terms.categories), None
    if terms.birth_date is not None:
        band = rules.band(date.fromisoformat(terms.birth_date), today)
        actions, words = band.actions, band.summary
        categories = [name for name in CATEGORIES if name not in band.closed_categories] if actions else []
    return {
        "id": seen.id, "kind": terms.kind, "person": terms.person, "delegate": terms.delegate or None,
        "state": seen.state, "since": seen.at, "until": seen.until, "actions": actions, "categories": categories,
        "rule": words,
    }  # fmt: skip

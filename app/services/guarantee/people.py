"""The plans of those who consent to have Jalon's answers read again and counted, through the door, many at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import JalonError
from app.plans.model import Plan
from app.plans.plan import make_plan
from app.plans.review import Reviewed, history_of
from app.services.services import Services
from app.services.sheets import Seen, sheet_on
from app.trust import consents, health
from app.trust.grant import Grant
from app.trust.rules import Asked
from app.trust.visible import presume_nothing

PURPOSE = "quality_reading"
_TOGETHER = 64
"""People whose facts are read in one transaction."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A plan as nobody decided anything of it, and what doctors did decide."""

    person: str
    plan: Plan
    reviews: list[Reviewed]


def everybody(services: Services, asked: Asked) -> Iterator[Looked]:
    """Each person who consents and has facts; each look is in their log."""
    texts, after = services.door.consents, ""
    while people := services.door.account(
        lambda connection, after=after: consents.people_who_allow(connection, PURPOSE, texts, after, 10_000)  # type: ignore[misc]
    ):
        for start in range(0, len(people), _TOGETHER):
            yield from looked(services, people[start : start + _TOGETHER], asked)
        after = people[-1]


def looked(services: Services, people: Sequence[str], asked: Asked) -> Iterator[Looked]:
    seen = services.door.enter_each(people, asked, lambda grants: [_seen(services, grant) for grant in grants])
    for person, one in seen:
        plan = _plan(services, one)
        if plan is not None and one.stored is not None:
            yield Looked(person, plan, history_of(one.stored.reviews))


def _seen(services: Services, grant: Grant) -> tuple[str, Seen[Any]]:
    stored = health.read_facts(grant, services.vocabulary)
    return grant.subject, Seen(grant.categories, grant.facts_digest, stored)


def _plan(services: Services, seen: Seen[Any]) -> Plan | None:
    if seen.stored is None:
        return None
    try:
        sheet = sheet_on(services, seen, services.today())
        return make_plan(presume_nothing(sheet, seen.granted, services.vocabulary), "fr", services.pack)
    except JalonError:  # a day before birth: the record is at fault, and its owner is told elsewhere
        return None

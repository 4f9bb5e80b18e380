"""The facts of the signed-in person on a day: what was extracted, what they answered since, as far as they
allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, TypeVar

from app.errors import UsageError
from app.facts.answers import apply_answers
from app.facts.model import FactSheet
from app.guidelines.stops import NOTHING_STOPPED, Stops
from app.plans.review import Reviewed, history_of
from app.records.model import Source, Subject
from app.services.renewal import is_stale, renew
from app.services.services import Services
from app.trust import health
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.health import Stored
from app.trust.rules import Asked
from app.trust.visible import category_of

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
H = TypeVar("H")


@dataclass(frozen=True, slots=True)
class Seen(Generic[H]):
    """What the door let see: a `hit` found without reading facts, or the facts (None: nothing was ever
    sent)."""

    granted: frozenset[str]
    digest: str | None
    stored: Stored | None = None
    hit: H | None = None
    stops: Stops = NOTHING_STOPPED
    """What was stopped at that instant."""


def day_asked(services: Services, text: str | None) -> date:
    """The day a question is about. Raises UsageError (`as_of`) for anything but a day between 1900 and
    2100."""
    if text is None:
        return services.today()
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise UsageError("expected a day, AAAA-MM-JJ, between 1900 and 2100", code="as_of", where="as_of")
    return day


async def see(
    services: Services, who: SignedIn, asked: Asked, shortcut: Callable[[Grant], H | None] = lambda _: None
) -> Seen[H]:
    """Pass the door and read the facts, unless `shortcut(grant)` finds what is wanted; extract again if need
    be."""

    def work(grant: Grant) -> Seen[H]:
        if (hit := shortcut(grant)) is not None:
            return Seen(grant.categories, grant.facts_digest, hit=hit, stops=grant.stops)
        stored = health.read_facts(grant, services.vocabulary)
        return Seen(grant.categories, grant.facts_digest, stored, stops=grant.stops)

    seen = await services.door.enter(who, asked, work)
    if seen.stored is not None and is_stale(services, seen.stored) and await renew(services, seen.stored):
        seen = await services.door.enter(who, asked, work)
    return seen


def sheet_on(services: Services, seen: Seen[Any], day: date) -> FactSheet:
    """The facts seen, with the answers given until `day`. Raises UsageError (`as_of`) for a day before
    birth."""
    return sheet_of(services, seen.stored, seen.granted, day)


def sheet_of(services: Services, stored: Stored | None, granted: frozenset[str], day: date) -> FactSheet:
    """`sheet_on` of what is stored, read with these categories granted."""
    sheet = stored.sheet if stored else None
    if sheet is None:
        sheet = FactSheet(day, Subject(None, "unknown") if "identity" in granted else None)
    sheet = with_answers(sheet, stored.answers if stored else {}, day, services)
    if stored:
        sheet = _with_done(sheet, history_of(stored.reviews), day, services, granted)
    birth = sheet.subject.birth_date if sheet.subject else None
    if birth is not None and birth.earliest > day:
        raise UsageError("this day is before birth", code="as_of", where="as_of")
    return sheet


def with_answers(sheet: FactSheet, answers: Mapping[str, Any], day: date, services: Services) -> FactSheet:
    """Answers keep the day on which they were given, so that they grow old like any other fact."""
    by_day: dict[date, dict[str, Any]] = {}
    for fact, answer in answers.items():
        by_day.setdefault(date.fromisoformat(answer["on"]), {})[fact] = answer["value"]
    for given in sorted(day_given for day_given in by_day if day_given <= day):
        for fact, value in by_day[given].items():
            try:
                sheet = apply_answers(replace(sheet, as_of=given), {fact: value}, services.vocabulary)
            except UsageError:
                continue  # the vocabulary changed since: the question is asked again
    return replace(sheet, as_of=day)


def _with_done(
    sheet: FactSheet, history: Sequence[Reviewed], day: date, services: Services, granted: Set[str]
) -> FactSheet:
    """The acts that a doctor said are done, as facts that a professional wrote."""
    for one in history:
        if one.kind != "done" or one.fact is None or one.on > day:
            continue
        if category_of(one.fact, services.vocabulary) not in granted:
            continue
        known = sheet.facts.get(one.fact, [])
        value = {"date": one.on.isoformat(), "result": one.result} if one.result else one.on.isoformat()
        try:
            sheet = apply_answers(sheet, {one.fact: value}, services.vocabulary)
        except UsageError:
            continue  # the vocabulary changed since
        by: dict[str, Any] = {"author": "professional", "sources": (Source("relecture", f"relecture/{one.number}"),)}
        sheet.facts[one.fact] = [
            fact if any(fact is old for old in known) else replace(fact, **by) for fact in sheet.facts[one.fact]
        ]
    return sheet

"""What a person decides about one item of their plan: "not now", "not for me", "ask my doctor", or "already done"."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.errors import UsageError
from app.i18n import translator
from app.plans.calendar import calendar_event
from app.plans.decisions import REASONS, Decision, Kind, Reason
from app.services import answers, asks, plans
from app.services.cache import Rendered
from app.services.rendering import render
from app.services.services import Services
from app.store.tables import stamp
from app.trust import health, repeats
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.repeats import Given, Repeat
from app.trust.vocabulary import Tag

_CHANGE = asks.write(Tag.DECISIONS_CHANGE, "decisions")
FURTHEST = timedelta(days=2 * 366)
"""How long "not now" may last."""
SOONER = timedelta(days=7)
"""When a calendar event is, for what is due already and no day was chosen."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person decides: `until` goes with `later`, `reason` (of a closed list, may be left out) with
    `not_for_me`."""

    decision: Kind
    until: date | None = None
    reason: Reason | None = None


async def item(services: Services, who: SignedIn, guideline: str, *, lang: str) -> dict[str, Any]:
    """One item of today's plan, as in its JSON. Raises UsageError (`unknown_guideline`, `language`), Refused."""
    plan = json.loads((await plans.plan(services, who, lang=lang)).body)
    return item_of(plan, guideline)


def item_of(plan: Mapping[str, Any], guideline: str) -> dict[str, Any]:
    """Every guideline is in exactly one list of a plan. Raises UsageError (`unknown_guideline`)."""
    for name in plans.LISTS:
        for each in plan[name]:
            if each["guideline"] == guideline:
                return dict(each)
    raise UsageError("there is no such recommendation", code="unknown_guideline")


async def decide(
    services: Services, who: SignedIn, guideline: str, wanted: Wanted, repeat: Repeat | None = None
) -> Rendered:
    """Keep the decision, in place of the former one about the same guideline; it holds from the next plan on.

    Raises UsageError (`decision`, `unknown_guideline`), Refused, NotSignedIn.
    """
    today = services.today()
    _check(wanted, today)
    shown = _in_force(await item(services, who, guideline, lang="fr"))
    decision = Decision(wanted.decision, today, shown["track"], wanted.until, wanted.reason)
    return await _change(services, who, guideline, decision, repeat)


async def take_back(services: Services, who: SignedIn, guideline: str) -> Rendered:
    """Forget what was decided about a guideline. Raises UsageError (`unknown_guideline`), Refused, NotSignedIn."""
    if guideline not in services.pack.ids():
        raise UsageError("there is no such recommendation", code="unknown_guideline")
    return await _change(services, who, guideline, None, None)


async def done(
    services: Services, who: SignedIn, guideline: str, on: str, fact: str | None = None, result: str | None = None,
    repeat: Repeat | None = None,
) -> Rendered:
    """"Already done", on a day (`AAAA`, `AAAA-MM` or `AAAA-MM-JJ`): an answer of the person, which the plan counts.

    `fact` says which act, where several would settle the item. Raises UsageError (`no_act`), WrongAnswers, Refused.
    """
    acts = (await item(services, who, guideline, lang="fr"))["settled_by"]
    chosen = fact or next(iter(acts), None)
    if chosen is None or chosen not in acts:
        raise UsageError("this recommendation is settled by no such act", code="no_act", where="fact")
    value: Any = {"date": on, "result": result} if result else on
    await answers.add(services, who, chosen, value, more=True, repeat=repeat)
    return render({"guideline": guideline, "fact": chosen, "date": on})


async def calendar(
    services: Services, who: SignedIn, guideline: str, *, lang: str, on: date | None = None, discreet: bool = False
) -> bytes:
    """An iCalendar file (RFC 5545) with one event, on the day chosen, else the first on which it is due. `discreet`: a
    title that says nothing. Raises UsageError (`calendar_day`, …), Refused."""
    today, t = services.today(), translator(lang)
    shown = _in_force(await item(services, who, guideline, lang=lang))
    due = date.fromisoformat(shown["due_from"]) if shown["due_from"] else today
    day = on or (due if due > today else today + SOONER)
    if not today <= day <= today + 30 * FURTHEST:
        raise UsageError("expected a day to come", code="calendar_day", where="on")
    return await asyncio.to_thread(calendar_event, shown, day, services.now(), t, discreet=discreet)


def _in_force(shown: dict[str, Any]) -> dict[str, Any]:
    """Raises UsageError (`suspended`)."""
    if shown["suspension"] is not None:
        raise UsageError("this recommendation is suspended: there is nothing to decide", code="suspended")
    return shown


def _check(wanted: Wanted, today: date) -> None:
    if (wanted.decision == "later") != (wanted.until is not None):
        raise UsageError("`until` goes with `later`, and only with it", code="decision", where="/until")
    if wanted.until is not None and not today < wanted.until <= today + FURTHEST:
        raise UsageError("expected a day within two years from tomorrow", code="decision", where="/until")
    if wanted.reason is not None and (wanted.decision != "not_for_me" or wanted.reason not in REASONS):
        raise UsageError("`reason` is one of the list, with `not_for_me`", code="decision", where="/reason")


async def _change(
    services: Services, who: SignedIn, guideline: str, decision: Decision | None, repeat: Repeat | None
) -> Rendered:
    kept = decision.to_json() if decision else None
    answer = {"guideline": guideline, "decision": kept}

    def work(grant: Grant) -> Rendered:
        if given := repeats.find(grant, repeat):
            return render(json.loads(given.answer))
        at = stamp(services.now())
        health.change_decision(grant, guideline, kept, services.vocabulary, at)
        repeats.keep(grant, repeat, Given(200, json.dumps(answer)), at)
        return render(answer)

    return await services.door.enter(who, _CHANGE, work)

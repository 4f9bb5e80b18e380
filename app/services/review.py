"""A doctor looks at one patient's plan and decides: what they see on half a page, and what they then decide.

What is read and what is decided pass the door for "review by my doctor"; the patient reads both in their log, and each
decision in their plan.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.cds.content import decision_support
from app.dates import Period, add
from app.errors import JalonError, UsageError
from app.facts.vocabulary import Fact as Definition
from app.i18n import translator
from app.plans.model import Item, Plan
from app.plans.review import Kind, Reviewed, basis_of, history_of
from app.plans.review_content import load_review
from app.services import asks
from app.services.cache import Rendered
from app.services.plans import made_of
from app.services.practice import of
from app.services.review_versions import Version, changed, version_of
from app.services.review_view import view
from app.services.services import Services
from app.services.sheets import Seen, see
from app.store.tables import stamp
from app.trust import health, relations
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.vocabulary import Tag

_READ = asks.review(Tag.PATIENT_PLAN_READ, "plan")
_DECIDE = asks.write(Tag.PATIENT_REVIEW, "review", relations.REVIEW)
FURTHEST_YEARS = 10
LONGEST = 500


class PlanChanged(JalonError):
    """The plan is not any more what was looked at: `changed` says in what, in the reader's language."""

    code = "precondition"

    def __init__(self, changes: list[dict[str, Any]]) -> None:
        self.changed = changes
        super().__init__("the plan changed since it was read")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision as it is asked for. `fact` and `result`: the act done today (by default the item's own first act)."""

    guideline: str
    decision: Kind
    until: date | None = None
    due: date | None = None
    interval: str | None = None
    act: str | None = None
    reason: str | None = None
    words: str | None = None
    fact: str | None = None
    result: str | None = None


async def show(services: Services, professional: SignedIn, patient: str, *, lang: str) -> Rendered:
    """The one-patient view as JSON; its entity tag is what a decision is then held against (`decide`). Raises Refused,
    UsageError (`language`)."""
    translator(lang)
    seen: Seen[Any] = await see(services, of(professional, patient), _READ)
    plan, version = await _made(services, seen, lang)
    return await asyncio.to_thread(lambda: view(plan, seen, version))


async def decide(
    services: Services, professional: SignedIn, patient: str, wanted: Sequence[Wanted], if_match: str | None, *,
    lang: str, all_else: bool = False,
) -> Rendered:  # fmt: skip
    """Keep decisions, all or none, each signed by the professional; `all_else` accepts what is shown first and has no
    decision yet. Gives the view as it then is.

    Raises PlanChanged (facts or decisions changed since `if_match` was read), UsageError (`review`,
    `unknown_guideline`), Refused.
    """
    who = of(professional, patient)
    seen: Seen[Any] = await see(services, who, _READ)
    if if_match is None:
        raise UsageError("say which version was looked at", code="no_version", where="If-Match")
    plan, version = await _made(services, seen, lang)
    if if_match.strip() != version.etag:
        raise PlanChanged(changed(if_match, plan, seen))
    if {one.guideline for one in wanted} & {one.id for one in plan.suspended}:
        raise UsageError("this recommendation is suspended: there is nothing to decide", code="suspended")
    items = {item.id: item for item in plan.items}
    checked = [_checked(one, items, plan) for one in wanted]
    if len({one.guideline for one in wanted}) != len(wanted):
        raise UsageError("one decision for each recommendation", code="review", where="/decisions")
    if all_else:
        rest = [item for item in plan.first if item.review is None and item.id not in {one.guideline for one in wanted}]
        checked += [(Wanted(item.id, "accept"), item) for item in rest]
    if not checked:
        raise UsageError("nothing is decided", code="review", where="/decisions")

    def work(grant: Grant) -> bool:
        if grant.facts_digest != seen.digest:
            return False
        name, first = relations.who_decides(grant), len(history_of(seen.stored.reviews)) + 1 if seen.stored else 1
        made = [
            _decision(first + place, one, item, grant.actor, name, plan) for place, (one, item) in enumerate(checked)
        ]
        looked = {"on": plan.as_of.isoformat(), "by": name, "statuses": {i.id: i.status.value for i in plan.items}}
        kept = {"decisions": [one.to_json() for one in made], "seen": looked}
        health.add_reviews(grant, kept, services.vocabulary, stamp(services.now()))
        return True

    if not await services.door.enter(who, _DECIDE, work):  # somebody came between our reading and our writing
        again: Seen[Any] = await see(services, who, _READ)
        raise PlanChanged(changed(if_match, (await _made(services, again, lang))[0], again))
    return await show(services, professional, patient, lang=lang)


async def _made(services: Services, seen: Seen[Any], lang: str) -> tuple[Plan, Version]:
    def make() -> tuple[Plan, Version]:
        plan = made_of(services, seen, services.today(), lang)
        return plan, version_of(plan, seen)

    return await asyncio.to_thread(make)


def _checked(wanted: Wanted, items: Mapping[str, Item], plan: Plan) -> tuple[Wanted, Item]:
    """Raises UsageError: what was asked makes no sense (never says what was typed)."""
    item = items.get(wanted.guideline)
    if item is None:
        raise UsageError("there is no such recommendation", code="unknown_guideline")
    today, kind = plan.as_of, wanted.decision
    allowed: dict[str, set[str]] = {
        "accept": set(), "adapt": {"due", "interval", "act", "words"}, "set_aside": {"until", "reason", "words"},
        "ask_patient": {"words"}, "done": {"fact", "result"},
    }  # fmt: skip
    given = {name for name in ("until", "due", "interval", "act", "reason", "words", "fact", "result")
             if getattr(wanted, name) is not None}
    if given - allowed[kind]:
        raise _wrong(f"`{sorted(given - allowed[kind])[0]}` does not go with `{kind}`")
    if kind == "set_aside" and wanted.reason not in {one.code for one in decision_support().override_reasons}:
        raise _wrong("`reason` is one of the list")
    if kind == "adapt" and not given:
        raise _wrong("say what is adapted: `due`, `interval`, `act` or `words`")
    for day in (wanted.until, wanted.due):
        if day is not None and not today < day <= date(today.year + FURTHEST_YEARS, 12, 31):
            raise _wrong(f"a day to come, within {FURTHEST_YEARS} years")
    if wanted.words is not None and not 0 < len(wanted.words.strip()) <= LONGEST:
        raise _wrong(f"`words` has 1 to {LONGEST} characters")
    facts = plan.say.vocabulary.facts
    for name in (wanted.act, wanted.fact):
        if name is not None and (name not in facts or facts[name].type not in {"event", "dose"}):
            raise _wrong("`act` and `fact` name an act or a vaccine of the vocabulary")
    if wanted.result is not None and wanted.result not in _results(facts, wanted.fact or _act(item)):
        raise _wrong("`result` is one of those of the act")
    if wanted.interval is not None:
        _period(wanted.interval)
    return wanted, item


def _decision(number: int, wanted: Wanted, item: Item, actor: str, name: str, plan: Plan) -> Reviewed:
    found, today = item.recommendation, plan.as_of
    until, due, fact = wanted.until, wanted.due, wanted.fact
    if wanted.decision == "done":
        fact = fact or _act(item) or None
        until = None if fact else add(today, Period.parse(load_review().done_rests))
    if wanted.decision == "adapt" and wanted.interval and due is None and found.last_done is not None:
        due = add(found.last_done, _period(wanted.interval))
    return Reviewed(
        number, item.id, wanted.decision, today, actor, name, found.status.value,
        found.track.id if found.track else None, basis_of(found, plan.sheet), until, due, wanted.interval, wanted.act,
        wanted.reason, wanted.words.strip() if wanted.words else None, fact, wanted.result,
    )  # fmt: skip


def _results(facts: Mapping[str, Definition], name: str) -> Sequence[str]:
    return facts[name].values if name in facts else ()


def _act(item: Item) -> str:
    return next(iter(item.settled_by), "")


def _period(text: str) -> Period:
    try:
        period = Period.parse(text)
    except ValueError:
        raise _wrong("`interval` is written P2Y, P18M, P6W or P90D") from None
    if not 0 < period.months * 30 + period.days <= 366 * FURTHEST_YEARS:
        raise _wrong(f"`interval` is at most {FURTHEST_YEARS} years")
    return period


def _wrong(what: str) -> UsageError:
    return UsageError(what, code="review", where="/decisions")

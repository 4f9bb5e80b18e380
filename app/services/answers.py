"""Answers to the plan's questions: checked one by one, dated the day they are given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.errors import UsageError
from app.facts.answers import apply_answers
from app.services import asks
from app.services.cache import Rendered
from app.services.rendering import render
from app.services.services import Services
from app.services.sheets import Seen, see, sheet_on
from app.store.tables import stamp
from app.trust import health, repeats
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.repeats import Given, Repeat
from app.trust.visible import category_of
from app.trust.vocabulary import Tag

_READ = asks.read(Tag.ANSWERS_READ, "answers")
MOST_ANSWERS = 500


class WrongAnswers(UsageError):
    """`errors` maps each wrong fact to what was expected; never what was answered."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("some answers cannot be used", code="answers", where="answers")


class Changed(UsageError):
    """The resource is not any more what the caller has seen (If-Match)."""

    def __init__(self) -> None:
        super().__init__("changed since it was read", code="precondition")


async def answers(services: Services, who: SignedIn) -> Rendered:
    """`{fact: {"value": …, "on": "AAAA-MM-JJ"}}`, of the categories that the person allows."""
    seen: Seen[Rendered] = await see(services, who, _READ)
    return _render(seen)


async def put(
    services: Services,
    who: SignedIn,
    sent: Mapping[str, Any],
    repeat: Repeat | None = None,
    if_match: str | None = None,
) -> Rendered:
    """Replace the answers that the person sees by `{fact: value}`. An answer that stays the same keeps its
    day.

    Raises WrongAnswers, Changed, Refused (a category that is not allowed), NotSignedIn.
    """
    seen: Seen[Rendered] = await see(services, who, _READ)
    if if_match not in (None, "*", _render(seen).etag):
        raise Changed
    categories = _check(services, seen, sent)
    today = services.today().isoformat()
    visible = seen.stored.answers if seen.stored else {}
    new = {
        fact: {"value": value, "on": _day(visible.get(fact), value, today)} for fact, value in sent.items()
    }
    asked = (
        asks.write_all(Tag.ANSWERS_CHANGE, "answers", categories)
        if categories
        else asks.write(Tag.ANSWERS_CHANGE, "answers")
    )

    def work(grant: Grant) -> Rendered:
        if given := repeats.find(grant, repeat):
            return _shown(json.loads(given.answer))
        if if_match is not None and grant.facts_digest != seen.digest:
            raise Changed
        at = stamp(services.now())
        hidden = {fact: kept for fact, kept in health.read_own_answers(grant).items() if fact not in visible}
        health.write_answers(grant, hidden | new, services.vocabulary, at)
        repeats.keep(grant, repeat, Given(200, json.dumps(new)), at)
        return _shown(new)

    return await services.door.enter(who, asked, work)


async def add(
    services: Services, who: SignedIn, fact: str, value: Any, *, more: bool = False, repeat: Repeat | None = None
) -> int:
    """One answer among those already given (with `more`, beside the acts or doses already told); gives its number (see
    `app.services.changes`). Tries once again if the answers changed meanwhile. Raises what `put` raises."""
    for last_try in (False, True):
        found = await answers(services, who)
        given = {name: kept["value"] for name, kept in json.loads(found.body).items()}
        given[fact] = joined(given.get(fact), value) if more else value
        try:
            await put(services, who, given, repeat, if_match=found.etag)
        except Changed:
            if last_try:
                raise
        else:
            return sorted(given).index(fact)
    raise AssertionError("unreachable")


def joined(before: Any, more: Any) -> list[Any]:
    """Acts or doses already told, and one more (told twice, it counts once)."""
    known = before if isinstance(before, list) else [] if before in (None, "never", "unknown") else [before]
    new = more if isinstance(more, list) else [more]
    return [*known, *(act for act in new if act not in known)]


def _render(seen: Seen[Rendered]) -> Rendered:
    return _shown(seen.stored.answers if seen.stored else {})


def _shown(kept: Mapping[str, Any]) -> Rendered:
    """The same answers give the same bytes, and so the same entity tag."""
    return render({fact: {"value": kept[fact]["value"], "on": kept[fact]["on"]} for fact in sorted(kept)})


def _check(services: Services, seen: Seen[Rendered], sent: Mapping[str, Any]) -> frozenset[str]:
    """The categories that the answers belong to. Raises WrongAnswers with every error at once."""
    errors: dict[str, str] = {}
    categories: set[str] = set()
    if len(sent) > MOST_ANSWERS:
        raise UsageError("too many answers", code="answers", where="answers")
    try:
        json.dumps(sent, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:  # infinite numbers, half characters
        raise UsageError("not plain numbers and text", code="answers", where="answers") from None
    bare = replace(seen, stored=replace(seen.stored, answers={}) if seen.stored else None)
    sheet = sheet_on(services, bare, services.today())
    for fact, value in sent.items():
        category = "identity" if fact == "birth_date" else category_of(fact, services.vocabulary)
        try:
            apply_answers(sheet, {fact: value}, services.vocabulary)
        except UsageError as error:
            errors[fact] = error.message
        categories.add(category or "identity")
    if errors:
        raise WrongAnswers(errors)
    return frozenset(categories)


def _day(kept: Mapping[str, Any] | None, value: Any, today: str) -> str:
    return str(kept["on"]) if kept and kept["value"] == value else today

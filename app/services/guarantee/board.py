"""What a professional of the guarantee board does: read, judge, discuss, decide what becomes of a finding."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.errors import UsageError
from app.i18n import Translator, translator
from app.services import asks
from app.services.guarantee.agreement import Agreement, agreement, by_guideline
from app.services.guarantee.content import load_guarantee
from app.services.guarantee.people import PURPOSE
from app.services.services import Services
from app.store.tables import stamp
from app.trust import relations
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.guarantee import cases, register, seats
from app.trust.guarantee.cases import Open
from app.trust.guarantee.register import Closed
from app.trust.rules import Asked
from app.trust.vocabulary import Tag

_BOARD = Asked(Tag.BOARD_READ, "read", "board", PURPOSE)
_DECIDE = Asked(Tag.BOARD_DECIDE, "write", "board", PURPOSE)
_READ = asks.read(Tag.GUARANTEE_READ, "guarantee", PURPOSE)
_JUDGE = asks.write(Tag.GUARANTEE_JUDGE, "guarantee", PURPOSE)
LONGEST = 1000
"""Characters of a reader's words."""


async def board(services: Services, who: SignedIn, *, lang: str) -> dict[str, Any]:
    """What the signed-in reader has to read, how far readers agree, and the register. Raises Refused, UsageError."""
    t = translator(lang)

    def work(grant: Grant) -> Any:
        connection = grant.connection("read", "board")
        return (cases.mine(grant), register.results(connection), register.issues(connection),
                register.draws(connection))  # fmt: skip

    mine, results, issues, draws = await services.door.enter(replace(who, about=seats.BOARD), _BOARD, work)
    found = await asyncio.to_thread(
        lambda: [(None, agreement(results)), *((name, agreement(some)) for name, some in by_guideline(results).items())]
    )
    return {
        "readings": mine,
        "agreement": [
            {"guideline": name, **titled(name, services, t), **agreement_json(one, t)} for name, one in found
        ],
        "issues": [issue_json(one, services, t) for one in issues],
        "draws": [{"month": one["month"], "on": one["at"][:10], "seed": one["seed"]} for one in draws],
        "verdicts": [{"id": one.id, "label": t(one.label)} for one in load_guarantee().verdicts],
        "states": [{"id": one.id, "label": t(one.label)} for one in load_guarantee().states],
    }


async def read(services: Services, who: SignedIn, reading: str, *, lang: str) -> dict[str, Any]:
    """One case, as this reader may see it now: nobody else's reading before both are done. Raises Refused."""
    t = translator(lang)
    found = await services.door.enter(replace(who, about=reading), _READ, lambda grant: cases.read(grant, reading))
    return open_json(found, reading, t)


async def judge(
    services: Services, who: SignedIn, reading: str, verdict: str, words: str | None, *, lang: str
) -> dict[str, Any]:
    """Say what one thinks of an answer, once. Raises Refused, UsageError (`verdict`, `read_already`)."""
    t, text = translator(lang), _words(words)
    _known(verdict)
    at = stamp(services.now())

    def work(grant: Grant) -> Open | Closed:
        found = {"verdict": verdict, "words": text, "by": grant.actor, "name": relations.who_decides(grant)}
        return cases.judge(grant, reading, found, at)

    return _answer(await _within(services, who, reading, work), reading, t)


async def propose(
    services: Services, who: SignedIn, reading: str, verdict: str, words: str | None, *, lang: str
) -> dict[str, Any]:
    """Propose what two readings that differ come to. Raises Refused, UsageError (`verdict`, `not_to_discuss`)."""
    t, text = translator(lang), _words(words)
    _known(verdict)
    if not text:
        raise UsageError("say why in a few words", code="verdict", where="/words")

    def work(grant: Grant) -> Open:
        found = {"verdict": verdict, "words": text, "by": grant.actor, "name": relations.who_decides(grant)}
        return cases.propose(grant, reading, found, stamp(services.now()))

    return _answer(await _within(services, who, reading, work), reading, t)


async def confirm(services: Services, who: SignedIn, reading: str, *, lang: str) -> dict[str, Any]:
    """Confirm what the other reader proposed: the case is closed. Raises Refused, UsageError (`not_to_confirm`,
    `same_person`)."""
    t, at = translator(lang), stamp(services.now())
    return _answer(await _within(services, who, reading, lambda grant: cases.confirm(grant, reading, at)), reading, t)


async def advance(services: Services, who: SignedIn, issue: str, state: str, words: str | None) -> None:
    """Say what becomes of a finding. Raises Refused, UsageError (`verdict`, `unknown_issue`, `issue_over`)."""
    text = _words(words)
    if state not in register.STATES or not text:
        raise UsageError("`state` is one of the list, and `words` say why", code="verdict", where="/state")
    day = services.today().isoformat()

    def work(grant: Grant) -> bool | UsageError:
        try:
            return register.advance(grant, issue, state, text, relations.who_decides(grant), day)
        except UsageError as error:
            return error

    done = await services.door.enter(replace(who, about=seats.BOARD), _DECIDE, work)
    if isinstance(done, UsageError):
        raise done
    if not done:
        raise UsageError("there is no such finding", code="unknown_issue")


async def sits(services: Services, who: SignedIn) -> bool:
    """Does whoever is signed in sit on the board? Raises NotSignedIn."""
    return await services.door.with_account(who, seats.sits)


async def _within(
    services: Services, who: SignedIn, reading: str, work: Callable[[Grant], Open | Closed]
) -> Open | Closed:
    """What does not fit the state of the case is an error that leaves its entry in the log, as it opened the case."""

    def within(grant: Grant) -> Open | Closed | UsageError:
        try:
            return work(grant)
        except UsageError as error:  # before anything was written
            return error

    found = await services.door.enter(replace(who, about=reading), _JUDGE, within)
    if isinstance(found, UsageError):
        raise found
    return found


def titled(guideline: str | None, services: Services, t: Translator) -> dict[str, str | None]:
    return {"title": t(services.pack.titles.get(guideline, guideline)) if guideline else None}


def agreement_json(one: Agreement, t: Translator) -> dict[str, Any]:
    return {
        "read": one.read, "agree": one.agree, "right": one.right,
        "kappa": None if one.kappa is None else round(one.kappa, 2),
        "kappa_words": None if one.kappa is None else t(load_guarantee().kappa_words(one.kappa)),
    }  # fmt: skip


def issue_json(one: dict[str, Any], services: Services, t: Translator) -> dict[str, Any]:
    return {**one, **titled(one["guideline"], services, t), "kind_label": verdict_label(one["kind"], t),
            "state_label": state_label(one["state"], t), "over": one["state"] in register.OVER,
            "steps": [{**step, "state_label": state_label(step["state"], t)} for step in one["steps"]]}  # fmt: skip


def verdict_label(code: str, t: Translator) -> str:
    return next((t(one.label) for one in load_guarantee().verdicts if one.id == code), code)


def state_label(code: str, t: Translator) -> str:
    return next((t(one.label) for one in load_guarantee().states if one.id == code), code)


def open_json(found: Open, reading: str, t: Translator) -> dict[str, Any]:
    return {
        "id": reading, "month": found.month, "state": found.state, "shown": found.shown,
        "mine": _found(found.mine, t), "other": _found(found.other, t),
        "proposal": None if found.proposal is None or found.mine is None
        else {**_said(found.proposal, t), "mine": found.proposal["by"] == found.mine["by"]},
    }  # fmt: skip


def _answer(found: Open | Closed, reading: str, t: Translator) -> dict[str, Any]:
    if isinstance(found, Closed):
        return {"id": reading, "state": "closed", "final": found.final, "final_label": verdict_label(found.final, t),
                "issue": found.issue}  # fmt: skip
    return open_json(found, reading, t)


def _found(one: Any, t: Translator) -> dict[str, Any] | None:
    return None if one is None else _said(one, t)


def _said(one: Any, t: Translator) -> dict[str, Any]:
    return {"verdict": one["verdict"], "label": verdict_label(one["verdict"], t), "words": one["words"],
            "name": one["name"]}  # fmt: skip


def _known(verdict: str) -> None:
    if verdict not in {one.id for one in load_guarantee().verdicts}:
        raise UsageError("`verdict` is one of the list", code="verdict", where="/verdict")


def _words(words: str | None) -> str:
    text = (words or "").strip()
    if len(text) > LONGEST:
        raise UsageError(f"`words` has at most {LONGEST} characters", code="verdict", where="/words")
    return text

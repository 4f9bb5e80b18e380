"""Problems that people report about an item of their plan, human reviews that they ask for, complaints: sent, answered
within a stated delay (`content/vigilance.yaml`), and followed to their end."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from app.dates import Period, add
from app.errors import UsageError
from app.i18n import N_, Translator
from app.plans.vigilance import load_vigilance
from app.services import asks, plans, practice
from app.services.services import Services
from app.store.tables import stamp
from app.trust import relations, signals
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.signals import Draft, Kind, Own, Signal, To
from app.trust.vocabulary import Tag

LONGEST, SHORTEST = 2000, 5
_SEND = asks.right(Tag.SIGNAL_SEND, "write", "signals")
_SEND_ITEM = asks.write(Tag.SIGNAL_SEND, "signals")
_MINE = asks.right(Tag.SIGNALS_READ, "read", "signals")
_SETTLE = asks.right(Tag.SIGNAL_CLOSE, "write", "signals")
_PATIENT_SEND = asks.write(Tag.PATIENT_SIGNAL, "signals", relations.REVIEW)
_PATIENT_READ = asks.review(Tag.PATIENT_SIGNALS_READ, "signals")
_PATIENT_ANSWER = asks.write(Tag.PATIENT_SIGNAL_ANSWER, "signals", relations.REVIEW)
_PATIENT_TRACE = asks.review(Tag.PATIENT_PLAN_READ, "explanation")
KINDS: dict[Kind, str] = {
    "problem": N_("Problème signalé"), "review": N_("Relecture demandée"), "complaint": N_("Réclamation"),
}  # fmt: skip
STATES: dict[str, str] = {
    "received": N_("Reçu"), "analysed": N_("Analysé"), "action": N_("Une correction est décidée"),
    "answered": N_("Une réponse vous est donnée"), "contested": N_("Vous n’êtes pas d’accord : relu à nouveau"),
    "closed": N_("Terminé"),
}  # fmt: skip


async def report(services: Services, who: SignedIn, guideline: str, problem: str, words: str) -> str:
    """A problem with an item of one's own plan; gives its number. Raises UsageError (`signal`, `unknown_guideline`),
    Refused."""
    return await _about_item(services, who, guideline, "problem", _problem(problem), words, "team")


async def ask_review(services: Services, who: SignedIn, guideline: str, words: str, to: To) -> str:
    """Ask a human being to look again at an item. Raises UsageError (`no_practice`, `signal`,
    `unknown_guideline`), Refused."""
    if to == "doctor" and not await practice.named(services, replace(who, purpose=None)):
        raise UsageError("name your practice first", code="no_practice", where="/to")
    return await _about_item(services, who, guideline, "review", "", words, to)


async def complain(services: Services, who: SignedIn, words: str) -> str:
    """About one's data, or anything else. Raises UsageError (`signal`), Refused."""
    said = _words(words, needed=True)
    draft = _draft(services, "complaint", "citizen", "team", None, "", {"words": said, "trace": None})
    at = stamp(services.now())
    return await services.door.enter(who, _SEND, lambda grant: signals.send(grant, draft, at))


async def report_for(
    services: Services, professional: SignedIn, patient: str, guideline: str, problem: str, words: str
) -> str:
    """A doctor reports a problem with an item of a patient's plan. Raises UsageError, Refused."""
    known, who = _problem(problem), practice.of(professional, patient)
    explained = json.loads(
        (await plans.explanation(services, who, guideline, lang="fr", asked=_PATIENT_TRACE)).body
    )
    draft = _draft(services, "problem", "professional", "team", explained, known, _content(words, explained))
    at = stamp(services.now())
    return await services.door.enter(who, _PATIENT_SEND, lambda grant: signals.send(grant, draft, at))


async def mine(services: Services, who: SignedIn, t: Translator) -> list[dict[str, Any]]:
    """What one sent, and what became of it, the latest first. Raises Refused."""
    found = await services.door.enter(who, _MINE, signals.of_person)
    return [told(services, one, t) for one in found]


async def one_of_mine(services: Services, who: SignedIn, name: str, t: Translator) -> dict[str, Any]:
    """One of them, with the whole reasoning that was kept. Raises UsageError (`unknown_signal`), Refused."""
    found = await services.door.enter(who, _MINE, lambda grant: signals.opened(grant, name))
    if found is None:
        raise UsageError("there is no such report or request", code="unknown_signal")
    return told(services, found, t) | {"trace": found.content.get("trace")}


async def settle(
    services: Services, who: SignedIn, name: str, step: Literal["closed", "contested"], words: str
) -> None:
    """Take an answer as it is, or contest it: the team then looks again, within a new delay. Raises UsageError
    (`unknown_signal`, `signal_step`, `signal`), Refused."""
    said, at = _words(words, needed=False), stamp(services.now())
    # what cannot be done is at least in the log
    signals.check(await services.door.enter(who, _MINE, lambda grant: signals.opened(grant, name)), step)

    def work(grant: Grant) -> None:
        more: dict[str, Any] = {} if step == "closed" else {"sent_to": "team", "due_at": _due(services, "review")}
        signals.take(grant, name, step, role="citizen", at=at, words=said, **more)

    await services.door.enter(who, _SETTLE, work)


async def requests(services: Services, professional: SignedIn, patient: str, t: Translator) -> list[dict[str, Any]]:
    """The reviews that a patient asked their doctor for. Raises Refused."""
    who = practice.of(professional, patient)
    found = await services.door.enter(who, _PATIENT_READ, lambda grant: signals.of_person(grant, to="doctor"))
    return [told(services, one, t) for one in found]


async def answer_patient(services: Services, professional: SignedIn, patient: str, name: str, words: str) -> None:
    """A doctor answers a review that their patient asked for. Raises UsageError (`unknown_signal`, `signal_step`,
    `signal`), Refused."""
    who, said, at = practice.of(professional, patient), _words(words, needed=True), stamp(services.now())
    asked = await services.door.enter(who, _PATIENT_READ, lambda grant: signals.opened(grant, name))
    signals.check(asked, "answered", "doctor")

    def work(grant: Grant) -> None:
        name_of = relations.who_decides(grant)
        signals.take(grant, name, "answered", role="professional", at=at, by=name_of, words=said, only_to="doctor")

    await services.door.enter(who, _PATIENT_ANSWER, work)


def told(services: Services, own: Own, t: Translator) -> dict[str, Any]:
    """A signal as the person concerned, or their doctor, reads it."""
    return register_line(services, own.signal, t) | {
        "words": own.content.get("words") or None,
        "answers": own.answers,
    }


def register_line(services: Services, one: Signal, t: Translator) -> dict[str, Any]:
    """The anonymous half in words."""
    problem = load_vigilance().problem(one.problem)
    impact = load_vigilance().impact(one.impact)
    label = None
    if problem is not None:
        said = problem.label if one.reporter == "citizen" else problem.label_professional
        label = t(said)
    return {
        "id": one.id, "kind": one.kind, "kind_text": t(KINDS[one.kind]), "reporter": one.reporter,
        "sent_to": one.sent_to, "guideline": one.guideline or None,
        "title": t(services.pack.titles.get(one.guideline, one.guideline)) if one.guideline else None,
        "version": one.version or None, "pack": one.pack, "status": one.status or None,
        "problem": one.problem or None, "problem_text": label,
        "impact": one.impact or None, "impact_text": t(impact.label) if impact else None,
        "state": one.state, "state_text": t(STATES[one.state]), "at": one.at, "due": one.due_at,
        "overdue": one.waits and one.due_at < services.today().isoformat(),
        "steps": [
            {"step": step, "text": t(STATES[step]), "role": role, "analysis": analysis or None, "at": at}
            for step, role, analysis, at in one.steps
        ],
    }  # fmt: skip


async def _about_item(
    services: Services, who: SignedIn, guideline: str, kind: Kind, problem: str, words: str, to: To
) -> str:
    """The whole reasoning of this moment is read as for the item's page, and kept with it."""
    said = _words(words, needed=False)
    explained = json.loads((await plans.explanation(services, who, guideline, lang="fr")).body)
    draft = _draft(services, kind, "citizen", to, explained, problem, _content(said, explained))
    at = stamp(services.now())
    return await services.door.enter(who, _SEND_ITEM, lambda grant: signals.send(grant, draft, at))


def _draft(
    services: Services, kind: Kind, reporter: Literal["citizen", "professional"], to: To,
    explained: dict[str, Any] | None, problem: str, content: dict[str, Any],
) -> Draft:  # fmt: skip
    guideline = explained["guideline"] if explained else ""
    version = services.pack.get(guideline, services.today()).effective_from.isoformat() if explained else ""
    return Draft(
        kind, reporter, to, guideline, version, f"{services.pack.id} {services.pack.version}",
        explained["status"] if explained else "", problem, _due(services, kind),
        content | {"pack_digest": services.pack.digest},
    )  # fmt: skip


def _content(words: str, explained: dict[str, Any]) -> dict[str, Any]:
    return {"words": _words(words, needed=False), "trace": explained}


def _due(services: Services, kind: Kind) -> str:
    day: date = add(services.today(), Period.parse(load_vigilance().delays[kind].answer_within))
    return day.isoformat()


def _problem(name: str) -> str:
    if load_vigilance().problem(name) is None:
        raise UsageError("no such problem: content/vigilance.yaml lists them", code="signal", where="/problem")
    return name


def _words(words: str, *, needed: bool) -> str:
    said = words.strip()
    if len(said) > LONGEST or (needed and len(said) < SHORTEST):
        raise UsageError(f"write {SHORTEST} to {LONGEST} characters", code="signal", where="/words")
    return said


def problems(t: Translator, *, professional: bool = False) -> list[tuple[str, str]]:
    """What may be reported, in the words of who reports."""
    return [(one.id, t(one.label_professional if professional else one.label)) for one in load_vigilance().problems]


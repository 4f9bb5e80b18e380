"""The stop button: what may be stopped, who does it, and what is told to whom. It holds from the next request on."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

import risk_models
from app.campaigns.model import campaign_files, load_campaign
from app.errors import UsageError
from app.guidelines.stops import Kind
from app.i18n import Translator
from app.nudges.model import load_nudges
from app.services.services import Services
from app.store.tables import stamp
from app.trust import campaigns, stops
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.rules import Asked
from app.trust.stops import History, Step
from app.trust.vocabulary import Tag

PURPOSE = "human_guarantee"
SHORTEST, LONGEST = 10, 500
_READ = Asked(Tag.STOPS_READ, "read", "stops", PURPOSE)
_SET = Asked(Tag.STOP_SET, "write", "stops", PURPOSE)
_LIFT = Asked(Tag.STOP_LIFT, "write", "stops", PURPOSE)
_MESSAGE = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


async def register(services: Services, who: SignedIn, t: Translator) -> dict[str, Any]:
    """Every stop with its history, and what may be stopped. Raises Refused."""
    found, me = await _read(services, who)
    started = await services.door.look_up(campaigns.published)
    messages = _messages() | {one.campaign.id: one.campaign.title for one in started}
    return {
        "stops": [told(services, one, t) | {"mine": one.last.by == me} for one in reversed(found)],
        "may_stop": {
            "guideline": [
                {"id": one.id, "version": one.effective_from.isoformat(), "title": t(one.wording.title)}
                for one in services.pack.guidelines
            ],
            "model": [{"id": name, "title": _title(services, "model", name, t)} for name in risk_models.ids()],
            "message": [{"id": name, "title": t(title)} for name, title in messages.items()],
        },
    }  # fmt: skip


async def public(services: Services, t: Translator) -> list[dict[str, Any]]:
    """The same for everybody: what was stopped, when and why, and what became of it; never by whom."""
    found = await services.door.look_up(stops.histories)
    return [told(services, one, t) for one in reversed(found)]


async def stop(services: Services, who: SignedIn, kind: Kind, target: str, version: str | None, words: str) -> str:
    """Stop it now; gives the number of the stop. Raises UsageError (`stop_target`, `stop_words`, `already_stopped`),
    Refused."""
    before, _ = await _read(services, who)  # what is refused is at least in the log
    known, said = _target(services, kind, target, version), _words(words)
    stops.check_stop(before, kind, target, version)
    asked, at = replace(_SET, detail=" ".join(filter(None, (kind, target, version)))), stamp(services.now())

    def work(grant: Grant) -> str:
        return stops.stop(grant, kind, known, version, said, at)

    return await services.door.enter(who, asked, work)


async def lift(services: Services, who: SignedIn, name: str, step: Step, words: str) -> None:
    """Propose, confirm (another person) or refuse to lift a stop. Raises UsageError (`unknown_stop`, `stop_step`,
    `same_person`, `stop_words`), Refused."""
    before, me = await _read(services, who)
    said, at = _words(words), stamp(services.now())
    stops.check_lift(before, name, step, me)
    asked = replace(_LIFT, detail=f"{step} {name}")
    await services.door.enter(who, asked, lambda grant: stops.lift(grant, name, step, said, at))


async def _read(services: Services, who: SignedIn) -> tuple[list[History], str]:
    return await services.door.enter(who, _READ, lambda grant: (stops.read(grant), grant.actor))


def told(services: Services, one: History, t: Translator) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "target": one.target, "version": one.version,
        "title": _title(services, one.kind, one.target, t), "in_force": one.holds, "since": one.steps[0].at,
        "reason": one.steps[0].words, "state": one.last.event,
        "steps": [{"event": step.event, "words": step.words, "at": step.at} for step in one.steps],
    }  # fmt: skip


def _title(services: Services, kind: Kind, target: str, t: Translator) -> str:
    if kind == "guideline":
        return t(services.pack.titles.get(target, target))
    if kind == "model":
        try:
            data = risk_models.card(target).data
        except risk_models.UnknownModel:
            return target
        return data.title_fr if t.is_source else data.title
    return t(_messages().get(target, target))


@lru_cache(maxsize=1)
def _messages() -> dict[str, str]:
    """What the campaigns and the reminders that come with Jalon are called."""
    found = {one.id: one.title for one in map(load_campaign, campaign_files())}
    return found | {one.id: one.title for one in load_nudges().kinds.values()}


def _target(services: Services, kind: Kind, target: str, version: str | None) -> str:
    """What is stopped must exist; a message may be one that another part of Jalon sends (its id is all that counts)."""
    known = {
        "guideline": any(
            one.id == target and version in (None, one.effective_from.isoformat())
            for one in services.pack.guidelines
        ),
        "model": version is None and target in risk_models.ids(),
        "message": version is None and _MESSAGE.fullmatch(target) is not None,
    }[kind]
    if not known:
        raise UsageError("there is nothing of this name and version to stop", code="stop_target", where="/target")
    return target


def _words(words: str) -> str:
    """The reason is read by everybody: one line, neither empty nor endless."""
    said = " ".join(words.split())
    if not SHORTEST <= len(said) <= LONGEST:
        raise UsageError(f"say why in {SHORTEST} to {LONGEST} characters", code="stop_words", where="/reason")
    return said

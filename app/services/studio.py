"""The studio: campaigns written, checked, approved by somebody else, started and stopped by a public-health team."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.campaigns.lint import lint_text
from app.campaigns.model import Campaign, campaign_files, load_campaign
from app.campaigns.versions import Kept, Step, Version, changes, overlaps
from app.content import text_of
from app.errors import JalonError, UsageError
from app.services.services import Services
from app.store.tables import stamp
from app.trust import campaigns
from app.trust.door import SignedIn
from app.trust.grant import Grant
from app.trust.rules import Asked
from app.trust.vocabulary import Tag

PURPOSE = "campaign_design"
LONGEST_TEXT, LONGEST_WORDS = 60_000, 500
_READ = Asked(Tag.CAMPAIGNS_READ, "read", "campaigns", PURPOSE)
_SAVE = Asked(Tag.CAMPAIGN_SAVE, "write", "campaigns", PURPOSE)
_STEP = Asked(Tag.CAMPAIGN_STEP, "write", "campaigns", PURPOSE)


class CampaignChanged(JalonError):
    """Somebody else wrote meanwhile: `changed` says what, place by place."""

    code = "precondition"

    def __init__(self, changed: list[dict[str, Any]]) -> None:
        self.changed = changed
        super().__init__("the campaign changed since it was read")


async def listed(services: Services, who: SignedIn) -> list[dict[str, Any]]:
    """Every campaign, with where it stands. Raises Refused."""
    found, me = await _read(services, who)
    return [summary(one, me, services.today()) for one in found.values()]


async def show(services: Services, who: SignedIn, campaign: str) -> tuple[Kept, dict[str, Any]]:
    """A campaign, its versions and steps, its text and what is to be mended in it. Raises UsageError
    (`unknown_campaign`), Refused."""
    found, me = await _read(services, who)
    kept = _one(found, campaign)
    _, wrong = await asyncio.to_thread(lint_text, campaign, kept.last.text, services.pack)
    others = [one for one in found.values() if one.id != kept.id]
    at_once = [one.id for one in others if overlaps(kept.last.campaign, one.last.campaign)]
    told = summary(kept, me, services.today()) | {
        "text": kept.last.text, "to_mend": [one._asdict() for one in wrong], "at_the_same_time": at_once,
        "versions": [_version(one, me) for one in reversed(kept.versions)],
    }  # fmt: skip
    return kept, told


async def check(services: Services, who: SignedIn, text: str) -> tuple[Campaign | None, list[dict[str, Any]]]:
    """The campaign that a text says, which is not kept, and what is to be mended in it. Raises Refused, UsageError
    (`campaign_text`)."""
    await _read(services, who)
    made, wrong = await asyncio.to_thread(lint_text, "campaign", _bounded(text), services.pack)
    return made, [one._asdict() for one in wrong]


async def save(
    services: Services, who: SignedIn, text: str, words: str, etag: str | None, campaign: str | None = None
) -> Kept:
    """A new campaign (`campaign` None), or a new version of one, as a draft: a text with things to mend can be kept,
    not submitted.

    Raises UsageError (`campaign_text`: the text says no campaign, or another one; `campaign_exists`, `no_version`),
    CampaignChanged, Refused.
    """
    found, _ = await _read(services, who)
    made, wrong = await asyncio.to_thread(lint_text, "campaign", _bounded(text), services.pack)
    if made is None:
        raise UsageError(str(wrong[0]), code="campaign_text", where="/text")
    if campaign is None and made.id in found:
        raise UsageError("there is a campaign of this id", code="campaign_exists", where="/text")
    if campaign is not None:
        before = _one(found, campaign)
        if made.id != campaign:
            raise UsageError(f"id: this text is not of {campaign}", code="campaign_text", where="/text")
        if etag is None:
            raise UsageError("say which version was looked at", code="no_version", where="If-Match")
        _hold(before, etag)
    said, at = _words(words), stamp(services.now())
    asked = replace(_SAVE, detail=made.id)

    def work(grant: Grant) -> Kept | None:
        return campaigns.save(grant, made, text, etag if campaign else None, said, at)

    kept = await services.door.enter(who, asked, work)
    return kept or await _changed(services, who, made.id, etag)


async def step(
    services: Services, who: SignedIn, campaign: str, wanted: Step, words: str, until: date | None, etag: str | None
) -> Kept:
    """Submit, approve (somebody else than the author, until a day), refuse, start or stop.

    Raises UsageError (`unknown_campaign`, `campaign_to_mend`, and those of `app.campaigns.versions.check_step`),
    CampaignChanged, Refused.
    """
    found, _ = await _read(services, who)
    kept, said = _one(found, campaign), _words(words)
    if etag is not None:
        _hold(kept, etag)
    if wanted in ("submit", "approve", "start"):
        _, wrong = await asyncio.to_thread(lint_text, campaign, kept.last.text, services.pack)
        if wrong:
            raise UsageError(f"{len(wrong)} thing(s) to mend first: {wrong[0]}", code="campaign_to_mend")
    asked = replace(_STEP, detail=f"{wanted} {campaign}")
    today, at = services.today(), stamp(services.now())

    def work(grant: Grant) -> Kept | None:
        return campaigns.step(grant, campaign, wanted, etag, said, until, today, at)

    done = await services.door.enter(who, asked, work)
    return done or await _changed(services, who, campaign, etag)


async def difference(services: Services, who: SignedIn, campaign: str, before: int, after: int) -> list[dict[str, Any]]:
    """What changed between two versions, place by place. Raises UsageError (`unknown_campaign`, `unknown_version`),
    Refused."""
    found, _ = await _read(services, who)
    versions = {one.number: one for one in _one(found, campaign).versions}
    if before not in versions or after not in versions:
        raise UsageError("there is no such version", code="unknown_version")
    return [one._asdict() for one in changes(versions[before].campaign, versions[after].campaign)]


async def campaign_of(services: Services, who: SignedIn, campaign: str) -> Campaign:
    found, _ = await _read(services, who)
    return _one(found, campaign).last.campaign


def examples() -> Mapping[str, str]:
    """Texts of the campaigns that come with Jalon, to begin from."""
    return {load_campaign(path).id: text_of(path) for path in campaign_files()}


def summary(kept: Kept, me: str, today: date) -> dict[str, Any]:
    last, runs = kept.last, kept.running
    return {
        "id": kept.id, "title": last.campaign.title, "owner": last.campaign.owner, "programme": last.campaign.programme,
        "starts_on": last.campaign.starts_on.isoformat(), "ends_on": last.campaign.ends_on.isoformat(),
        "version": last.number, "state": last.state, "running_version": runs.number if runs else None,
        "approved_today": last.approved(today), "etag": kept.etag,
        "mine": me in {one.by for one in last.steps if one.event in ("saved", "submitted")},
    }  # fmt: skip


def _version(version: Version, me: str) -> dict[str, Any]:
    return {
        "version": version.number, "state": version.state,
        "steps": [
            {"event": one.event, "words": one.words, "at": one.at, "mine": one.by == me,
             "until": one.until.isoformat() if one.until else None}
            for one in version.steps
        ],
    }  # fmt: skip


async def _read(services: Services, who: SignedIn) -> tuple[Mapping[str, Kept], str]:
    return await services.door.enter(who, _READ, lambda grant: (campaigns.read(grant), grant.actor))


def _one(found: Mapping[str, Kept], campaign: str) -> Kept:
    if campaign not in found:
        raise UsageError("there is no such campaign", code="unknown_campaign")
    return found[campaign]


def _hold(kept: Kept, etag: str) -> None:
    """Raises CampaignChanged with what changed since the version that the tag names."""
    if etag.strip() == kept.etag:
        return
    number = etag.strip().strip('"').partition("-")[0]
    then = next((one for one in kept.versions if str(one.number) == number), None)
    told = [one._asdict() for one in changes(then.campaign, kept.last.campaign)] if then else []
    raise CampaignChanged(told or [{"place": "state", "before": None, "after": kept.last.state}])


async def _changed(services: Services, who: SignedIn, campaign: str, etag: str | None) -> Kept:
    """Somebody came between our reading and our writing."""
    found, _ = await _read(services, who)
    _hold(_one(found, campaign), etag or "")
    raise CampaignChanged([])


def _bounded(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise UsageError(f"a text of 1 to {LONGEST_TEXT} characters", code="campaign_text", where="/text")
    return text


def _words(words: str) -> str:
    said = " ".join(words.split())
    if len(said) > LONGEST_WORDS:
        raise UsageError(f"at most {LONGEST_WORDS} characters", code="campaign_words", where="/words")
    return said

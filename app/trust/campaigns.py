"""Campaigns as a team keeps them: versions and steps, only ever added to."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, func, insert, select

from app.campaigns.model import Campaign
from app.campaigns.versions import EVENT, Event, Happened, Kept, Step, Version, check_step
from app.content import parse_yaml
from app.errors import UsageError
from app.store.campaign_tables import CampaignStep, CampaignVersion
from app.trust.grant import Grant

_VERSION = CampaignVersion.__table__  # type: ignore[attr-defined]
_STEP = CampaignStep.__table__  # type: ignore[attr-defined]


def read(grant: Grant) -> Mapping[str, Kept]:
    """Every campaign with its versions, by id."""
    return _all(grant.connection("read", "campaigns"))


def running(connection: Connection, today: date) -> list[Version]:
    """The versions that reach people today: started, under an approval that holds, within their days. About nobody."""
    found = [one.running for one in _all(connection).values()]
    return [
        one for one in found
        if one is not None and one.approved(today) and one.campaign.starts_on <= today <= one.campaign.ends_on
    ]


def published(connection: Connection) -> list[Version]:
    """Every version that was ever started: what people may have got, hence what anyone may know of. About nobody."""
    return [
        version for kept in _all(connection).values() for version in kept.versions
        if any(step.event == "started" for step in version.steps)
    ]


def running_to_send(grant: Grant, today: date) -> list[Version]:
    """`running`, in the transaction that lets a message leave."""
    return running(grant.connection("write", "messages"), today)


def save(grant: Grant, campaign: Campaign, text: str, etag: str | None, words: str, at: str) -> Kept | None:
    """A new version, as a draft. None when the campaign is not any more what `etag` says (None: it is a new one)."""
    connection = grant.connection("write", "campaigns")
    now = _all(connection, campaign.id).get(campaign.id)
    if (now.etag if now else None) != etag:
        return None
    number = now.last.number + 1 if now else 1
    connection.execute(insert(_VERSION).values(
        campaign=campaign.id, version=number, text=text, digest="sha256:" + hashlib.sha256(text.encode()).hexdigest(),
        person_id=grant.actor, at=at,
    ))  # fmt: skip
    _add(connection, campaign.id, number, "saved", words, None, grant.actor, at)
    return _all(connection, campaign.id)[campaign.id]


def step(
    grant: Grant, campaign: str, wanted: Step, etag: str | None, words: str, until: date | None, today: date, at: str
) -> Kept | None:
    """One step; None when the campaign is not any more what `etag` says. Raises UsageError (`unknown_campaign`, and
    those of `app.campaigns.versions.check_step`)."""
    connection = grant.connection("write", "campaigns")
    known = _all(connection)
    now = known.get(campaign)
    if now is None:
        raise UsageError("there is no such campaign", code="unknown_campaign")
    if etag is not None and now.etag != etag:
        return None
    version = check_step(now, list(known.values()), wanted, grant.actor, until, today)
    runs = now.running
    if wanted == "start" and runs is not None:  # the new version takes the place of the one that runs
        _add(connection, campaign, runs.number, "stopped", words, None, grant.actor, at)
    _add(connection, campaign, version.number, EVENT[wanted], words, until if wanted == "approve" else None,
         grant.actor, at)  # fmt: skip
    return _all(connection, campaign)[campaign]


def _all(connection: Connection, only: str | None = None) -> dict[str, Kept]:
    versions, steps = select(_VERSION), select(_STEP)
    if only is not None:
        versions, steps = versions.where(_VERSION.c.campaign == only), steps.where(_STEP.c.campaign == only)
    happened: dict[tuple[str, int], list[Happened]] = defaultdict(list)
    for row in connection.execute(steps.order_by(_STEP.c.campaign, _STEP.c.number)):
        until = date.fromisoformat(row.until) if row.until else None
        happened[row.campaign, row.version].append(Happened(row.event, row.words, row.person_id, row.at, until))
    found: dict[str, list[Version]] = defaultdict(list)
    for row in connection.execute(versions.order_by(_VERSION.c.campaign, _VERSION.c.version)):
        made = Version(row.version, row.text, _campaign(row.text), tuple(happened[row.campaign, row.version]))
        found[row.campaign].append(made)
    return {name: Kept(name, tuple(of)) for name, of in found.items()}


@lru_cache(maxsize=256)
def _campaign(text: str) -> Campaign:
    """What was checked when it was saved."""
    return Campaign.model_validate(parse_yaml(text, name="campaign"))


def _add(
    connection: Connection, campaign: str, version: int, event: Event, words: str, until: date | None, by: str, at: str
) -> None:
    last = connection.execute(select(func.max(_STEP.c.number)).where(_STEP.c.campaign == campaign)).scalar() or 0
    connection.execute(insert(_STEP).values(
        campaign=campaign, number=last + 1, version=version, event=event, words=words,
        until=until.isoformat() if until else "", person_id=by, at=at,
    ))  # fmt: skip

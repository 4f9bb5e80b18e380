"""The last look before a message leaves, in the transaction that lets it go: what the person allows and wants at this
instant, whether what it says still holds, the hours, and how often they were contacted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from app.campaigns.model import LONG
from app.campaigns.versions import Version
from app.i18n import translator
from app.nudges.campaign import compose_campaign, still_for, words_of
from app.nudges.choose import Due, still
from app.nudges.model import THANKS, Kind, load_nudges
from app.nudges.parcel import Parcel, PushTo
from app.nudges.preferences import Address, Preferences, preferences_of
from app.nudges.text import compose
from app.nudges.timing import contacts_left, next_moment, too_late
from app.plans.calendar import calendar_event
from app.plans.model import Plan
from app.services.decisions import SOONER
from app.services.nudges.people import contacted, plan_of
from app.services.services import Services
from app.services.sheets import Seen
from app.store.tables import moment
from app.trust import campaigns, devices, health, outbox, reminders
from app.trust.grant import Grant
from app.trust.outbox import Message


@dataclass(frozen=True, slots=True)
class Kept:
    """It does not leave: for good, or not yet (`later`)."""

    reason: str
    later: bool = False


def ready(services: Services, claim: str, number: str, grant: Grant) -> Parcel | Kept | None:
    """The message, handed over from here on; or why it does not leave; None when another process took it."""
    message = outbox.held(grant, number, claim)
    if message is None:
        return None
    now, nudges = services.now(), load_nudges()
    wants = preferences_of(reminders.read_to_send(grant))
    if reason := _why_not(services, message, wants, grant):
        return _keep(grant, message, reason, services)
    moment_allowed = next_moment(now, nudges.rules, wants.hours)
    if moment_allowed > now:
        outbox.settle_held(grant, message.id, "planned", "hours", now, due=moment_allowed)
        return Kept("hours", later=True)
    to = _address(services, message.channel, wants, grant)
    if not to:
        return _keep(grant, message, "no_address", services)
    stored = health.read_facts_to_write(grant, services.vocabulary)
    seen: Seen[Any] = Seen(grant.categories, grant.facts_digest, stored, stops=grant.stops)
    plan = plan_of(services, seen, wants.lang)
    kind = nudges.kinds.get(message.content["kind"])
    if kind is None or grant.stops.of_message(kind.id):
        return _keep(grant, message, "stopped" if kind else "content", services)
    holds, done = still(plan, kind, map(Due.from_json, message.content["items"]))
    campaign = None
    if (name := message.content.get("campaign")) is not None:
        running = campaigns.running_to_send(grant, services.today())
        campaign = next((one for one in running if one.campaign.id == name), None)
        if campaign is None or grant.stops.of_message(name):
            return _keep(grant, message, "stopped", services)
        due = still_for(plan, campaign.campaign, grant.stops)
        holds = [due] if due is not None else []
    if not holds and done and message.channel in nudges.kinds[THANKS].channels:
        kind, holds, campaign = nudges.kinds[THANKS], done, None
    elif not holds:
        return _keep(grant, message, "done" if done else "changed", services)
    return _hand_over(services, grant, message, claim, kind, holds, plan, wants, to, campaign)


def _why_not(services: Services, message: Message, wants: Preferences, grant: Grant) -> str | None:
    rules, now = load_nudges().rules, services.now()
    if wants.rests(services.today()):
        return "paused"
    if too_late(moment(message.planned_at), now, rules):
        return "late"
    days = contacted(outbox.history_to_send(grant), message.occasion)
    if not message.content["thanks"] and not contacts_left(days, services.today(), rules.cap):
        return "enough"
    return None


def _keep(grant: Grant, message: Message, reason: str, services: Services) -> Kept:
    outbox.settle_held(grant, message.id, "not_sent", reason, services.now())
    return Kept(reason)


def _address(
    services: Services, channel: str, wants: Preferences, grant: Grant
) -> str | Address | tuple[PushTo, ...] | None:
    if channel == "push":
        return tuple(
            PushTo(one.id, one.subscription.endpoint, one.subscription.p256dh, one.subscription.auth)
            for one in devices.to_send(grant, services.now())
        )
    if channel in wants.bounced:
        return None
    return {"email": wants.email, "sms": wants.phone, "letter": wants.address}[channel]


def _hand_over(
    services: Services, grant: Grant, message: Message, claim: str, kind: Kind, items: list[Due], plan: Plan,
    wants: Preferences, to: Any, campaign: Version | None,
) -> Parcel | None:  # fmt: skip
    channel = message.channel
    link, stop = links(services, message.link)
    about = {one.guideline for one in items}
    titles = [item.title for item in plan.items if item.id in about] if wants.named else []
    event = None if kind.thanks or channel != "email" else _event(services.today() + SOONER, plan.lang)
    composed = compose(
        load_nudges(), kind, channel, wants.lang, link=link, stop=stop, titles=titles, calendar=event is not None
    )
    if campaign is not None and wants.named and channel in LONG:
        words = words_of(campaign.campaign, channel, wants.lang)
        composed = compose_campaign(load_nudges(), campaign, words, wants.lang, link, stop) if words else composed
    content = message.content | {
        "kind": kind.id, "thanks": kind.thanks, "items": [one.to_json() for one in items], "variant": composed.variant,
        "techniques": list(kind.techniques), "lang": wants.lang,
        "campaign": campaign.campaign.id if campaign else None, "version": campaign.number if campaign else None,
    }  # fmt: skip
    if not outbox.hand_over(grant, message.id, claim, content, services.now()):
        return None
    return Parcel(message.id, channel, composed.subject, composed.body, link, stop, wants.lang, to, event)


def links(services: Services, secret: str) -> tuple[str, str]:
    """The address of a message's page, and the one that stops its channel: no number, no name, no word of health."""
    page = f"{services.settings.base_url}/m/{secret}"
    return page, f"{page}/stop"


@lru_cache(maxsize=16)
def _event(day: date, lang: str) -> bytes:
    """A day to do it, which the person may move; it does not say what, and is the same for everybody."""
    return calendar_event(
        {"title": "", "guideline": ""}, day, datetime.now(UTC), translator(lang), discreet=True
    )

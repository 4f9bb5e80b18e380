"""The channels that this deployment has, by its settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.campaigns.model import Channel
from app.nudges.parcel import Sender
from app.services.services import Services
from app.trust.endpoints import public_addresses
from app.trust.secrets import push_key


def able(services: Services) -> frozenset[Channel]:
    """The channels by which something can leave."""
    outgoing, found = services.settings.outgoing, set[Channel]()
    found |= {"email"} if outgoing.mail else set()
    found |= {"sms"} if outgoing.sms else set()
    found |= {"letter"} if outgoing.post else set()
    found |= {"push"} if push_key(services.settings, services.engine) else set()
    return frozenset(found)


@contextmanager
def senders(services: Services) -> Iterator[dict[Channel, Sender]]:
    """The senders of these channels, closed at the end. Imported when used: nothing else needs their libraries."""
    from app.nudges.email import EmailSender
    from app.nudges.provider import HttpSender
    from app.nudges.push import PushSender

    outgoing, found = services.settings.outgoing, dict[Channel, Sender]()
    if outgoing.mail:
        found["email"] = EmailSender(outgoing.mail, services.now)
    if outgoing.sms:
        found["sms"] = HttpSender("sms", outgoing.sms)
    if outgoing.post:
        found["letter"] = HttpSender("letter", outgoing.post)
    if key := push_key(services.settings, services.engine):
        contact = f"mailto:{outgoing.mail.bounces}" if outgoing.mail else services.settings.base_url
        found["push"] = PushSender(key, contact, public_addresses)
    try:
        yield found
    finally:
        for sender in found.values():
            sender.close()

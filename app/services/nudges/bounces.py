"""What channels say of addresses: refused, gone, or that somebody complained. Nothing more is sent there until the
person gives another."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from app.campaigns.model import Channel
from app.nudges.preferences import preferences_of
from app.services.nudges.people import CONSENTED
from app.services.services import Services
from app.store.tables import stamp
from app.trust import consents, devices, queue, reminders
from app.trust.door import Job, Refused
from app.trust.grant import Grant
from app.trust.rules import Asked
from app.trust.vocabulary import Tag


def _asked(tag: Tag, channel: Channel) -> Asked:
    named = frozenset({CONSENTED[channel]})
    return Asked(tag, "write", "messages", reminders.PURPOSE, channels=named, detail=channel)


async def refuse_address(services: Services, person: str, channel: Channel) -> None:
    """Nobody is at the person's address: no more of it until it changes."""
    at, today = stamp(services.now()), services.today().isoformat()

    def work(grant: Grant) -> None:
        wants = preferences_of(reminders.read_to_send(grant))
        new = wants.model_copy(update={"bounced": wants.bounced | {channel}})
        reminders.write(grant, new.model_dump(mode="json"), today, at)

    with suppress(Refused):  # they said no meanwhile: nothing is sent there anyway
        await services.door.enter(Job(person), _asked(Tag.REMINDER_BOUNCE, channel), work)


async def forget_devices(services: Services, person: str, gone: Iterable[str]) -> None:
    """Devices that their push service does not know any more."""

    def work(grant: Grant) -> None:
        for device in gone:
            devices.end(grant, device)

    with suppress(Refused):
        await services.door.enter(Job(person), _asked(Tag.REMINDER_BOUNCE, "push"), work)


async def bounced(services: Services, message: str) -> bool:
    """A message that its channel had taken charge of came back. False when there is no such message."""
    found = await services.door.look_up(lambda c: queue.of_message(c, message))
    if found is None:
        return False
    person, channel = found
    now = services.now()
    await services.door.look_up(lambda c: queue.bounced(c, message, now))
    await refuse_address(services, person, channel)
    return True


async def complained(services: Services, message: str) -> bool:
    """The person told their provider that they did not want it: as good as saying no. False when there is no such
    message."""
    found = await services.door.look_up(lambda c: queue.of_message(c, message))
    if found is None:
        return False
    await stop(services, *found)
    return True


async def stop(services: Services, person: str, channel: Channel) -> bool:
    """Remind this person by this channel no more, from the next message on. False when they did not allow it any
    more."""
    at, named = stamp(services.now()), CONSENTED[channel]
    try:
        return await services.door.enter(
            Job(person), _asked(Tag.REMINDER_STOP, channel), lambda grant: consents.stop_channel(grant, named, at)
        )
    except Refused:
        return False


"""What is handed to a channel, and what the channel says of it. A channel knows an address and words: not whose they
are, nor what they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from app.campaigns.model import Channel
from app.nudges.preferences import Address


@dataclass(frozen=True, slots=True)
class PushTo:
    """A device, as its browser gave it (RFC 8030, 8291); `device` is its number here."""

    device: str
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message, ready to leave. `id` is its key: the same each time it is handed over. `link` opens its page, and
    `stop` stops its channel in one click."""

    id: str
    channel: Channel
    subject: str
    body: str
    link: str
    stop: str
    lang: str
    to: str | Address | tuple[PushTo, ...]
    calendar: bytes | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`sent`: the channel took charge of it. `bounced`: nobody is at this address. `again`: it did not take charge of
    it, and may later. `refused`: it never will. `unsure`: it may have taken charge of it, and cannot say."""

    state: Literal["sent", "bounced", "again", "refused", "unsure"]
    reason: str
    """A word of a closed list (`REASONS`), never what the other side said."""
    reference: str | None = None
    gone: tuple[str, ...] = field(default=())
    """Devices that do not exist any more."""


REASONS = frozenset({"accepted", "address", "busy", "unreachable", "timeout", "refused", "interrupted", "no_device"})


class Sender(Protocol):
    """`repeatable`: the channel knows a message by its key, and the same one handed over twice reaches the person
    once."""

    channel: Channel

    @property
    def repeatable(self) -> bool: ...

    def hand_over(self, parcel: Parcel) -> Outcome: ...

    def close(self) -> None: ...

"""The devices on which the signed-in person asked to be told, and the key with which the service signs what it sends
there (VAPID, RFC 8292)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.errors import UsageError
from app.services import asks
from app.services.services import Services
from app.trust import devices
from app.trust.devices import Device, Subscription
from app.trust.door import SignedIn
from app.trust.endpoints import checked
from app.trust.secrets import push_key
from app.trust.vocabulary import Tag

_READ = asks.right(Tag.DEVICES_READ, "read", "devices")
_CHANGE = asks.right(Tag.DEVICES_CHANGE, "write", "devices")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A subscription as the browser gives it; `expiration` is in milliseconds since 1970, or None."""

    endpoint: str
    p256dh: str
    auth: str
    device: str = ""
    expiration: float | None = None


async def mine(services: Services, who: SignedIn) -> dict[str, Any]:
    """The devices, without their addresses and keys; with `most`, how many there may be."""
    now = services.now()
    found = await services.door.enter(who, _READ, lambda grant: devices.mine(grant, now))
    return {"subscriptions": [_told(one) for one in found], "most": devices.MOST}


async def add(services: Services, who: SignedIn, wanted: Wanted) -> dict[str, Any]:
    """Raises UsageError (`push_endpoint`, `push_keys`, `push_expired`, `push_subscriptions`)."""
    now = services.now()
    _check_keys(wanted.p256dh, wanted.auth)
    expires = _expires(wanted.expiration, now)
    kept = Subscription(checked(wanted.endpoint), wanted.p256dh, wanted.auth, " ".join(wanted.device.split())[:80])
    return _told(await services.door.enter(who, _CHANGE, lambda grant: devices.add(grant, kept, now, expires)))


async def end(services: Services, who: SignedIn, device: str) -> bool:
    """False when it is not one of theirs."""
    return await services.door.enter(who, _CHANGE, lambda grant: devices.end(grant, device))


def public_key(services: Services) -> str:
    """`applicationServerKey` of the browser: the public point, base64url. Raises UsageError (`no_push`) where the
    deployment sends nothing."""
    key = push_key(services.settings, services.engine)
    if key is None:
        raise UsageError("this service sends no push messages", code="no_push")
    return _text(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _check_keys(p256dh: str, auth: str) -> None:
    """Raises UsageError unless they are a point of P-256 and 16 bytes: nothing could be encrypted for others."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _read(p256dh, 65))
        _read(auth, 16)
    except ValueError:
        raise UsageError(
            "expected the keys that the browser gave: p256dh and auth, in base64url", code="push_keys", where="/keys"
        ) from None


def _read(text: str, length: int) -> bytes:
    try:
        data = base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError):
        raise ValueError("not base64url") from None
    if len(data) != length:
        raise ValueError("another length")
    return data


def _expires(milliseconds: float | None, now: datetime) -> datetime | None:
    if milliseconds is None:
        return None
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        moment = now
    if moment <= now:
        raise UsageError("this subscription is over", code="push_expired", where="/expirationTime")
    return moment


def _told(one: Device) -> dict[str, Any]:
    return {"id": one.id, "device": one.subscription.device or None, "since": one.at, "until": one.expires_at}


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
